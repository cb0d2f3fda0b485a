//! Regressors concentrated out: normal equations by Cholesky.

/// Solves `gram x = right` in place: the factor's lower triangle replaces `gram: [k, k]`, the solution `right`. False where a
/// pivot is lost to rounding.
pub(crate) fn solve(gram: &mut [f64], right: &mut [f64]) -> bool {
    let k = right.len();
    if !factor(gram, k) {
        return false;
    }
    substitute(gram, right);
    true
}

fn substitute(factored: &[f64], right: &mut [f64]) {
    let k = right.len();
    for i in 0..k {
        let mut value = right[i];
        for j in 0..i {
            value -= factored[i * k + j] * right[j];
        }
        right[i] = value / factored[i * k + i];
    }
    for i in (0..k).rev() {
        let mut value = right[i];
        for j in i + 1..k {
            value -= factored[j * k + i] * right[j];
        }
        right[i] = value / factored[i * k + i];
    }
}

/// Cholesky's factor over the lower triangle.
pub(crate) fn factor(gram: &mut [f64], k: usize) -> bool {
    for i in 0..k {
        for j in 0..=i {
            let mut value = gram[i * k + j];
            for l in 0..j {
                value -= gram[i * k + l] * gram[j * k + l];
            }
            if i == j {
                if !(value > 1e-14 * gram[i * k + i] && value.is_finite()) {
                    return false;
                }
                gram[i * k + i] = value.sqrt();
            } else {
                gram[i * k + j] = value / gram[j * k + j];
            }
        }
    }
    true
}

/// The inverse of a positive definite `[k, k]`, or none.
pub(crate) fn inverse(matrix: &[f64], k: usize) -> Option<Vec<f64>> {
    let mut out = vec![0.0; k * k];
    let mut factored = matrix.to_vec();
    if !factor(&mut factored, k) {
        return None;
    }
    for column in 0..k {
        let mut right = vec![0.0; k];
        right[column] = 1.0;
        substitute(&factored, &mut right);
        for i in 0..k {
            out[i * k + column] = right[i];
        }
    }
    Some(out)
}

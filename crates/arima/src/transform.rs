//! Stationarity and invertibility by partial autocorrelations: any real numbers give a polynomial whose roots lie outside the
//! unit circle. Source: R. H. Jones, "Maximum likelihood fitting of ARMA models", Technometrics 22(3), 1980; partial
//! autocorrelation = x / sqrt(1 + x^2), which needs no function but the square root.

use crate::order::Order;

/// The coefficients of the four polynomials at `x`, AR as weights of the past and MA with its sign.
pub(crate) fn coefficients(order: &Order, x: &[f64], out: &mut [f64]) {
    for ((start, size), sign) in order.starts().into_iter().zip(order.sizes()).zip([1.0, -1.0, 1.0, -1.0]) {
        let block = &mut out[start..start + size];
        for k in 0..size {
            let partial = partial_of(x[start + k]);
            step_up(block, k, partial);
        }
        for value in block {
            *value *= sign;
        }
    }
}

/// The partial autocorrelation of a number.
fn partial_of(x: f64) -> f64 {
    x / (1.0 + x * x).sqrt()
}

/// Levinson's step from order `k` to `k + 1`.
fn step_up(block: &mut [f64], k: usize, partial: f64) {
    let half = k / 2;
    for i in 0..half {
        let (a, b) = (block[i], block[k - 1 - i]);
        block[i] = a - partial * b;
        block[k - 1 - i] = b - partial * a;
    }
    if k % 2 == 1 {
        block[half] -= partial * block[half];
    }
    block[k] = partial;
}

/// `jacobian[i * size + j]`: how coefficient `i` of one polynomial moves with number `j`, at `x` of that polynomial.
pub(crate) fn jacobian(x: &[f64], sign: f64, out: &mut [f64]) {
    let size = x.len();
    let mut block = vec![0.0; size];
    out.fill(0.0);
    for k in 0..size {
        let partial = partial_of(x[k]);
        let root = 1.0 + x[k] * x[k];
        let slope = 1.0 / (root * root.sqrt());
        // Rows i and k - 1 - i turn into one another, column by column.
        for j in 0..k {
            for i in 0..k.div_ceil(2) {
                let mirror = k - 1 - i;
                let (a, b) = (out[i * size + j], out[mirror * size + j]);
                out[i * size + j] = a - partial * b;
                if mirror != i {
                    out[mirror * size + j] = b - partial * a;
                }
            }
        }
        for i in 0..k {
            out[i * size + k] = -slope * block[k - 1 - i];
        }
        out[k * size + k] = slope;
        step_up(&mut block, k, partial);
    }
    for value in out.iter_mut() {
        *value *= sign;
    }
}

/// The numbers that give `coefficients` (with their polynomial's sign); outside the region the partial autocorrelations are
/// drawn in to `limit`.
pub(crate) fn numbers(coefficients: &[f64], sign: f64, limit: f64, out: &mut [f64]) {
    let size = coefficients.len();
    let mut block: Vec<f64> = coefficients.iter().map(|value| value * sign).collect();
    for k in (0..size).rev() {
        let mut partial = block[k];
        if !(partial.abs() <= limit) {
            partial = if partial > 0.0 {
                limit
            } else if partial < 0.0 {
                -limit
            } else {
                0.0
            };
        }
        out[k] = partial / (1.0 - partial * partial).sqrt();
        let scale = 1.0 / (1.0 - partial * partial);
        for i in 0..k.div_ceil(2) {
            let mirror = k - 1 - i;
            let (a, b) = (block[i], block[mirror]);
            block[i] = (a + partial * b) * scale;
            block[mirror] = (b + partial * a) * scale;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transform_and_its_inverse_agree_and_the_jacobian_is_the_slope() {
        let order = Order { p: 5, d: 0, q: 4, seasonal_p: 2, seasonal_d: 0, seasonal_q: 1, season: 7 };
        let x = [0.3, -1.2, 0.8, 2.0, -0.1, 0.5, 0.4, -3.0, 1.0, 0.2, 0.9, -0.7];
        let mut c = [0.0; 12];
        coefficients(&order, &x, &mut c);
        for ((start, size), sign) in order.starts().into_iter().zip(order.sizes()).zip([1.0, -1.0, 1.0, -1.0]) {
            let mut back = vec![0.0; size];
            numbers(&c[start..start + size], sign, 0.999_999, &mut back);
            let mut slopes = vec![0.0; size * size];
            jacobian(&x[start..start + size], sign, &mut slopes);
            for j in 0..size {
                assert!((back[j] - x[start + j]).abs() < 1e-9);
                let (mut up, mut down) = (x, x);
                up[start + j] += 1e-6;
                down[start + j] -= 1e-6;
                let (mut a, mut b) = ([0.0; 12], [0.0; 12]);
                coefficients(&order, &up, &mut a);
                coefficients(&order, &down, &mut b);
                for i in 0..size {
                    let slope = (a[start + i] - b[start + i]) / 2e-6;
                    assert!((slope - slopes[i * size + j]).abs() < 1e-8, "{slope} {}", slopes[i * size + j]);
                }
            }
        }
    }
}

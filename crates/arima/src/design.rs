//! Regressors made orthonormal over the values that are there, and the series less its projection on them: the likelihood then
//! solves small well-conditioned equations, whatever the units.

use isotherm_numeric::{Code, Error, Result};

use crate::lanes::dot;

/// Columns over the rows that count.
pub(crate) struct Design {
    /// The series, then the columns: `[1 + k, n]`.
    pub data: Vec<f64>,
    pub columns: usize,
    /// Upper triangle: given columns are orthonormal ones times it.
    triangle: Vec<f64>,
    /// Projection of the series on the orthonormal columns.
    projection: Vec<f64>,
    /// A power of two by which the series was divided.
    pub scale: f64,
}

impl Design {
    /// `data: [1 + k, n]`; rows count from `from` on where `data[row]` is a number. Errors: `INFEASIBLE` where a column depends on
    /// those before it; `name` names it.
    pub fn new(mut data: Vec<f64>, columns: usize, from: usize, name: impl Fn(usize) -> String) -> Result<Self> {
        let n = data.len() / columns;
        let k = columns - 1;
        let rows: Vec<usize> = (from..n).filter(|t| !data[*t].is_nan()).collect();
        let mut scale = 1.0;
        let largest = rows.iter().fold(0.0, |most: f64, t| most.max(data[*t].abs()));
        while largest / scale > 2.0 {
            scale *= 2.0;
        }
        while largest > 0.0 && largest / scale < 0.5 {
            scale *= 0.5;
        }
        for value in &mut data[..n] {
            *value /= scale;
        }
        let (mut triangle, mut projection) = (vec![0.0; k * k], vec![0.0; k]);
        for i in 0..k {
            let before = product(&data, n, i + 1, i + 1, &rows).sqrt();
            // Twice: the second pass takes what rounding left in the first.
            for _ in 0..2 {
                for j in 0..i {
                    let shared = product(&data, n, i + 1, j + 1, &rows);
                    triangle[j * k + i] += shared;
                    take(&mut data, n, i + 1, j + 1, shared);
                }
            }
            let length = product(&data, n, i + 1, i + 1, &rows).sqrt();
            if !(length > 1e-9 * before) {
                let sentence = format!("{} is a combination of the regressors before it", name(i));
                return Err(Error::new(Code::Infeasible, sentence));
            }
            triangle[i * k + i] = length;
            for value in &mut data[(i + 1) * n..(i + 2) * n] {
                *value /= length;
            }
        }
        for _ in 0..2 {
            for i in 0..k {
                let shared = product(&data, n, 0, i + 1, &rows);
                projection[i] += shared;
                take(&mut data, n, 0, i + 1, shared);
            }
        }
        Ok(Design { data, columns, triangle, projection, scale })
    }

    /// Effects of the given columns on the given series, from those of the orthonormal ones on the rest.
    pub fn effects(&self, rest: &[f64]) -> Vec<f64> {
        let k = self.columns - 1;
        let mut effects: Vec<f64> = rest.iter().zip(&self.projection).map(|(a, b)| (a + b) * self.scale).collect();
        for i in (0..k).rev() {
            for j in i + 1..k {
                effects[i] -= self.triangle[i * k + j] * effects[j];
            }
            effects[i] /= self.triangle[i * k + i];
        }
        effects
    }

    /// Projection of the divided series on each orthonormal column.
    pub fn projections(&self) -> impl Iterator<Item = f64> + '_ {
        self.projection.iter().copied()
    }

    /// Variances of the given columns' effects, from the inverse of the orthonormal ones' normal equations.
    pub fn effect_variances(&self, inverse: &[f64]) -> Vec<f64> {
        let k = self.columns - 1;
        let mut variances = vec![0.0; k];
        for (i, variance) in variances.iter_mut().enumerate() {
            // Row i of the triangle's inverse.
            let mut row = vec![0.0; k];
            row[i] = 1.0 / self.triangle[i * k + i];
            for j in i + 1..k {
                let mut sum = 0.0;
                for l in i..j {
                    sum += row[l] * self.triangle[l * k + j];
                }
                row[j] = -sum / self.triangle[j * k + j];
            }
            for a in i..k {
                for b in i..k {
                    *variance += row[a] * inverse[a * k + b] * row[b];
                }
            }
        }
        variances
    }
}

fn product(data: &[f64], n: usize, a: usize, b: usize, rows: &[usize]) -> f64 {
    let (x, y) = (&data[a * n..(a + 1) * n], &data[b * n..(b + 1) * n]);
    if rows.len() == n {
        return dot(x, y);
    }
    let mut sum = 0.0;
    for t in rows {
        sum += x[*t] * y[*t];
    }
    sum
}

/// Column `a` less `times` column `b`.
fn take(data: &mut [f64], n: usize, a: usize, b: usize, times: f64) {
    let (before, after) = data.split_at_mut(a.max(b) * n);
    let (x, y) = if a < b { (&mut before[a * n..], &after[..n]) } else { (after, &before[b * n..]) };
    for (value, other) in x[..n].iter_mut().zip(y) {
        *value -= times * other;
    }
}

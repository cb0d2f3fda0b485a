//! A series with gaps as one without: its gaps bridged, and what a missing value is beyond that as the effect of a column with a flat
//! prior. Integrating them out gives the likelihood of the values that are there, the same as skipping the gaps does; the filter is the
//! fast one, where skipping carries the whole variance of a state that has all of the differences in it.
//!
//! Source: Gómez, Maravall, Peña, "Missing observations in ARIMA models: skipping approach versus additive outlier approach",
//! Journal of Econometrics 88(2), 1999.

use crate::design::Design;
use crate::exact::Exact;
use crate::order::Order;

/// Numbers that columns may hold.
const MOST_HELD: f64 = 4e6;

/// The differences of all columns, gaps bridged.
pub(crate) fn bridged(order: Order, design: &Design) -> Exact {
    Exact::new(order, differences(&order, design, design.data.len() / design.columns, &[]), design.columns)
}

/// The same with a column for each missing value before the last that is there; none where skipping the gaps takes fewer
/// multiplications.
pub(crate) fn augmented(order: Order, design: &Design) -> Option<Exact> {
    let y = &design.data[..design.data.len() / design.columns];
    let to = 1 + y.iter().rposition(|value| !value.is_nan())?;
    let missing: Vec<usize> = (0..to).filter(|t| y[*t].is_nan()).collect();
    let (n, m) = ((to - order.lost()) as f64, missing.len() as f64);
    let r = order.state() as f64;
    let columns = 0.5 * m * n * r + 0.25 * m * m * n + m * m * m / 6.0;
    // Of the differences those vary whose values are missing.
    let size = r + order.lost() as f64 * m / n;
    if columns > 3.0 * n * size * size || m * n > MOST_HELD {
        return None;
    }
    let begins: Vec<usize> = missing.iter().map(|t| t.saturating_sub(order.lost())).collect();
    let data = differences(&order, design, to, &missing);
    Some(Exact::with_unknowns(order, data, design.columns + missing.len(), &begins))
}

/// Differences of the first `to` values: of the series, of a one at each of `missing`, of the regressors.
fn differences(order: &Order, design: &Design, to: usize, missing: &[usize]) -> Vec<f64> {
    let n = design.data.len() / design.columns;
    let (lost, left) = (order.lost(), to - order.lost());
    let mut out = Vec::with_capacity((design.columns + missing.len()) * left);
    let mut series = design.data[..n].to_vec();
    bridge(&mut series);
    out.extend(order.difference(&series[..to]));
    let weights = order.difference_weights();
    for t in missing {
        let begin = out.len();
        out.resize(begin + left, 0.0);
        for k in 0..=lost {
            if t + k >= lost && t + k < to {
                out[begin + t + k - lost] = if k == 0 { 1.0 } else { -weights[k - 1] };
            }
        }
    }
    for column in design.data[n..].chunks_exact(n) {
        out.extend(order.difference(&column[..to]));
    }
    out
}

/// Straight lines over gaps, level before the first value and after the last.
pub(crate) fn bridge(column: &mut [f64]) {
    let mut last: Option<usize> = None;
    for t in 0..column.len() {
        if column[t].is_nan() {
            continue;
        }
        let from = last.map_or(0, |at| at + 1);
        let left = last.map_or(column[t], |at| column[at]);
        let span = (t + 1 - from) as f64;
        for i in from..t {
            let share = (i + 1 - from) as f64 / span;
            column[i] = left + share * (column[t] - left);
        }
        last = Some(t);
    }
    if let Some(at) = last {
        let value = column[at];
        column[at + 1..].fill(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gapped::Gapped;
    use isotherm_numeric::SplitMix64;

    /// A random walk with a season, values of which are missing: singly, in a row, at the begin and at the end.
    fn gappy(n: usize, share: f64, random: &mut SplitMix64) -> Vec<f64> {
        let mut unit = || (random.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0 - 0.5;
        let mut level = 0.0;
        let mut y: Vec<f64> = (0..n)
            .map(|t| {
                level += unit();
                let value = level + 0.5 * (t % 6) as f64 + unit();
                if unit() + 0.5 < share {
                    f64::NAN
                } else {
                    value
                }
            })
            .collect();
        y[n / 2..n / 2 + 9].fill(f64::NAN);
        y[1] = f64::NAN;
        y[n - 2..].fill(f64::NAN);
        y
    }

    #[test]
    fn the_likelihood_is_that_of_skipping_the_gaps() {
        let mut random = SplitMix64::new(5);
        let mut compared = 0;
        for (d, seasonal_d, coefficients) in [
            (0, 1, [0, 1, 0, 1]),
            (1, 1, [1, 1, 0, 1]),
            (2, 0, [0, 2, 1, 0]),
            (0, 0, [2, 1, 1, 1]),
            (1, 2, [1, 0, 1, 0]),
        ] {
            let [p, q, seasonal_p, seasonal_q] = coefficients;
            let order = Order { p, d, q, seasonal_p, seasonal_d, seasonal_q, season: 6 };
            for (n, share, regressors) in [(80, 0.0, 0), (150, 0.05, 1), (120, 0.02, 2)] {
                let mut data = gappy(n, share, &mut random);
                for c in 0..regressors {
                    data.extend((0..n).map(|t| ((t * t + c * t) % 7) as f64));
                }
                let design = Design::new(data, 1 + regressors, order.lost(), |_| String::new()).unwrap();
                let mut skipping = Gapped::new(order, design.data.clone(), design.columns);
                let mut augmented = augmented(order, &design).expect("few values are missing");
                for _ in 0..5 {
                    let x: Vec<f64> = (0..order.coefficients())
                        .map(|_| 4.0 * ((random.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0 - 0.5))
                        .collect();
                    let (expected, found) = (skipping.value(&x), augmented.value(&x));
                    assert!((expected - found).abs() < 1e-7 * expected.abs(), "{order:?} {n}: {expected} {found}");
                    compared += 1;
                }
            }
        }
        assert_eq!(compared, 75);
    }
}

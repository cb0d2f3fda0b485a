//! The filter in its steady state: innovations are `u - φ u - θ e`, lag by lag, and their adjoint runs backwards.
//!
//! What a value hands to the next is what a loop waits for. So four values are made at once, each from what it would be after nothing and
//! from the three values before all four: of these four, one multiplication and one addition wait for the last one.

use std::ops::Range;

use crate::lanes::dot;
use crate::stationary::Polynomials;

/// Values made at once.
const FOUR: usize = 4;

/// Innovations of `u` into `e`; nothing is known of the time before but `state`, what it adds to the first values: as many as the longest
/// lag is long.
pub(crate) fn innovations(of: &Polynomials, u: &[f64], state: &[f64], e: &mut [f64]) {
    let one = |t: usize| {
        let mut value = u[t];
        if t < state.len() {
            value -= state[t];
        }
        for (lag, weight) in of.ar_lags.iter().zip(of.ar) {
            if *lag <= t {
                value -= weight * u[t - lag];
            }
        }
        value
    };
    let four = |t: usize| {
        let mut x = load::<false>(u, t);
        for (lag, weight) in of.ar_lags.iter().zip(of.ar) {
            let past = load::<false>(u, t - lag);
            for i in 0..FOUR {
                x[i] -= weight * past[i];
            }
        }
        x
    };
    recursion::<false>(of, &mut e[..u.len()], state.len(), one, four);
}

/// The adjoint of [`innovations`], where the slope in each innovation is `weight` times itself: `adjoint` becomes the slopes in each value
/// of `u` less what is known; those in the coefficients are added to `ar` and `ma`.
pub(crate) fn adjoint(
    of: &Polynomials,
    weight: f64,
    (u, e): (&[f64], &[f64]),
    adjoint: &mut [f64],
    ar: &mut [f64],
    ma: &mut [f64],
) {
    let n = u.len();
    let (e, adjoint) = (&e[..n], &mut adjoint[..n]);
    let longest = of.ma_lags.first().copied().unwrap_or(0);
    let one = |t: usize| weight * e[n - 1 - t];
    recursion::<true>(of, adjoint, longest, one, |t| load::<true>(e, t).map(|x| weight * x));
    for (lags, series, slopes) in [(of.ar_lags, u, ar), (of.ma_lags, e, ma)] {
        for (lag, slope) in lags.iter().zip(slopes) {
            if *lag < n {
                *slope -= dot(&adjoint[*lag..], series);
            }
        }
    }
}

/// `e[t] = x[t] - weight * e[t - lag] - ..` for each moving-average lag, or with `e[t + lag]` from the end on, as `BACK` counts. `one` makes
/// an `x`, and from `begin` on, which is no less than the longest lag, `four` makes four.
fn recursion<const BACK: bool>(
    of: &Polynomials,
    e: &mut [f64],
    begin: usize,
    one: impl Fn(usize) -> f64,
    four: impl Fn(usize) -> [f64; FOUR],
) {
    let (lags, weights) = (of.ma_lags, of.ma);
    let n = e.len();
    let begin = begin.min(n);
    one_by_one::<BACK>(of, e, 0..begin, &one);
    let near = lags.iter().position(|lag| *lag < FOUR).unwrap_or(lags.len());
    let mut past = [0.0; FOUR - 1];
    for (lag, weight) in lags[near..].iter().zip(&weights[near..]) {
        past[lag - 1] += *weight;
    }
    let far = (&lags[..near], &weights[..near]);
    let end = match lags[near..] {
        [] => fours::<BACK, 0>(far, past, e, begin, four),
        [1] => fours::<BACK, 1>(far, past, e, begin, four),
        _ => fours::<BACK, 3>(far, past, e, begin, four),
    };
    one_by_one::<BACK>(of, e, end..n, &one);
}

fn one_by_one<const BACK: bool>(of: &Polynomials, e: &mut [f64], times: Range<usize>, one: impl Fn(usize) -> f64) {
    let n = e.len();
    let at = |t: usize| if BACK { n - 1 - t } else { t };
    for t in times {
        let mut value = one(t);
        for (lag, weight) in of.ma_lags.iter().zip(of.ma) {
            if *lag <= t {
                value -= weight * e[at(t - lag)];
            }
        }
        e[at(t)] = value;
    }
}

/// Four at once from `begin` on, as long as there are four; returns where it ends. `weights` are of lags 1 to 3, of which the first `NEAR`
/// are not zero.
fn fours<const BACK: bool, const NEAR: usize>(
    (far, far_weights): (&[usize], &[f64]),
    [a, b, c]: [f64; FOUR - 1],
    e: &mut [f64],
    begin: usize,
    four: impl Fn(usize) -> [f64; FOUR],
) -> usize {
    // Impulse response: what a value makes of those after it.
    let h1 = -a;
    let h2 = -a * h1 - b;
    let h3 = -a * h2 - b * h1 - c;
    let h4 = -a * h3 - b * h2 - c * h1;
    // What the value before the last makes of the four, and the one before that.
    let second = [-b, -b * h1 - c, -b * h2 - c * h1, -b * h3 - c * h2];
    let third = [-c, -c * h1, -c * h2, -c * h3];
    let first = [h1, h2, h3, h4];
    let n = e.len();
    let mut last = [0.0; FOUR - 1];
    for (k, value) in last.iter_mut().enumerate() {
        if k < begin {
            *value = e[if BACK { n - begin + k } else { begin - 1 - k }];
        }
    }
    let mut t = begin;
    while t + FOUR <= n {
        let mut x = four(t);
        for (lag, weight) in far.iter().zip(far_weights) {
            let past = load::<BACK>(e, t - lag);
            for i in 0..FOUR {
                x[i] -= weight * past[i];
            }
        }
        if NEAR > 0 {
            x = [x[0], x[1] + h1 * x[0], x[2] + h1 * x[1] + h2 * x[0], x[3] + h1 * x[2] + h2 * x[1] + h3 * x[0]];
            for i in 0..FOUR {
                if NEAR > 1 {
                    x[i] = x[i] + third[i] * last[2] + second[i] * last[1];
                }
                x[i] += first[i] * last[0];
            }
            last = [x[3], x[2], x[1]];
        }
        let values = if BACK { [x[3], x[2], x[1], x[0]] } else { x };
        let from = if BACK { n - FOUR - t } else { t };
        e[from..from + FOUR].copy_from_slice(&values);
        t += FOUR;
    }
    t
}

#[inline]
fn load<const BACK: bool>(e: &[f64], t: usize) -> [f64; FOUR] {
    let from = if BACK { e.len() - FOUR - t } else { t };
    let values = &e[from..from + FOUR];
    if BACK {
        [values[3], values[2], values[1], values[0]]
    } else {
        [values[0], values[1], values[2], values[3]]
    }
}

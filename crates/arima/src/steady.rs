//! The filter in its steady state: innovations are `u - φ u - θ e`, lag by lag, and their adjoint runs backwards.

use crate::lanes::dot;
use crate::stationary::Polynomials;

/// Innovations of `u` into `e`; nothing is known of the time before but `state`, what it adds to the first values.
pub(crate) fn innovations(of: &Polynomials, u: &[f64], state: &[f64], e: &mut [f64]) {
    let n = u.len();
    e[..n].copy_from_slice(u);
    for (value, known) in e.iter_mut().zip(&state[..state.len().min(n)]) {
        *value -= known;
    }
    for (lag, weight) in of.ar_lags.iter().zip(of.ar) {
        if *lag < n {
            for (value, past) in e[*lag..n].iter_mut().zip(u) {
                *value -= weight * past;
            }
        }
    }
    match *of.ma_lags {
        [] => {}
        [.., 1] => match of.ma_lags.len() - 1 {
            0 => recent::<0>(of, &mut e[..n]),
            1 => recent::<1>(of, &mut e[..n]),
            2 => recent::<2>(of, &mut e[..n]),
            _ => any(of.ma_lags, of.ma, &mut e[..n]),
        },
        _ => any(of.ma_lags, of.ma, &mut e[..n]),
    }
}

/// Takes off `θ e`, whatever the lags.
fn any(lags: &[usize], weights: &[f64], e: &mut [f64]) {
    let longest = lags[0].min(e.len());
    for t in 0..longest {
        e[t] = at_start(lags, weights, e, t);
    }
    for t in longest..e.len() {
        let mut value = e[t];
        for (lag, weight) in lags.iter().zip(weights) {
            value -= weight * e[t - lag];
        }
        e[t] = value;
    }
}

/// The same where the last of `MORE + 1` lags is 1: the value just made stays in a register.
fn recent<const MORE: usize>(of: &Polynomials, e: &mut [f64]) {
    let (mut lags, mut weights) = ([0; MORE], [0.0; MORE]);
    lags.copy_from_slice(&of.ma_lags[..MORE]);
    weights.copy_from_slice(&of.ma[..MORE]);
    let nearest = of.ma[MORE];
    let longest = of.ma_lags[0].min(e.len());
    for t in 0..longest {
        e[t] = at_start(of.ma_lags, of.ma, e, t);
    }
    if longest == 0 {
        return;
    }
    let mut last = e[longest - 1];
    for t in longest..e.len() {
        let mut value = e[t];
        for i in 0..MORE {
            value -= weights[i] * e[t - lags[i]];
        }
        last = value - nearest * last;
        e[t] = last;
    }
}

/// A value before which not every lag lies.
fn at_start(lags: &[usize], weights: &[f64], e: &[f64], t: usize) -> f64 {
    let mut value = e[t];
    for (lag, weight) in lags.iter().zip(weights) {
        if *lag <= t {
            value -= weight * e[t - lag];
        }
    }
    value
}

/// The adjoint of [`innovations`]: `adjoint` comes in as the slopes in each innovation and leaves as those in each value of `u`
/// less what is known; slopes in the coefficients are added to `ar` and `ma`.
pub(crate) fn adjoint(of: &Polynomials, u: &[f64], e: &[f64], adjoint: &mut [f64], ar: &mut [f64], ma: &mut [f64]) {
    let n = u.len();
    match *of.ma_lags {
        [] => {}
        [.., 1] => match of.ma_lags.len() - 1 {
            0 => recent_adjoint::<0>(of, &mut adjoint[..n]),
            1 => recent_adjoint::<1>(of, &mut adjoint[..n]),
            2 => recent_adjoint::<2>(of, &mut adjoint[..n]),
            _ => any_adjoint(of.ma_lags, of.ma, &mut adjoint[..n]),
        },
        _ => any_adjoint(of.ma_lags, of.ma, &mut adjoint[..n]),
    }
    for (lag, slope) in of.ar_lags.iter().zip(ar) {
        if *lag < n {
            *slope -= dot(&adjoint[*lag..n], u);
        }
    }
    for (lag, slope) in of.ma_lags.iter().zip(ma) {
        if *lag < n {
            *slope -= dot(&adjoint[*lag..n], e);
        }
    }
}

fn any_adjoint(lags: &[usize], weights: &[f64], adjoint: &mut [f64]) {
    let inner = adjoint.len() - lags[0].min(adjoint.len());
    for t in (inner..adjoint.len()).rev() {
        adjoint[t] = at_end(lags, weights, adjoint, t);
    }
    for t in (0..inner).rev() {
        let mut value = adjoint[t];
        for (lag, weight) in lags.iter().zip(weights) {
            value -= weight * adjoint[t + lag];
        }
        adjoint[t] = value;
    }
}

fn recent_adjoint<const MORE: usize>(of: &Polynomials, adjoint: &mut [f64]) {
    let (mut lags, mut weights) = ([0; MORE], [0.0; MORE]);
    lags.copy_from_slice(&of.ma_lags[..MORE]);
    weights.copy_from_slice(&of.ma[..MORE]);
    let nearest = of.ma[MORE];
    let inner = adjoint.len() - of.ma_lags[0].min(adjoint.len());
    for t in (inner..adjoint.len()).rev() {
        adjoint[t] = at_end(of.ma_lags, of.ma, adjoint, t);
    }
    if inner == adjoint.len() {
        return;
    }
    let mut next = adjoint[inner];
    for t in (0..inner).rev() {
        let mut value = adjoint[t];
        for i in 0..MORE {
            value -= weights[i] * adjoint[t + lags[i]];
        }
        next = value - nearest * next;
        adjoint[t] = next;
    }
}

/// A slope behind which not every lag lies.
fn at_end(lags: &[usize], weights: &[f64], adjoint: &[f64], t: usize) -> f64 {
    let mut value = adjoint[t];
    for (lag, weight) in lags.iter().zip(weights) {
        if t + lag < adjoint.len() {
            value -= weight * adjoint[t + lag];
        }
    }
    value
}

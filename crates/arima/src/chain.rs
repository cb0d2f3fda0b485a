//! One step of Chandrasekhar's recursion, forwards and backwards.

use crate::stationary::Polynomials;

/// `K` and `L` at each step from a kept pair on, made again; the state's size is `R`, or any where that is 0.
#[inline(always)]
pub(crate) fn fill_block<const R: usize>(block: &mut [f64], kept: &[f64], variance: &[f64], of: &Polynomials) {
    let pair = if R > 0 { 2 * (R + 1) } else { kept.len() };
    block[..pair].copy_from_slice(&kept[..pair]);
    for step in 1..variance.len() {
        let (before, after) = block.split_at_mut(step * pair);
        let after = &mut after[..pair];
        after.copy_from_slice(&before[(step - 1) * pair..]);
        let (gain, direction) = after.split_at_mut(pair / 2);
        rotate(gain, direction, variance[step - 1], of);
    }
}

/// `state' = T state + c K`.
#[inline(always)]
pub(crate) fn step_state(state: &mut [f64], gain: &[f64], predicted: f64, c: f64, of: &Polynomials) {
    let r = gain.len() - 1;
    for i in 0..r {
        state[i] = state[i + 1] + c * gain[i];
    }
    for (lag, weight) in of.ar_lags.iter().zip(of.ar) {
        state[lag - 1] += weight * predicted;
    }
}

/// One hyperbolic rotation of `K` and `L`; the next variance.
#[inline(always)]
pub(crate) fn rotate(gain: &mut [f64], direction: &mut [f64], f: f64, of: &Polynomials) -> f64 {
    let r = gain.len() - 1;
    let head = direction[0];
    let d = head / f;
    for i in 0..r {
        let (k, moved) = (gain[i], direction[i + 1]);
        gain[i] = k - d * moved;
        direction[i] = moved - d * k;
    }
    for (lag, weight) in of.ar_lags.iter().zip(of.ar) {
        let more = weight * head;
        gain[lag - 1] -= d * more;
        direction[lag - 1] += more;
    }
    (f - head) * (f + head) / f
}

/// The adjoint of a step's dense part; heads are set by the caller.
#[inline(always)]
pub(crate) fn back_step(gain: &mut [f64], direction: &mut [f64], state: &mut [f64], d: f64, c: f64) {
    let r = gain.len() - 1;
    let mut carried = 0.0;
    let mut carried_state = 0.0;
    for i in 0..r {
        let (k, l, a) = (gain[i], direction[i], state[i]);
        gain[i] = k - d * l + c * a;
        direction[i] = carried;
        carried = l - d * k;
        state[i] = carried_state;
        carried_state = a;
    }
}

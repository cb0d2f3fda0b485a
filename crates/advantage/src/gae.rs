//! Generalised advantage estimation.

// As in `recurrence`.
#![allow(unsafe_code)]

use crate::lanes::Lanes;
use crate::real::Real;
use crate::recurrence::{solve, Terms};
use crate::rollout::{finite, length, Discounts, Rollout};
use isotherm_numeric::Result;

/// Writes `advantages[t] = delta[t] + (goes on ? gamma * lambda * advantages[t + 1] : 0)` with `delta[t] = rewards[t] +
/// (terminated ? 0 : gamma * next_values[t]) - values[t]`, and `returns = advantages + values` unless that is empty.
///
/// Without rewards, `advantages` has them. Without next values, `values` has a row more, `[steps + 1, envs]`, and nothing is truncated.
/// Errors: `BAD_LENGTH`, `OUT_OF_RANGE`, and `NOT_FINITE` once everything is written.
pub fn gae<R: Real>(
    rollout: &Rollout<R>,
    values: &[R],
    discounts: &Discounts,
    advantages: &mut [R],
    returns: &mut [R],
) -> Result<()> {
    let shape = rollout.shape()?;
    discounts.check()?;
    let cells = shape.cells();
    length("advantages", advantages.len(), cells)?;
    if !rollout.rewards.is_empty() {
        length("rewards", rollout.rewards.len(), cells)?;
    }
    if !returns.is_empty() {
        length("returns", returns.len(), cells)?;
    }
    let has_row = rollout.next_values.is_empty() && rollout.truncated.is_empty() && (cells > 0 || !values.is_empty());
    let next_values = if has_row {
        length("values", values.len(), cells + shape.envs)?;
        values[shape.envs..].as_ptr()
    } else {
        length("values", values.len(), cells)?;
        length("nextValues", rollout.next_values.len(), cells)?;
        rollout.next_values.as_ptr()
    };
    let written = advantages.as_mut_ptr();
    let returned = !returns.is_empty();
    let terms = Pointers {
        rewards: if rollout.rewards.is_empty() { written.cast_const() } else { rollout.rewards.as_ptr() },
        values: values.as_ptr(),
        next_values,
        terminated: rollout.terminated.as_ptr(),
        truncated: rollout.ends(),
        gamma: R::of(discounts.gamma),
        advantages: written,
        returns: returns.as_mut_ptr(),
    };
    let factor = discounts.factor();
    let clean = match (returned, has_row) {
        (true, true) => solve(Gae::<R, true, true>(terms), shape, factor),
        (true, false) => solve(Gae::<R, true, false>(terms), shape, factor),
        (false, true) => solve(Gae::<R, false, true>(terms), shape, factor),
        (false, false) => solve(Gae::<R, false, false>(terms), shape, factor),
    };
    if clean {
        return Ok(());
    }
    finite("the advantage", advantages, shape.envs)?;
    finite("the return", returns, shape.envs)
}

#[derive(Clone, Copy)]
struct Pointers<R> {
    rewards: *const R,
    values: *const R,
    next_values: *const R,
    terminated: *const u8,
    truncated: *const u8,
    gamma: R,
    advantages: *mut R,
    returns: *mut R,
}

/// `RETURNS`: they are wanted; `ROW`: values have a row more, and nothing is truncated.
#[derive(Clone, Copy)]
struct Gae<R, const RETURNS: bool, const ROW: bool>(Pointers<R>);

// SAFETY: all of them have as many entries as the shape.
unsafe impl<R: Real, const RETURNS: bool, const ROW: bool> Terms<R> for Gae<R, RETURNS, ROW> {
    const CUTS: bool = !ROW;

    #[inline(always)]
    unsafe fn from(self, at: usize) -> Self {
        let all = self.0;
        // SAFETY: the caller's.
        unsafe {
            Gae(Pointers {
                rewards: all.rewards.add(at),
                values: all.values.add(at),
                next_values: all.next_values.add(at),
                terminated: all.terminated.add(at),
                truncated: all.truncated.add(at),
                advantages: all.advantages.add(at),
                returns: if RETURNS { all.returns.add(at) } else { all.returns },
                ..all
            })
        }
    }

    #[inline(always)]
    fn results(&self) -> *const R {
        self.0.advantages
    }

    #[inline(always)]
    fn flags(&self) -> [*const u8; 2] {
        [self.0.terminated, self.0.truncated]
    }

    #[inline(always)]
    unsafe fn at<L: Lanes<Real = R>>(&self, at: usize, lives: L::Mask, _goes_on: L::Mask) -> (L::Vector, L::Vector) {
        // SAFETY: the caller's.
        unsafe {
            let values = L::load(self.0.values.add(at));
            let to_come = L::keep(lives, L::mul(L::splat(self.0.gamma), L::load(self.0.next_values.add(at))));
            let delta = L::sub(L::add(L::load(self.0.rewards.add(at)), to_come), values);
            (delta, values)
        }
    }

    #[inline(always)]
    unsafe fn put<L: Lanes<Real = R>>(&self, at: usize, y: L::Vector, values: L::Vector) -> L::Vector {
        // SAFETY: the caller's.
        unsafe {
            L::store(self.0.advantages.add(at), y);
            if !RETURNS {
                return y;
            }
            let sum = L::add(y, values);
            L::store(self.0.returns.add(at), sum);
            sum
        }
    }
}

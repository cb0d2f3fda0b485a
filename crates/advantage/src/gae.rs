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
    let terms = Gae {
        rewards: if rollout.rewards.is_empty() { written.cast_const() } else { rollout.rewards.as_ptr() },
        values: values.as_ptr(),
        next_values,
        terminated: rollout.terminated.as_ptr(),
        truncated: rollout.ends(),
        gamma: R::of(discounts.gamma),
        advantages: written,
        returns: if returns.is_empty() { None } else { Some(returns.as_mut_ptr()) },
    };
    if solve(terms, shape, discounts.factor()) {
        return Ok(());
    }
    finite("the advantage", advantages, shape.envs)?;
    finite("the return", returns, shape.envs)
}

#[derive(Clone, Copy)]
struct Gae<R> {
    rewards: *const R,
    values: *const R,
    next_values: *const R,
    terminated: *const u8,
    truncated: *const u8,
    gamma: R,
    advantages: *mut R,
    returns: Option<*mut R>,
}

// SAFETY: all of them have as many entries as the shape.
unsafe impl<R: Real> Terms<R> for Gae<R> {
    #[inline(always)]
    fn results(&self) -> *const R {
        self.advantages
    }

    #[inline(always)]
    unsafe fn at<L: Lanes<Real = R>>(&self, at: usize, _last: bool) -> (L::Vector, L::Mask) {
        // SAFETY: the caller's.
        unsafe {
            let lives = L::clear(self.terminated.add(at));
            let goes_on = L::both(lives, L::clear(self.truncated.add(at)));
            let to_come = L::keep(lives, L::mul(L::splat(self.gamma), L::load(self.next_values.add(at))));
            let delta = L::sub(L::add(L::load(self.rewards.add(at)), to_come), L::load(self.values.add(at)));
            (delta, goes_on)
        }
    }

    #[inline(always)]
    unsafe fn put<L: Lanes<Real = R>>(&self, at: usize, y: L::Vector) -> L::Vector {
        // SAFETY: the caller's.
        unsafe {
            L::store(self.advantages.add(at), y);
            let Some(returns) = self.returns else { return L::sub(y, y) };
            let sum = L::add(y, L::load(self.values.add(at)));
            L::store(returns.add(at), sum);
            L::sub(sum, sum)
        }
    }

    #[inline(always)]
    fn flags(&self) -> [*const u8; 2] {
        [self.terminated, self.truncated]
    }
}

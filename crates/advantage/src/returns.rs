//! Returns without a baseline: discounted, TD(lambda), and over some steps.

// As in `recurrence`.
#![allow(unsafe_code)]

use crate::lanes::Lanes;
use crate::real::Real;
use crate::recurrence::{solve, Terms};
use crate::rollout::{finite, length, share, Discounts, Rollout, Shape};
use isotherm_numeric::{whole, Result, MAX_EXACT};

/// Writes TD(lambda) returns: `rewards[t]` where terminated, else `rewards[t] + gamma * next_values[t]` where truncated or in the last row, else
/// `rewards[t] + gamma * ((1 - lambda) * next_values[t] + lambda * returns[t + 1])`.
///
/// With a lambda of 1 they are the discounted returns, and next values are looked at only where an episode was cut off. Without rewards, `returns` has
/// them. Errors: as of `gae`.
pub fn lambda_returns<R: Real>(rollout: &Rollout<R>, discounts: &Discounts, returns: &mut [R]) -> Result<()> {
    let in_place = rollout.rewards.is_empty();
    let shape = checked(rollout, returns, in_place)?;
    discounts.check()?;
    let written = returns.as_mut_ptr();
    let terms = Returns {
        rewards: if in_place { written.cast_const() } else { rollout.rewards.as_ptr() },
        next_values: rollout.next_values.as_ptr(),
        terminated: rollout.terminated.as_ptr(),
        truncated: rollout.ends(),
        gamma: R::of(discounts.gamma),
        bootstraps: discounts.lambda < 1.0,
        share: R::of(discounts.gamma * (1.0 - discounts.lambda)),
        returns: written,
    };
    if solve(terms, shape, discounts.factor()) {
        return Ok(());
    }
    finite("the return", returns, shape.envs)
}

fn checked<R>(rollout: &Rollout<R>, returns: &[R], in_place: bool) -> Result<Shape> {
    let shape = rollout.shape()?;
    if !in_place {
        length("rewards", rollout.rewards.len(), shape.cells())?;
    }
    length("nextValues", rollout.next_values.len(), shape.cells())?;
    length("returns", returns.len(), shape.cells())?;
    Ok(shape)
}

#[derive(Clone, Copy)]
struct Returns<R> {
    rewards: *const R,
    next_values: *const R,
    terminated: *const u8,
    truncated: *const u8,
    gamma: R,
    bootstraps: bool,
    share: R,
    returns: *mut R,
}

// SAFETY: all of them have as many entries as the shape.
unsafe impl<R: Real> Terms<R> for Returns<R> {
    const CUTS: bool = true;

    #[inline(always)]
    unsafe fn from(self, at: usize) -> Self {
        // SAFETY: the caller's.
        unsafe {
            Returns {
                rewards: self.rewards.add(at),
                next_values: self.next_values.add(at),
                terminated: self.terminated.add(at),
                truncated: self.truncated.add(at),
                returns: self.returns.add(at),
                ..self
            }
        }
    }

    #[inline(always)]
    fn results(&self) -> *const R {
        self.returns
    }

    #[inline(always)]
    fn flags(&self) -> [*const u8; 2] {
        [self.terminated, self.truncated]
    }

    #[inline(always)]
    unsafe fn at<L: Lanes<Real = R>>(&self, at: usize, lives: L::Mask, goes_on: L::Mask) -> (L::Vector, L::Vector) {
        // SAFETY: the caller's.
        unsafe {
            let value = L::load(self.next_values.add(at));
            let cut_off = L::mul(L::splat(self.gamma), value);
            let on_the_way = L::mul(L::splat(self.share), value);
            let on_the_way = if self.bootstraps { on_the_way } else { L::splat(R::default()) };
            let to_come = L::keep(lives, L::choose(goes_on, on_the_way, cut_off));
            let x = L::add(L::load(self.rewards.add(at)), to_come);
            (x, x)
        }
    }

    #[inline(always)]
    unsafe fn put<L: Lanes<Real = R>>(&self, at: usize, y: L::Vector, _x: L::Vector) -> L::Vector {
        // SAFETY: the caller's.
        unsafe { L::store(self.returns.add(at), y) };
        y
    }
}

/// Writes returns over `n` steps: the discounted rewards of steps `t..t + n` and what `next_values` says of the state after them; fewer where the
/// episode ends, or the rollout. Summed from the last of these steps to the first. Errors: as of `gae`; of `n`, `OUT_OF_RANGE`.
pub fn n_step_returns<R: Real>(rollout: &Rollout<R>, gamma: f64, n: f64, returns: &mut [R]) -> Result<()> {
    let shape = checked(rollout, returns, false)?;
    share("gamma", gamma)?;
    let n = whole("n", n, 1.0, MAX_EXACT)? as usize;
    let gamma = R::of(gamma);
    let Shape { steps, envs } = shape;
    for t in 0..steps {
        let row = &mut returns[t * envs..(t + 1) * envs];
        let last = steps.min(t.saturating_add(n)) - 1;
        for s in (t..=last).rev() {
            let from = s * envs;
            let rewards = &rollout.rewards[from..from + envs];
            let values = &rollout.next_values[from..from + envs];
            let terminated = &rollout.terminated[from..from + envs];
            let truncated = rollout.truncated.get(from..from + envs).unwrap_or(terminated);
            for e in 0..envs {
                let after = if s == last || truncated[e] != 0 { values[e] } else { row[e] };
                row[e] = rewards[e] + if terminated[e] == 0 { gamma * after } else { R::default() };
            }
        }
    }
    finite("the return", returns, envs)
}

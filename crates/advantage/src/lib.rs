//! Advantages and returns of rollouts: GAE, discounted and n-step returns, TD(lambda), V-trace, and normalisation.
//!
//! Arrays are time-major `[steps, envs]`: step `t` of environment `n` is entry `t * envs + n`. `terminated` says that the episode
//! ended for good after that step, so that nothing is to come; `truncated` that it was cut off, so that what was to come is
//! estimated by `next_values`. Both stop what later steps hand back. `next_values[t]` is the value of the state that step `t` led to: `values[t + 1]`
//! while an episode goes on, that of the last observation where it was truncated, in the last row the bootstrap; it is not looked at where terminated.
//!
//! Almost all of it is one recurrence, `y[t] = x[t] + (goes on ? c * y[t + 1] : 0)` with `y[steps] = 0`. Over several environments it is computed
//! row by row, as written. A single trajectory would wait for every step, so there another order of operations is the definition (`scan`): sums over
//! windows of 2, 4, 8 and 16 steps, then the recurrence from every 16th step. Either order is the same for any
//! number of lanes, and so are the bits.
//!
//! Source: Schulman et al., "High-dimensional continuous control using generalized advantage estimation", ICLR 2016; Espeholt et al., "IMPALA",
//! ICML 2018; Sutton and Barto, "Reinforcement Learning", 2nd edition, chapters 7 and 12; Hillis and Steele, "Data parallel algorithms", CACM 29(12), 1986.

mod gae;
mod lanes;
mod normalize;
mod real;
mod recurrence;
mod returns;
mod rollout;
mod scan;
mod vtrace;

pub use gae::gae;
pub use normalize::{normalize_advantages, Moments};
pub use real::Real;
pub use returns::{lambda_returns, n_step_returns};
pub use rollout::{Discounts, Rollout};
pub use vtrace::{vtrace, Clips};

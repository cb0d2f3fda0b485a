//! The keep-alive cost optimiser: exact best warm intervals for a function, from its idle gaps and the prices; and the best joint
//! choice over many functions under one limit (`multiple_choice`).
//!
//! A gap `g` is the time from a release to the arrival that could reuse it. After a release the instance is warm during
//! `[p, p + k]` (`p` the pre-warm, `k` the keep-alive, ends included), and each gap costs
//!
//! - `g < p`: a cold start, which cancels the pending pre-warm; nothing idles;
//! - `p <= g <= p + k`: `g - p` of idle time, and one pre-warm when `p > 0`;
//! - `g > p + k`: `k` of idle time, one pre-warm when `p > 0`, and a cold start.
//!
//! `p = 0` means that the instance stays. With `S(x)` the weight of the gaps of at least `x`, the idle time of `[p, e]`
//! is the area of `S` over it, so that the cost is a function of `p` plus a function of `e`: after one sort, a single
//! pass finds the best start for every end. All sums here have terms of one sign; nothing cancels.

mod batch;
mod check;
mod curve;
mod multiple_choice;
mod steps;
mod window;

pub use batch::{keep_alive_window_batch, Batch};
pub use curve::keep_alive_curve;
pub use multiple_choice::{Choices, MultipleChoice, Solution};
pub use steps::Scratch;
pub use window::{keep_alive_window, Window};

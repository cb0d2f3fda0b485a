//! What every kernel stands on: errors as data, one seeded generator, and the few float functions whose bits must not
//! depend on the platform.

mod check;
mod error;
mod function;
mod quantile;
mod random;

pub use check::{ensure, non_negative, whole};
pub use error::{Code, Error, Result};
pub use function::{exp, ln};
pub use quantile::quantile;
pub use random::SplitMix64;

/// 2^53 - 1: up to it a float holds every whole number.
pub const MAX_EXACT: f64 = 9_007_199_254_740_991.0;

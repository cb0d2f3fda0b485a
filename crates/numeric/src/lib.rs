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

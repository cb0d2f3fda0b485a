//! Numbers of either precision.

use crate::lanes::{Job, Widest};
use std::ops::{Add, Mul, Sub};

/// `f32` or `f64`.
pub trait Real:
    Copy + Default + PartialOrd + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Widest + 'static
{
    /// The nearest number of this precision.
    fn of(value: f64) -> Self;

    /// Exactly.
    fn to_f64(self) -> f64;
}

impl Real for f32 {
    fn of(value: f64) -> f32 {
        value as f32
    }

    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Real for f64 {
    fn of(value: f64) -> f64 {
        value
    }

    fn to_f64(self) -> f64 {
        self
    }
}

/// Runs a job in the widest lanes of this machine.
pub fn widest<R: Real, J: Job<R>>(job: J) -> J::Out {
    R::widest(job)
}

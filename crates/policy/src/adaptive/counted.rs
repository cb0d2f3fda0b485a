//! Counts that fade, in single precision.

/// The most that a state may count: with these every call still counts.
pub const MOST_COUNTED: f64 = 16_777_216.0;

/// What two counted, each by itself.
pub fn added(a: f32, b: f32) -> f32 {
    (f64::from(a) + f64::from(b)).min(MOST_COUNTED) as f32
}

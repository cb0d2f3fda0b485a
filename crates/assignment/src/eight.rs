//! Eight numbers side by side, in the widest instructions of the machine. What is computed in them is the same in all.

// Instructions of a machine are unsafe in themselves. SAFETY of all: `widest` asks the machine first, and loads and stores are of whole lines.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(all(avx512, target_arch = "x86_64"))]
mod avx512;

/// Eight numbers in memory.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub struct Line(pub [f64; 8]);

/// Eight numbers in registers. `lesser` and `greater` give the second of two that are equal.
pub trait Eight {
    type Vector: Copy;
    type Mask: Copy;

    fn splat(value: f64) -> Self::Vector;
    fn load(from: &Line) -> Self::Vector;
    fn store(to: &mut Line, vector: Self::Vector);
    /// Writes one lane of a line, as a whole one: a load of the line need not wait until it is in the cache.
    fn set(line: &mut Line, lane: usize, value: f64);
    fn add(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn sub(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn lesser(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn greater(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Lanes in which `a < b`.
    fn less(a: Self::Vector, b: Self::Vector) -> Self::Mask;
    /// Lanes in which `a <= b`.
    fn at_most(a: Self::Vector, b: Self::Vector) -> Self::Mask;
    fn choose(mask: Self::Mask, then: Self::Vector, otherwise: Self::Vector) -> Self::Vector;
    /// One bit each, the first the lowest.
    fn bits(mask: Self::Mask) -> u64;
    /// The least of all lanes.
    fn least(vector: Self::Vector) -> f64;
    /// Of the two least numbers of each lane those of all.
    fn two_least(first: Self::Vector, second: Self::Vector) -> (f64, f64);
}

/// Work that is written once for all instructions. `run` must be inlined always: only then are its instructions those of the machine.
pub trait Job {
    type Out;
    fn run<E: Eight>(self) -> Self::Out;
}

/// Runs a job in the widest instructions; none where the machine has no such.
#[cfg(target_arch = "x86_64")]
pub fn widest<J: Job>(job: J) -> Option<J::Out> {
    #[cfg(avx512)]
    if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("bmi1") {
        // SAFETY: the machine has the instructions.
        return Some(unsafe { avx512::with_avx512(job) });
    }
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") {
        // SAFETY: as above.
        return Some(unsafe { avx2::with_avx2(job) });
    }
    None
}

/// As on x86-64, for which alone such work is written.
#[cfg(not(target_arch = "x86_64"))]
pub fn widest<J: Job>(_: J) -> Option<J::Out> {
    None
}

/// A job in all instructions that this machine has.
#[cfg(all(test, target_arch = "x86_64"))]
pub fn in_all<J: Job>(job: impl Fn() -> J) -> Vec<J::Out> {
    let mut results = Vec::new();
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") {
        // SAFETY: the machine has the instructions.
        results.push(unsafe { avx2::with_avx2(job()) });
    }
    #[cfg(avx512)]
    if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("bmi1") {
        // SAFETY: as above.
        results.push(unsafe { avx512::with_avx512(job()) });
    }
    results
}

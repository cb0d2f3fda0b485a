//! Numbers side by side, as many as the machine adds at once. What is computed in them does not depend on how many there are.

// Loads, stores and the instructions of a machine are unsafe in themselves; who calls them says why they are not here.
#![allow(unsafe_code)]

mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;
#[cfg(target_arch = "x86_64")]
mod x86;

use crate::real::Real;

/// Entries that are looked at together: steps of a single trajectory, environments of a row.
pub const BLOCK: usize = 16;

/// Does something for each vector of a block, the last first. Written out, as only arrays whose every index is a constant are kept in registers.
macro_rules! each {
    ($lanes:ty, $j:ident => $body:expr) => {
        each!($lanes, $j => $body, 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0)
    };
    ($lanes:ty, $j:ident => $body:expr, $($index:literal)+) => {
        $(if $index < BLOCK / <$lanes>::WIDTH {
            let $j: usize = $index;
            $body
        })+
    };
}
pub(crate) use each;

/// A vector of some numbers. Pointers must have `WIDTH` entries.
pub trait Lanes {
    type Real: Real;
    type Vector: Copy;
    type Mask: Copy;
    /// Of a block.
    type Flags: Copy;
    /// For what is left of a row.
    type Half: Lanes<Real = Self::Real>;
    /// One number.
    type Narrowest: Lanes<Real = Self::Real>;
    /// A power of two, at most `BLOCK`.
    const WIDTH: usize;

    fn splat(value: Self::Real) -> Self::Vector;
    unsafe fn load(from: *const Self::Real) -> Self::Vector;
    unsafe fn store(to: *mut Self::Real, vector: Self::Vector);
    fn add(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn sub(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn mul(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Whether no bit is set.
    fn is_zero(vector: Self::Vector) -> bool;
    /// Which of a block's flags are 0.
    unsafe fn flags(flags: *const u8) -> Self::Flags;
    /// Those of both.
    fn meet(a: Self::Flags, b: Self::Flags) -> Self::Flags;
    /// One bit each, the first the lowest.
    fn bits(flags: Self::Flags) -> u32;
    /// Those of vector `j` of the block.
    fn part(flags: Self::Flags, j: usize) -> Self::Mask;
    /// Lanes whose flag is 0.
    unsafe fn clear(flags: *const u8) -> Self::Mask;
    /// Lanes whose bit is 1, the lowest first.
    fn mask(bits: u32) -> Self::Mask;
    fn both(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    fn choose(mask: Self::Mask, then: Self::Vector, otherwise: Self::Vector) -> Self::Vector;
    /// Lanes `by..by + WIDTH` of the two in a row; `0 < by < WIDTH`.
    fn shift(low: Self::Vector, high: Self::Vector, by: usize) -> Self::Vector;

    /// Zero where the mask is not set.
    #[inline(always)]
    fn keep(mask: Self::Mask, vector: Self::Vector) -> Self::Vector {
        Self::choose(mask, vector, Self::splat(Self::Real::default()))
    }
}

/// Work that is written once for all widths. `run` must be inlined always: only then are its instructions those of the machine.
pub trait Job<R: Real> {
    type Out;
    fn run<L: Lanes<Real = R>>(self) -> Self::Out;
}

/// Chooses the lanes when the program runs.
pub trait Widest: Sized {
    fn widest<J: Job<Self>>(job: J) -> J::Out
    where
        Self: Real;
}

macro_rules! widest {
    ($real:ty, $avx512:ident, $avx2:ident, $wasm:ident, $portable:ty) => {
        impl Widest for $real {
            #[inline(always)]
            fn widest<J: Job<$real>>(job: J) -> J::Out {
                #[cfg(target_arch = "x86_64")]
                {
                    #[cfg(avx512)]
                    if is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vl") {
                        // SAFETY: the machine has the instructions.
                        return unsafe { x86::avx512::$avx512(job) };
                    }
                    if is_x86_feature_detected!("avx2") {
                        // SAFETY: as above.
                        return unsafe { x86::avx2::$avx2(job) };
                    }
                }
                #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
                return job.run::<wasm::$wasm>();
                #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
                job.run::<$portable>()
            }
        }
    };
}

widest!(f32, with_avx512_f32, with_avx2_f32, F32x4, portable::Array<f32, 4>);
widest!(f64, with_avx512_f64, with_avx2_f64, F64x2, portable::Array<f64, 2>);

/// A job in lanes of each width that this machine has.
#[cfg(all(test, target_arch = "x86_64"))]
pub fn on_every_width<R: Tested, J: Job<R>>(job: impl Fn() -> J) -> Vec<J::Out> {
    R::on_every_width(job)
}

/// Of a precision: its lanes.
#[cfg(all(test, target_arch = "x86_64"))]
pub trait Tested: Real {
    fn on_every_width<J: Job<Self>>(job: impl Fn() -> J) -> Vec<J::Out>;
}

#[cfg(all(test, target_arch = "x86_64"))]
macro_rules! tested {
    ($real:ty, $avx512:ident, $avx2:ident, $width:literal) => {
        impl Tested for $real {
            fn on_every_width<J: Job<$real>>(job: impl Fn() -> J) -> Vec<J::Out> {
                let mut results =
                    vec![job().run::<portable::Array<$real, 1>>(), job().run::<portable::Array<$real, $width>>()];
                // SAFETY: the machine has the instructions.
                unsafe {
                    if is_x86_feature_detected!("avx2") {
                        results.push(x86::avx2::$avx2(job()));
                    }
                    #[cfg(avx512)]
                    if is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vl") {
                        results.push(x86::avx512::$avx512(job()));
                    }
                }
                results
            }
        }
    };
}

#[cfg(all(test, target_arch = "x86_64"))]
tested!(f32, with_avx512_f32, with_avx2_f32, 4);
#[cfg(all(test, target_arch = "x86_64"))]
tested!(f64, with_avx512_f64, with_avx2_f64, 2);

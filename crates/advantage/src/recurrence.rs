//! `y[t] = x[t] + (goes on ? factor * y[t + 1] : 0)` over several environments: row by row, the last one first.

// Vectors are loaded from pointers whose lengths the kernels have checked.
#![allow(unsafe_code)]

use crate::lanes::{Job, Lanes};
use crate::real::{widest, Real};
use crate::rollout::Shape;
use crate::scan::scan;

/// What a kernel puts into the recurrence, and what it does with what comes out.
///
/// # Safety
/// Everything that is read or written for the entries of the shape that it is used with is there.
pub(crate) unsafe trait Terms<R: Real>: Copy {
    /// Where `y` is written to.
    fn results(&self) -> *const R;

    /// `x` from entry `at` on, and where it goes on. After the `last` row nothing comes.
    ///
    /// # Safety
    /// `at + L::WIDTH` is at most the number of entries.
    unsafe fn at<L: Lanes<Real = R>>(&self, at: usize, last: bool) -> (L::Vector, L::Mask);

    /// Writes `y`. Zero in every bit where what was written is finite.
    ///
    /// # Safety
    /// As `at`.
    unsafe fn put<L: Lanes<Real = R>>(&self, at: usize, y: L::Vector) -> L::Vector;

    /// Flags of both kinds.
    fn flags(&self) -> [*const u8; 2];
}

/// Computes it; whether all results are finite.
pub(crate) fn solve<R: Real>(terms: impl Terms<R>, shape: Shape, factor: R) -> bool {
    widest(Recurrence { terms, shape, factor })
}

struct Recurrence<R, T> {
    terms: T,
    shape: Shape,
    factor: R,
}

impl<R: Real, T: Terms<R>> Job<R> for Recurrence<R, T> {
    type Out = bool;

    #[inline(always)]
    fn run<L: Lanes<Real = R>>(self) -> bool {
        // SAFETY: `Terms` has what its shape says.
        unsafe {
            match self.shape.envs {
                1 => scan::<L, R>(self.terms, self.shape.steps, self.factor),
                _ => rows::<L, R>(self.terms, self.shape, self.factor, 0),
            }
        }
    }
}

/// Columns `from..`: as many as fill lanes, then the rest in narrower ones.
///
/// # Safety
/// The shape is that of the terms.
#[inline(always)]
pub(crate) unsafe fn rows<L: Lanes<Real = R>, R: Real>(
    terms: impl Terms<R>,
    shape: Shape,
    factor: R,
    from: usize,
) -> bool {
    let Shape { steps, envs } = shape;
    let to = envs - (envs - from) % L::WIDTH;
    let factors = L::splat(factor);
    let zero = L::splat(R::default());
    let mut bits = zero;
    let mut last = true;
    for row in (0..steps).rev() {
        let start = row * envs;
        let mut at = start + from;
        while at < start + to {
            // SAFETY: `at + WIDTH` is in this row; so is, where it is not the last, `at + envs + WIDTH` in the next.
            unsafe {
                let (x, goes_on) = terms.at::<L>(at, last);
                let next = if last { zero } else { L::load(terms.results().add(at + envs)) };
                let y = L::add(x, L::keep(goes_on, L::mul(factors, next)));
                bits = L::or(bits, terms.put::<L>(at, y));
            }
            at += L::WIDTH;
        }
        last = false;
    }
    let mut clean = L::is_zero(bits);
    if L::WIDTH > 1 && to < envs {
        // SAFETY: as above.
        clean &= unsafe { rows::<L::Half, R>(terms, shape, factor, to) };
    }
    clean
}

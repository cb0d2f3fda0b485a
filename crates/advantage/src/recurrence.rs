//! `y[t] = x[t] + (goes on ? factor * y[t + 1] : 0)` over several environments, the last row first.

// Vectors are loaded from pointers whose lengths the kernels have checked.
#![allow(unsafe_code)]

use crate::lanes::{each, Job, Lanes, BLOCK};
use crate::real::{widest, Real};
use crate::rollout::Shape;
use crate::scan::scan;

/// What a kernel puts into the recurrence, and what it does with what comes out.
///
/// # Safety
/// Everything that is read or written for the entries of the shape that it is used with is there.
pub(crate) unsafe trait Terms<R: Real>: Copy {
    /// Whether episodes are cut off anywhere; else all that end have terminated.
    const CUTS: bool;

    /// The same from entry `at` on.
    ///
    /// # Safety
    /// There are as many entries.
    unsafe fn from(self, at: usize) -> Self;

    /// Where `y` is written to.
    fn results(&self) -> *const R;

    /// Flags of termination and of truncation.
    fn flags(&self) -> [*const u8; 2];

    /// `x` from entry `at` on, and what `put` takes of it.
    ///
    /// # Safety
    /// `at + L::WIDTH` is at most the number of entries.
    unsafe fn at<L: Lanes<Real = R>>(&self, at: usize, lives: L::Mask, goes_on: L::Mask) -> (L::Vector, L::Vector);

    /// Writes `y`. What is returned is not finite where one of these is not.
    ///
    /// # Safety
    /// As `at`.
    unsafe fn put<L: Lanes<Real = R>>(&self, at: usize, y: L::Vector, kept: L::Vector) -> L::Vector;
}

/// Computes it; whether all results are known to be finite. A function of its own: engines of WebAssembly keep more of a small one in registers.
#[inline(never)]
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
                1 => scan::<L, R, T>(self.terms, self.shape.steps, self.factor),
                _ => columns::<L, R, T>(self.terms, self.shape, self.factor),
            }
        }
    }
}

/// Columns that fill blocks, then those that do not.
///
/// # Safety
/// The shape is that of the terms.
#[inline(always)]
pub(crate) unsafe fn columns<L: Lanes<Real = R>, R: Real, T: Terms<R>>(terms: T, shape: Shape, factor: R) -> bool {
    let Shape { steps, envs } = shape;
    if steps == 0 {
        return true;
    }
    let zero = L::splat(R::default());
    let wide = envs / BLOCK * BLOCK;
    let mut blocks = Blocks::<L> { factors: L::splat(factor), wide, envs, totals: [zero; 2] };
    // SAFETY: these are the rows of the shape.
    unsafe {
        blocks.row::<true, T>(terms.from((steps - 1) * envs));
        for t in (0..steps - 1).rev() {
            blocks.row::<false, T>(terms.from(t * envs));
        }
        let [even, odd] = blocks.totals;
        is_finite::<L>(L::add(even, odd)) & rows::<L, R, T>(terms, shape, factor, wide)
    }
}

struct Blocks<L: Lanes> {
    factors: L::Vector,
    /// Columns that fill blocks.
    wide: usize,
    envs: usize,
    /// Sums of what was written: not finite if one of these was not. Two, so that none waits for the other.
    totals: [L::Vector; 2],
}

impl<L: Lanes> Blocks<L> {
    /// From its end on, so that all of memory is passed in one direction.
    ///
    /// # Safety
    /// The terms are from this row on, and the row after it has been solved, unless it is the last.
    #[inline(always)]
    unsafe fn row<const LAST: bool, T: Terms<L::Real>>(&mut self, terms: T) {
        let mut at = self.wide;
        while at > 0 {
            at -= BLOCK;
            // SAFETY: the block is in this row; where it is not the last, there is one in the next.
            unsafe {
                let block = terms.from(at);
                let next = if LAST { block.results() } else { block.results().add(self.envs) };
                let [lives, goes_on] = block_ends::<L, T>(block);
                each!(L, j => {
                    let (goes_on, next) = if LAST {
                        (L::mask(0), L::splat(L::Real::default()))
                    } else {
                        (L::part(goes_on, j), L::load(next.add(j * L::WIDTH)))
                    };
                    let (x, kept) = block.at::<L>(j * L::WIDTH, L::part(lives, j), goes_on);
                    let y = L::add(x, L::keep(goes_on, L::mul(self.factors, next)));
                    let written = block.put::<L>(j * L::WIDTH, y, kept);
                    self.totals[j % 2] = L::add(self.totals[j % 2], written);
                });
            }
        }
    }
}

/// Columns `from..`: as many as fill lanes, then the rest in narrower ones.
///
/// # Safety
/// The shape is that of the terms.
#[inline(always)]
unsafe fn rows<L: Lanes<Real = R>, R: Real, T: Terms<R>>(terms: T, shape: Shape, factor: R, from: usize) -> bool {
    let Shape { steps, envs } = shape;
    let to = envs - (envs - from) % L::WIDTH;
    let factors = L::splat(factor);
    let zero = L::splat(R::default());
    let mut total = zero;
    let mut last = true;
    for t in (0..steps).rev() {
        let start = t * envs;
        for at in (start + from..start + to).step_by(L::WIDTH) {
            // SAFETY: `at + WIDTH` is in this row; so is, where it is not the last, `at + envs + WIDTH` in the next.
            unsafe {
                let [terminated, truncated] = terms.flags();
                let lives = L::clear(terminated.add(at));
                let goes_on = if T::CUTS { L::both(lives, L::clear(truncated.add(at))) } else { lives };
                let (goes_on, next) =
                    if last { (L::mask(0), zero) } else { (goes_on, L::load(terms.results().add(at + envs))) };
                let (x, kept) = terms.at::<L>(at, lives, goes_on);
                let y = L::add(x, L::keep(goes_on, L::mul(factors, next)));
                total = L::add(total, terms.put::<L>(at, y, kept));
            }
        }
        last = false;
    }
    let mut clean = is_finite::<L>(total);
    if L::WIDTH > 1 && to < envs {
        // SAFETY: as above.
        clean &= unsafe { rows::<L::Half, R, T>(terms, shape, factor, to) };
    }
    clean
}

/// Where episodes live, and where they go on, in the block that the terms begin with.
///
/// # Safety
/// The terms have a block.
#[inline(always)]
pub(crate) unsafe fn block_ends<L: Lanes, T: Terms<L::Real>>(terms: T) -> [L::Flags; 2] {
    let [terminated, truncated] = terms.flags();
    // SAFETY: the caller's.
    unsafe {
        let lives = L::flags(terminated);
        [lives, if T::CUTS { L::meet(lives, L::flags(truncated)) } else { lives }]
    }
}

/// Whether a sum has met nothing that is not finite.
#[inline(always)]
pub(crate) fn is_finite<L: Lanes>(total: L::Vector) -> bool {
    L::is_zero(L::sub(total, total))
}

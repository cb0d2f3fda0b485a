//! The recurrence over one trajectory, in an order of operations that does not wait for every step.
//!
//! With `p` the factor, `w1 = x`, and for k = 1, 2, 4, 8
//!
//! ```text
//! w2k[t] = wk[t] + (no end in t..t + k ? p^k * wk[t + k] : 0)
//! ```
//!
//! are sums over windows; `y[t] = w16[t] + (no end in t..t + 16 ? p^16 * y[t + 16] : 0)`, where `p^2k = p^k * p^k`, and past the last
//! step all is 0. That is the definition: blocks and lanes are only how it is computed, and an episode's results do not depend on where it stands.

// As in `recurrence`.
#![allow(unsafe_code)]

use crate::lanes::{each, Lanes, BLOCK};
use crate::real::Real;
use crate::recurrence::{block_ends, is_finite, Terms};

/// A block's vectors, `BLOCK / WIDTH` of them.
type Block<V> = [V; BLOCK];

/// What the block before needs of a block: the sums over 1, 2, 4 and 8 steps, `y`, and where it goes on.
struct Later<V> {
    sums: [Block<V>; 4],
    y: Block<V>,
    open: u32,
}

/// Flags of a block, none of which is set.
const FREE: u32 = (1 << BLOCK) - 1;

/// # Safety
/// The terms have `steps` entries.
#[inline(always)]
pub unsafe fn scan<L: Lanes<Real = R>, R: Real, T: Terms<R>>(terms: T, steps: usize, factor: R) -> bool {
    if steps == 0 {
        return true;
    }
    let mut powers = [factor; 5];
    for k in 1..powers.len() {
        powers[k] = powers[k - 1] * powers[k - 1];
    }
    // SAFETY: as below.
    let (mut later, clean) = unsafe { last_block::<L::Narrowest, R, T>(terms, steps, powers) };
    // SAFETY: a block of numbers is what is loaded.
    let mut later = unsafe { widened::<L, R>(&mut later) };
    let powers = powers.map(L::splat);
    let mut total = L::splat(R::default());
    let mut start = (steps - 1) / BLOCK * BLOCK;
    while start > 0 {
        start -= BLOCK;
        // SAFETY: the block is before the last one, so that all of it is there.
        unsafe {
            let block = terms.from(start);
            let [lives, goes_on] = block_ends::<L, T>(block);
            let open = L::bits(goes_on);
            let all = L::mask(u32::MAX);
            let put = |j, y, kept| total = L::add(total, block.put::<L>(j * L::WIDTH, y, kept));
            later = if open & later.open & FREE == FREE {
                windows::<L, true>(|j| block.at::<L>(j * L::WIDTH, all, all), put, open, &later, &powers)
            } else {
                let at = |j| block.at::<L>(j * L::WIDTH, L::part(lives, j), L::part(goes_on, j));
                windows::<L, false>(at, put, open, &later, &powers)
            };
        }
    }
    clean & is_finite::<L>(total)
}

/// The last 1 to 16 steps, and nothing after them; whether they are finite.
///
/// # Safety
/// As `scan`.
#[inline(never)]
unsafe fn last_block<L: Lanes<Real = R>, R: Real, T: Terms<R>>(
    terms: T,
    steps: usize,
    powers: [R; 5],
) -> (Later<L::Vector>, bool) {
    let zero = L::splat(R::default());
    let nothing = [zero; BLOCK];
    let start = (steps - 1) / BLOCK * BLOCK;
    let mut given = [(zero, zero); BLOCK];
    let mut open = 0;
    let [terminated, truncated] = terms.flags();
    for t in start..steps {
        // SAFETY: `t` is one of the steps.
        unsafe {
            let lives = *terminated.add(t) == 0;
            let goes_on = lives && !(T::CUTS && *truncated.add(t) != 0);
            open |= u32::from(goes_on) << (t - start);
            let mask = |set: bool| L::mask(u32::from(set));
            given[t - start] = terms.at::<L>(t, mask(lives), mask(goes_on && t + 1 < steps));
        }
    }
    let later = Later { sums: [nothing; 4], y: nothing, open: u32::MAX };
    let later = windows::<L, false>(|j| given[j], |_, _, _| (), open, &later, &powers.map(L::splat));
    let mut total = zero;
    for t in start..steps {
        // SAFETY: as above.
        total = L::add(total, unsafe { terms.put::<L>(t, later.y[t - start], given[t - start].1) });
    }
    (later, is_finite::<L>(total))
}

/// One block from the one after it. `at` gives `x` of a vector and what `put` takes with its `y`. `FREE`: no episode ends here, so that nothing has to be
/// masked.
#[inline(always)]
fn windows<L: Lanes, const FREE: bool>(
    at: impl Fn(usize) -> (L::Vector, L::Vector),
    mut put: impl FnMut(usize, L::Vector, L::Vector),
    open: u32,
    later: &Later<L::Vector>,
    powers: &[L::Vector; 5],
) -> Later<L::Vector> {
    // Where it goes on for 1, 2, 4, 8 and 16 steps, in this block and the next.
    let ones = open | later.open << BLOCK;
    let twos = ones & ones >> 1;
    let fours = twos & twos >> 2;
    let eights = fours & fours >> 4;
    let goes_on = [ones, twos, fours, eights, eights & eights >> 8];
    let reached = |k: usize, j: usize, vector: L::Vector| {
        let far = L::mul(powers[k], vector);
        if FREE {
            far
        } else {
            L::keep(L::mask(goes_on[k] >> (j * L::WIDTH)), far)
        }
    };
    let nothing = [powers[0]; BLOCK];
    let [mut x, mut two, mut four, mut eight, mut y] = [nothing; 5];
    let [x1, x2, x4, x8] = &later.sums;
    each!(L, j => {
        let kept;
        (x[j], kept) = at(j);
        two[j] = L::add(x[j], reached(0, j, ahead::<L>(&x, x1, j, 1)));
        four[j] = L::add(two[j], reached(1, j, ahead::<L>(&two, x2, j, 2)));
        eight[j] = L::add(four[j], reached(2, j, ahead::<L>(&four, x4, j, 4)));
        let sixteen = L::add(eight[j], reached(3, j, ahead::<L>(&eight, x8, j, 8)));
        y[j] = L::add(sixteen, reached(4, j, later.y[j]));
        put(j, y[j], kept);
    });
    Later { sums: [x, two, four, eight], y, open }
}

/// Vector `j` of a block and the next one, `span` entries further on.
#[inline(always)]
fn ahead<L: Lanes>(block: &Block<L::Vector>, next: &Block<L::Vector>, j: usize, span: usize) -> L::Vector {
    let vectors = BLOCK / L::WIDTH;
    let get = |j: usize| if j < vectors { block[j] } else { next[j - vectors] };
    let (skipped, by) = (j + span / L::WIDTH, span % L::WIDTH);
    if by == 0 {
        get(skipped)
    } else {
        L::shift(get(skipped), get(skipped + 1), by)
    }
}

/// What was computed one by one, in lanes.
///
/// # Safety
/// A narrow vector is one number.
#[inline(always)]
unsafe fn widened<L: Lanes<Real = R>, R: Real>(
    narrow: &mut Later<<L::Narrowest as Lanes>::Vector>,
) -> Later<L::Vector> {
    let wide = |block: &Block<<L::Narrowest as Lanes>::Vector>| {
        let mut vectors = [L::splat(R::default()); BLOCK];
        // SAFETY: the block has `BLOCK` numbers.
        each!(L, j => vectors[j] = unsafe { L::load(block.as_ptr().cast::<R>().add(j * L::WIDTH)) });
        vectors
    };
    Later { sums: narrow.sums.each_ref().map(wide), y: wide(&narrow.y), open: narrow.open }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use crate::lanes::{on_every_width, Job, Lanes, Tested};
    use crate::real::Real;
    use crate::recurrence::{columns, Terms};
    use crate::rollout::Shape;
    use isotherm_numeric::SplitMix64;

    /// `x` and the flags as they are, `y` as it comes.
    #[derive(Clone, Copy)]
    struct Plain<R> {
        x: *const R,
        flags: *const u8,
        y: *mut R,
    }

    // SAFETY: the tests make arrays of one length.
    unsafe impl<R: Real> Terms<R> for Plain<R> {
        const CUTS: bool = false;

        unsafe fn from(self, at: usize) -> Self {
            unsafe { Plain { x: self.x.add(at), flags: self.flags.add(at), y: self.y.add(at) } }
        }

        fn results(&self) -> *const R {
            self.y
        }

        fn flags(&self) -> [*const u8; 2] {
            [self.flags; 2]
        }

        unsafe fn at<L: Lanes<Real = R>>(&self, at: usize, _: L::Mask, _: L::Mask) -> (L::Vector, L::Vector) {
            let x = unsafe { L::load(self.x.add(at)) };
            (x, x)
        }

        unsafe fn put<L: Lanes<Real = R>>(&self, at: usize, y: L::Vector, _: L::Vector) -> L::Vector {
            unsafe { L::store(self.y.add(at), y) };
            y
        }
    }

    struct Solve<'a, R> {
        x: &'a [R],
        flags: &'a [u8],
        envs: usize,
        factor: R,
    }

    impl<R: Real> Job<R> for Solve<'_, R> {
        type Out = (Vec<R>, bool);

        #[inline(always)]
        fn run<L: Lanes<Real = R>>(self) -> (Vec<R>, bool) {
            let mut y = vec![R::default(); self.x.len()];
            let terms = Plain { x: self.x.as_ptr(), flags: self.flags.as_ptr(), y: y.as_mut_ptr() };
            let shape = Shape { steps: self.x.len() / self.envs, envs: self.envs };
            let clean = unsafe {
                match self.envs {
                    1 => super::scan::<L, R, _>(terms, shape.steps, self.factor),
                    _ => columns::<L, R, _>(terms, shape, self.factor),
                }
            };
            (y, clean)
        }
    }

    /// The definition, as it is written above.
    fn windows<R: Real>(x: &[R], flags: &[u8], factor: R) -> Vec<R> {
        let steps = x.len();
        let goes_on = |t: usize, span: usize| flags[t..steps.min(t + span)].iter().all(|&flag| flag == 0);
        let mut sums = x.to_vec();
        let mut power = factor;
        for span in [1, 2, 4, 8] {
            let later = |t: usize| if t + span < steps { sums[t + span] } else { R::default() };
            let far = |t: usize| if goes_on(t, span) { power * later(t) } else { R::default() };
            sums = (0..steps).map(|t| sums[t] + far(t)).collect();
            power = power * power;
        }
        for t in (0..steps).rev() {
            let later = if t + 16 < steps { sums[t + 16] } else { R::default() };
            sums[t] = sums[t] + if goes_on(t, 16) { power * later } else { R::default() };
        }
        sums
    }

    fn one_by_one<R: Real>(x: &[R], flags: &[u8], envs: usize, factor: R) -> Vec<R> {
        let mut y = x.to_vec();
        for at in (0..x.len()).rev() {
            let later = if at + envs < x.len() && flags[at] == 0 { factor * y[at + envs] } else { R::default() };
            y[at] = x[at] + later;
        }
        y
    }

    fn bits<R: Real>(numbers: &[R]) -> Vec<u64> {
        numbers.iter().map(|number| number.to_f64().to_bits()).collect()
    }

    fn each_width_gives_the_same_bits<R: Tested>(tolerance: f64) {
        let mut random = SplitMix64::new(7);
        for round in 0..400 {
            let envs = if round % 2 == 0 { 1 } else { 2 + (random.next_u64() % 40) as usize };
            let steps = (random.next_u64() % 90) as usize;
            let often = [1000, 40, 3][round % 3];
            let x: Vec<R> = (0..steps * envs).map(|_| R::of((random.next_u64() % 2048) as f64 / 256.0 - 4.0)).collect();
            let flags: Vec<u8> = (0..x.len()).map(|_| u8::from(random.next_u64().is_multiple_of(often)) * 3).collect();
            let factor = R::of([0.0, 0.5, 0.9405, 1.0][round % 4]);
            let expected = match envs {
                1 => windows(&x, &flags, factor),
                _ => one_by_one(&x, &flags, envs, factor),
            };
            for (found, clean) in on_every_width(|| Solve { x: &x, flags: &flags, envs, factor }) {
                assert!(clean);
                assert_eq!(bits(&found), bits(&expected), "{steps} x {envs}");
            }
            for (a, b) in expected.iter().zip(one_by_one(&x, &flags, envs, factor)) {
                assert!((a.to_f64() - b.to_f64()).abs() <= tolerance * b.to_f64().abs().max(1.0));
            }
        }
    }

    #[test]
    fn each_width_gives_the_bits_of_the_definition() {
        each_width_gives_the_same_bits::<f32>(1e-4);
        each_width_gives_the_same_bits::<f64>(1e-12);
    }

    #[test]
    fn what_is_not_finite_is_noticed_wherever_it_stands() {
        for steps in [1, 15, 16, 17, 33, 64] {
            for bad in 0..steps {
                let mut x = vec![1.0f32; steps];
                x[bad] = f32::NAN;
                let flags = vec![0; steps];
                for (_, clean) in on_every_width(|| Solve { x: &x, flags: &flags, envs: 1, factor: 0.5 }) {
                    assert!(!clean);
                }
            }
        }
    }
}

//! Small squares, on machines that have wide instructions. All that a solution needs is in the nearest cache, and the steps are compiled as one: what they do is what the steps for
//! squares of any size do, in the same order, on rows whose length is known and on sets of columns that are the bits of a word.

// Lines of several arrays are counted together.
#![allow(clippy::needless_range_loop)]

use std::marker::PhantomData;

use crate::eight::{widest, Eight, Job, Line};
use crate::matching::NONE;
use crate::reduce::STEPS_PER_ROW;
use crate::solve::auction_is_due;

/// Rows and columns, at most.
pub const MOST: usize = 64;

/// What solutions write to, kept between them.
#[derive(Default)]
pub struct Little {
    costs: Vec<Line>,
}

/// How it came out; entries from `n` on mean nothing.
pub struct Placed {
    pub col_of: [i32; MOST],
    pub prices: [f64; MOST],
    pub end: End,
}

pub enum End {
    Met,
    /// Nothing is left for some row: the steps for any size say why.
    Failed,
    /// An auction is due, from these prices on.
    Auction,
}

impl Little {
    /// Solves `n * n` costs, `n` from 1 to [`MOST`], none of them large. None: this machine has no instructions for it.
    pub fn solve(&mut self, costs: &[f64], n: usize) -> Option<Placed> {
        match n {
            ..=16 => widest(Solve::<2> { costs, n, room: &mut self.costs }),
            17..=32 => widest(Solve::<4> { costs, n, room: &mut self.costs }),
            _ => widest(Solve::<8> { costs, n, room: &mut self.costs }),
        }
    }
}

/// In rows of `W` lines.
struct Solve<'a, const W: usize> {
    costs: &'a [f64],
    n: usize,
    room: &'a mut Vec<Line>,
}

impl<const W: usize> Job for Solve<'_, W> {
    type Out = Placed;

    #[inline(always)]
    fn run<E: Eight>(self) -> Placed {
        let n = self.n;
        self.room.resize(n * W, Line([f64::INFINITY; 8]));
        let mut square = Square::<E, W>::reduced(self.costs, n, self.room);
        let mut waiting = Waiting::default();
        let alone = square.waits;
        let bids = square.bid(alone, &mut waiting);
        let end = if auction_is_due(waiting.count, n, bids.0, bids.1) {
            End::Auction
        } else if (0..waiting.count).all(|k| square.augment(waiting.rows[k] as usize)) {
            End::Met
        } else {
            End::Failed
        };
        let mut placed = Placed { col_of: square.col_of, prices: [0.0; MOST], end };
        for w in 0..W {
            placed.prices[8 * w..8 * w + 8].copy_from_slice(&square.prices[w].0);
        }
        placed
    }
}

/// Rows in the order in which they began to wait.
struct Waiting {
    rows: [u8; MOST],
    count: usize,
}

impl Default for Waiting {
    fn default() -> Self {
        Waiting { rows: [0; MOST], count: 0 }
    }
}

impl Waiting {
    #[inline(always)]
    fn push(&mut self, row: usize) {
        self.rows[self.count % MOST] = row as u8;
        self.count += 1;
    }
}

/// A row among numbers, to be chosen by lanes.
#[inline(always)]
fn index(i: usize) -> f64 {
    f64::from_bits(i as u64)
}

struct Square<'a, E: Eight, const W: usize> {
    costs: &'a [Line],
    n: usize,
    col_of: [i32; MOST],
    row_of: [i32; MOST],
    /// Columns without a row, and rows without a column.
    free: u64,
    waits: u64,
    prices: [Line; W],
    eight: PhantomData<E>,
}

impl<'a, E: Eight, const W: usize> Square<'a, E, W> {
    /// Prices every column at its least cost, and gives it to the first row that has it, where that has none yet.
    #[inline(always)]
    fn reduced(costs: &[f64], n: usize, room: &'a mut [Line]) -> Self {
        let mut least = [E::splat(f64::INFINITY); W];
        let mut at = [E::splat(0.0); W];
        for (i, (costs, room)) in costs.chunks_exact(n).zip(room.chunks_exact_mut(W)).enumerate() {
            let i = E::splat(index(i));
            for w in 0..W {
                match costs.get(8 * w..8 * w + 8) {
                    Some(part) => room[w].0.copy_from_slice(part),
                    None => {
                        let part = costs.get(8 * w..).unwrap_or(&[]);
                        room[w].0 = [f64::INFINITY; 8];
                        room[w].0[..part.len()].copy_from_slice(part);
                    }
                }
                let cost = E::load(&room[w]);
                at[w] = E::choose(E::less(cost, least[w]), i, at[w]);
                least[w] = E::lesser(cost, least[w]);
            }
        }
        let all = u64::MAX >> (64 - n);
        let mut square = Square {
            costs: room,
            n,
            col_of: [NONE; MOST],
            row_of: [NONE; MOST],
            free: all,
            waits: all,
            prices: [Line([0.0; 8]); W],
            eight: PhantomData,
        };
        let mut first = [Line([0.0; 8]); W];
        let mut some = 0;
        for w in 0..W {
            // A column that nothing may take has no price yet; a search will find out.
            let any = E::less(least[w], E::splat(f64::INFINITY));
            some |= E::bits(any) << (8 * w);
            E::store(&mut square.prices[w], E::choose(any, least[w], E::splat(0.0)));
            E::store(&mut first[w], at[w]);
        }
        for j in 0..n {
            let i = first[j / 8].0[j % 8].to_bits() as usize % MOST;
            let own = (square.waits >> i) & (some >> j) & 1;
            square.col_of[i] = if own == 1 { j as i32 } else { square.col_of[i] };
            square.row_of[j] = if own == 1 { i as i32 } else { NONE };
            square.waits ^= own << i;
            square.free ^= own << j;
        }
        square
    }

    #[inline(always)]
    fn row(&self, i: usize) -> &'a [Line] {
        &self.costs[i * W..(i + 1) * W]
    }

    #[inline(always)]
    fn cost(&self, i: usize, j: usize) -> f64 {
        self.costs[i * W + j / 8].0[j % 8]
    }

    #[inline(always)]
    fn put(&mut self, i: usize, j: usize) {
        self.col_of[i % MOST] = j as i32;
        self.row_of[j % MOST] = i as i32;
    }

    /// As `reduce::bid`: how many bids lowered a price, and how many met a tie.
    #[inline(always)]
    fn bid(&mut self, mut rows: u64, waiting: &mut Waiting) -> (usize, usize) {
        let most = STEPS_PER_ROW * self.n;
        let mut bids = (0, 0);
        while rows != 0 {
            let row = rows.trailing_zeros();
            rows &= rows - 1;
            self.chain(row as i32, most, &mut bids, waiting);
        }
        let first = std::mem::take(waiting);
        for &row in &first.rows[..first.count] {
            self.chain(i32::from(row), most, &mut bids, waiting);
        }
        bids
    }

    #[inline(always)]
    fn chain(&mut self, mut bidder: i32, most: usize, bids: &mut (usize, usize), waiting: &mut Waiting) {
        while bidder != NONE && bids.0 + bids.1 < most {
            bidder = self.step(bidder as usize, bids, waiting);
        }
        if bidder != NONE {
            waiting.push(bidder as usize);
        }
    }

    /// As `reduce::step`.
    #[inline(always)]
    fn step(&mut self, i: usize, bids: &mut (usize, usize), waiting: &mut Waiting) -> i32 {
        let row = self.row(i);
        let mut values = [E::splat(0.0); W];
        for w in 0..W {
            values[w] = E::sub(E::load(&row[w]), E::load(&self.prices[w]));
        }
        // In pairs, which wait for each other less than all in turn.
        let (mut first, mut second) = (E::splat(f64::INFINITY), E::splat(f64::INFINITY));
        for pair in values.chunks_exact(2) {
            let (less, more) = (E::lesser(pair[0], pair[1]), E::greater(pair[0], pair[1]));
            second = E::lesser(E::lesser(second, more), E::greater(less, first));
            first = E::lesser(less, first);
        }
        let (best, second) = E::two_least(first, second);
        let mut equal = 0;
        for w in 0..W {
            equal |= E::bits(E::at_most(values[w], E::splat(best))) << (8 * w);
        }
        if best == f64::INFINITY {
            waiting.push(i);
            return NONE;
        }
        let j = equal.trailing_zeros() as usize % MOST;
        let price = self.prices[j / 8 % W].0[j % 8];
        let lower = price - (second - best);
        if second < f64::INFINITY && lower < price {
            E::set(&mut self.prices[j / 8 % W], j % 8, lower);
            bids.0 += 1;
            return self.replace(i, j);
        }
        bids.1 += 1;
        if self.free >> j & 1 == 1 {
            return self.replace(i, j);
        }
        let others = equal & (equal - 1);
        if others & self.free != 0 {
            return self.replace(i, (others & self.free).trailing_zeros() as usize);
        }
        let waits = if others == 0 { i as i32 } else { self.replace(i, others.trailing_zeros() as usize) };
        waiting.push(waits as usize);
        NONE
    }

    /// Puts a row on a column, and gives the one that it puts out.
    #[inline(always)]
    fn replace(&mut self, i: usize, j: usize) -> i32 {
        let put_out = self.row_of[j % MOST];
        if put_out != NONE {
            self.col_of[put_out as usize % MOST] = NONE;
        }
        self.free &= !(1 << j);
        self.put(i, j);
        put_out
    }

    /// As `Search::augment`.
    #[inline(always)]
    fn augment(&mut self, source: usize) -> bool {
        let infinity = E::splat(f64::INFINITY);
        let mut prices = [infinity; W];
        let mut distance = [infinity; W];
        let mut settled = [infinity; W];
        let mut from = [E::splat(index(source)); W];
        let row = self.row(source);
        let mut least = infinity;
        for w in 0..W {
            prices[w] = E::load(&self.prices[w]);
            distance[w] = E::sub(E::load(&row[w]), prices[w]);
            least = E::lesser(distance[w], least);
        }
        let mut least = E::least(least);
        if least == f64::INFINITY {
            return false;
        }
        // A zero has one sign on all backends.
        let mut level = least + 0.0;
        let mut queue = Waiting::default();
        let mut head = 0;
        let end = 'search: loop {
            let far = E::splat(level);
            let mut near = 0;
            for w in 0..W {
                near |= E::bits(E::at_most(distance[w], far)) << (8 * w);
            }
            if near & self.free != 0 {
                break 'search (near & self.free).trailing_zeros() as usize;
            }
            for w in 0..W {
                let here = E::at_most(distance[w], far);
                settled[w] = E::choose(here, distance[w], settled[w]);
                distance[w] = E::choose(here, infinity, distance[w]);
                prices[w] = E::choose(here, E::splat(f64::NEG_INFINITY), prices[w]);
            }
            while near != 0 {
                queue.push(near.trailing_zeros() as usize);
                near &= near - 1;
            }
            loop {
                if head == queue.count {
                    if least == f64::INFINITY {
                        return false;
                    }
                    level = least + 0.0;
                    break;
                }
                let j = queue.rows[head % MOST] as usize % MOST;
                head += 1;
                let i = self.row_of[j] as usize;
                let row = self.row(i);
                let height = E::splat(self.cost(i, j) - self.prices[j / 8 % W].0[j % 8] - level);
                let i = E::splat(index(i));
                let mut nearest = infinity;
                for w in 0..W {
                    let found = E::sub(E::sub(E::load(&row[w]), prices[w]), height);
                    from[w] = E::choose(E::less(found, distance[w]), i, from[w]);
                    distance[w] = E::lesser(found, distance[w]);
                    nearest = E::lesser(distance[w], nearest);
                }
                least = E::least(nearest);
                if least <= level {
                    break;
                }
            }
        };
        let (level, zero) = (E::splat(level), E::splat(0.0));
        let mut reached_from = [Line([0.0; 8]); W];
        for w in 0..W {
            // By rounding an end can be nearer than what was settled before; a price never rises.
            let lowered = E::lesser(E::sub(settled[w], level), zero);
            let price = E::add(E::load(&self.prices[w]), lowered);
            E::store(&mut self.prices[w], price);
            E::store(&mut reached_from[w], from[w]);
        }
        self.free &= !(1 << end);
        let mut j = end;
        loop {
            let i = reached_from[j / 8 % W].0[j % 8].to_bits() as usize;
            let left = self.col_of[i % MOST];
            self.put(i, j);
            if i == source {
                return true;
            }
            j = left as usize;
        }
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;
    use crate::answer::Solution;
    use crate::eight::in_all;
    use crate::instance::Shape;
    use crate::solve::dense;
    use isotherm_numeric::SplitMix64;

    fn job<const W: usize>(costs: &[f64], n: usize) -> Vec<Placed> {
        let mut rooms = [Vec::new(), Vec::new()];
        let rooms = std::cell::RefCell::new(rooms.iter_mut());
        in_all(|| Solve::<W> { costs, n, room: rooms.borrow_mut().next().expect("two kinds of instructions") })
    }

    fn placed(costs: &[f64], n: usize) -> Vec<Placed> {
        match n {
            ..=16 => job::<2>(costs, n),
            17..=32 => job::<4>(costs, n),
            _ => job::<8>(costs, n),
        }
    }

    #[test]
    fn does_what_the_steps_for_any_size_do() {
        let mut random = SplitMix64::new(5);
        let mut ends = [0; 3];
        for n in 1..=MOST {
            for kind in 0..6 {
                let cell = |at: usize, drawn: u64| match kind {
                    0 => (drawn >> 11) as f64,
                    1 => (drawn % 4) as f64 - 1.0,
                    2 => -0.0,
                    3 if !drawn.is_multiple_of(3) && at / n * 7 % n != at % n => f64::INFINITY,
                    4 if !drawn.is_multiple_of(16) => f64::INFINITY,
                    5 => ((at / n + 1) * (at % n + 1)) as f64,
                    _ => (drawn % 1000) as f64,
                };
                let costs: Vec<f64> = (0..n * n).map(|at| cell(at, random.next_u64())).collect();
                let shape = Shape { rows: n, cols: n, unassigned: &[], capacity: &[], priced: false };
                let (mut row_to_col, mut col_to_row) = (vec![0; n], vec![0; n]);
                let (mut row_duals, mut col_duals) = (vec![0.0; n], vec![0.0; n]);
                let met = dense(
                    &costs,
                    &shape,
                    &mut Solution {
                        row_to_col: &mut row_to_col,
                        col_to_row: &mut col_to_row,
                        row_duals: &mut row_duals,
                        col_duals: &mut col_duals,
                    },
                );
                for own in placed(&costs, n) {
                    match own.end {
                        End::Met => {
                            ends[0] += 1;
                            assert!(met, "n {n}, kind {kind}");
                            assert_eq!(own.col_of[..n], row_to_col, "n {n}, kind {kind}");
                            for (price, dual) in own.prices.iter().zip(&col_duals) {
                                assert_eq!((price + 0.0).to_bits(), dual.to_bits(), "n {n}, kind {kind}");
                            }
                        }
                        End::Failed => {
                            ends[1] += 1;
                            assert!(!met, "n {n}, kind {kind}");
                        }
                        End::Auction => ends[2] += 1,
                    }
                }
            }
        }
        // A machine without such instructions has nothing to compare.
        assert!(ends.iter().all(|&count| count > 0) || placed(&[0.0], 1).is_empty(), "{ends:?}");
    }
}

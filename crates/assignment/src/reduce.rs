//! Cheap steps that give most rows a column before any search.

use crate::matching::{Matching, Table, NONE};
use crate::scan::{first_equal, two_least};

/// Steps per row that the bidding may take: on costs of a metric it would go on for long, and a search does better.
const STEPS_PER_ROW: usize = 4;

/// Prices every column at its least cost, and gives it to the row that has it, where that has none yet. For squares: all columns
/// will be taken.
pub fn reduce_columns(table: &Table, matching: &mut Matching) {
    let (rows, width) = (matching.col_of.len(), table.width);
    let mut at = vec![0_u32; width];
    matching.prices.copy_from_slice(table.row(0));
    for i in 1..rows {
        let row = &table.row(i)[..width];
        for ((price, at), &cost) in matching.prices[..width].iter_mut().zip(&mut at[..width]).zip(row) {
            let less = cost < *price;
            *price = if less { cost } else { *price };
            *at = if less { i as u32 } else { *at };
        }
    }
    for (j, &i) in at.iter().enumerate() {
        let i = i as usize;
        // A column that nothing may take has no price yet; a search will find out.
        if matching.prices[j] == f64::INFINITY {
            matching.prices[j] = 0.0;
        } else if matching.col_of[i] == NONE {
            matching.put(i, j);
        }
    }
}

/// What the bidding came to.
pub struct Bids {
    /// The rows that still wait.
    pub waiting: Vec<u32>,
    /// Bids that lowered a price, and others.
    pub lowered: usize,
    pub ties: usize,
}

/// Rows bid for columns: each takes the one where `cost - price` is least, and lowers its price until the second best is as good. Columns take one row each.
pub fn bid(table: &Table, matching: &mut Matching) -> Bids {
    let rows = matching.col_of.len();
    let waiting = (0..rows as u32).filter(|&i| matching.col_of[i as usize] == NONE).collect();
    let mut bids = Bids { waiting, lowered: 0, ties: 0 };
    for _ in 0..2 {
        for row in std::mem::take(&mut bids.waiting) {
            let mut bidder = row as i32;
            while bidder != NONE && bids.lowered + bids.ties < STEPS_PER_ROW * rows {
                bidder = step(table, matching, bidder as usize, &mut bids);
            }
            if bidder != NONE {
                bids.waiting.push(bidder as u32);
            }
        }
    }
    bids
}

/// One bid of `i`: the row that it put out and that bids next, if any.
fn step(table: &Table, matching: &mut Matching, i: usize, bids: &mut Bids) -> i32 {
    let row = table.row(i);
    let (best, second, from) = two_least(row, &matching.prices);
    let without = table.unassigned(i);
    if without < best {
        return NONE;
    }
    if best == f64::INFINITY {
        bids.waiting.push(i as u32);
        return NONE;
    }
    let second = if without < second { without } else { second };
    let Some(mut j) = first_equal(row, &matching.prices, best, from, |_| true) else { return NONE };
    let lower = matching.prices[j] - (second - best);
    let put_out = matching.first(j);
    if second < f64::INFINITY && lower < matching.prices[j] {
        matching.prices[j] = lower;
        bids.lowered += 1;
        return replace(matching, i, j, put_out);
    }
    bids.ties += 1;
    if put_out == NONE {
        matching.put(i, j);
        return NONE;
    }
    // A tie: a column that nobody has, or else the second one, whose row waits for the next round.
    if let Some(free) = first_equal(row, &matching.prices, best, j + 1, |j| matching.first(j) == NONE) {
        matching.put(i, free);
        return NONE;
    }
    if let Some(other) = first_equal(row, &matching.prices, best, j + 1, |_| true) {
        j = other;
        let waits = replace(matching, i, j, matching.first(j));
        bids.waiting.push(waits as u32);
        return NONE;
    }
    bids.waiting.push(i as u32);
    NONE
}

/// Puts `i` on a column in the place of the row that it puts out, if any.
pub fn replace(matching: &mut Matching, i: usize, j: usize, put_out: i32) -> i32 {
    if put_out != NONE {
        matching.take(put_out as usize);
    }
    matching.put(i, j);
    put_out
}

/// Gives rows, one by one, the column of least cost, where it has room; all prices stay 0. Gives the rows that still wait.
pub fn first_choices(table: &Table, matching: &mut Matching) -> Vec<u32> {
    let mut waiting = Vec::new();
    for i in 0..matching.col_of.len() {
        let row = table.row(i);
        let (best, _, from) = two_least(row, &matching.prices);
        if table.unassigned(i) < best {
            continue;
        }
        let room = if best < f64::INFINITY {
            first_equal(row, &matching.prices, best, from, |j| matching.room[j] > 0)
        } else {
            None
        };
        match room {
            Some(j) => matching.put(i, j),
            None => waiting.push(i as u32),
        }
    }
    waiting
}

//! Cheap steps that give most rows a column before any search.

use crate::matching::{Choices, Matching, Table, NONE};
use crate::scan::lower;

/// Steps per row that the bidding may take: on costs of a metric it would go on for long, and a search does better.
pub const STEPS_PER_ROW: usize = 4;

/// Prices every column at its least cost, and gives it to the row that has it, where that has none yet. For squares: all columns
/// will be taken.
pub fn reduce_columns(table: &Table, matching: &mut Matching) {
    let rows = matching.col_of.len();
    let mut at = vec![0; table.width];
    matching.prices.copy_from_slice(table.row(0));
    for i in 1..rows {
        lower(&mut matching.prices, &mut at, table.row(i), i as u64);
    }
    for (j, &i) in at.iter().enumerate() {
        let i = i as usize;
        // A column that nothing may take has no price yet; a search will find out.
        if matching.prices[j] == f64::INFINITY {
            matching.prices[j] = 0.0;
        } else if matching.col_of[i] == NONE {
            matching.put(i, j, table.row(i)[j]);
        }
    }
}

/// Prices every column at its least cost; one that nothing may take has no price yet: a search will find out.
pub fn least_prices(table: &Table, matching: &mut Matching) {
    matching.prices.copy_from_slice(table.row(0));
    for i in 1..matching.col_of.len() {
        for (price, &cost) in matching.prices.iter_mut().zip(table.row(i)) {
            *price = if cost < *price { cost } else { *price };
        }
    }
    for price in &mut matching.prices {
        *price = if *price < f64::INFINITY { *price } else { 0.0 };
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

/// Waiting rows bid for columns: each takes the one where `cost - price` is least, and lowers its price until the second best is as good.
/// Columns take one row each. Gives the rows that still wait.
pub fn bid(table: &impl Choices, matching: &mut Matching, waiting: Vec<u32>) -> Bids {
    let most = STEPS_PER_ROW * matching.col_of.len();
    let mut bids = Bids { waiting, lowered: 0, ties: 0 };
    for _ in 0..2 {
        for row in std::mem::take(&mut bids.waiting) {
            let mut bidder = row as i32;
            while bidder != NONE && bids.lowered + bids.ties < most {
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
fn step(table: &impl Choices, matching: &mut Matching, i: usize, bids: &mut Bids) -> i32 {
    let (best, second, at) = table.two_least(i, &matching.prices);
    let without = table.unassigned(i);
    if without < best {
        return NONE;
    }
    if best == f64::INFINITY {
        bids.waiting.push(i as u32);
        return NONE;
    }
    let second = if without < second { without } else { second };
    let (j, cost) = table.entry(i, at);
    let lower = matching.prices[j] - (second - best);
    let put_out = matching.first(j);
    if second < f64::INFINITY && lower < matching.prices[j] {
        matching.prices[j] = lower;
        bids.lowered += 1;
        return replace(matching, i, j, cost, put_out);
    }
    bids.ties += 1;
    if put_out == NONE {
        matching.put(i, j, cost);
        return NONE;
    }
    // A tie: a column that nobody has, or else the second one, whose row waits for the next round.
    if let Some(free) = table.first_equal(i, &matching.prices, best, at + 1, |j| matching.first(j) == NONE) {
        let (j, cost) = table.entry(i, free);
        matching.put(i, j, cost);
        return NONE;
    }
    if let Some(other) = table.first_equal(i, &matching.prices, best, at + 1, |_| true) {
        let (j, cost) = table.entry(i, other);
        let waits = replace(matching, i, j, cost, matching.first(j));
        bids.waiting.push(waits as u32);
        return NONE;
    }
    bids.waiting.push(i as u32);
    NONE
}

/// Puts `i` on a column in the place of the row that it puts out, if any.
pub fn replace(matching: &mut Matching, i: usize, j: usize, cost: f64, put_out: i32) -> i32 {
    if put_out != NONE {
        matching.take(put_out as usize);
    }
    matching.put(i, j, cost);
    put_out
}

/// Gives rows, one by one, the column of least cost, where it has room; all prices stay 0. Gives the rows that still wait.
pub fn first_choices(table: &impl Choices, matching: &mut Matching) -> Vec<u32> {
    let mut waiting = Vec::new();
    for i in 0..matching.col_of.len() {
        let (best, _, from) = table.two_least(i, &matching.prices);
        if table.unassigned(i) < best {
            continue;
        }
        let room = if best < f64::INFINITY {
            table.first_equal(i, &matching.prices, best, from, |j| matching.room[j] > 0)
        } else {
            None
        };
        match room {
            Some(at) => {
                let (j, cost) = table.entry(i, at);
                matching.put(i, j, cost);
            }
            None => waiting.push(i as u32),
        }
    }
    waiting
}

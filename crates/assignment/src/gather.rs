//! The entries of a row that look best.

use crate::scan::{least_of_blocks, BLOCK};

/// Blocks of a row that are opened: those of the least entries. What is as good as the best entry of the last of them is taken.
const BLOCKS: usize = 20;
/// And at most so large a part of all blocks.
const PART: usize = 3;
/// No further block is opened when so many entries are taken.
pub const MOST: usize = 64;
/// Spreads the blocks where rows begin, so that rows of many ties do not all take the same columns.
const SPREAD: u32 = 0x9e37_79b1;

/// Takes entries from rows.
pub struct Gather {
    /// The least `cost - price` of each block.
    least: Vec<f64>,
    order: Vec<f64>,
    pub cols: Vec<u32>,
    pub costs: Vec<f64>,
    /// Of the row looked at last: its least `cost - price`, and what that of entries that were not taken is at least.
    pub best: f64,
    pub rest: f64,
}

impl Gather {
    /// For rows of `width` columns.
    pub fn new(width: usize) -> Self {
        let blocks = width.div_ceil(BLOCK);
        Gather {
            least: vec![0.0; blocks],
            order: Vec::with_capacity(blocks),
            cols: Vec::new(),
            costs: Vec::new(),
            best: 0.0,
            rest: 0.0,
        }
    }

    /// Takes those entries of row `i` whose `cost - price` is below `limit`, or where they are many, those that look best. False: not all.
    pub fn take(&mut self, i: usize, row: &[f64], prices: &[f64], limit: f64) -> bool {
        self.best = least_of_blocks(row, prices, &mut self.least);
        self.rest = limit;
        self.order.clear();
        self.order.extend(self.least.iter().filter(|&&least| least < limit));
        if self.order.is_empty() {
            return true;
        }
        let blocks = self.least.len();
        let nth = BLOCKS.min(1 + blocks / PART);
        let mut all = self.order.len() <= nth;
        let most = if all { limit } else { *self.order.select_nth_unstable_by(nth - 1, f64::total_cmp).1 };
        self.rest = most;
        let end = self.cols.len() + MOST;
        let first = ((u64::from((i as u32).wrapping_mul(SPREAD)) * blocks as u64) >> 32) as usize;
        for block in (first..blocks).chain(0..first) {
            if self.least[block] > most {
                continue;
            }
            if self.cols.len() >= end {
                all = false;
                self.rest = self.best;
                break;
            }
            let from = block * BLOCK;
            let to = (from + BLOCK).min(row.len());
            for (j, (&cost, price)) in (from..to).zip(row[from..to].iter().zip(&prices[from..to])) {
                let value = cost - price;
                if value <= most && value < limit {
                    self.cols.push(j as u32);
                    self.costs.push(cost);
                }
            }
        }
        all
    }
}

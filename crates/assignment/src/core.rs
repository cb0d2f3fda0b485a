//! A square solved among few entries of each row, those that look best; what was left out is looked at then, and taken in where it matters.

use crate::gather::Gather;
use crate::matching::{Matching, Table, NONE};
use crate::reduce::{bid, least_prices};
use crate::seek::Seek;
use crate::sparse::{Lines, Sparse};

/// Prices begin at the columns' least costs where columns differ so many times more than by chance.
const EFFECT: f64 = 2.0;
/// Of so many rows one may find nothing among its entries; else the core is of no use.
const FAILED: usize = 8;
/// Times that entries are added; searches of whole rows do the rest.
const ROUNDS: usize = 10;
/// What is better by less than this part is so by rounding.
pub const ROUNDING: f64 = f64::from_bits((1023 - 46) << 52);

/// Gives rows columns under prices that hold for all entries, and gives the rows that wait. None, with any prices and rows on columns:
/// the core was of no use. `column_effect`: see [`crate::probe::Probe`].
pub fn solve_core(table: &Table, matching: &mut Matching, column_effect: f64) -> Option<Vec<u32>> {
    let rows = matching.col_of.len();
    if column_effect > EFFECT {
        least_prices(table, matching);
    }
    let mut core = Core::new(table, matching);
    for rows_alike in core.order(matching) {
        let mut waiting = bid(&core.entries, matching, rows_alike).waiting;
        core.serve(matching, &mut waiting);
        if core.failed.len() * FAILED > rows {
            return None;
        }
    }
    for _ in 0..ROUNDS {
        if core.failed.is_empty() {
            let mut waiting = core.add_better(table, matching);
            if waiting.is_empty() {
                return Some(waiting);
            }
            core.serve(matching, &mut waiting);
        } else {
            let mut waiting = core.add_ways_out(table, matching);
            core.serve(matching, &mut waiting);
        }
    }
    let mut waiting = core.add_better(table, matching);
    waiting.append(&mut core.failed);
    Some(waiting)
}

struct Core {
    entries: Sparse<'static>,
    gather: Gather,
    seek: Seek,
    /// Rows that found nothing in the last round, and the columns that they competed for.
    failed: Vec<u32>,
    shut: Vec<u32>,
    /// A row's least `cost - price` when all of its entries were last looked at: as prices only fall, none is better while that does not rise.
    seen: Vec<f64>,
}

impl Core {
    fn new(table: &Table, matching: &Matching) -> Self {
        let rows = matching.col_of.len();
        let mut gather = Gather::new(table.width);
        let mut begin = vec![0];
        for i in 0..rows {
            gather.take(i, table.row(i), &matching.prices, f64::INFINITY);
            begin.push(gather.cols.len());
        }
        let entries = Sparse {
            begin,
            cols: std::mem::take(&mut gather.cols),
            costs: std::mem::take(&mut gather.costs),
            ..Sparse::default()
        };
        let seek = Seek::new(table.width);
        Core { entries, gather, seek, failed: Vec::new(), shut: Vec::new(), seen: vec![f64::NEG_INFINITY; rows] }
    }

    /// Rows that prefer some column, and then those to which all are the same: these take what is left.
    fn order(&self, matching: &Matching) -> [Vec<u32>; 2] {
        let rows = matching.col_of.len() as u32;
        let (same, other) = (0..rows).partition(|&i| {
            let (cols, costs) = self.entries.row(i as usize);
            let mut values = cols.iter().zip(costs).map(|(&j, cost)| cost - matching.prices[j as usize]);
            let first = values.next();
            values.all(|value| Some(value) == first)
        });
        [other, same]
    }

    /// Searches for waiting rows among the entries. Those that find nothing are noted; searches after them pass by what they settled.
    fn serve(&mut self, matching: &mut Matching, waiting: &mut Vec<u32>) {
        let most = matching.col_of.len() / FAILED;
        for row in waiting.drain(..) {
            if self.failed.len() > most {
                self.failed.push(row);
            } else if !self.seek.augment(&self.entries, matching, row as usize) {
                self.failed.push(row);
                self.seek.shut(matching);
            }
        }
        self.shut.append(&mut self.seek.reopen(matching));
    }

    /// Takes rows off columns that are not the best among all entries, and takes the better ones in; those rows.
    fn add_better(&mut self, table: &Table, matching: &mut Matching) -> Vec<u32> {
        let mut better = Vec::new();
        let mut begin = vec![0];
        for i in 0..matching.col_of.len() {
            let j = matching.col_of[i];
            if j == NONE {
                continue;
            }
            let (own, price) = (matching.own[i], matching.prices[j as usize]);
            let value = own - price;
            if value <= self.seen[i] {
                continue;
            }
            let limit = value - (own.abs() + price.abs()) * ROUNDING;
            let before = self.gather.cols.len();
            let all = self.gather.take(i, table.row(i), &matching.prices, limit);
            self.seen[i] = if all { value } else { f64::NEG_INFINITY };
            if self.gather.cols.len() > before {
                better.push(i as u32);
                begin.push(self.gather.cols.len());
            }
        }
        for &i in &better {
            matching.take(i as usize);
        }
        self.extend(&better, &begin);
        better
    }

    /// Takes in entries of the rows that compete for too few columns, in others; the rows that found nothing.
    fn add_ways_out(&mut self, table: &Table, matching: &Matching) -> Vec<u32> {
        let mut prices = matching.prices.clone();
        let mut rows = self.failed.clone();
        for j in self.shut.drain(..) {
            prices[j as usize] = f64::NEG_INFINITY;
            rows.push(matching.first(j as usize) as u32);
        }
        rows.sort_unstable();
        let mut begin = vec![0];
        for &i in &rows {
            self.gather.take(i as usize, table.row(i as usize), &prices, f64::INFINITY);
            begin.push(self.gather.cols.len());
        }
        self.extend(&rows, &begin);
        std::mem::take(&mut self.failed)
    }

    /// Adds what was gathered for these rows, ascending.
    fn extend(&mut self, rows: &[u32], begin: &[usize]) {
        let old = &self.entries;
        let mut entries = Sparse { begin: vec![0], ..Sparse::default() };
        let mut k = 0;
        for i in 0..old.begin.len() - 1 {
            let (cols, costs) = old.row(i);
            entries.cols.extend_from_slice(cols);
            entries.costs.extend_from_slice(costs);
            if rows.get(k) == Some(&(i as u32)) {
                entries.cols.extend_from_slice(&self.gather.cols[begin[k]..begin[k + 1]]);
                entries.costs.extend_from_slice(&self.gather.costs[begin[k]..begin[k + 1]]);
                k += 1;
            }
            entries.begin.push(entries.cols.len());
        }
        self.entries = entries;
        self.gather.cols.clear();
        self.gather.costs.clear();
    }
}

//! Few columns that choose among many rows: each among the rows that cost it least, found in one pass over all costs.

use crate::matching::Matching;
use crate::reduce::bid;
use crate::scan::LANES;
use crate::seek::Seek;
use crate::sparse::Sparse;

/// Rows to choose among, for every column that does: with fewer, columns come to what was not kept for them.
const MANY: usize = 4;
/// Costs from which on it is worth it: fewer are in the cache when they are looked at again.
const CELLS: usize = 1 << 19;
/// Rows that are kept for a column, at least: after as many more the dearest of both go.
const KEPT: usize = 8;
/// Of so many costs one may be kept for a while; where it is more, costs come in an order that this pass is no good for.
const PART: usize = 8;

/// Gives each column (a row of the matching) one of the rows (its columns). False, with anything in the matching: some column needs a row that was not kept for
/// it. `costs` are `[rows, cols]` by rows.
pub fn choose_few(costs: &[f64], rows: usize, cols: usize, matching: &mut Matching) -> bool {
    if rows < MANY * cols || costs.len() < CELLS {
        return false;
    }
    let Some(kept) = Kept::of(costs, cols) else { return false };
    let entries = kept.entries();
    let all = matching.alone();
    let waiting = bid(&entries, matching, all).waiting;
    let mut seek = Seek::new(rows);
    waiting.into_iter().all(|j| seek.augment(&entries, matching, j as usize))
        // Prices are 0 or less, so that no row that was not kept is better than its cost.
        && (0..cols).all(|j| matching.own[j] - matching.prices[matching.col_of[j] as usize] <= kept.limit[j])
}

/// The cheapest rows of every column.
struct Kept {
    /// What was not kept costs at least as much.
    limit: Vec<f64>,
    count: Vec<usize>,
    /// Room for `2 KEPT` of each column; rows ascend.
    rows: Vec<u32>,
    costs: Vec<f64>,
    /// To find the dearest of one column.
    order: Vec<f64>,
}

impl Kept {
    /// None: too many are cheaper than all before them, or so many cost the least that all columns keep the same first ones.
    fn of(costs: &[f64], cols: usize) -> Option<Self> {
        let mut kept = Kept {
            limit: vec![f64::INFINITY; cols],
            count: vec![0; cols],
            rows: vec![0; 2 * KEPT * cols],
            costs: vec![0.0; 2 * KEPT * cols],
            order: vec![0.0; 2 * KEPT],
        };
        let mut left = costs.len() / PART + 2 * KEPT * cols;
        let mut tied = 0;
        for (i, row) in costs.chunks_exact(cols).enumerate() {
            for (block, here) in row.chunks(LANES).enumerate() {
                let from = block * LANES;
                let limit = &kept.limit[from..from + here.len()];
                if !here.iter().zip(limit).fold(false, |any, (cost, limit)| any | (cost < limit)) {
                    continue;
                }
                for (j, &cost) in (from..).zip(here) {
                    if cost < kept.limit[j] {
                        if left == 0 {
                            return None;
                        }
                        left -= 1;
                        if kept.add(i as u32, j, cost) && i < cols {
                            tied += 1;
                            if 2 * tied > cols {
                                return None;
                            }
                        }
                    }
                }
            }
        }
        Some(kept)
    }

    /// True: from now on all that a column keeps costs the same.
    fn add(&mut self, i: u32, j: usize, cost: f64) -> bool {
        let from = j * 2 * KEPT;
        let at = from + self.count[j];
        self.rows[at] = i;
        self.costs[at] = cost;
        self.count[j] += 1;
        self.count[j] == 2 * KEPT && self.thin(j) == 0
    }

    /// Lets the dearer half of a column's rows go, of those alike the last; how many are cheaper than the dearest that stay.
    fn thin(&mut self, j: usize) -> usize {
        let from = j * 2 * KEPT;
        self.order.copy_from_slice(&self.costs[from..from + 2 * KEPT]);
        let limit = *self.order.select_nth_unstable_by(KEPT, f64::total_cmp).1;
        let below = self.costs[from..from + 2 * KEPT].iter().filter(|&&cost| cost < limit).count();
        let (mut alike, mut to) = (KEPT - below, from);
        for at in from..from + 2 * KEPT {
            let cost = self.costs[at];
            if cost < limit || (cost == limit && alike > 0) {
                alike -= usize::from(cost == limit);
                self.rows[to] = self.rows[at];
                self.costs[to] = cost;
                to += 1;
            }
        }
        self.count[j] = KEPT;
        self.limit[j] = limit;
        below
    }

    fn entries(&self) -> Sparse<'static> {
        let mut out = Sparse { begin: vec![0], ..Sparse::default() };
        for (j, &count) in self.count.iter().enumerate() {
            let from = j * 2 * KEPT;
            out.cols.extend_from_slice(&self.rows[from..from + count]);
            out.costs.extend_from_slice(&self.costs[from..from + count]);
            out.begin.push(out.cols.len());
        }
        out
    }
}

//! The best entries of each row of an assignment that changes, and what the others are at least.

use crate::gather::{Gather, MOST};
use crate::scan::BLOCK;
use crate::sparse::Lines;

/// Entries that a list has room for.
const ROOM: usize = MOST + BLOCK;

/// Lists by line.
pub struct Lists {
    gather: Gather,
    cols: Vec<u32>,
    costs: Vec<f64>,
    count: Vec<u32>,
    /// What `cost - price` of an entry that is not listed is at least, as long as prices only fall.
    rest: Vec<f64>,
}

impl Lists {
    /// For rows of `width` columns.
    pub fn new(width: usize) -> Self {
        Lists { gather: Gather::new(width), cols: vec![], costs: vec![], count: vec![], rest: vec![] }
    }

    /// Whether there are lists.
    pub fn stand(&self) -> bool {
        !self.count.is_empty()
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.count.clear();
    }

    /// Lists the best entries of a line under prices; the least `cost - price`.
    pub fn look(&mut self, line: usize, row: &[f64], prices: &[f64]) -> f64 {
        if line >= self.count.len() {
            self.count.resize(line + 1, 0);
            self.rest.resize(line + 1, f64::NEG_INFINITY);
            self.cols.resize((line + 1) * ROOM, 0);
            self.costs.resize((line + 1) * ROOM, 0.0);
        }
        self.gather.cols.clear();
        self.gather.costs.clear();
        self.gather.take(line, row, prices, f64::INFINITY);
        let count = self.gather.cols.len();
        self.cols[line * ROOM..line * ROOM + count].copy_from_slice(&self.gather.cols);
        self.costs[line * ROOM..line * ROOM + count].copy_from_slice(&self.gather.costs);
        self.count[line] = count as u32;
        self.rest[line] = self.gather.rest;
        self.gather.best
    }

    /// What entries of a line that are not listed are at least.
    pub fn rest(&self, line: usize) -> f64 {
        self.rest[line]
    }

    /// The lists of rows.
    pub fn of<'a>(&'a self, line: &'a [u32]) -> Listed<'a> {
        Listed { lists: self, line }
    }
}

/// Rows that are served, by their lists.
pub struct Listed<'a> {
    lists: &'a Lists,
    line: &'a [u32],
}

impl Lines for Listed<'_> {
    fn row(&self, i: usize) -> (&[u32], &[f64]) {
        let line = self.line[i] as usize;
        let (from, to) = (line * ROOM, line * ROOM + self.lists.count[line] as usize);
        (&self.lists.cols[from..to], &self.lists.costs[from..to])
    }

    fn unassigned(&self, _: usize) -> f64 {
        f64::INFINITY
    }
}

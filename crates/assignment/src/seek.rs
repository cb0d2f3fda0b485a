//! Adds one row along a shortest augmenting path where rows have few entries each.

use crate::heap::Heap;
use crate::matching::{Matching, NONE};
use crate::sparse::Lines;

/// What a search writes to, kept between searches.
pub struct Seek {
    /// Infinity where nothing was reached, negative infinity where a distance is final.
    distance: Vec<f64>,
    reached_from: Vec<i32>,
    /// What the row that a column was reached from costs there.
    entry: Vec<f64>,
    /// Columns with a distance.
    touched: Vec<u32>,
    /// Columns whose distance is final, in order, and their distances.
    settled: Vec<u32>,
    final_distance: Vec<f64>,
    heap: Heap,
    /// Columns that lead nowhere, and their prices.
    closed: Vec<(u32, f64)>,
    /// The best end so far, and how far it is.
    end: End,
    bound: f64,
}

/// Where a path ends.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Column(usize),
    /// A row goes without.
    Row(usize),
}

impl Seek {
    /// For tables of `width` columns.
    pub fn new(width: usize) -> Self {
        Seek {
            distance: vec![f64::INFINITY; width],
            reached_from: vec![NONE; width],
            entry: vec![0.0; width],
            touched: Vec::new(),
            settled: Vec::new(),
            final_distance: Vec::new(),
            heap: Heap::default(),
            closed: Vec::new(),
            end: End::Row(0),
            bound: f64::INFINITY,
        }
    }

    /// The columns that the last search settled: those that a row which cannot be served competes for.
    pub fn settled(&self) -> &[u32] {
        &self.settled
    }

    /// The column with room where the last search ended, if it did.
    pub fn end(&self) -> Option<usize> {
        match self.end {
            End::Column(j) => Some(j),
            End::Row(_) => None,
        }
    }

    /// Gives `source` a column, or leaves a row out at its price. False, with nothing changed: neither is possible.
    pub fn augment(&mut self, table: &impl Lines, matching: &mut Matching, source: usize) -> bool {
        self.settled.clear();
        self.final_distance.clear();
        self.heap.clear();
        self.end = End::Row(source);
        self.bound = table.unassigned(source);
        let level = self.search(table, matching, source);
        for &j in &self.touched {
            self.distance[j as usize] = f64::INFINITY;
        }
        self.touched.clear();
        if level == f64::INFINITY {
            return false;
        }
        for (&j, distance) in self.settled.iter().zip(&self.final_distance) {
            // By rounding an end can be nearer than what was settled before; a price never rises.
            let lowered = distance - level;
            matching.prices[j as usize] += if lowered < 0.0 { lowered } else { 0.0 };
        }
        match self.end {
            End::Column(j) => self.walk(matching, source, j),
            End::Row(i) if i != source => {
                let j = matching.col_of[i] as usize;
                matching.take(i);
                self.walk(matching, source, j);
            }
            End::Row(_) => {}
        }
        true
    }

    /// Keeps later searches from the columns that a failed one settled: they lead nowhere.
    pub fn shut(&mut self, matching: &mut Matching) {
        for &j in &self.settled {
            self.closed.push((j, matching.prices[j as usize]));
            matching.prices[j as usize] = f64::NEG_INFINITY;
        }
    }

    /// Opens what was shut; which columns.
    pub fn reopen(&mut self, matching: &mut Matching) -> Vec<u32> {
        let closed = std::mem::take(&mut self.closed);
        for &(j, price) in &closed {
            matching.prices[j as usize] = price;
        }
        closed.into_iter().map(|(j, _)| j).collect()
    }

    /// How far the end is; infinity where there is none.
    fn search(&mut self, table: &impl Lines, matching: &Matching, source: usize) -> f64 {
        if self.relax(table, matching, source, 0.0, f64::NEG_INFINITY) {
            return self.bound;
        }
        let mut head = 0;
        while let Some((distance, j)) = self.heap.pop() {
            if distance >= self.bound {
                break;
            }
            // Reached again since, or settled.
            if distance != self.distance[j as usize] {
                continue;
            }
            // A zero has one sign on all backends.
            let level = distance + 0.0;
            self.settle(j, distance);
            while head < self.settled.len() {
                let j = self.settled[head] as usize;
                head += 1;
                let mut i = matching.first(j);
                while i != NONE {
                    let height = matching.own[i as usize] - matching.prices[j] - level;
                    let left = table.unassigned(i as usize) - height;
                    if left < self.bound {
                        self.bound = left;
                        self.end = End::Row(i as usize);
                    }
                    if self.relax(table, matching, i as usize, height, level) {
                        return level;
                    }
                    i = matching.after(i as usize);
                }
            }
        }
        self.bound
    }

    fn settle(&mut self, j: u32, distance: f64) {
        self.distance[j as usize] = f64::NEG_INFINITY;
        self.settled.push(j);
        self.final_distance.push(distance);
    }

    /// Reaches columns from a row. True: one that has room is no farther than `level`.
    fn relax(&mut self, table: &impl Lines, matching: &Matching, i: usize, height: f64, level: f64) -> bool {
        let (cols, costs) = table.row(i);
        for (&j, &cost) in cols.iter().zip(costs) {
            let at = j as usize;
            let found = cost - matching.prices[at] - height;
            if found >= self.distance[at] || found > self.bound {
                continue;
            }
            if matching.room[at] > 0 {
                // On a tie a row is served rather than left out.
                if found < self.bound || (matches!(self.end, End::Row(_)) && found < f64::INFINITY) {
                    self.bound = found;
                    self.end = End::Column(at);
                    self.reached_from[at] = i as i32;
                    self.entry[at] = cost;
                    if found <= level {
                        return true;
                    }
                }
                continue;
            }
            if found == self.bound {
                continue;
            }
            if self.distance[at] == f64::INFINITY {
                self.touched.push(j);
            }
            self.reached_from[at] = i as i32;
            self.entry[at] = cost;
            if found <= level {
                self.settle(j, found);
            } else {
                self.distance[at] = found;
                self.heap.push(found, j);
            }
        }
        false
    }

    /// Moves the rows of the path that ends at column `j`.
    fn walk(&self, matching: &mut Matching, source: usize, mut j: usize) {
        loop {
            let i = self.reached_from[j] as usize;
            let left = matching.col_of[i];
            if i != source {
                matching.take(i);
            }
            matching.put(i, j, self.entry[j]);
            if i == source {
                return;
            }
            j = left as usize;
        }
    }
}

//! Gives back a place that was left: the price of its column rises until a row moves there, or to 0.

use crate::matching::{Choices, Matching, Table, NONE};

/// What a search over columns writes to, kept between searches.
#[derive(Default)]
pub struct Raise {
    /// By how much less a column's price has to rise than the first one's.
    distance: Vec<f64>,
    done: Vec<bool>,
    settled: Vec<u32>,
    /// The row that leaves a column, and where to.
    mover: Vec<i32>,
    target: Vec<u32>,
}

/// What ends it.
enum End {
    /// A place of this column stays free, at price 0.
    Free(usize),
    /// A row that was left out moves to this column.
    Row(usize, usize),
}

impl Raise {
    /// For a column with room and a price below 0, where all rows that wait for none are on one of their best columns, or best left out.
    pub fn raise(&mut self, table: &Table, matching: &mut Matching, source: usize) {
        let cols = matching.room.len();
        self.distance.clear();
        self.distance.resize(cols, f64::INFINITY);
        self.done.clear();
        self.done.resize(cols, false);
        self.mover.resize(cols, NONE);
        self.target.resize(cols, 0);
        self.settled.clear();
        self.distance[source] = 0.0;
        let mut bound = -matching.prices[source];
        let mut end = End::Free(source);
        while let Some(j) = self.nearest(bound) {
            self.done[j] = true;
            self.settled.push(j as u32);
            let (from, price) = (self.distance[j], matching.prices[j]);
            for (i, &k) in matching.col_of.iter().enumerate() {
                let value = table.row(i)[j] - price;
                if k == NONE {
                    let found = from + (value - table.unassigned(i));
                    if found < bound {
                        bound = found;
                        end = End::Row(i, j);
                    }
                } else if !self.done[k as usize] {
                    let k = k as usize;
                    let found = from + (value - (matching.own[i] - matching.prices[k]));
                    if found < self.distance[k] {
                        self.distance[k] = found;
                        self.mover[k] = i as i32;
                        self.target[k] = j as u32;
                        if found - matching.prices[k] < bound {
                            bound = found - matching.prices[k];
                            end = End::Free(k);
                        }
                    }
                }
            }
        }
        for &j in &self.settled {
            let raised = matching.prices[j as usize] + (bound - self.distance[j as usize]);
            matching.prices[j as usize] = if raised < 0.0 { raised } else { 0.0 };
        }
        match end {
            End::Free(j) => {
                matching.prices[j] = 0.0;
                self.walk(table, matching, source, j);
            }
            End::Row(i, j) => {
                self.walk(table, matching, source, j);
                matching.put(i, j, table.row(i)[j]);
            }
        }
    }

    /// The nearest column that is not done.
    fn nearest(&self, bound: f64) -> Option<usize> {
        let mut found = None;
        let mut least = bound;
        for (j, (&distance, &done)) in self.distance.iter().zip(&self.done).enumerate() {
            if distance < least && !done {
                least = distance;
                found = Some(j);
            }
        }
        found
    }

    /// Moves rows one column on, towards the first, so that column `j` has a place.
    fn walk(&self, table: &Table, matching: &mut Matching, source: usize, mut j: usize) {
        let mut path = Vec::new();
        while j != source {
            path.push(self.mover[j] as usize);
            j = self.target[j] as usize;
        }
        for i in path.into_iter().rev() {
            let target = self.target[matching.col_of[i] as usize] as usize;
            matching.take(i);
            matching.put(i, target, table.row(i)[target]);
        }
    }
}

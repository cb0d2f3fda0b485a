//! Adds one row along a shortest augmenting path.

use crate::matching::{Choices, Matching, Table, NONE};
use crate::scan::{at_most, open, relax};

/// What a search writes to, kept between searches.
#[derive(Default)]
pub struct Search {
    distance: Vec<f64>,
    reached_from: Vec<i32>,
    /// Columns whose distance is final, in order, and with each its distance and its price.
    settled: Vec<u32>,
    final_distance: Vec<f64>,
    price: Vec<f64>,
}

/// Where a path ends.
enum End {
    Column(usize),
    /// A row goes without.
    Row(usize),
}

impl Search {
    /// For tables of `width` columns.
    pub fn new(width: usize) -> Self {
        Search { distance: vec![0.0; width], reached_from: vec![NONE; width], ..Search::default() }
    }

    /// The columns that the last search settled: those that a row which cannot be served competes for.
    pub fn settled(&self) -> &[u32] {
        &self.settled
    }

    /// Gives `source` a column, or leaves a row out at its price. False, with nothing changed: neither is possible.
    pub fn augment(&mut self, table: &Table, matching: &mut Matching, source: usize) -> bool {
        self.settled.clear();
        self.final_distance.clear();
        self.price.clear();
        let found = self.search(table, matching, source);
        let level = match &found {
            Some((_, level)) => *level,
            None => f64::INFINITY,
        };
        for (at, &j) in self.settled.iter().enumerate() {
            // By rounding an end can be nearer than what was settled before; a price never rises.
            let lowered = self.final_distance[at] - level;
            matching.prices[j as usize] = self.price[at] + if lowered < 0.0 && found.is_some() { lowered } else { 0.0 };
        }
        match found {
            None => return false,
            Some((End::Column(j), _)) => self.walk(table, matching, source, j),
            Some((End::Row(i), _)) if i != source => {
                let j = matching.col_of[i] as usize;
                matching.take(i);
                self.walk(table, matching, source, j);
            }
            Some(_) => {}
        }
        true
    }

    /// The end of a shortest path and its length.
    fn search(&mut self, table: &Table, matching: &mut Matching, source: usize) -> Option<(End, f64)> {
        let mut least = open(table.row(source), &matching.prices, &mut self.distance);
        self.reached_from.fill(source as i32);
        let mut without = table.unassigned(source);
        let mut last = source;
        let mut head = 0;
        loop {
            // On a tie a row is served rather than left out.
            if without < least {
                return Some((End::Row(last), without));
            }
            if least == f64::INFINITY {
                return None;
            }
            // A zero has one sign on all backends.
            let level = least + 0.0;
            at_most(&self.distance, level, &mut self.settled);
            if let Some(at) = self.settled[head..].iter().position(|&j| matching.room[j as usize] > 0) {
                let open = self.settled[head + at] as usize;
                self.settled.truncate(head);
                return Some((End::Column(open), level));
            }
            self.settle(matching);
            while head < self.settled.len() {
                let j = self.settled[head] as usize;
                let price = self.price[head];
                head += 1;
                let mut i = matching.first(j);
                while i != NONE {
                    let row = table.row(i as usize);
                    let height = row[j] - price - level;
                    let left = table.unassigned(i as usize) - height;
                    if left < without {
                        without = left;
                        last = i as usize;
                    }
                    let (distance, from) = (&mut self.distance, &mut self.reached_from);
                    let (prices, room, before) = (&matching.prices, &matching.room, self.settled.len());
                    least = relax(row, prices, height, i, level, room, distance, from, &mut self.settled);
                    if least <= level {
                        let nearest = *self.settled.last().unwrap_or(&0) as usize;
                        if matching.room[nearest] > 0 {
                            self.settled.truncate(before);
                            return Some((End::Column(nearest), level));
                        }
                        self.settle(matching);
                    }
                    i = matching.after(i as usize);
                }
            }
        }
    }

    /// Settles the columns that were added last.
    fn settle(&mut self, matching: &mut Matching) {
        for &j in &self.settled[self.price.len()..] {
            let j = j as usize;
            self.final_distance.push(self.distance[j]);
            self.price.push(matching.prices[j]);
            self.distance[j] = f64::INFINITY;
            matching.prices[j] = f64::NEG_INFINITY;
        }
    }

    /// Moves the rows of the path that ends at column `j`.
    fn walk(&self, table: &Table, matching: &mut Matching, source: usize, mut j: usize) {
        loop {
            let i = self.reached_from[j] as usize;
            if i == source {
                matching.put(i, j, table.row(i)[j]);
                return;
            }
            let left = matching.col_of[i] as usize;
            matching.take(i);
            matching.put(i, j, table.row(i)[j]);
            j = left;
        }
    }
}

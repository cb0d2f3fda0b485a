//! Which rows sit on which column, and the columns' prices.

use crate::scan::{first_equal, two_least};

/// No row, no column.
pub const NONE: i32 = -1;

/// What rows can choose among: entries, each with a column and a cost, that are counted within a row.
pub trait Choices {
    /// The two least of `cost - price`, infinity where there are none, and the first entry that has the least.
    fn two_least(&self, i: usize, prices: &[f64]) -> (f64, f64, usize);
    /// The first entry from `from` on where `cost - price` equals `value`, which one of them does, and `wanted` takes its column.
    fn first_equal(
        &self,
        i: usize,
        prices: &[f64],
        value: f64,
        from: usize,
        wanted: impl FnMut(usize) -> bool,
    ) -> Option<usize>;
    /// The column and the cost of an entry.
    fn entry(&self, i: usize, at: usize) -> (usize, f64);
    /// What it costs to leave a row out, infinity where it must be served.
    fn unassigned(&self, i: usize) -> f64;
}

/// Costs as the solver walks them: `lines` of `width`, of which a row may share one with others.
pub struct Table<'a> {
    pub costs: &'a [f64],
    pub width: usize,
    /// The line of a row; empty: its own.
    pub line: &'a [u32],
    pub unassigned: &'a [f64],
}

impl Table<'_> {
    pub fn row(&self, i: usize) -> &[f64] {
        let line = self.line.get(i).map_or(i, |&line| line as usize);
        &self.costs[line * self.width..(line + 1) * self.width]
    }
}

impl Choices for Table<'_> {
    fn two_least(&self, i: usize, prices: &[f64]) -> (f64, f64, usize) {
        two_least(self.row(i), prices)
    }

    fn first_equal(
        &self,
        i: usize,
        prices: &[f64],
        value: f64,
        from: usize,
        wanted: impl FnMut(usize) -> bool,
    ) -> Option<usize> {
        first_equal(self.row(i), prices, value, from, wanted)
    }

    fn entry(&self, i: usize, at: usize) -> (usize, f64) {
        (at, self.row(i)[at])
    }

    fn unassigned(&self, i: usize) -> f64 {
        self.unassigned.get(i).copied().unwrap_or(f64::INFINITY)
    }
}

/// Rows on columns. A row without one waits, or was left out for good.
pub struct Matching {
    pub col_of: Vec<i32>,
    /// What each row on a column costs there.
    pub own: Vec<f64>,
    /// The rows on a column are a list: its first, and after each row the next.
    first: Vec<i32>,
    next: Vec<i32>,
    /// Rows that each column still takes.
    pub room: Vec<u32>,
    /// Negative infinity for a column that takes none at all, and for one that a search has settled.
    pub prices: Vec<f64>,
}

impl Matching {
    /// Nothing on columns with this room, all prices 0.
    pub fn new(rows: usize, room: Vec<u32>) -> Self {
        Matching {
            col_of: vec![NONE; rows],
            own: vec![0.0; rows],
            first: vec![NONE; room.len()],
            next: vec![NONE; rows],
            prices: room.iter().map(|&room| if room == 0 { f64::NEG_INFINITY } else { 0.0 }).collect(),
            room,
        }
    }

    /// Takes all rows off columns of one place each; prices stay.
    pub fn clear(&mut self) {
        self.col_of.fill(NONE);
        self.first.fill(NONE);
        self.next.fill(NONE);
        self.room.fill(1);
    }

    /// Nothing on columns with this room, all prices 0; as many rows as there are.
    pub fn reset(&mut self, room: Vec<u32>) {
        *self = Matching::new(self.col_of.len(), room);
    }

    /// Lowers all prices alike so that none is above 0.
    pub fn lower_prices(&mut self) {
        let most = self.prices.iter().fold(0.0, |most, &price| if price > most { price } else { most });
        if most > 0.0 {
            for price in &mut self.prices {
                *price -= most;
            }
        }
    }

    /// Adds a row without a column.
    pub fn add_row(&mut self) {
        self.col_of.push(NONE);
        self.own.push(0.0);
        self.next.push(NONE);
    }

    /// Removes a row; those behind it move up by one.
    pub fn remove_row(&mut self, i: usize) {
        if self.col_of[i] != NONE {
            self.take(i);
        }
        self.col_of.remove(i);
        self.own.remove(i);
        self.next.remove(i);
        for row in self.first.iter_mut().chain(&mut self.next) {
            *row -= i32::from(*row > i as i32);
        }
    }

    /// Rows without a column.
    pub fn alone(&self) -> Vec<u32> {
        (0..self.col_of.len() as u32).filter(|&i| self.col_of[i as usize] == NONE).collect()
    }

    /// The first row on a column, or `NONE`.
    pub fn first(&self, j: usize) -> i32 {
        self.first[j]
    }

    /// The row after one on its column, or `NONE`.
    pub fn after(&self, i: usize) -> i32 {
        self.next[i]
    }

    /// Puts a row that has no column on one with room, at a cost.
    pub fn put(&mut self, i: usize, j: usize, cost: f64) {
        self.own[i] = cost;
        self.next[i] = self.first[j];
        self.first[j] = i as i32;
        self.col_of[i] = j as i32;
        self.room[j] -= 1;
    }

    /// Takes a row off its column.
    pub fn take(&mut self, i: usize) {
        let j = self.col_of[i] as usize;
        let after = self.next[i];
        if self.first[j] == i as i32 {
            self.first[j] = after;
        } else {
            let mut before = self.first[j] as usize;
            while self.next[before] != i as i32 {
                before = self.next[before] as usize;
            }
            self.next[before] = after;
        }
        self.col_of[i] = NONE;
        self.room[j] += 1;
    }
}

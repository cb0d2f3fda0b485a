//! Which rows sit on which column, and the columns' prices.

/// No row, no column.
pub const NONE: i32 = -1;

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

    pub fn unassigned(&self, i: usize) -> f64 {
        self.unassigned.get(i).copied().unwrap_or(f64::INFINITY)
    }
}

/// Rows on columns. A row without one waits, or was left out for good.
pub struct Matching {
    pub col_of: Vec<i32>,
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

    /// The first row on a column, or `NONE`.
    pub fn first(&self, j: usize) -> i32 {
        self.first[j]
    }

    /// The row after one on its column, or `NONE`.
    pub fn after(&self, i: usize) -> i32 {
        self.next[i]
    }

    /// Puts a row that has no column on one with room.
    pub fn put(&mut self, i: usize, j: usize) {
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

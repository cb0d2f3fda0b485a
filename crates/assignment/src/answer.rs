//! Where results go.

use crate::instance::Shape;
use crate::matching::{Matching, NONE};
use isotherm_numeric::{ensure, Code, Result};

/// Arrays that are written to.
pub struct Solution<'a> {
    /// The column of each row, -1 for none. Where there is no solution: 1 for the rows of a Hall violator, 0 for others.
    pub row_to_col: &'a mut [i32],
    /// The lowest row of each column, -1 for none. Where there is no solution: 1 for the columns of the Hall violator.
    pub col_to_row: &'a mut [i32],
    /// Prices of rows; NaN where there is no solution.
    pub row_duals: &'a mut [f64],
    /// Prices of columns; NaN where there is no solution.
    pub col_duals: &'a mut [f64],
}

/// A row that found nothing, and the columns that it competes for.
pub struct Failed {
    pub row: usize,
    pub settled: Vec<u32>,
}

impl Solution<'_> {
    /// Errors: `BAD_LENGTH`.
    pub fn fits(&self, rows: usize, cols: usize) -> Result<()> {
        for (name, given, expected) in [
            ("outRowToCol", self.row_to_col.len(), rows),
            ("outColToRow", self.col_to_row.len(), cols),
            ("outRowDuals", self.row_duals.len(), rows),
            ("outColDuals", self.col_duals.len(), cols),
        ] {
            ensure(given == expected, Code::BadLength, || format!("{name} has {given} entries, expected {expected}"))?;
        }
        Ok(())
    }

    /// What rows chose.
    pub fn of_rows(&mut self, shape: &Shape, matching: &Matching) {
        self.row_to_col.copy_from_slice(&matching.col_of);
        for (i, &j) in matching.col_of.iter().enumerate() {
            let dual = if j == NONE { shape.unassigned(i) } else { matching.own[i] - matching.prices[j as usize] };
            self.row_duals[i] = dual + 0.0;
        }
        for (dual, price) in self.col_duals.iter_mut().zip(&matching.prices) {
            *dual = price + 0.0;
        }
        self.lowest_rows();
    }

    /// What columns chose: place `p` is of column `line[p]`.
    pub fn of_columns(&mut self, line: &[u32], matching: &Matching) {
        self.row_to_col.fill(NONE);
        for (place, &j) in line.iter().enumerate() {
            let i = matching.col_of[place] as usize;
            self.row_to_col[i] = j as i32;
            self.col_duals[j as usize] = matching.own[place] - matching.prices[i] + 0.0;
        }
        for (dual, price) in self.row_duals.iter_mut().zip(&matching.prices) {
            *dual = price + 0.0;
        }
        self.lowest_rows();
    }

    /// Rows that compete in vain.
    pub fn failed_rows(&mut self, matching: &Matching, failed: &Failed) {
        self.nothing();
        self.row_to_col[failed.row] = 1;
        for &j in &failed.settled {
            self.col_to_row[j as usize] = 1;
            let mut i = matching.first(j as usize);
            while i != NONE {
                self.row_to_col[i as usize] = 1;
                i = matching.after(i as usize);
            }
        }
    }

    /// Columns that cannot be filled.
    pub fn failed_columns(&mut self, line: &[u32], matching: &Matching, failed: &Failed) {
        self.nothing();
        self.col_to_row[line[failed.row] as usize] = 1;
        for &i in &failed.settled {
            self.row_to_col[i as usize] = 1;
            self.col_to_row[line[matching.first(i as usize) as usize] as usize] = 1;
        }
    }

    fn nothing(&mut self) {
        self.row_to_col.fill(0);
        self.col_to_row.fill(0);
        self.row_duals.fill(f64::NAN);
        self.col_duals.fill(f64::NAN);
    }

    fn lowest_rows(&mut self) {
        self.col_to_row.fill(NONE);
        for (i, &j) in self.row_to_col.iter().enumerate().rev() {
            if j != NONE {
                self.col_to_row[j as usize] = i as i32;
            }
        }
    }
}

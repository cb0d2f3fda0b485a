//! Rows that may go to few columns each.

use crate::matching::Choices;

/// Rows of entries, columns and costs.
pub trait Lines {
    fn row(&self, i: usize) -> (&[u32], &[f64]);
    /// What it costs to leave a row out, infinity where it must be served.
    fn unassigned(&self, i: usize) -> f64;
}

/// Entries row by row.
#[derive(Default)]
pub struct Sparse<'a> {
    /// Entries of row `i` stand at `begin[i]..begin[i + 1]`.
    pub begin: Vec<usize>,
    pub cols: Vec<u32>,
    pub costs: Vec<f64>,
    /// The line of a row; empty: its own.
    pub line: &'a [u32],
    pub unassigned: &'a [f64],
}

impl Lines for Sparse<'_> {
    fn row(&self, i: usize) -> (&[u32], &[f64]) {
        let line = self.line.get(i).map_or(i, |&line| line as usize);
        let (from, to) = (self.begin[line], self.begin[line + 1]);
        (&self.cols[from..to], &self.costs[from..to])
    }

    fn unassigned(&self, i: usize) -> f64 {
        self.unassigned.get(i).copied().unwrap_or(f64::INFINITY)
    }
}

impl Sparse<'_> {
    /// Lines for columns, of which there are `width`, and rows in them, ascending.
    pub fn transposed(&self, width: usize) -> Sparse<'static> {
        let mut begin = vec![0; width + 1];
        for &j in &self.cols {
            begin[j as usize + 1] += 1;
        }
        for j in 0..width {
            begin[j + 1] += begin[j];
        }
        let mut next = begin.clone();
        let mut out =
            Sparse { begin, cols: vec![0; self.cols.len()], costs: vec![0.0; self.cols.len()], ..Sparse::default() };
        for i in 0..self.begin.len() - 1 {
            for at in self.begin[i]..self.begin[i + 1] {
                let j = self.cols[at] as usize;
                out.cols[next[j]] = i as u32;
                out.costs[next[j]] = self.costs[at];
                next[j] += 1;
            }
        }
        out
    }
}

impl Choices for Sparse<'_> {
    fn two_least(&self, i: usize, prices: &[f64]) -> (f64, f64, usize) {
        let (cols, costs) = self.row(i);
        let (mut best, mut second, mut at) = (f64::INFINITY, f64::INFINITY, 0);
        for (k, (&j, &cost)) in cols.iter().zip(costs).enumerate() {
            let value = cost - prices[j as usize];
            if value < second {
                if value < best {
                    (second, best, at) = (best, value, k);
                } else {
                    second = value;
                }
            }
        }
        (best, second, at)
    }

    fn first_equal(
        &self,
        i: usize,
        prices: &[f64],
        value: f64,
        from: usize,
        mut wanted: impl FnMut(usize) -> bool,
    ) -> Option<usize> {
        let (cols, costs) = self.row(i);
        (from..cols.len()).find(|&k| costs[k] - prices[cols[k] as usize] == value && wanted(cols[k] as usize))
    }

    fn entry(&self, i: usize, at: usize) -> (usize, f64) {
        let (cols, costs) = self.row(i);
        (cols[at] as usize, costs[at])
    }

    fn unassigned(&self, i: usize) -> f64 {
        Lines::unassigned(self, i)
    }
}

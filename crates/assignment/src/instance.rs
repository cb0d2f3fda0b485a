//! What is to be solved, checked.

use isotherm_numeric::{ensure, whole, Code, Result};

/// Rows and columns are 32-bit whole numbers in the results.
const MOST: f64 = 2_147_483_647.0;

/// Above it, costs are solved at a smaller scale: sums along a path must not overflow.
const LARGE: f64 = f64::from_bits((1023 + 1000) << 52);

/// Costs, row-major `[rows, cols]`, infinity where a pair is forbidden.
#[derive(Clone, Copy, Debug)]
pub struct Instance<'a> {
    pub(crate) costs: &'a [f64],
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    /// What it costs to leave a row without a column, infinity where it must have one; empty: infinity for all.
    pub(crate) unassigned: &'a [f64],
    /// Rows that a column takes, whole; empty: one each.
    pub(crate) capacity: &'a [f64],
    /// Whether a number is so large that sums of a few overflow.
    pub(crate) large: bool,
}

impl<'a> Instance<'a> {
    /// Errors: `OUT_OF_RANGE` (sizes, capacities), `BAD_LENGTH`, `NOT_FINITE` (NaN, negative infinity).
    pub fn new(costs: &'a [f64], rows: f64, cols: f64, unassigned: &'a [f64], capacity: &'a [f64]) -> Result<Self> {
        whole("rows", rows, 0.0, MOST)?;
        whole("cols", cols, 0.0, MOST)?;
        length("costs", costs.len(), rows * cols)?;
        if !unassigned.is_empty() {
            length("unassigned", unassigned.len(), rows)?;
        }
        if !capacity.is_empty() {
            length("capacity", capacity.len(), cols)?;
        }
        let large = large("costs", costs)? | large("unassigned", unassigned)?;
        for (j, &most) in capacity.iter().enumerate() {
            whole(format_args!("capacity {j}"), most, 0.0, MOST)?;
        }
        Ok(Instance { costs, rows: rows as usize, cols: cols as usize, unassigned, capacity, large })
    }

    pub(crate) fn capacity(&self, j: usize) -> f64 {
        self.capacity.get(j).copied().unwrap_or(1.0)
    }

    pub(crate) fn unassigned(&self, i: usize) -> f64 {
        self.unassigned.get(i).copied().unwrap_or(f64::INFINITY)
    }

    /// Rows that all columns take together.
    pub(crate) fn places(&self) -> f64 {
        if self.capacity.is_empty() {
            self.cols as f64
        } else {
            self.capacity.iter().sum()
        }
    }

    /// Whether the columns choose among the rows, as there are too few for all.
    pub(crate) fn columns_choose(&self) -> bool {
        self.unassigned.is_empty() && self.rows as f64 > self.places()
    }
}

fn length(name: &str, given: usize, expected: f64) -> Result<()> {
    ensure(given as f64 == expected, Code::BadLength, || format!("{name} has {given} entries, expected {expected}"))
}

/// Whether a number is beyond `LARGE`. One pass that vectorises, and a second to name what is wrong: all must be numbers or infinity.
fn large(name: &str, values: &[f64]) -> Result<bool> {
    let (mut fine, mut large) = (true, false);
    for &value in values {
        fine &= value > f64::NEG_INFINITY;
        large |= (value.abs() > LARGE) & (value < f64::INFINITY);
    }
    ensure(fine, Code::NotFinite, || {
        let at = values.iter().position(|&value| value.is_nan() || value == f64::NEG_INFINITY).unwrap_or(0);
        let found = if values[at].is_nan() { "NaN" } else { "negative infinity" };
        format!("{name} has {found} at {at}, expected numbers, or infinity for what is forbidden")
    })?;
    Ok(large)
}

//! What is to be solved, checked.

use crate::scan::fine_and_large;
use isotherm_numeric::{ensure, whole, Code, Result};

/// Rows and columns are 32-bit whole numbers in the results.
pub const MOST: f64 = 2_147_483_647.0;

/// Above it, costs are solved at a smaller scale: sums along a path must not overflow.
pub const LARGE: f64 = f64::from_bits((1023 + 1000) << 52);

/// Sizes, and rules other than the costs of pairs.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'a> {
    pub rows: usize,
    pub cols: usize,
    /// What it costs to leave a row without a column, infinity where it must have one; empty: infinity for all.
    pub unassigned: &'a [f64],
    /// Rows that a column takes, whole; empty: one each.
    pub capacity: &'a [f64],
    /// Whether rows may be left out at a price.
    pub priced: bool,
}

impl Shape<'_> {
    pub fn capacity(&self, j: usize) -> f64 {
        self.capacity.get(j).copied().unwrap_or(1.0)
    }

    pub fn unassigned(&self, i: usize) -> f64 {
        self.unassigned.get(i).copied().unwrap_or(f64::INFINITY)
    }

    /// Rows that all columns take together.
    pub fn places(&self) -> f64 {
        if self.capacity.is_empty() {
            self.cols as f64
        } else {
            self.capacity.iter().sum()
        }
    }

    /// Whether the columns choose among the rows, as there are too few for all.
    pub fn columns_choose(&self) -> bool {
        !self.priced && self.rows as f64 > self.places()
    }

    /// Whether all places will be taken, and by all rows.
    pub fn full(&self) -> bool {
        !self.priced && self.rows as f64 == self.places()
    }
}

/// Costs, row-major `[rows, cols]`, infinity where a pair is forbidden.
#[derive(Clone, Copy, Debug)]
pub struct Instance<'a> {
    pub(crate) costs: &'a [f64],
    pub(crate) shape: Shape<'a>,
    /// Whether a number is so large that sums of a few overflow.
    pub(crate) large: bool,
}

impl<'a> Instance<'a> {
    /// Errors: `OUT_OF_RANGE` (sizes, capacities), `BAD_LENGTH`, `NOT_FINITE` (NaN, negative infinity).
    pub fn new(costs: &'a [f64], rows: f64, cols: f64, unassigned: &'a [f64], capacity: &'a [f64]) -> Result<Self> {
        sizes(rows, cols)?;
        length("costs", costs.len(), rows * cols)?;
        let (shape, large) = rules(costs, rows, cols, unassigned, capacity)?;
        Ok(Instance { costs, shape, large })
    }

    /// One of many. Errors: `NOT_FINITE`.
    pub(crate) fn of_batch(costs: &'a [f64], rows: usize, cols: usize) -> Result<Self> {
        let large = large("costs", costs)?;
        Ok(Instance { costs, shape: Shape { rows, cols, unassigned: &[], capacity: &[], priced: false }, large })
    }
}

/// Costs of those pairs that are allowed: of row `i` at `offsets[i]..offsets[i + 1]`, each with its column.
#[derive(Clone, Copy, Debug)]
pub struct SparseInstance<'a> {
    pub(crate) offsets: &'a [f64],
    pub(crate) columns: &'a [i32],
    pub(crate) costs: &'a [f64],
    pub(crate) shape: Shape<'a>,
    pub(crate) large: bool,
}

impl<'a> SparseInstance<'a> {
    /// Errors: as of [`Instance::new`]; `OUT_OF_RANGE` of offsets and columns.
    pub fn new(
        offsets: &'a [f64],
        columns: &'a [i32],
        costs: &'a [f64],
        cols: f64,
        unassigned: &'a [f64],
        capacity: &'a [f64],
    ) -> Result<Self> {
        ensure(!offsets.is_empty(), Code::BadLength, || "offsets has length 0, expected at least 1".to_owned())?;
        let rows = (offsets.len() - 1) as f64;
        sizes(rows, cols)?;
        length("columns", columns.len(), costs.len() as f64)?;
        let mut before = 0.0;
        for (i, &offset) in offsets.iter().enumerate() {
            let (least, most) = if i == 0 { (0.0, 0.0) } else { (before, costs.len() as f64) };
            let least = if i + 1 == offsets.len() { costs.len() as f64 } else { least };
            before = whole(format_args!("offset {i}"), offset, least, most)?;
        }
        for (at, &j) in columns.iter().enumerate() {
            whole(format_args!("column {at}"), f64::from(j), 0.0, cols - 1.0)?;
        }
        let (shape, large) = rules(costs, rows, cols, unassigned, capacity)?;
        Ok(SparseInstance { offsets, columns, costs, shape, large })
    }
}

fn sizes(rows: f64, cols: f64) -> Result<()> {
    whole("rows", rows, 0.0, MOST)?;
    whole("cols", cols, 0.0, MOST)?;
    Ok(())
}

fn rules<'a>(
    costs: &[f64],
    rows: f64,
    cols: f64,
    unassigned: &'a [f64],
    capacity: &'a [f64],
) -> Result<(Shape<'a>, bool)> {
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
    Ok((
        Shape { rows: rows as usize, cols: cols as usize, unassigned, capacity, priced: !unassigned.is_empty() },
        large,
    ))
}

/// Errors: `BAD_LENGTH`.
pub fn length(name: &str, given: usize, expected: f64) -> Result<()> {
    ensure(given as f64 == expected, Code::BadLength, || format!("{name} has {given} entries, expected {expected}"))
}

/// Whether a number is beyond `LARGE`. One pass that vectorises, and a second to name what is wrong: all must be numbers or infinity.
pub fn large(name: &str, values: &[f64]) -> Result<bool> {
    let (fine, large) = fine_and_large(values, LARGE);
    ensure(fine, Code::NotFinite, || {
        let at = values.iter().position(|&value| value.is_nan() || value == f64::NEG_INFINITY).unwrap_or(0);
        let found = if values[at].is_nan() { "NaN" } else { "negative infinity" };
        format!("{name} has {found} at {at}, expected numbers, or infinity for what is forbidden")
    })?;
    Ok(large)
}

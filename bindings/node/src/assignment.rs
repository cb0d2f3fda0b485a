//! Linear assignment.

use crate::{thrown, written};
use isotherm_assignment::{solve, Instance, Solution};
use napi::bindgen_prelude::{Float64ArraySlice, Int32ArraySlice};
use napi::Result;
use napi_derive::napi;

/// Columns for rows at the least cost; false, with a Hall violator marked instead, where there are none.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn assignment_solve(
    costs: &[f64],
    rows: f64,
    cols: f64,
    unassigned: &[f64],
    capacity: &[f64],
    mut out_row_to_col: Int32ArraySlice,
    mut out_col_to_row: Int32ArraySlice,
    mut out_row_duals: Float64ArraySlice,
    mut out_col_duals: Float64ArraySlice,
) -> Result<bool> {
    let instance = Instance::new(costs, rows, cols, unassigned, capacity).map_err(thrown)?;
    let mut out = Solution {
        row_to_col: matched(&mut out_row_to_col),
        col_to_row: matched(&mut out_col_to_row),
        row_duals: written(&mut out_row_duals),
        col_duals: written(&mut out_col_duals),
    };
    solve(&instance, &mut out).map_err(thrown)
}

/// The caller's array, to write to.
fn matched<'a>(out: &'a mut Int32ArraySlice<'_>) -> &'a mut [i32] {
    // SAFETY: the TypeScript wrapper allocates outputs and passes no other view of their memory in the same call.
    unsafe { out.as_mut() }
}

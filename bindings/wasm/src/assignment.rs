//! Linear assignment.

use crate::thrown;
use isotherm_assignment::{solve, Instance, Solution};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::JsError;

/// Columns for rows at the least cost; false, with a Hall violator marked instead, where there are none.
#[wasm_bindgen(js_name = assignmentSolve)]
#[allow(clippy::too_many_arguments)]
pub fn assignment_solve(
    costs: &[f64],
    rows: f64,
    cols: f64,
    unassigned: &[f64],
    capacity: &[f64],
    out_row_to_col: &mut [i32],
    out_col_to_row: &mut [i32],
    out_row_duals: &mut [f64],
    out_col_duals: &mut [f64],
) -> Result<bool, JsError> {
    let instance = Instance::new(costs, rows, cols, unassigned, capacity).map_err(thrown)?;
    let mut out = Solution {
        row_to_col: out_row_to_col,
        col_to_row: out_col_to_row,
        row_duals: out_row_duals,
        col_duals: out_col_duals,
    };
    solve(&instance, &mut out).map_err(thrown)
}

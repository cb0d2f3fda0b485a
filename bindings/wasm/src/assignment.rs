//! Linear assignment.

use crate::{thrown, write};
use isotherm_assignment::{solve, solve_batch, solve_sparse, Batch, Instance, Solution, Solver, SparseInstance};
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

/// `assignmentSolve` where only those pairs are allowed that have an entry.
#[wasm_bindgen(js_name = assignmentSolveSparse)]
#[allow(clippy::too_many_arguments)]
pub fn assignment_solve_sparse(
    offsets: &[f64],
    columns: &[i32],
    costs: &[f64],
    cols: f64,
    unassigned: &[f64],
    capacity: &[f64],
    out_row_to_col: &mut [i32],
    out_col_to_row: &mut [i32],
    out_row_duals: &mut [f64],
    out_col_duals: &mut [f64],
) -> Result<bool, JsError> {
    let instance = SparseInstance::new(offsets, columns, costs, cols, unassigned, capacity).map_err(thrown)?;
    let mut out = Solution {
        row_to_col: out_row_to_col,
        col_to_row: out_col_to_row,
        row_duals: out_row_duals,
        col_duals: out_col_duals,
    };
    solve_sparse(&instance, &mut out).map_err(thrown)
}

/// `assignmentSolve` of many of one size; the first that has no solution, or -1. There is one thread.
#[wasm_bindgen(js_name = assignmentSolveBatch)]
#[allow(clippy::too_many_arguments)]
pub fn assignment_solve_batch(
    costs: &[f64],
    count: f64,
    rows: f64,
    cols: f64,
    out_row_to_col: &mut [i32],
    out_col_to_row: &mut [i32],
    out_row_duals: &mut [f64],
    out_col_duals: &mut [f64],
) -> Result<f64, JsError> {
    let batch = Batch::new(costs, count, rows, cols).map_err(thrown)?;
    let out = Solution {
        row_to_col: out_row_to_col,
        col_to_row: out_col_to_row,
        row_duals: out_row_duals,
        col_duals: out_col_duals,
    };
    let without = solve_batch(&batch, 1, out).map_err(thrown)?;
    Ok(without.map_or(-1.0, |k| k as f64))
}

/// An assignment that stays.
#[wasm_bindgen]
pub struct AssignmentHandle {
    solver: Solver,
}

/// Copies an instance; nothing is solved yet.
#[wasm_bindgen(js_name = assignmentOpen)]
pub fn assignment_open(
    costs: &[f64],
    rows: f64,
    cols: f64,
    unassigned: &[f64],
    capacity: &[f64],
) -> Result<AssignmentHandle, JsError> {
    Ok(AssignmentHandle { solver: Solver::new(costs, rows, cols, unassigned, capacity).map_err(thrown)? })
}

/// Replaces a row.
#[wasm_bindgen(js_name = assignmentUpdateRow)]
pub fn assignment_update_row(
    handle: &mut AssignmentHandle,
    row: f64,
    costs: &[f64],
    unassigned: f64,
) -> Result<(), JsError> {
    handle.solver.update_row(row, costs, unassigned).map_err(thrown)
}

/// Replaces a column.
#[wasm_bindgen(js_name = assignmentUpdateCol)]
pub fn assignment_update_col(handle: &mut AssignmentHandle, col: f64, costs: &[f64]) -> Result<(), JsError> {
    handle.solver.update_col(col, costs).map_err(thrown)
}

/// Replaces the cost of one pair.
#[wasm_bindgen(js_name = assignmentUpdateCost)]
pub fn assignment_update_cost(handle: &mut AssignmentHandle, row: f64, col: f64, cost: f64) -> Result<(), JsError> {
    handle.solver.update_cost(row, col, cost).map_err(thrown)
}

/// Adds a row behind the others.
#[wasm_bindgen(js_name = assignmentAddRow)]
pub fn assignment_add_row(handle: &mut AssignmentHandle, costs: &[f64], unassigned: f64) -> Result<(), JsError> {
    handle.solver.add_row(costs, unassigned).map_err(thrown)
}

/// Removes a row; those behind it move up by one.
#[wasm_bindgen(js_name = assignmentRemoveRow)]
pub fn assignment_remove_row(handle: &mut AssignmentHandle, row: f64) -> Result<(), JsError> {
    handle.solver.remove_row(row).map_err(thrown)
}

/// Serves at most so many waiting rows; how many still wait.
#[wasm_bindgen(js_name = assignmentAdvance)]
pub fn assignment_advance(handle: &mut AssignmentHandle, most: f64) -> Result<f64, JsError> {
    handle.solver.advance(most).map(|waiting| waiting as f64).map_err(thrown)
}

/// Serves all rows; writes what `assignmentSolve` does, and the sum.
#[wasm_bindgen(js_name = assignmentFinish)]
pub fn assignment_finish(
    handle: &mut AssignmentHandle,
    out_row_to_col: &mut [i32],
    out_col_to_row: &mut [i32],
    out_row_duals: &mut [f64],
    out_col_duals: &mut [f64],
    out_cost: &mut [f64],
) -> Result<bool, JsError> {
    let mut out = Solution {
        row_to_col: out_row_to_col,
        col_to_row: out_col_to_row,
        row_duals: out_row_duals,
        col_duals: out_col_duals,
    };
    let mut cost = 0.0;
    let met = handle.solver.finish(&mut out, &mut cost).map_err(thrown)?;
    write(out_cost, &[cost])?;
    Ok(met)
}

//! Linear assignment.

use crate::{closed, thrown, write, written};
use isotherm_assignment::{solve, solve_batch, solve_sparse, Batch, Instance, Solution, Solver, SparseInstance};
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

/// `assignmentSolve` where only those pairs are allowed that have an entry.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn assignment_solve_sparse(
    offsets: &[f64],
    columns: &[i32],
    costs: &[f64],
    cols: f64,
    unassigned: &[f64],
    capacity: &[f64],
    mut out_row_to_col: Int32ArraySlice,
    mut out_col_to_row: Int32ArraySlice,
    mut out_row_duals: Float64ArraySlice,
    mut out_col_duals: Float64ArraySlice,
) -> Result<bool> {
    let instance = SparseInstance::new(offsets, columns, costs, cols, unassigned, capacity).map_err(thrown)?;
    let mut out = Solution {
        row_to_col: matched(&mut out_row_to_col),
        col_to_row: matched(&mut out_col_to_row),
        row_duals: written(&mut out_row_duals),
        col_duals: written(&mut out_col_duals),
    };
    solve_sparse(&instance, &mut out).map_err(thrown)
}

/// `assignmentSolve` of many of one size; the first that has no solution, or -1.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn assignment_solve_batch(
    costs: &[f64],
    count: f64,
    rows: f64,
    cols: f64,
    threads: u32,
    mut out_row_to_col: Int32ArraySlice,
    mut out_col_to_row: Int32ArraySlice,
    mut out_row_duals: Float64ArraySlice,
    mut out_col_duals: Float64ArraySlice,
) -> Result<f64> {
    let batch = Batch::new(costs, count, rows, cols).map_err(thrown)?;
    let out = Solution {
        row_to_col: matched(&mut out_row_to_col),
        col_to_row: matched(&mut out_col_to_row),
        row_duals: written(&mut out_row_duals),
        col_duals: written(&mut out_col_duals),
    };
    let without = solve_batch(&batch, threads as usize, out).map_err(thrown)?;
    Ok(without.map_or(-1.0, |k| k as f64))
}

/// An assignment that stays.
#[napi]
pub struct AssignmentHandle {
    solver: Option<Solver>,
}

#[napi]
impl AssignmentHandle {
    /// Frees the solver; later calls with this handle fail.
    #[napi]
    pub fn close(&mut self) {
        self.solver = None;
    }

    fn open(&mut self) -> Result<&mut Solver> {
        self.solver.as_mut().ok_or_else(closed)
    }
}

/// Copies an instance; nothing is solved yet.
#[napi(catch_unwind)]
pub fn assignment_open(
    costs: &[f64],
    rows: f64,
    cols: f64,
    unassigned: &[f64],
    capacity: &[f64],
) -> Result<AssignmentHandle> {
    Ok(AssignmentHandle { solver: Some(Solver::new(costs, rows, cols, unassigned, capacity).map_err(thrown)?) })
}

/// Replaces a row.
#[napi(catch_unwind)]
pub fn assignment_update_row(handle: &mut AssignmentHandle, row: f64, costs: &[f64], unassigned: f64) -> Result<()> {
    handle.open()?.update_row(row, costs, unassigned).map_err(thrown)
}

/// Replaces a column.
#[napi(catch_unwind)]
pub fn assignment_update_col(handle: &mut AssignmentHandle, col: f64, costs: &[f64]) -> Result<()> {
    handle.open()?.update_col(col, costs).map_err(thrown)
}

/// Replaces the cost of one pair.
#[napi(catch_unwind)]
pub fn assignment_update_cost(handle: &mut AssignmentHandle, row: f64, col: f64, cost: f64) -> Result<()> {
    handle.open()?.update_cost(row, col, cost).map_err(thrown)
}

/// Adds a row behind the others.
#[napi(catch_unwind)]
pub fn assignment_add_row(handle: &mut AssignmentHandle, costs: &[f64], unassigned: f64) -> Result<()> {
    handle.open()?.add_row(costs, unassigned).map_err(thrown)
}

/// Removes a row; those behind it move up by one.
#[napi(catch_unwind)]
pub fn assignment_remove_row(handle: &mut AssignmentHandle, row: f64) -> Result<()> {
    handle.open()?.remove_row(row).map_err(thrown)
}

/// Serves at most so many waiting rows; how many still wait.
#[napi(catch_unwind)]
pub fn assignment_advance(handle: &mut AssignmentHandle, most: f64) -> Result<f64> {
    handle.open()?.advance(most).map(|waiting| waiting as f64).map_err(thrown)
}

/// Serves all rows; writes what `assignmentSolve` does, and the sum.
#[napi(catch_unwind)]
pub fn assignment_finish(
    handle: &mut AssignmentHandle,
    mut out_row_to_col: Int32ArraySlice,
    mut out_col_to_row: Int32ArraySlice,
    mut out_row_duals: Float64ArraySlice,
    mut out_col_duals: Float64ArraySlice,
    mut out_cost: Float64ArraySlice,
) -> Result<bool> {
    let mut out = Solution {
        row_to_col: matched(&mut out_row_to_col),
        col_to_row: matched(&mut out_col_to_row),
        row_duals: written(&mut out_row_duals),
        col_duals: written(&mut out_col_duals),
    };
    let mut cost = 0.0;
    let met = handle.open()?.finish(&mut out, &mut cost).map_err(thrown)?;
    write(&mut out_cost, &[cost])?;
    Ok(met)
}

/// The caller's array, to write to.
fn matched<'a>(out: &'a mut Int32ArraySlice<'_>) -> &'a mut [i32] {
    // SAFETY: the TypeScript wrapper allocates outputs and passes no other view of their memory in the same call.
    unsafe { out.as_mut() }
}

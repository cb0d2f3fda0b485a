//! From an instance to columns, duals, or the rows that compete in vain.

use crate::augment::Search;
use crate::instance::Instance;
use crate::matching::{Matching, Table, NONE};
use crate::reduce::{bid, first_choices, reduce_columns};
use crate::scale::scale_prices;
use isotherm_numeric::{ensure, Code, Result};

/// Where results go.
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

/// To a scale at which sums along a path do not overflow, and back.
const DOWN: f64 = f64::from_bits((1023 - 100) << 52);
const UP: f64 = f64::from_bits((1023 + 100) << 52);

/// False: some rows (or columns, where these choose) have too few columns to go to, and are named instead. Errors: `OUT_OF_RANGE`
/// for duals beyond the largest number, `BAD_LENGTH`.
pub fn solve(instance: &Instance, out: &mut Solution) -> Result<bool> {
    for (name, given, expected) in [
        ("outRowToCol", out.row_to_col.len(), instance.rows),
        ("outColToRow", out.col_to_row.len(), instance.cols),
        ("outRowDuals", out.row_duals.len(), instance.rows),
        ("outColDuals", out.col_duals.len(), instance.cols),
    ] {
        ensure(given == expected, Code::BadLength, || format!("{name} has {given} entries, expected {expected}"))?;
    }
    if !instance.large {
        return Ok(oriented(instance, out));
    }
    let costs: Vec<f64> = instance.costs.iter().map(|cost| cost * DOWN).collect();
    let unassigned: Vec<f64> = instance.unassigned.iter().map(|cost| cost * DOWN).collect();
    let met = oriented(&Instance { costs: &costs, unassigned: &unassigned, ..*instance }, out);
    for dual in out.row_duals.iter_mut().chain(out.col_duals.iter_mut()) {
        *dual *= UP;
        ensure(!dual.is_infinite(), Code::OutOfRange, || "a dual is beyond the largest number".to_owned())?;
    }
    Ok(met)
}

fn oriented(instance: &Instance, out: &mut Solution) -> bool {
    if !instance.columns_choose() {
        return rows_choose(instance, out);
    }
    let costs = transposed(instance.costs, instance.rows, instance.cols);
    // A place of a column is a row here, and shares its line.
    let line: Vec<u32> =
        (0..instance.cols).flat_map(|j| (0..instance.capacity(j) as usize).map(move |_| j as u32)).collect();
    let table = Table { costs: &costs, width: instance.rows, line: &line, unassigned: &[] };
    let mut matching = Matching::new(line.len(), vec![1; instance.rows]);
    let failed = run(&table, &mut matching, false);
    out.row_to_col.fill(NONE);
    out.col_to_row.fill(NONE);
    if let Some(search) = failed {
        for &i in search.search.settled() {
            out.row_to_col[i as usize] = 1;
            out.col_to_row[line[matching.first(i as usize) as usize] as usize] = 1;
        }
        out.col_to_row[line[search.row] as usize] = 1;
        no_solution(out);
        return false;
    }
    for (place, &j) in line.iter().enumerate() {
        let i = matching.col_of[place];
        out.row_to_col[i as usize] = j as i32;
        out.col_duals[j as usize] = table.row(place)[i as usize] - matching.prices[i as usize] + 0.0;
    }
    for (dual, price) in out.row_duals.iter_mut().zip(&matching.prices) {
        *dual = price + 0.0;
    }
    lowest_rows(out);
    close_columns(instance, out);
    true
}

fn rows_choose(instance: &Instance, out: &mut Solution) -> bool {
    let table = Table { costs: instance.costs, width: instance.cols, line: &[], unassigned: instance.unassigned };
    let room = (0..instance.cols).map(|j| instance.capacity(j) as u32).collect();
    let mut matching = Matching::new(instance.rows, room);
    let square = instance.rows == instance.cols && instance.unassigned.is_empty();
    let failed = run(&table, &mut matching, square);
    out.row_to_col.fill(NONE);
    out.col_to_row.fill(NONE);
    if let Some(search) = failed {
        out.row_to_col[search.row] = 1;
        for &j in search.search.settled() {
            out.col_to_row[j as usize] = 1;
            let mut i = matching.first(j as usize);
            while i != NONE {
                out.row_to_col[i as usize] = 1;
                i = matching.after(i as usize);
            }
        }
        no_solution(out);
        return false;
    }
    out.row_to_col.copy_from_slice(&matching.col_of);
    for i in 0..instance.rows {
        let j = matching.col_of[i];
        out.row_duals[i] =
            if j == NONE { instance.unassigned(i) } else { table.row(i)[j as usize] - matching.prices[j as usize] }
                + 0.0;
    }
    for (dual, price) in out.col_duals.iter_mut().zip(&matching.prices) {
        *dual = price + 0.0;
    }
    lowest_rows(out);
    close_columns(instance, out);
    true
}

/// A row that found nothing, and the search that failed.
struct Failed {
    row: usize,
    search: Search,
}

/// Prices are scaled where more than one row in so many waits, and so many times as many bids lowered a price as met a tie.
const WAITING: usize = 8;
const TIES: usize = 2;

/// Puts all rows on columns or leaves them out; the row that can be neither.
fn run(table: &Table, matching: &mut Matching, square: bool) -> Option<Failed> {
    let rows = matching.col_of.len();
    if rows == 0 {
        return None;
    }
    let mut waiting;
    if matching.room.iter().any(|&room| room != 1) {
        waiting = first_choices(table, matching);
    } else {
        if square {
            reduce_columns(table, matching);
        }
        let bids = bid(table, matching);
        waiting = bids.waiting;
        // Long searches for many rows are ahead. Among ties they are short, and an auction is slow.
        if square && WAITING * waiting.len() > rows && bids.lowered > TIES * bids.ties {
            scale_prices(table, matching);
            waiting = bid(table, matching).waiting;
        }
    }
    let mut search = Search::new(table.width);
    for row in waiting {
        let row = row as usize;
        if !search.augment(table, matching, row) {
            return Some(Failed { row, search });
        }
    }
    None
}

fn no_solution(out: &mut Solution) {
    for mark in out.row_to_col.iter_mut().chain(out.col_to_row.iter_mut()) {
        *mark = i32::from(*mark == 1);
    }
    out.row_duals.fill(f64::NAN);
    out.col_duals.fill(f64::NAN);
}

fn lowest_rows(out: &mut Solution) {
    for i in (0..out.row_to_col.len()).rev() {
        if out.row_to_col[i] != NONE {
            out.col_to_row[out.row_to_col[i] as usize] = i as i32;
        }
    }
}

/// A column that takes no row has the highest price under which none would gain by it.
fn close_columns(instance: &Instance, out: &mut Solution) {
    for j in 0..instance.capacity.len() {
        if instance.capacity[j] == 0.0 {
            let slack = out.row_duals.iter().enumerate().map(|(i, dual)| instance.costs[i * instance.cols + j] - dual);
            out.col_duals[j] = slack.fold(0.0, |least, slack| if slack < least { slack } else { least });
        }
    }
}

/// In square blocks, so that both sides stay in the cache.
fn transposed(costs: &[f64], rows: usize, cols: usize) -> Vec<f64> {
    const BLOCK: usize = 16;
    let mut out = vec![0.0; costs.len()];
    for first_row in (0..rows).step_by(BLOCK) {
        let rows_here = BLOCK.min(rows - first_row);
        for first_col in (0..cols).step_by(BLOCK) {
            let end = (first_col + BLOCK).min(cols);
            for j in first_col..end {
                let line = &mut out[j * rows + first_row..][..rows_here];
                for (i, cell) in line.iter_mut().enumerate() {
                    *cell = costs[(first_row + i) * cols + j];
                }
            }
        }
    }
    out
}

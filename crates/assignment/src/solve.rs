//! From an instance to columns, duals, or the rows that compete in vain.

use crate::answer::{Failed, Solution};
use crate::augment::Search;
use crate::core::solve_core;
use crate::few::choose_few;
use crate::instance::{Instance, Shape, SparseInstance};
use crate::little::{End, Little, Placed, MOST};
use crate::matching::{Matching, Table};
use crate::probe::Probe;
use crate::reduce::{bid, first_choices, reduce_columns};
use crate::scale::scale_prices;
use crate::seek::Seek;
use crate::sparse::{Lines, Sparse};
use isotherm_numeric::{ensure, Code, Result};

/// To a scale at which sums along a path do not overflow, and back.
const DOWN: f64 = f64::from_bits((1023 - 100) << 52);
const UP: f64 = f64::from_bits((1023 + 100) << 52);

/// False: some rows (or columns, where these choose) have too few columns to go to, and are named instead. Errors: `OUT_OF_RANGE`
/// for duals beyond the largest number, `BAD_LENGTH`.
pub fn solve(instance: &Instance, out: &mut Solution) -> Result<bool> {
    solve_with(&mut Little::default(), instance, out)
}

/// As [`solve`]; what it writes to is kept for the next.
pub fn solve_with(little: &mut Little, instance: &Instance, out: &mut Solution) -> Result<bool> {
    let Shape { rows, cols, unassigned, capacity, .. } = instance.shape;
    out.fits(rows, cols)?;
    let small = (1..=MOST).contains(&rows) && rows == cols && unassigned.is_empty() && capacity.is_empty();
    if !instance.large {
        let placed = if small { little.solve(instance.costs, rows) } else { None };
        return Ok(match placed {
            Some(placed) => square(&placed, instance.costs, &instance.shape, out),
            None => dense(instance.costs, &instance.shape, out),
        });
    }
    let costs: Vec<f64> = instance.costs.iter().map(|cost| cost * DOWN).collect();
    let unassigned: Vec<f64> = instance.shape.unassigned.iter().map(|cost| cost * DOWN).collect();
    let met = dense(&costs, &Shape { unassigned: &unassigned, ..instance.shape }, out);
    scaled_up(out)?;
    Ok(met)
}

/// As [`solve`], where pairs that have no entry are forbidden. Of several entries of one pair the least counts.
pub fn solve_sparse(instance: &SparseInstance, out: &mut Solution) -> Result<bool> {
    out.fits(instance.shape.rows, instance.shape.cols)?;
    if !instance.large {
        return Ok(sparse(instance, instance.costs, &instance.shape, out));
    }
    let costs: Vec<f64> = instance.costs.iter().map(|cost| cost * DOWN).collect();
    let unassigned: Vec<f64> = instance.shape.unassigned.iter().map(|cost| cost * DOWN).collect();
    let met = sparse(instance, &costs, &Shape { unassigned: &unassigned, ..instance.shape }, out);
    scaled_up(out)?;
    Ok(met)
}

fn scaled_up(out: &mut Solution) -> Result<()> {
    for dual in out.row_duals.iter_mut().chain(out.col_duals.iter_mut()) {
        *dual *= UP;
        ensure(!dual.is_infinite(), Code::OutOfRange, || "a dual is beyond the largest number".to_owned())?;
    }
    Ok(())
}

pub fn dense(costs: &[f64], shape: &Shape, out: &mut Solution) -> bool {
    if shape.columns_choose() {
        let line = places(shape);
        if shape.capacity.is_empty() {
            let mut matching = Matching::new(shape.cols, vec![1; shape.rows]);
            if choose_few(costs, shape.rows, shape.cols, &mut matching) {
                return write_columns(&line, &matching, None, out);
            }
        }
        let costs = transposed(costs, shape.rows, shape.cols);
        let table = Table { costs: &costs, width: shape.rows, line: &line, unassigned: &[] };
        let mut matching = Matching::new(line.len(), vec![1; shape.rows]);
        let failed = run(&table, &mut matching, false);
        write_columns(&line, &matching, failed, out) && {
            close_columns(shape, out, |i, j| costs[j * shape.rows + i]);
            true
        }
    } else {
        let table = Table { costs, width: shape.cols, line: &[], unassigned: shape.unassigned };
        let mut matching = Matching::new(shape.rows, room(shape));
        let failed = run(&table, &mut matching, shape.full());
        write_rows(shape, &matching, failed, out) && {
            close_columns(shape, out, |i, j| costs[i * shape.cols + j]);
            true
        }
    }
}

/// What is left of a small square.
fn square(placed: &Placed, costs: &[f64], shape: &Shape, out: &mut Solution) -> bool {
    let n = shape.rows;
    match placed.end {
        End::Met => {
            for (i, (&j, price)) in placed.col_of[..n].iter().zip(&placed.prices).enumerate() {
                out.row_to_col[i] = j;
                out.col_to_row[j as usize] = i as i32;
                out.row_duals[i] = costs[i * n + j as usize] - placed.prices[j as usize] + 0.0;
                out.col_duals[i] = price + 0.0;
            }
            true
        }
        End::Failed => dense(costs, shape, out),
        End::Auction => {
            let table = Table { costs, width: n, line: &[], unassigned: &[] };
            let mut matching = Matching::new(n, room(shape));
            matching.prices.copy_from_slice(&placed.prices[..n]);
            let waiting = auction(&table, &mut matching);
            let failed = search(&table, &mut matching, waiting);
            write_rows(shape, &matching, failed, out)
        }
    }
}

fn sparse(instance: &SparseInstance, costs: &[f64], shape: &Shape, out: &mut Solution) -> bool {
    let begin: Vec<usize> = instance.offsets.iter().map(|&offset| offset as usize).collect();
    let cols: Vec<u32> = instance.columns.iter().map(|&j| j as u32).collect();
    let mut rows = Sparse { begin, cols, costs: costs.to_vec(), line: &[], unassigned: shape.unassigned };
    let met = if shape.columns_choose() {
        let line = places(shape);
        let columns = Sparse { line: &line, ..rows.transposed(shape.cols) };
        let mut matching = Matching::new(line.len(), vec![1; shape.rows]);
        let failed = run_sparse(&columns, &mut matching);
        write_columns(&line, &matching, failed, out)
    } else {
        let mut matching = Matching::new(shape.rows, room(shape));
        let failed = run_sparse(&rows, &mut matching);
        write_rows(shape, &matching, failed, out)
    };
    if met && shape.capacity.contains(&0.0) {
        rows = rows.transposed(shape.cols);
        for j in (0..shape.cols).filter(|&j| shape.capacity[j] == 0.0) {
            let (entries, costs) = rows.row(j);
            out.col_duals[j] = lowest(entries.iter().zip(costs).map(|(&i, cost)| cost - out.row_duals[i as usize]));
        }
    }
    met
}

fn write_rows(shape: &Shape, matching: &Matching, failed: Option<Failed>, out: &mut Solution) -> bool {
    match &failed {
        Some(failed) => out.failed_rows(matching, failed),
        None => out.of_rows(shape, matching),
    }
    failed.is_none()
}

fn write_columns(line: &[u32], matching: &Matching, failed: Option<Failed>, out: &mut Solution) -> bool {
    match &failed {
        Some(failed) => out.failed_columns(line, matching, failed),
        None => out.of_columns(line, matching),
    }
    failed.is_none()
}

/// Rows that each column takes.
pub fn room(shape: &Shape) -> Vec<u32> {
    (0..shape.cols).map(|j| shape.capacity(j) as u32).collect()
}

/// The column of each place.
fn places(shape: &Shape) -> Vec<u32> {
    (0..shape.cols).flat_map(|j| (0..shape.capacity(j) as usize).map(move |_| j as u32)).collect()
}

/// Prices are scaled where more than one row in so many waits, and so many times as many bids lowered a price as met a tie.
const WAITING: usize = 2;
const TIES: usize = 2;
/// Squares from this size on are solved among few entries of each row first,
pub const CORE: usize = 400;
/// and from this size on where a look at a few rows finds nothing special: columns that differ by less than so many times what chance makes of them, and
/// ties in less than this share of rows.
const SMALL_CORE: usize = 200;
const PLAIN: f64 = 1.5;
const TIED: f64 = 0.5;
/// Where columns differ so many times more than by chance, as in products, rows want the same few entries: a core would be of no use.
const PRODUCT: f64 = 12.0;

/// Puts all rows on columns or leaves them out; the row that can be neither.
fn run(table: &Table, matching: &mut Matching, full: bool) -> Option<Failed> {
    let waiting = begin(table, matching, full);
    search(table, matching, waiting)
}

fn search(table: &Table, matching: &mut Matching, waiting: Vec<u32>) -> Option<Failed> {
    let mut search = Search::new(table.width);
    for row in waiting {
        let row = row as usize;
        if !search.augment(table, matching, row) {
            return Some(Failed { row, settled: search.settled().to_vec() });
        }
    }
    None
}

/// Gives most rows a column; those that wait for a search. `full`: all places will be taken.
pub fn begin(table: &Table, matching: &mut Matching, full: bool) -> Vec<u32> {
    let rows = matching.col_of.len();
    if matching.room.iter().any(|&room| room != 1) {
        return first_choices(table, matching);
    }
    if !full || rows == 0 {
        let all = matching.alone();
        return bid(table, matching, all).waiting;
    }
    if rows >= SMALL_CORE {
        let Probe { column_effect, tied } = Probe::of(table, rows);
        let plain = column_effect < PLAIN && tied < TIED;
        if column_effect < PRODUCT && (plain || rows >= CORE) {
            if let Some(waiting) = solve_core(table, matching, column_effect) {
                return waiting;
            }
            matching.clear();
        }
    }
    reduce_columns(table, matching);
    let left = matching.alone();
    let bids = bid(table, matching, left);
    if auction_is_due(bids.waiting.len(), rows, bids.lowered, bids.ties) {
        return auction(table, matching);
    }
    bids.waiting
}

/// Long searches for many rows are ahead. Among ties they are short, and an auction is slow.
#[inline]
pub fn auction_is_due(waiting: usize, rows: usize, lowered: usize, ties: usize) -> bool {
    WAITING * waiting > rows && lowered > TIES * ties
}

fn auction(table: &Table, matching: &mut Matching) -> Vec<u32> {
    scale_prices(table, matching);
    let all = matching.alone();
    bid(table, matching, all).waiting
}

fn run_sparse(table: &Sparse, matching: &mut Matching) -> Option<Failed> {
    let waiting = if matching.room.iter().any(|&room| room != 1) {
        first_choices(table, matching)
    } else {
        let all = matching.alone();
        bid(table, matching, all).waiting
    };
    let mut seek = Seek::new(matching.room.len());
    for row in waiting {
        let row = row as usize;
        if !seek.augment(table, matching, row) {
            return Some(Failed { row, settled: seek.settled().to_vec() });
        }
    }
    None
}

/// A column that takes no row has the highest price under which none would gain by it.
pub fn close_columns(shape: &Shape, out: &mut Solution, cost: impl Fn(usize, usize) -> f64) {
    for (j, &most) in shape.capacity.iter().enumerate() {
        if most == 0.0 {
            out.col_duals[j] = lowest(out.row_duals.iter().enumerate().map(|(i, dual)| cost(i, j) - dual));
        }
    }
}

/// The least of some numbers and 0.
fn lowest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |least, value| if value < least { value } else { least })
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

//! An assignment that stays: rows and columns change, and only what they touch is searched for again.

use crate::answer::{Failed, Solution};
use crate::augment::Search;
use crate::core::ROUNDING;
use crate::instance::{large, length, Instance, Shape, MOST};
use crate::lists::Lists;
use crate::matching::{Matching, Table, NONE};
use crate::raise::Raise;
use crate::seek::Seek;
use crate::solve::{begin, close_columns, room, solve, CORE};
use isotherm_numeric::{ensure, whole, Code, Result};

/// Searches by lists at a time: where prices move much, searches in whole rows are as good, and always right.
const MOST_BY_LISTS: usize = 64;

/// Costs, duals and rows on columns. Where too few columns choose among the rows, every solution is a fresh one.
pub struct Solver {
    cols: usize,
    /// Lines of costs; a row's is `line[i]`, and others are free.
    costs: Vec<f64>,
    line: Vec<u32>,
    free: Vec<u32>,
    unassigned: Vec<f64>,
    /// Whether rows may be left out at a price.
    priced: bool,
    capacity: Vec<f64>,
    matching: Matching,
    search: Search,
    raise: Raise,
    /// For large squares: most searches go by the best entries of each row.
    lists: Lists,
    seek: Seek,
    /// Searches by lists that are left before all rows are served.
    searches: usize,
    /// Whether rows were put on columns since all was new.
    begun: bool,
    /// Rows to search for, and which they are.
    waiting: Vec<u32>,
    waits: Vec<bool>,
    failed: Option<Failed>,
}

impl Solver {
    /// Errors: as of [`Instance::new`]; `OUT_OF_RANGE` for numbers above 2^1000.
    pub fn new(costs: &[f64], rows: f64, cols: f64, unassigned: &[f64], capacity: &[f64]) -> Result<Self> {
        let instance = Instance::new(costs, rows, cols, unassigned, capacity)?;
        moderate(instance.large)?;
        let shape = instance.shape;
        Ok(Solver {
            cols: shape.cols,
            costs: costs.to_vec(),
            line: (0..shape.rows as u32).collect(),
            free: Vec::new(),
            unassigned: unassigned.to_vec(),
            priced: shape.priced,
            capacity: capacity.to_vec(),
            matching: Matching::new(shape.rows, room(&shape)),
            search: Search::new(shape.cols),
            raise: Raise::default(),
            lists: Lists::new(shape.cols),
            seek: Seek::new(shape.cols),
            searches: 0,
            begun: false,
            waiting: Vec::new(),
            waits: vec![false; shape.rows],
            failed: None,
        })
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.line.len()
    }

    /// Replaces a row. `unassigned` is not looked at where rows may not be left out. Errors: `OUT_OF_RANGE`, `BAD_LENGTH`, `NOT_FINITE`.
    pub fn update_row(&mut self, row: f64, costs: &[f64], unassigned: f64) -> Result<()> {
        let i = self.row(row)?;
        self.check_row(costs, unassigned)?;
        let line = self.line[i] as usize;
        self.costs[line * self.cols..(line + 1) * self.cols].copy_from_slice(costs);
        if self.priced {
            self.unassigned[i] = unassigned;
        }
        self.touch(i);
        Ok(())
    }

    /// Replaces a column, `[rows]`. Errors: as of [`Solver::update_row`].
    pub fn update_col(&mut self, col: f64, costs: &[f64]) -> Result<()> {
        let j = self.col(col)?;
        length("costs", costs.len(), self.rows() as f64)?;
        moderate(large("costs", costs)?)?;
        for (i, &cost) in costs.iter().enumerate() {
            self.costs[self.line[i] as usize * self.cols + j] = cost;
        }
        self.lists.clear();
        if self.begun && self.matching.prices[j] > f64::NEG_INFINITY {
            while self.matching.first(j) != NONE {
                self.touch(self.matching.first(j) as usize);
            }
            self.price_anew(j);
        }
        self.unsettle();
        Ok(())
    }

    /// Replaces the cost of one pair. Errors: `OUT_OF_RANGE`, `NOT_FINITE`.
    pub fn update_cost(&mut self, row: f64, col: f64, cost: f64) -> Result<()> {
        let (i, j) = (self.row(row)?, self.col(col)?);
        moderate(large("cost", &[cost])?)?;
        let cell = &mut self.costs[self.line[i] as usize * self.cols + j];
        let before = std::mem::replace(cell, cost);
        if self.lists.stand() {
            self.look(i);
        }
        if self.matching.col_of[i] == j as i32 && cost <= before {
            // Its column was the best of the row, and is the more so.
            self.matching.own[i] = cost;
        } else if self.matching.col_of[i] == j as i32 || cost - self.matching.prices[j] < self.value(i) {
            self.touch(i);
        }
        self.unsettle();
        Ok(())
    }

    /// Adds a row behind the others. Errors: as of [`Solver::update_row`].
    pub fn add_row(&mut self, costs: &[f64], unassigned: f64) -> Result<()> {
        self.check_row(costs, unassigned)?;
        whole("rows", (self.rows() + 1) as f64, 0.0, MOST)?;
        let line = self.free.pop().unwrap_or_else(|| (self.costs.len() / self.cols.max(1)) as u32);
        let from = line as usize * self.cols;
        if from == self.costs.len() {
            self.costs.extend_from_slice(costs);
        } else {
            self.costs[from..from + self.cols].copy_from_slice(costs);
        }
        self.line.push(line);
        if self.priced {
            self.unassigned.push(unassigned);
        }
        self.matching.add_row();
        self.waits.push(false);
        self.touch(self.rows() - 1);
        Ok(())
    }

    /// Removes a row; those behind it move up by one. Errors: `OUT_OF_RANGE`.
    pub fn remove_row(&mut self, row: f64) -> Result<()> {
        let i = self.row(row)?;
        self.unsettle();
        self.free.push(self.line.remove(i));
        if self.priced {
            self.unassigned.remove(i);
        }
        self.matching.remove_row(i);
        self.waits.remove(i);
        self.waiting.retain(|&other| other as usize != i);
        for other in &mut self.waiting {
            *other -= u32::from(*other as usize > i);
        }
        self.unsettle();
        Ok(())
    }

    /// Serves at most so many waiting rows, and gives how many still wait: none where nothing can be done for them.
    pub fn advance(&mut self, most: f64) -> Result<usize> {
        whole("most", most, 1.0, MOST)?;
        if self.shape().columns_choose() || self.failed.is_some() {
            return Ok(0);
        }
        let full = self.shape().full();
        let fresh = if self.begun { Vec::new() } else { room(&self.shape()) };
        let table = Table { costs: &self.costs, width: self.cols, line: &self.line, unassigned: &self.unassigned };
        if !self.begun {
            self.matching.reset(fresh);
            self.waiting = begin(&table, &mut self.matching, full);
            self.waiting.reverse();
            self.waits.fill(false);
            for &i in &self.waiting {
                self.waits[i as usize] = true;
            }
            self.begun = true;
        } else {
            let by_lists = full && self.capacity.is_empty() && self.rows() >= CORE && self.searches > 0;
            if !full {
                self.matching.lower_prices();
            }
            if by_lists && !self.lists.stand() {
                (0..self.rows()).for_each(|i| {
                    self.look(i);
                });
            }
            for _ in 0..most as usize {
                let Some(&row) = self.waiting.last() else { break };
                let row = row as usize;
                if by_lists && self.searches > 0 && self.serve_by_list(row) {
                    self.searches -= 1;
                    continue;
                }
                if !self.serve(row) {
                    return Ok(0);
                }
            }
        }
        if self.waiting.is_empty() && !full {
            self.lists.clear();
            let table = Table { costs: &self.costs, width: self.cols, line: &self.line, unassigned: &self.unassigned };
            for j in 0..self.cols {
                while self.matching.room[j] > 0 && self.matching.prices[j] < 0.0 {
                    self.raise.raise(&table, &mut self.matching, j);
                }
            }
        }
        if self.waiting.is_empty() {
            self.searches = MOST_BY_LISTS;
        }
        Ok(self.waiting.len())
    }

    /// Serves all rows and writes the result; `sum` is the sum of the costs, in the order of rows. Errors and answer: as of [`solve`].
    pub fn finish(&mut self, out: &mut Solution, sum: &mut f64) -> Result<bool> {
        out.fits(self.rows(), self.cols)?;
        if self.shape().columns_choose() {
            let costs = self.in_order();
            let instance = Instance { costs: &costs, shape: self.shape(), large: false };
            let met = solve(&instance, out)?;
            let own = out.row_to_col.iter().enumerate().filter(|(_, &j)| j != NONE);
            *sum = if met { own.fold(0.0, |sum, (i, &j)| sum + costs[i * self.cols + j as usize]) } else { f64::NAN };
            return Ok(met);
        }
        while self.advance(MOST)? > 0 {}
        if let Some(failed) = &self.failed {
            out.failed_rows(&self.matching, failed);
            *sum = f64::NAN;
            return Ok(false);
        }
        out.of_rows(&self.shape(), &self.matching);
        close_columns(&self.shape(), out, |i, j| self.costs[self.line[i] as usize * self.cols + j]);
        let own = self.matching.own.iter().zip(&self.matching.col_of).enumerate();
        *sum = own.fold(0.0, |sum, (i, (own, &j))| sum + if j == NONE { self.unassigned[i] } else { *own });
        Ok(true)
    }

    /// Searches in whole rows for the row that waits last. False: it found nothing.
    fn serve(&mut self, row: usize) -> bool {
        if self.lists.stand() {
            self.look(row);
        }
        let table = Table { costs: &self.costs, width: self.cols, line: &self.line, unassigned: &self.unassigned };
        if !self.search.augment(&table, &mut self.matching, row) {
            self.failed = Some(Failed { row, settled: self.search.settled().to_vec() });
            return false;
        }
        self.waiting.pop();
        self.waits[row] = false;
        true
    }

    /// Searches in lists for the row that waits last. Rows for which an entry that is not listed is better now wait instead. False, with
    /// nothing changed: it found nothing.
    fn serve_by_list(&mut self, row: usize) -> bool {
        self.look(row);
        if !self.seek.augment(&self.lists.of(&self.line), &mut self.matching, row) {
            return false;
        }
        self.waiting.pop();
        self.waits[row] = false;
        let columns = self.seek.settled().iter().map(|&j| j as usize).chain(self.seek.end());
        let rows: Vec<usize> = columns.map(|j| self.matching.first(j) as usize).collect();
        for i in rows {
            let value = self.value(i);
            if value <= self.lists.rest(self.line[i] as usize) {
                continue;
            }
            let least = self.look(i);
            let size = self.matching.own[i].abs() + self.matching.prices[self.matching.col_of[i] as usize].abs();
            if least < value - size * ROUNDING {
                self.touch(i);
            }
        }
        true
    }

    /// Lists the best entries of a row; its least `cost - price`.
    fn look(&mut self, i: usize) -> f64 {
        let line = self.line[i] as usize;
        let row = &self.costs[line * self.cols..(line + 1) * self.cols];
        self.lists.look(line, row, &self.matching.prices)
    }

    fn shape(&self) -> Shape<'_> {
        Shape {
            rows: self.line.len(),
            cols: self.cols,
            unassigned: &self.unassigned,
            capacity: &self.capacity,
            priced: self.priced,
        }
    }

    fn row(&self, row: f64) -> Result<usize> {
        Ok(whole("row", row, 0.0, self.rows() as f64 - 1.0)? as usize)
    }

    fn col(&self, col: f64) -> Result<usize> {
        Ok(whole("col", col, 0.0, self.cols as f64 - 1.0)? as usize)
    }

    fn check_row(&self, costs: &[f64], unassigned: f64) -> Result<()> {
        length("costs", costs.len(), self.cols as f64)?;
        moderate(large("costs", costs)?)?;
        if self.priced {
            moderate(large("unassigned", &[unassigned])?)?;
        }
        Ok(())
    }

    /// The least `cost - price` of a row that does not wait.
    fn value(&self, i: usize) -> f64 {
        match self.matching.col_of[i] {
            NONE => self.unassigned.get(i).copied().unwrap_or(f64::INFINITY),
            j => self.matching.own[i] - self.matching.prices[j as usize],
        }
    }

    /// What was found of a failure holds no more; nor does anything where columns choose.
    fn unsettle(&mut self) {
        self.failed = None;
        if self.shape().columns_choose() {
            self.begun = false;
        }
    }

    /// Takes a row off its column, to be searched for.
    fn touch(&mut self, i: usize) {
        self.unsettle();
        if !self.begun || self.waits[i] {
            return;
        }
        if self.matching.col_of[i] != NONE {
            self.matching.take(i);
        }
        self.waits[i] = true;
        self.waiting.push(i as u32);
    }

    /// The highest price of a column without rows under which none would gain by it.
    fn price_anew(&mut self, j: usize) {
        let mut price = if self.shape().full() { f64::INFINITY } else { 0.0 };
        for i in 0..self.rows() {
            if self.waits[i] {
                continue;
            }
            let slack = self.costs[self.line[i] as usize * self.cols + j] - self.value(i);
            price = if slack < price { slack } else { price };
        }
        self.matching.prices[j] = if price < f64::INFINITY { price } else { 0.0 };
    }

    /// Costs without lines that are free.
    fn in_order(&self) -> Vec<f64> {
        let table = Table { costs: &self.costs, width: self.cols, line: &self.line, unassigned: &[] };
        (0..self.rows()).flat_map(|i| table.row(i).iter().copied()).collect()
    }
}

fn moderate(large: bool) -> Result<()> {
    ensure(!large, Code::OutOfRange, || "a cost is beyond 2^1000".to_owned())
}

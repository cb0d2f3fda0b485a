//! The multiple-choice knapsack over a fleet: one choice per function, the least cost in sum, a limit on a resource in sum.
//!
//! A function's choices are points in the plane of resource and cost. Those on the lower convex hull are what some price of the
//! resource makes cheapest; an edge of the hull exchanges resource for cost at its slope. Without whole choices the best
//! allocation takes the edges of all functions in the order of their slopes, steepest first, until the limit is met: its cost
//! is a lower bound on that of any choices (the dual, whose multiplier is the slope of the first edge that is left out).
//!
//! Whole choices begin there, at the **split**: every edge before the first one that does not fit, in the order (slope
//! descending, function ascending). Then a search among the functions whose slopes are nearest to the multiplier looks
//! for exchanges, off the hulls too, that use what is left of the limit (`improve.rs`), and where those functions are not
//! enough it starts again on either side of the edge that did not fit (`dive.rs`).
//!
//! All sums are those of a tree of fixed shape over the functions. Rounding is monotone, so that such a sum never falls
//! when a choice uses more, and the split is the same place however it is reached: from scratch by selection
//! (`split.rs`), or edge by edge from where it was before some functions changed.

mod choices;
mod dive;
mod fleet;
mod hulls;
mod improve;
mod split;
mod trees;

use crate::check;
use fleet::Fleet;
use isotherm_numeric::{ensure, Code, Result};

pub use choices::Choices;

/// Costs this close, relative to the cost of the whole fleet, count as equal.
const TIE: f64 = 1e-12;

/// What a solution costs, and how good it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Solution {
    /// Sum of the chosen costs.
    pub cost: f64,
    /// Sum of the chosen resources, at most the limit.
    pub resource: f64,
    /// The Lagrangian's value at the multiplier: no choices within the limit cost less.
    pub dual_bound: f64,
    /// The same after the search, at least as high; `cost` where the search has shown that nothing is cheaper.
    pub bound: f64,
    /// What one more unit of the resource would save, at the margin.
    pub multiplier: f64,
    /// Functions whose choice differs from the last solution's.
    pub changed: usize,
}

/// Many functions' choices, kept so that a change of some of them is solved again at the cost of what it moves.
pub struct MultipleChoice {
    fleet: Fleet,
    /// The choice told last, by function; -1: none yet.
    told: Vec<i32>,
    changed: Vec<u32>,
}

impl MultipleChoice {
    /// `functions` functions, each with one choice of no cost that needs nothing. Errors: `OUT_OF_RANGE` above 2^26.
    pub fn new(functions: f64) -> Result<Self> {
        const MOST: f64 = (1u64 << 26) as f64;
        let functions = isotherm_numeric::whole("functions", functions, 0.0, MOST)? as usize;
        Ok(MultipleChoice { fleet: Fleet::new(functions), told: vec![-1; functions], changed: Vec::new() })
    }

    /// Replaces the choices of the functions from `first` on; a refusal changes nothing. The bits do not depend on `threads`
    /// (0: as many as the machine has).
    ///
    /// # Errors
    /// `BAD_LENGTH`, `NOT_FINITE`, `OUT_OF_RANGE`; `INFEASIBLE` where no choice of a function is within its caps.
    ///
    /// O(k log k) per function of k choices, O(k) where they ascend by resource.
    pub fn set(&mut self, first: f64, choices: &Choices, threads: usize) -> Result<()> {
        let functions = choices.check()?;
        let most = self.told.len();
        let within = first >= 0.0 && first == first.trunc() && first + functions as f64 <= most as f64;
        ensure(within, Code::OutOfRange, || {
            format!("first is out of place, expected {functions} functions within the fleet's {most}")
        })?;
        self.fleet.set(first as usize, choices, threads);
        Ok(())
    }

    /// The choices of least cost whose resources sum to at most `limit`; none where even the least resources sum to more.
    ///
    /// # Errors
    /// `NOT_FINITE`, `OUT_OF_RANGE` (limit).
    ///
    /// At first O(all choices + functions log functions); then O(log functions) for every edge that lies between the old split
    /// and the new one, and a search among a bounded number of functions.
    pub fn solve(&mut self, limit: f64) -> Result<Option<Solution>> {
        check::amount(limit, || "limit".to_string())?;
        self.changed.clear();
        let Some(solved) = self.fleet.solve(limit) else { return Ok(None) };
        for f in self.fleet.take_touched() {
            let choice = self.fleet.choice(f);
            if self.told[f] != choice {
                self.told[f] = choice;
                self.changed.push(f as u32);
            }
        }
        self.changed.sort_unstable();
        Ok(Some(Solution { changed: self.changed.len(), ..solved }))
    }

    /// `solve` as numbers: whether the limit can be met, and `[cost, resource, dual bound, bound, multiplier, changed]`; where it
    /// cannot be, the least resource there is, and NaN for the rest. Errors: as `solve`.
    pub fn solve_numbers(&mut self, limit: f64) -> Result<(bool, [f64; 6])> {
        Ok(match self.solve(limit)? {
            Some(Solution { cost, resource, dual_bound, bound, multiplier, changed }) => {
                (true, [cost, resource, dual_bound, bound, multiplier, changed as f64])
            }
            None => (false, [f64::NAN, self.least_resource(), f64::NAN, f64::NAN, f64::NAN, f64::NAN]),
        })
    }

    /// After a `solve` that found none: the nearest limit that can be met.
    pub fn least_resource(&self) -> f64 {
        self.fleet.least_resource()
    }

    /// The functions whose choice the last solution changed, ascending.
    pub fn changed(&self) -> &[u32] {
        &self.changed
    }

    /// The choice of each function, by position among the choices that it was given; -1 before the first solution.
    pub fn choices(&self) -> &[i32] {
        &self.told
    }
}

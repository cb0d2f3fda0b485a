//! The choices of many functions, as a caller has them.

use crate::check;
use isotherm_numeric::{ensure, Code, Result};

/// Sums, slopes and products of numbers within these never overflow.
const SMALLEST: f64 = 1e-100;
const LARGEST: f64 = 1e100;

/// Choices of function `f` at `offsets[f]..offsets[f + 1]`; each function has one at least.
#[derive(Clone, Copy)]
pub struct Choices<'a> {
    /// Whole, ascending, from 0 to the number of choices.
    pub offsets: &'a [f64],
    /// What is minimised; 0 or 1e-100 to 1e100.
    pub cost: &'a [f64],
    /// What is limited; 0 or 1e-100 to 1e100.
    pub resource: &'a [f64],
    /// By function: dearer choices are left out. Empty, or infinite in an entry: no cap.
    pub max_cost: &'a [f64],
    /// By function: choices that need more are left out. Empty, or infinite in an entry: no cap.
    pub max_resource: &'a [f64],
}

impl Choices<'_> {
    /// How many functions, when everything is in order.
    pub(crate) fn check(&self) -> Result<usize> {
        let functions = check::offsets(self.offsets, self.cost.len())?;
        check::length(self.resource.len() == self.cost.len(), "resource", self.resource.len(), self.cost.len())?;
        for (name, caps) in [("maxCost", self.max_cost), ("maxResource", self.max_resource)] {
            check::length(caps.is_empty() || caps.len() == functions, name, caps.len(), functions)?;
            for (f, &cap) in caps.iter().enumerate() {
                ensure(!cap.is_nan(), Code::NotFinite, || format!("{name}[{f}] is not a number"))?;
                ensure(cap >= 0.0, Code::OutOfRange, || format!("{name}[{f}] is negative, expected at least 0"))?;
            }
        }
        let choices = u32::MAX as usize >> 1;
        ensure(self.cost.len() <= choices, Code::OutOfRange, || format!("there are more than {choices} choices"))?;
        for (name, values) in [("cost", self.cost), ("resource", self.resource)] {
            for (i, &value) in values.iter().enumerate() {
                check::amount(value, || format!("{name}[{i}]"))?;
                ensure(value == 0.0 || (SMALLEST..=LARGEST).contains(&value), Code::OutOfRange, || {
                    format!("{name}[{i}] is out of range, expected 0 or 1e-100 to 1e100")
                })?;
            }
        }
        for f in 0..functions {
            let (from, to) = self.range(f);
            ensure(from < to, Code::BadLength, || format!("function {f} has no choice, expected at least 1"))?;
            ensure((from..to).any(|i| self.allows(f, i)), Code::Infeasible, || {
                format!("no choice of function {f} is within its caps")
            })?;
        }
        Ok(functions)
    }

    pub(crate) fn range(&self, f: usize) -> (usize, usize) {
        (self.offsets[f] as usize, self.offsets[f + 1] as usize)
    }

    /// Whether choice `i` is within the caps of function `f`.
    pub(crate) fn allows(&self, f: usize, i: usize) -> bool {
        let within = |caps: &[f64], value: f64| caps.is_empty() || value <= caps[f];
        within(self.max_cost, self.cost[i]) && within(self.max_resource, self.resource[i])
    }
}

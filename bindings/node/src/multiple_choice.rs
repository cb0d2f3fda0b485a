//! One choice per function under one limit, by handle.

use crate::{closed, thrown, write};
use isotherm_keepalive::{Choices, MultipleChoice};
use napi::bindgen_prelude::{Float64ArraySlice, Int32Array, Uint32Array};
use napi::Result;
use napi_derive::napi;

/// A fleet's choices, kept at their split.
#[napi]
pub struct MultipleChoiceHandle {
    fleet: Option<MultipleChoice>,
}

#[napi]
impl MultipleChoiceHandle {
    /// Frees the fleet; later calls with this handle fail.
    #[napi]
    pub fn close(&mut self) {
        self.fleet = None;
    }

    fn open(&mut self) -> Result<&mut MultipleChoice> {
        self.fleet.as_mut().ok_or_else(closed)
    }
}

/// Functions that each have one choice, of no cost and no resource.
#[napi(catch_unwind)]
pub fn multiple_choice_create(functions: f64) -> Result<MultipleChoiceHandle> {
    Ok(MultipleChoiceHandle { fleet: Some(MultipleChoice::new(functions).map_err(thrown)?) })
}

/// Replaces the choices of functions from `first` on.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn multiple_choice_set(
    handle: &mut MultipleChoiceHandle,
    first: f64,
    offsets: &[f64],
    cost: &[f64],
    resource: &[f64],
    max_cost: &[f64],
    max_resource: &[f64],
    threads: u32,
) -> Result<()> {
    let choices = Choices { offsets, cost, resource, max_cost, max_resource };
    handle.open()?.set(first, &choices, threads as usize).map_err(thrown)
}

/// Whether the limit can be met; writes `[cost, resource, dualBound, bound, multiplier, changed]`.
#[napi(catch_unwind)]
pub fn multiple_choice_solve(
    handle: &mut MultipleChoiceHandle,
    limit: f64,
    mut out: Float64ArraySlice,
) -> Result<bool> {
    let (met, numbers) = handle.open()?.solve_numbers(limit).map_err(thrown)?;
    write(&mut out, &numbers)?;
    Ok(met)
}

/// Functions whose choice the last solution changed.
#[napi(catch_unwind)]
pub fn multiple_choice_changed(handle: &mut MultipleChoiceHandle) -> Result<Uint32Array> {
    Ok(handle.open()?.changed().to_vec().into())
}

/// The choice of each function.
#[napi(catch_unwind)]
pub fn multiple_choice_choices(handle: &mut MultipleChoiceHandle) -> Result<Int32Array> {
    Ok(handle.open()?.choices().to_vec().into())
}

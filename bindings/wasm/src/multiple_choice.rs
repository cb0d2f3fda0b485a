//! One choice per function under one limit, by handle.

use crate::{thrown, write};
use isotherm_keepalive::{Choices, MultipleChoice};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::JsError;

/// A fleet's choices, kept at their split.
#[wasm_bindgen]
pub struct MultipleChoiceHandle {
    fleet: MultipleChoice,
}

/// Functions that each have one choice, of no cost and no resource.
#[wasm_bindgen(js_name = multipleChoiceCreate)]
pub fn multiple_choice_create(functions: f64) -> Result<MultipleChoiceHandle, JsError> {
    Ok(MultipleChoiceHandle { fleet: MultipleChoice::new(functions).map_err(thrown)? })
}

/// Replaces the choices of functions from `first` on. There is one thread.
#[wasm_bindgen(js_name = multipleChoiceSet)]
pub fn multiple_choice_set(
    handle: &mut MultipleChoiceHandle,
    first: f64,
    offsets: &[f64],
    cost: &[f64],
    resource: &[f64],
    max_cost: &[f64],
    max_resource: &[f64],
) -> Result<(), JsError> {
    let choices = Choices { offsets, cost, resource, max_cost, max_resource };
    handle.fleet.set(first, &choices, 1).map_err(thrown)
}

/// Whether the limit can be met; writes `[cost, resource, dualBound, bound, multiplier, changed]`.
#[wasm_bindgen(js_name = multipleChoiceSolve)]
pub fn multiple_choice_solve(handle: &mut MultipleChoiceHandle, limit: f64, out: &mut [f64]) -> Result<bool, JsError> {
    let (met, numbers) = handle.fleet.solve_numbers(limit).map_err(thrown)?;
    write(out, &numbers)?;
    Ok(met)
}

/// Functions whose choice the last solution changed.
#[wasm_bindgen(js_name = multipleChoiceChanged)]
pub fn multiple_choice_changed(handle: &MultipleChoiceHandle) -> Vec<u32> {
    handle.fleet.changed().to_vec()
}

/// The choice of each function.
#[wasm_bindgen(js_name = multipleChoiceChoices)]
pub fn multiple_choice_choices(handle: &MultipleChoiceHandle) -> Vec<i32> {
    handle.fleet.choices().to_vec()
}

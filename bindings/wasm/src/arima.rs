//! ARIMA by handle.

use crate::thrown;
use isotherm_arima::{self as kernel, FitSteps, Model};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::JsError;

/// A fitted model.
#[wasm_bindgen]
pub struct ArimaHandle {
    model: Model,
}

/// Fits `[p, d, q, P, D, Q, s, mean, quick]` by maximum likelihood.
#[wasm_bindgen(js_name = arimaFit)]
pub fn arima_fit(y: &[f64], regressors: &[f64], spec: &[f64]) -> Result<ArimaHandle, JsError> {
    Ok(ArimaHandle { model: kernel::fit(kernel::parse_task(y, regressors, spec).map_err(thrown)?).map_err(thrown)? })
}

/// A fit under way.
#[wasm_bindgen]
pub struct ArimaFitHandle {
    steps: FitSteps,
}

/// Copies a series; nothing is searched yet.
#[wasm_bindgen(js_name = arimaOpen)]
pub fn arima_open(y: &[f64], regressors: &[f64], spec: &[f64]) -> Result<ArimaFitHandle, JsError> {
    Ok(ArimaFitHandle { steps: FitSteps::new(y, regressors, spec).map_err(thrown)? })
}

/// At most so many evaluations more; how many searches are left, at most.
#[wasm_bindgen(js_name = arimaAdvance)]
pub fn arima_advance(handle: &mut ArimaFitHandle, most: f64) -> Result<f64, JsError> {
    handle.steps.advance(most).map(|left| left as f64).map_err(thrown)
}

/// The rest of the fit, and its model.
#[wasm_bindgen(js_name = arimaFinish)]
pub fn arima_finish(handle: &mut ArimaFitHandle) -> Result<ArimaHandle, JsError> {
    Ok(ArimaHandle { model: handle.steps.finish().map_err(thrown)? })
}

/// The model at given coefficients.
#[wasm_bindgen(js_name = arimaAt)]
pub fn arima_at(y: &[f64], regressors: &[f64], spec: &[f64], coefficients: &[f64]) -> Result<ArimaHandle, JsError> {
    Ok(ArimaHandle {
        model: kernel::model_at(kernel::parse_task(y, regressors, spec).map_err(thrown)?, coefficients)
            .map_err(thrown)?,
    })
}

/// Variance, likelihood, values used, evaluations, whether the search converged; coefficients and effects, each with their errors.
#[wasm_bindgen(js_name = arimaSummary)]
pub fn arima_summary(handle: &ArimaHandle) -> Vec<f64> {
    handle.model.summary()
}

/// Innovations over the root of their variance.
#[wasm_bindgen(js_name = arimaResiduals)]
pub fn arima_residuals(handle: &ArimaHandle) -> Vec<f64> {
    handle.model.residuals.clone()
}

/// Means and standard errors of the next values.
#[wasm_bindgen(js_name = arimaForecast)]
pub fn arima_forecast(
    handle: &ArimaHandle,
    regressors: &[f64],
    out_mean: &mut [f64],
    out_error: &mut [f64],
) -> Result<(), JsError> {
    handle.model.forecast(regressors, out_mean, out_error).map_err(thrown)
}

/// Paths of the next values.
#[wasm_bindgen(js_name = arimaSimulate)]
pub fn arima_simulate(
    handle: &ArimaHandle,
    regressors: &[f64],
    seed: u32,
    horizon: u32,
    out: &mut [f64],
) -> Result<(), JsError> {
    handle.model.simulate(regressors, u64::from(seed), horizon as usize, out).map_err(thrown)
}

/// One more value; its innovation over the root of its variance.
#[wasm_bindgen(js_name = arimaUpdate)]
pub fn arima_update(handle: &mut ArimaHandle, value: f64, regressors: &[f64]) -> Result<f64, JsError> {
    handle.model.update(value, regressors).map_err(thrown)
}

/// The model and its state as numbers.
#[wasm_bindgen(js_name = arimaSave)]
pub fn arima_save(handle: &ArimaHandle) -> Vec<f64> {
    handle.model.save()
}

/// The model from its numbers.
#[wasm_bindgen(js_name = arimaLoad)]
pub fn arima_load(saved: &[f64]) -> Result<ArimaHandle, JsError> {
    Ok(ArimaHandle { model: Model::load(saved).map_err(thrown)? })
}

/// `[length, ...saved]` of many series, each by its own model; `[-length, ...bytes]` of the error where one cannot be fitted.
#[wasm_bindgen(js_name = arimaFitBatch)]
pub fn arima_fit_batch(offsets: &[f64], y: &[f64], specs: &[f64]) -> Result<Vec<f64>, JsError> {
    kernel::fit_batch(offsets, y, specs, 1).map_err(thrown)
}

/// `arimaFitBatch` with models found by a search each: `[length, compared, ...of each nine numbers, ...saved]`.
#[wasm_bindgen(js_name = arimaAutoBatch)]
pub fn arima_auto_batch(offsets: &[f64], y: &[f64], searches: &[f64]) -> Result<Vec<f64>, JsError> {
    kernel::auto_batch(offsets, y, searches, 1).map_err(thrown)
}

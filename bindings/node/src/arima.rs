//! ARIMA by handle.

use crate::{closed, thrown, written};
use isotherm_arima::{self as kernel, FitSteps, Model};
use napi::bindgen_prelude::{Float64Array, Float64ArraySlice};
use napi::Result;
use napi_derive::napi;

/// A fitted model.
#[napi]
pub struct ArimaHandle {
    model: Option<Model>,
}

#[napi]
impl ArimaHandle {
    /// Frees the model; later calls with this handle fail.
    #[napi]
    pub fn close(&mut self) {
        self.model = None;
    }

    fn open(&mut self) -> Result<&mut Model> {
        self.model.as_mut().ok_or_else(closed)
    }
}

/// Fits `[p, d, q, P, D, Q, s, mean, quick]` by maximum likelihood.
#[napi(catch_unwind)]
pub fn arima_fit(y: &[f64], regressors: &[f64], spec: &[f64]) -> Result<ArimaHandle> {
    Ok(ArimaHandle {
        model: Some(kernel::fit(kernel::parse_task(y, regressors, spec).map_err(thrown)?).map_err(thrown)?),
    })
}

/// A fit under way.
#[napi]
pub struct ArimaFitHandle {
    steps: Option<FitSteps>,
}

#[napi]
impl ArimaFitHandle {
    /// Frees the fit; later calls with this handle fail.
    #[napi]
    pub fn close(&mut self) {
        self.steps = None;
    }

    fn open(&mut self) -> Result<&mut FitSteps> {
        self.steps.as_mut().ok_or_else(closed)
    }
}

/// Copies a series; nothing is searched yet.
#[napi(catch_unwind)]
pub fn arima_open(y: &[f64], regressors: &[f64], spec: &[f64]) -> Result<ArimaFitHandle> {
    Ok(ArimaFitHandle { steps: Some(FitSteps::new(y, regressors, spec).map_err(thrown)?) })
}

/// At most so many evaluations more; how many searches are left, at most.
#[napi(catch_unwind)]
pub fn arima_advance(handle: &mut ArimaFitHandle, most: f64) -> Result<f64> {
    handle.open()?.advance(most).map(|left| left as f64).map_err(thrown)
}

/// The rest of the fit, and its model.
#[napi(catch_unwind)]
pub fn arima_finish(handle: &mut ArimaFitHandle) -> Result<ArimaHandle> {
    Ok(ArimaHandle { model: Some(handle.open()?.finish().map_err(thrown)?) })
}

/// The model at given coefficients.
#[napi(catch_unwind)]
pub fn arima_at(y: &[f64], regressors: &[f64], spec: &[f64], coefficients: &[f64]) -> Result<ArimaHandle> {
    Ok(ArimaHandle {
        model: Some(
            kernel::model_at(kernel::parse_task(y, regressors, spec).map_err(thrown)?, coefficients).map_err(thrown)?,
        ),
    })
}

/// Variance, likelihood, values used, evaluations, whether the search converged; coefficients and effects, each with their errors.
#[napi(catch_unwind)]
pub fn arima_summary(handle: &mut ArimaHandle) -> Result<Float64Array> {
    Ok(handle.open()?.summary().into())
}

/// Innovations over the root of their variance.
#[napi(catch_unwind)]
pub fn arima_residuals(handle: &mut ArimaHandle) -> Result<Float64Array> {
    Ok(handle.open()?.residuals.clone().into())
}

/// Means and standard errors of the next values.
#[napi(catch_unwind)]
pub fn arima_forecast(
    handle: &mut ArimaHandle,
    regressors: &[f64],
    mut out_mean: Float64ArraySlice,
    mut out_error: Float64ArraySlice,
) -> Result<()> {
    handle.open()?.forecast(regressors, written(&mut out_mean), written(&mut out_error)).map_err(thrown)
}

/// Paths of the next values.
#[napi(catch_unwind)]
pub fn arima_simulate(
    handle: &mut ArimaHandle,
    regressors: &[f64],
    seed: u32,
    horizon: u32,
    mut out: Float64ArraySlice,
) -> Result<()> {
    handle.open()?.simulate(regressors, u64::from(seed), horizon as usize, written(&mut out)).map_err(thrown)
}

/// One more value; its innovation over the root of its variance.
#[napi(catch_unwind)]
pub fn arima_update(handle: &mut ArimaHandle, value: f64, regressors: &[f64]) -> Result<f64> {
    handle.open()?.update(value, regressors).map_err(thrown)
}

/// The model and its state as numbers.
#[napi(catch_unwind)]
pub fn arima_save(handle: &mut ArimaHandle) -> Result<Float64Array> {
    Ok(handle.open()?.save().into())
}

/// The model from its numbers.
#[napi(catch_unwind)]
pub fn arima_load(saved: &[f64]) -> Result<ArimaHandle> {
    Ok(ArimaHandle { model: Some(Model::load(saved).map_err(thrown)?) })
}

/// `[length, ...saved]` of many series, each by its own model; `[-length, ...bytes]` of the error where one cannot be fitted.
#[napi(catch_unwind)]
pub fn arima_fit_batch(offsets: &[f64], y: &[f64], specs: &[f64], threads: u32) -> Result<Float64Array> {
    Ok(kernel::fit_batch(offsets, y, specs, threads as usize).map_err(thrown)?.into())
}

/// `arimaFitBatch` with models found by a search each: `[length, compared, ...of each nine numbers, ...saved]`.
#[napi(catch_unwind)]
pub fn arima_auto_batch(offsets: &[f64], y: &[f64], searches: &[f64], threads: u32) -> Result<Float64Array> {
    Ok(kernel::auto_batch(offsets, y, searches, threads as usize).map_err(thrown)?.into())
}

//! Advantages and returns of rollouts, in both precisions.

use crate::{thrown, write, written};
use isotherm_advantage::{self as kernel, Clips, Discounts, Rollout};
use napi::bindgen_prelude::{Float32ArraySlice, Float64ArraySlice};
use napi::Result;
use napi_derive::napi;

/// As `written`, in the other precision.
fn written_32<'a>(out: &'a mut Float32ArraySlice<'_>) -> &'a mut [f32] {
    // SAFETY: as there.
    unsafe { out.as_mut() }
}

/// All estimators in one precision.
macro_rules! estimators {
    ($real:ident, $out:ident, $written:ident, $gae:ident, $lambda:ident, $n_step:ident, $vtrace:ident, $normalize:ident) => {
        /// Generalised advantage estimation.
        #[napi(catch_unwind)]
        #[allow(clippy::too_many_arguments)]
        pub fn $gae(
            rewards: &[$real],
            values: &[$real],
            next_values: &[$real],
            terminated: &[u8],
            truncated: &[u8],
            steps: f64,
            envs: f64,
            gamma: f64,
            lambda: f64,
            mut out_advantages: $out,
            mut out_returns: $out,
        ) -> Result<()> {
            let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
            let (advantages, returns) = ($written(&mut out_advantages), $written(&mut out_returns));
            kernel::gae(&rollout, values, &Discounts { gamma, lambda }, advantages, returns).map_err(thrown)
        }

        /// TD(lambda) returns; with a lambda of 1 the discounted ones.
        #[napi(catch_unwind)]
        #[allow(clippy::too_many_arguments)]
        pub fn $lambda(
            rewards: &[$real],
            next_values: &[$real],
            terminated: &[u8],
            truncated: &[u8],
            steps: f64,
            envs: f64,
            gamma: f64,
            lambda: f64,
            mut out_returns: $out,
        ) -> Result<()> {
            let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
            let returns = $written(&mut out_returns);
            kernel::lambda_returns(&rollout, &Discounts { gamma, lambda }, returns).map_err(thrown)
        }

        /// Returns over `n` steps.
        #[napi(catch_unwind)]
        #[allow(clippy::too_many_arguments)]
        pub fn $n_step(
            rewards: &[$real],
            next_values: &[$real],
            terminated: &[u8],
            truncated: &[u8],
            steps: f64,
            envs: f64,
            gamma: f64,
            n: f64,
            mut out_returns: $out,
        ) -> Result<()> {
            let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
            kernel::n_step_returns(&rollout, gamma, n, $written(&mut out_returns)).map_err(thrown)
        }

        /// V-trace.
        #[napi(catch_unwind)]
        #[allow(clippy::too_many_arguments)]
        pub fn $vtrace(
            rewards: &[$real],
            values: &[$real],
            next_values: &[$real],
            log_ratios: &[$real],
            terminated: &[u8],
            truncated: &[u8],
            steps: f64,
            envs: f64,
            gamma: f64,
            rho_bar: f64,
            c_bar: f64,
            mut out_targets: $out,
            mut out_advantages: $out,
        ) -> Result<()> {
            let rollout = Rollout { rewards, next_values, terminated, truncated, steps, envs };
            let clips = Clips { rho: rho_bar, c: c_bar };
            let (targets, advantages) = ($written(&mut out_targets), $written(&mut out_advantages));
            kernel::vtrace(&rollout, values, log_ratios, gamma, &clips, targets, advantages).map_err(thrown)
        }

        /// Normalises in place; writes `[mean, standard deviation]`.
        #[napi(catch_unwind)]
        pub fn $normalize(mut out_advantages: $out, epsilon: f64, mut out_moments: Float64ArraySlice) -> Result<()> {
            let moments = kernel::normalize_advantages($written(&mut out_advantages), epsilon).map_err(thrown)?;
            write(&mut out_moments, &[moments.mean, moments.standard_deviation])
        }
    };
}

estimators!(
    f64,
    Float64ArraySlice,
    written,
    generalized_advantage,
    lambda_returns,
    n_step_returns,
    vtrace,
    normalize_advantages
);
estimators!(
    f32,
    Float32ArraySlice,
    written_32,
    generalized_advantage_32,
    lambda_returns_32,
    n_step_returns_32,
    vtrace_32,
    normalize_advantages_32
);

//! Advantages and returns of rollouts, in both precisions. Arrays are where the caller has put them in this module's memory, so that what lies
//! there already is neither copied in nor out: each is a place and a length.

use crate::{thrown, write};
use isotherm_advantage::{self as kernel, Clips, Discounts, Rollout};
use std::alloc::Layout;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

/// What arrays begin at multiples of: the widest lanes.
const ALIGNMENT: usize = 16;

/// The memory that places are in.
#[wasm_bindgen(js_name = moduleMemory)]
pub fn module_memory() -> JsValue {
    wasm_bindgen::memory()
}

/// Room for so many bytes, at least one, until [`release`] takes it back; 0 where there is none.
#[wasm_bindgen]
pub fn reserve(bytes: usize) -> *mut u8 {
    match Layout::from_size_align(bytes.max(1), ALIGNMENT) {
        // SAFETY: the size is not 0.
        Ok(layout) => unsafe { std::alloc::alloc(layout) },
        Err(_) => std::ptr::null_mut(),
    }
}

/// Takes back what [`reserve`] gave for as many bytes.
///
/// # Safety
/// It was not taken back before.
#[wasm_bindgen]
pub unsafe fn release(place: *mut u8, bytes: usize) {
    if let Ok(layout) = Layout::from_size_align(bytes.max(1), ALIGNMENT) {
        // SAFETY: the caller's.
        unsafe { std::alloc::dealloc(place, layout) }
    }
}

/// # Safety
/// As many entries lie there, and nobody writes them meanwhile.
unsafe fn read<'a, T>(place: *const T, length: usize) -> &'a [T] {
    if length == 0 {
        return &[];
    }
    // SAFETY: the caller's.
    unsafe { std::slice::from_raw_parts(place, length) }
}

/// # Safety
/// As many entries lie there, and nobody else reads or writes them meanwhile.
unsafe fn written<'a, T>(place: *mut T, length: usize) -> &'a mut [T] {
    if length == 0 {
        return &mut [];
    }
    // SAFETY: the caller's.
    unsafe { std::slice::from_raw_parts_mut(place, length) }
}

/// All estimators in one precision.
macro_rules! estimators {
    ($real:ident, $gae:ident $gae_js:ident, $lambda:ident $lambda_js:ident, $n_step:ident $n_step_js:ident, $vtrace:ident $vtrace_js:ident, $normalize:ident $normalize_js:ident) => {
        /// Generalised advantage estimation.
        ///
        /// # Safety
        /// Arrays lie where they are said to; none that is written overlaps another.
        #[wasm_bindgen(js_name = $gae_js)]
        #[allow(clippy::too_many_arguments)]
        pub unsafe fn $gae(
            rewards: *const $real,
            reward_count: usize,
            values: *const $real,
            value_count: usize,
            next_values: *const $real,
            next_value_count: usize,
            terminated: *const u8,
            terminated_count: usize,
            truncated: *const u8,
            truncated_count: usize,
            out_advantages: *mut $real,
            advantage_count: usize,
            out_returns: *mut $real,
            return_count: usize,
            steps: f64,
            envs: f64,
            gamma: f64,
            lambda: f64,
        ) -> Result<(), JsError> {
            // SAFETY: the caller's.
            unsafe {
                let rollout = Rollout {
                    rewards: read(rewards, reward_count),
                    next_values: read(next_values, next_value_count),
                    terminated: read(terminated, terminated_count),
                    truncated: read(truncated, truncated_count),
                    steps,
                    envs,
                };
                let (advantages, returns) =
                    (written(out_advantages, advantage_count), written(out_returns, return_count));
                let discounts = Discounts { gamma, lambda };
                kernel::gae(&rollout, read(values, value_count), &discounts, advantages, returns).map_err(thrown)
            }
        }

        /// TD(lambda) returns; with a lambda of 1 the discounted ones.
        ///
        /// # Safety
        /// As of the advantages.
        #[wasm_bindgen(js_name = $lambda_js)]
        #[allow(clippy::too_many_arguments)]
        pub unsafe fn $lambda(
            rewards: *const $real,
            reward_count: usize,
            next_values: *const $real,
            next_value_count: usize,
            terminated: *const u8,
            terminated_count: usize,
            truncated: *const u8,
            truncated_count: usize,
            out_returns: *mut $real,
            return_count: usize,
            steps: f64,
            envs: f64,
            gamma: f64,
            lambda: f64,
        ) -> Result<(), JsError> {
            // SAFETY: the caller's.
            unsafe {
                let rollout = Rollout {
                    rewards: read(rewards, reward_count),
                    next_values: read(next_values, next_value_count),
                    terminated: read(terminated, terminated_count),
                    truncated: read(truncated, truncated_count),
                    steps,
                    envs,
                };
                let returns = written(out_returns, return_count);
                kernel::lambda_returns(&rollout, &Discounts { gamma, lambda }, returns).map_err(thrown)
            }
        }

        /// Returns over `n` steps.
        ///
        /// # Safety
        /// As of the advantages.
        #[wasm_bindgen(js_name = $n_step_js)]
        #[allow(clippy::too_many_arguments)]
        pub unsafe fn $n_step(
            rewards: *const $real,
            reward_count: usize,
            next_values: *const $real,
            next_value_count: usize,
            terminated: *const u8,
            terminated_count: usize,
            truncated: *const u8,
            truncated_count: usize,
            out_returns: *mut $real,
            return_count: usize,
            steps: f64,
            envs: f64,
            gamma: f64,
            n: f64,
        ) -> Result<(), JsError> {
            // SAFETY: the caller's.
            unsafe {
                let rollout = Rollout {
                    rewards: read(rewards, reward_count),
                    next_values: read(next_values, next_value_count),
                    terminated: read(terminated, terminated_count),
                    truncated: read(truncated, truncated_count),
                    steps,
                    envs,
                };
                kernel::n_step_returns(&rollout, gamma, n, written(out_returns, return_count)).map_err(thrown)
            }
        }

        /// V-trace.
        ///
        /// # Safety
        /// As of the advantages.
        #[wasm_bindgen(js_name = $vtrace_js)]
        #[allow(clippy::too_many_arguments)]
        pub unsafe fn $vtrace(
            rewards: *const $real,
            reward_count: usize,
            values: *const $real,
            value_count: usize,
            next_values: *const $real,
            next_value_count: usize,
            log_ratios: *const $real,
            log_ratio_count: usize,
            terminated: *const u8,
            terminated_count: usize,
            truncated: *const u8,
            truncated_count: usize,
            out_targets: *mut $real,
            target_count: usize,
            out_advantages: *mut $real,
            advantage_count: usize,
            steps: f64,
            envs: f64,
            gamma: f64,
            rho_bar: f64,
            c_bar: f64,
        ) -> Result<(), JsError> {
            // SAFETY: the caller's.
            unsafe {
                let rollout = Rollout {
                    rewards: read(rewards, reward_count),
                    next_values: read(next_values, next_value_count),
                    terminated: read(terminated, terminated_count),
                    truncated: read(truncated, truncated_count),
                    steps,
                    envs,
                };
                let clips = Clips { rho: rho_bar, c: c_bar };
                let (values, log_ratios) = (read(values, value_count), read(log_ratios, log_ratio_count));
                let (targets, advantages) =
                    (written(out_targets, target_count), written(out_advantages, advantage_count));
                kernel::vtrace(&rollout, values, log_ratios, gamma, &clips, targets, advantages).map_err(thrown)
            }
        }

        /// Normalises in place; writes `[mean, standard deviation]`.
        ///
        /// # Safety
        /// As of the advantages.
        #[wasm_bindgen(js_name = $normalize_js)]
        pub unsafe fn $normalize(
            out_advantages: *mut $real,
            advantage_count: usize,
            out_moments: *mut f64,
            moment_count: usize,
            epsilon: f64,
        ) -> Result<(), JsError> {
            // SAFETY: the caller's.
            unsafe {
                let advantages = written(out_advantages, advantage_count);
                let moments = kernel::normalize_advantages(advantages, epsilon).map_err(thrown)?;
                write(written(out_moments, moment_count), &[moments.mean, moments.standard_deviation])
            }
        }
    };
}

estimators!(
    f64,
    generalized_advantage generalizedAdvantage,
    lambda_returns lambdaReturns,
    n_step_returns nStepReturns,
    vtrace vtrace,
    normalize_advantages normalizeAdvantages
);
estimators!(
    f32,
    generalized_advantage_32 generalizedAdvantage32,
    lambda_returns_32 lambdaReturns32,
    n_step_returns_32 nStepReturns32,
    vtrace_32 vtrace32,
    normalize_advantages_32 normalizeAdvantages32
);

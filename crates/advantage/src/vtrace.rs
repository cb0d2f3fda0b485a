//! V-trace: values of a policy from what another one did.

use crate::real::Real;
use crate::rollout::{finite, length, share, Rollout};
use isotherm_numeric::{exp, non_negative, Result};

/// Where the ratios of probabilities are cut.
pub struct Clips {
    /// Of the temporal differences, at least 0.
    pub rho: f64,
    /// Of what is handed back, at least 0.
    pub c: f64,
}

/// With `ratio = exp(log_ratios)`, `rho` and `c` that ratio or its clip, whichever is less, and `delta` as of `gae`: writes `targets = values + d` where
/// `d[t] = rho * delta[t] + (goes on ? gamma * c * d[t + 1] : 0)`, and `advantages = rho * (rewards + (terminated ? 0 : gamma * y) - values)`, `y` being
/// the target of the next step, or `next_values` where there is none. Errors: as of `gae`.
#[allow(clippy::too_many_arguments)]
pub fn vtrace<R: Real>(
    rollout: &Rollout<R>,
    values: &[R],
    log_ratios: &[R],
    gamma: f64,
    clips: &Clips,
    targets: &mut [R],
    advantages: &mut [R],
) -> Result<()> {
    let shape = rollout.shape()?;
    share("gamma", gamma)?;
    non_negative("rhoBar", clips.rho)?;
    non_negative("cBar", clips.c)?;
    let cells = shape.cells();
    for (name, found) in [
        ("rewards", rollout.rewards.len()),
        ("values", values.len()),
        ("nextValues", rollout.next_values.len()),
        ("logRatios", log_ratios.len()),
        ("targets", targets.len()),
        ("advantages", advantages.len()),
    ] {
        length(name, found, cells)?;
    }
    let (zero, gamma, rho_bar, c_bar) = (R::default(), R::of(gamma), R::of(clips.rho), R::of(clips.c));
    let envs = shape.envs;
    // Targets hold `d` until the step before has used it.
    for at in (0..cells).rev() {
        let later = at + envs;
        let lives = rollout.terminated[at] == 0;
        let goes_on = lives && later < cells && rollout.truncated.get(at).is_none_or(|&flag| flag == 0);
        let ratio = R::of(exp(log_ratios[at].to_f64()));
        let rho = lesser(rho_bar, ratio);
        let cut_off = if lives { gamma * rollout.next_values[at] } else { zero };
        let mut d = rho * (rollout.rewards[at] + cut_off - values[at]);
        let mut to_come = cut_off;
        if later < cells {
            let target = values[later] + targets[later];
            if goes_on {
                d = d + gamma * lesser(c_bar, ratio) * targets[later];
                to_come = gamma * target;
            }
            targets[later] = target;
        }
        targets[at] = d;
        advantages[at] = rho * (rollout.rewards[at] + to_come - values[at]);
    }
    for at in 0..envs.min(cells) {
        targets[at] = values[at] + targets[at];
    }
    finite("the target", targets, envs)?;
    finite("the advantage", advantages, envs)
}

/// NaN where the ratio is.
fn lesser<R: Real>(bar: R, ratio: R) -> R {
    if bar < ratio {
        bar
    } else {
        ratio
    }
}

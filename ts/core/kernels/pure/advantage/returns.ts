/** GAE and returns: the pure twins of `gae.rs` and `returns.rs` in `crates/advantage`. */
import { whole } from '../check.js';
import { solve } from './recurrence.js';
import { checkFinite, checkLength, checkShape, checkShare, type Reals, type Rollout, rounded } from './rollout.js';

const ofPrecision = (results: Reals): boolean => results instanceof Float32Array;

export function gae(
  rollout: Rollout,
  values: Reals,
  gamma: number,
  lambda: number,
  advantages: Reals,
  returns: Reals,
): void {
  const cells = checkShape(rollout);
  checkShare('gamma', gamma);
  checkShare('lambda', lambda);
  checkLength('advantages', advantages.length, cells);
  const { terminated, truncated, envs } = rollout;
  if (rollout.rewards.length > 0) checkLength('rewards', rollout.rewards.length, cells);
  if (returns.length > 0) checkLength('returns', returns.length, cells);
  const hasRow = rollout.nextValues.length === 0 && truncated.length === 0 && (cells > 0 || values.length > 0);
  checkLength('values', values.length, hasRow ? cells + envs : cells);
  if (!hasRow) checkLength('nextValues', rollout.nextValues.length, cells);

  const single = ofPrecision(advantages);
  const [next, shift] = hasRow ? [values, envs] : [rollout.nextValues, 0];
  const rewards = rollout.rewards.length > 0 ? rollout.rewards : advantages;
  const discount = rounded(single, gamma);
  for (let at = 0; at < cells; at++) {
    const toCome = terminated[at] === 0 ? rounded(single, discount * next[at + shift]) : 0;
    advantages[at] = rounded(single, rewards[at] + toCome) - values[at];
  }
  const factor = rounded(single, gamma * lambda);
  if (!solve(advantages, terminated, truncated, envs, factor, single)) checkFinite('the advantage', advantages, envs);
  for (let at = 0; at < returns.length; at++) returns[at] = advantages[at] + values[at];
  checkFinite('the return', returns, envs);
}

function checkReturns(rollout: Rollout, returns: Reals, inPlace: boolean): number {
  const cells = checkShape(rollout);
  if (!inPlace || rollout.rewards.length > 0) checkLength('rewards', rollout.rewards.length, cells);
  checkLength('nextValues', rollout.nextValues.length, cells);
  checkLength('returns', returns.length, cells);
  return cells;
}

export function lambdaReturns(rollout: Rollout, gamma: number, lambda: number, returns: Reals): void {
  const cells = checkReturns(rollout, returns, true);
  checkShare('gamma', gamma);
  checkShare('lambda', lambda);
  const { nextValues, terminated, truncated, envs } = rollout;
  const single = ofPrecision(returns);
  const rewards = rollout.rewards.length > 0 ? rollout.rewards : returns;
  const discount = rounded(single, gamma);
  const share = rounded(single, gamma * (1 - lambda));
  for (let at = 0; at < cells; at++) {
    let toCome = 0;
    if (terminated[at] === 0) {
      const cutOff = at + envs >= cells || (truncated.length > 0 && truncated[at] !== 0);
      if (cutOff) toCome = rounded(single, discount * nextValues[at]);
      else if (lambda < 1) toCome = rounded(single, share * nextValues[at]);
    }
    returns[at] = rewards[at] + toCome;
  }
  const factor = rounded(single, gamma * lambda);
  if (!solve(returns, terminated, truncated, envs, factor, single)) checkFinite('the return', returns, envs);
}

export function nStepReturns(rollout: Rollout, gamma: number, n: number, returns: Reals): void {
  checkReturns(rollout, returns, false);
  checkShare('gamma', gamma);
  whole('n', n, 1, Number.MAX_SAFE_INTEGER);
  const { rewards, nextValues, terminated, truncated, steps, envs } = rollout;
  const single = ofPrecision(returns);
  const discount = rounded(single, gamma);
  for (let t = 0; t < steps; t++) {
    const last = Math.min(steps, t + n) - 1;
    for (let env = 0; env < envs; env++) {
      let sum = 0;
      for (let s = last; s >= t; s--) {
        const at = s * envs + env;
        const cutOff = s === last || (truncated.length > 0 && truncated[at] !== 0);
        const after = cutOff ? nextValues[at] : sum;
        sum = rounded(single, rewards[at] + (terminated[at] === 0 ? rounded(single, discount * after) : 0));
      }
      returns[t * envs + env] = sum;
    }
  }
  checkFinite('the return', returns, envs);
}

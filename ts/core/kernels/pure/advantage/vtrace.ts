/** V-trace: the pure twin of `vtrace.rs` in `crates/advantage`. */
import { nonNegative } from '../check.js';
import { exp } from '../numeric.js';
import { checkFinite, checkLength, checkShape, checkShare, type Reals, type Rollout, rounded } from './rollout.js';

/** NaN where the ratio is. */
const lesser = (bar: number, ratio: number): number => (bar < ratio ? bar : ratio);

export function vtrace(
  rollout: Rollout,
  values: Reals,
  logRatios: Reals,
  gamma: number,
  rhoBar: number,
  cBar: number,
  targets: Reals,
  advantages: Reals,
): void {
  const cells = checkShape(rollout);
  checkShare('gamma', gamma);
  nonNegative('rhoBar', rhoBar);
  nonNegative('cBar', cBar);
  const { rewards, nextValues, terminated, truncated, envs } = rollout;
  for (const [name, found] of [
    ['rewards', rewards],
    ['values', values],
    ['nextValues', nextValues],
    ['logRatios', logRatios],
    ['targets', targets],
    ['advantages', advantages],
  ] as const) {
    checkLength(name, found.length, cells);
  }
  const single = targets instanceof Float32Array;
  const r = (value: number): number => rounded(single, value);
  const [discount, rhoMost, cMost] = [r(gamma), r(rhoBar), r(cBar)];
  // Targets hold `d` until the step before has used it.
  for (let at = cells - 1; at >= 0; at--) {
    const later = at + envs;
    const lives = terminated[at] === 0;
    const goesOn = lives && later < cells && (truncated.length === 0 || truncated[at] === 0);
    const ratio = r(exp(logRatios[at]));
    const rho = lesser(rhoMost, ratio);
    const cutOff = lives ? r(discount * nextValues[at]) : 0;
    let d = r(rho * r(r(rewards[at] + cutOff) - values[at]));
    let toCome = cutOff;
    if (later < cells) {
      const target = r(values[later] + targets[later]);
      if (goesOn) {
        d = r(d + r(r(discount * lesser(cMost, ratio)) * targets[later]));
        toCome = r(discount * target);
      }
      targets[later] = target;
    }
    targets[at] = d;
    advantages[at] = rho * r(r(rewards[at] + toCome) - values[at]);
  }
  for (let at = 0; at < Math.min(envs, cells); at++) targets[at] = values[at] + targets[at];
  checkFinite('the target', targets, envs);
  checkFinite('the advantage', advantages, envs);
}

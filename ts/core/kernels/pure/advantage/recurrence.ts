/** `y[t] = x[t] + (goes on ? factor * y[t + 1] : 0)`, with `x` where `y` shall stand: the orders of operations of `crates/advantage`. */
import { type Reals, rounded } from './rollout.js';

/** Steps after which the recurrence of a single trajectory goes on. */
const STRIDE = 16;

/** Whether all results are finite. `truncated` is empty for nowhere. */
export function solve(
  y: Reals,
  terminated: Uint8Array,
  truncated: Uint8Array,
  envs: number,
  factor: number,
  single: boolean,
): boolean {
  // Where nothing is truncated, what ends an episode is looked at twice.
  const cutOff = truncated.length > 0 ? truncated : terminated;
  if (envs === 1) return windows(y, terminated, cutOff, factor, single);
  return rows(y, terminated, cutOff, envs, factor, single);
}

/** Several environments: the last row first. */
function rows(
  y: Reals,
  terminated: Uint8Array,
  cutOff: Uint8Array,
  envs: number,
  factor: number,
  single: boolean,
): boolean {
  // Stays 0 as long as all are finite.
  let difference = 0;
  const last = y.length - envs;
  for (let at = y.length - 1; at >= 0; at--) {
    let later = 0;
    if (at < last && terminated[at] === 0 && cutOff[at] === 0) later = rounded(single, factor * y[at + envs]);
    const sum = rounded(single, y[at] + later);
    y[at] = sum;
    difference += sum - sum;
  }
  return difference === 0;
}

/** One trajectory: sums over windows of 2, 4, 8 and 16 steps, each from two of the size before, then the recurrence from every 16th step. */
function windows(y: Reals, terminated: Uint8Array, cutOff: Uint8Array, factor: number, single: boolean): boolean {
  const steps = y.length;
  const power1 = factor;
  const power2 = rounded(single, power1 * power1);
  const power4 = rounded(single, power2 * power2);
  const power8 = rounded(single, power4 * power4);
  const power16 = rounded(single, power8 * power8);
  // Windows that begin up to 1, 2, 4 and 8 steps later; past the last step there is nothing.
  let one = 0;
  const twos = new Float64Array(2);
  const fours = new Float64Array(4);
  const eights = new Float64Array(8);
  // For how many steps it goes on.
  let free = STRIDE;
  let difference = 0;
  for (let t = steps - 1; t >= 0; t--) {
    free = terminated[t] === 0 && cutOff[t] === 0 ? free + 1 : 0;
    const x = y[t];
    const two = rounded(single, x + (free >= 1 ? rounded(single, power1 * one) : 0));
    const four = rounded(single, two + (free >= 2 ? rounded(single, power2 * twos[t & 1]) : 0));
    const eight = rounded(single, four + (free >= 4 ? rounded(single, power4 * fours[t & 3]) : 0));
    let sum = rounded(single, eight + (free >= 8 ? rounded(single, power8 * eights[t & 7]) : 0));
    sum = rounded(single, sum + (free >= STRIDE && t + STRIDE < steps ? rounded(single, power16 * y[t + STRIDE]) : 0));
    one = x;
    twos[t & 1] = two;
    fours[t & 3] = four;
    eights[t & 7] = eight;
    y[t] = sum;
    difference += sum - sum;
  }
  return difference === 0;
}

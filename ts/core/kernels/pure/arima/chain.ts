/** One step of Chandrasekhar's recursion, forwards and backwards: the pure twin of `chain.rs`. */
import type { Polynomials } from './order.js';

/** `state' = T state + c K`, the state at `at`. */
export function stepState(
  state: Float64Array,
  at: number,
  gain: Float64Array,
  predicted: number,
  c: number,
  of: Polynomials,
): void {
  const r = gain.length - 1;
  for (let i = 0; i < r; i++) state[at + i] = state[at + i + 1] + c * gain[i];
  for (let j = 0; j < of.arLags.length; j++) state[at + of.arLags[j] - 1] += of.ar[j] * predicted;
}

/** One hyperbolic rotation of the gain at `k` and the direction at `l`; the next variance. */
export function rotate(
  gain: Float64Array,
  direction: Float64Array,
  k: number,
  l: number,
  r: number,
  f: number,
  of: Polynomials,
): number {
  const head = direction[l];
  const d = head / f;
  for (let i = 0; i < r; i++) {
    const before = gain[k + i];
    const moved = direction[l + i + 1];
    gain[k + i] = before - d * moved;
    direction[l + i] = moved - d * before;
  }
  for (let j = 0; j < of.arLags.length; j++) {
    const i = of.arLags[j] - 1;
    const more = of.ar[j] * head;
    gain[k + i] -= d * more;
    direction[l + i] += more;
  }
  return ((f - head) * (f + head)) / f;
}

/** The adjoint of a step's dense part; heads are set by the caller. */
export function backStep(gain: Float64Array, direction: Float64Array, state: Float64Array, d: number, c: number): void {
  const r = gain.length - 1;
  let carried = 0;
  let carriedState = 0;
  for (let i = 0; i < r; i++) {
    const k = gain[i];
    const l = direction[i];
    const a = state[i];
    gain[i] = k - d * l + c * a;
    direction[i] = carried;
    carried = l - d * k;
    state[i] = carriedState;
    carriedState = a;
  }
}

import { exp, ln } from '../../kernels/pure/numeric.js';
import { CALLS_PER_DAY } from '../calibration.js';
import { logLinearQuantile } from './distribution.js';
import { streamOf } from './draws.js';

/** Where the tail begins: once a minute. */
const KNEE = { below: 0.814, callsPerDay: 1440 };
const STEPS = 60;

/** How often each function of a fleet is called, by the published popularity. */
export interface Popularity {
  /** Rank of function `f` by calls, 0..1, ends excluded. */
  rank(f: number): number;
  /** Mean calls a day of function `f`. */
  callsPerDay(f: number): number;
}

/**
 * Ranks are `frac(start + f * 0.618...)` (a golden-ratio sequence), not independent draws: every function's is its own, whatever the size of the
 * fleet, and any first so many cover 0..1 evenly, so that a small fleet does not by chance lack its busy functions.
 *
 * With `callsPerDay` of the whole fleet the rates above once a minute are bent, `r -> 1440 (r / 1440)^a`, until the sum is that; the popularity
 * below, 81 % of functions, stays. Where even `a = 0` is too much, all rates shrink alike.
 */
export function popularity(seed: number, functions: number, callsPerDay?: number): Popularity {
  const start = streamOf(seed, 0xffffffff);
  start.next();
  const offset = start.high >>> 0;
  const rank = (f: number): number => (((offset + Math.imul(f, 0x9e3779b9)) >>> 0) + 0.5) * 2.3283064365386963e-10;
  if (callsPerDay === undefined) return { rank, callsPerDay: (f) => logLinearQuantile(CALLS_PER_DAY, rank(f)) };

  let below = 0;
  const excess: number[] = [];
  for (let f = 0; f < functions; f++) {
    const u = rank(f);
    const calls = logLinearQuantile(CALLS_PER_DAY, u);
    if (u < KNEE.below) below += calls;
    else excess.push(ln(calls / KNEE.callsPerDay));
  }
  const tail = (bend: number): number => {
    let sum = 0;
    for (const x of excess) sum += KNEE.callsPerDay * exp(bend * x);
    return sum;
  };
  let bend = 0;
  let shrink = 1;
  if (below + tail(0) >= callsPerDay || excess.length === 0) {
    shrink = callsPerDay / (below + tail(0));
  } else {
    let high = 1;
    while (below + tail(high) < callsPerDay) high *= 2;
    for (let step = 0; step < STEPS; step++) {
      const middle = (bend + high) / 2;
      if (below + tail(middle) < callsPerDay) bend = middle;
      else high = middle;
    }
  }
  return {
    rank,
    callsPerDay: (f) => {
      const u = rank(f);
      const calls = logLinearQuantile(CALLS_PER_DAY, u);
      if (u < KNEE.below) return calls * shrink;
      return KNEE.callsPerDay * exp(bend * ln(calls / KNEE.callsPerDay)) * shrink;
    },
  };
}

/**
 * The keep-alive optimiser in plain TypeScript: the operations of `crates/keepalive` in their order, so that all bits are the
 * same. The crate's first comment says what a gap costs and why one pass after the sort is enough.
 */
import type { KeepaliveKernels } from '../contract.js';
import { checkAmount, checkBatch, checkGaps, checkLength, checkSums, checkWeightsLength } from './keepalive-check.js';
import { Steps } from './keepalive-steps.js';

/** Costs this close, relative to the cheapest, count as equal. */
const TIE = 1e-12;

const steps = new Steps();

/** The interval found so far, by position in `steps.gap`; one of its kind, as `steps` is. */
let foundStart = 0;
let foundEnd = 0;
let foundKeepAlive = 0;

/** Starts that may yet be the latest good enough one: later ones cost more than earlier ones. */
let starts = new Uint32Array(0);
let startsMore = new Float64Array(0);

/** Writes the best interval of the gaps `from..to` to `out[at..at + 3]`; the prices have been checked. */
function best(
  gapsMs: Float64Array,
  weights: Float64Array,
  from: number,
  to: number,
  idle: number,
  cold: number,
  preWarm: number,
  out: Float64Array,
  at: number,
): void {
  checkGaps(gapsMs, weights, from, to);
  steps.load(gapsMs, weights, from, to);
  const preWarms = !Number.isNaN(preWarm);
  const area = steps.area(0, steps.count - 1);
  const perGap = preWarms ? cold + preWarm : cold;
  checkSums(steps.total(), area, idle * area + perGap * steps.total());

  let cheapest = cheapestWindow(idle, cold);
  if (preWarms) cheapest = Math.min(cheapest, cheapestInterval(idle, cold, preWarm));
  const limit = cheapest + cheapest * TIE;
  smallestWindow(idle, cold, limit);
  if (preWarms) smallestInterval(idle, cold, preWarm, limit);
  out[at] = steps.gap[foundStart];
  out[at + 1] = foundKeepAlive;
  out[at + 2] = cost(idle, cold, preWarm, foundStart, foundEnd);
}

/** What `[gap[start], gap[end]]` costs; `start` 0: the instance stays. */
function cost(idle: number, cold: number, preWarm: number, start: number, end: number): number {
  const area = steps.area(start, end);
  if (start === 0) return idle * area + cold * steps.above[end];
  return idle * area + cold * (steps.below[start] + steps.above[end]) + preWarm * steps.above[start - 1];
}

function cheapestWindow(idle: number, cold: number): number {
  const { count, gap, above } = steps;
  let area = 0;
  let cheapest = cold * above[0];
  for (let end = 1; end < count; end++) {
    area += (gap[end] - gap[end - 1]) * above[end - 1];
    const each = idle * area + cold * above[end];
    if (each < cheapest) cheapest = each;
  }
  return cheapest;
}

/** Finds the smallest window that costs at most `limit`; a keep-alive of infinity says that there is none. */
function smallestWindow(idle: number, cold: number, limit: number): void {
  const { count, gap, above } = steps;
  foundStart = 0;
  let area = 0;
  for (let end = 0; end < count; end++) {
    if (end > 0) area += (gap[end] - gap[end - 1]) * above[end - 1];
    if (idle * area + cold * above[end] <= limit) {
      foundEnd = end;
      foundKeepAlive = gap[end];
      return;
    }
  }
  foundKeepAlive = Number.POSITIVE_INFINITY;
}

/**
 * The least cost over all ends, each with its best start. What a later start saves or adds does not depend on the end, so
 * that the best start stays until a later one is at least as good.
 */
function cheapestInterval(idle: number, cold: number, preWarm: number): number {
  const { count, gap, weight, above, below } = steps;
  let cheapest = Number.POSITIVE_INFINITY;
  let start = 1;
  let area = 0;
  let passed = 0;
  for (let end = 1; end < count; end++) {
    if (end > 1) {
      area += (gap[end] - gap[end - 1]) * above[end - 1];
      passed += weight[end - 1];
      if (!((cold - preWarm) * passed - idle * area > 0)) {
        start = end;
        area = 0;
        passed = 0;
      }
    }
    const each = idle * area + cold * (below[start] + above[end]) + preWarm * above[start - 1];
    if (each < cheapest) cheapest = each;
  }
  return cheapest;
}

/** Finds the shortest of what was found and the intervals that cost at most `limit`. */
function smallestInterval(idle: number, cold: number, preWarm: number, limit: number): void {
  const { count, gap, weight, above, below } = steps;
  if (starts.length < count) {
    starts = new Uint32Array(gap.length);
    startsMore = new Float64Array(gap.length);
  }
  let depth = 0;
  let start = 1;
  let area = 0;
  let passed = 0;
  for (let end = 1; end < count; end++) {
    // How much more than the best one a start at `end` costs.
    let more = 0;
    if (end > 1) {
      area += (gap[end] - gap[end - 1]) * above[end - 1];
      passed += weight[end - 1];
      more = (cold - preWarm) * passed - idle * area;
      if (!(more > 0)) {
        more = 0;
        start = end;
        area = 0;
        passed = 0;
      }
    }
    while (depth > 0 && startsMore[depth - 1] >= more) depth--;
    starts[depth] = end;
    startsMore[depth++] = more;
    const each = idle * area + cold * (below[start] + above[end]) + preWarm * above[start - 1];
    if (each > limit) continue;
    let good = 0;
    let bad = depth;
    while (bad - good > 1) {
      const middle = (good + bad) >>> 1;
      if (each + startsMore[middle] <= limit) good = middle;
      else bad = middle;
    }
    const from = starts[good];
    const length = keepAlive(gap[from], gap[end]);
    if (length < foundKeepAlive) {
      foundStart = from;
      foundEnd = end;
      foundKeepAlive = length;
    }
  }
}

/** The length of `[start, end]`, such that `start` plus it is not below `end` in floats either. */
function keepAlive(start: number, end: number): number {
  const length = end - start;
  return start + length < end ? length * (1 + Number.EPSILON) : length;
}

export const keepalive: KeepaliveKernels = {
  keepAliveWindow(gapsMs, weights, idleUsdPerMs, coldStartUsd, preWarmUsd, out) {
    checkWeightsLength(weights, gapsMs);
    checkLength(out.length === 3, 'out', out.length, 3);
    checkAmount(idleUsdPerMs, 'idleUsdPerMs');
    checkAmount(coldStartUsd, 'coldStartUsd');
    if (!Number.isNaN(preWarmUsd)) checkAmount(preWarmUsd, 'preWarmUsd');
    best(gapsMs, weights, 0, gapsMs.length, idleUsdPerMs, coldStartUsd, preWarmUsd, out, 0);
  },

  keepAliveCurve(gapsMs, weights, idleUsdPerMs, coldStartUsd, outKeepAliveMs, outObjectiveUsd) {
    checkWeightsLength(weights, gapsMs);
    const room = gapsMs.length + 1;
    checkLength(outKeepAliveMs.length >= room, 'outKeepAliveMs', outKeepAliveMs.length, room);
    checkLength(outObjectiveUsd.length >= room, 'outObjectiveUsd', outObjectiveUsd.length, room);
    checkAmount(idleUsdPerMs, 'idleUsdPerMs');
    checkAmount(coldStartUsd, 'coldStartUsd');
    checkGaps(gapsMs, weights, 0, gapsMs.length);
    steps.load(gapsMs, weights, 0, gapsMs.length);
    const { count, gap, above } = steps;
    const whole = steps.area(0, count - 1);
    checkSums(steps.total(), whole, idleUsdPerMs * whole + coldStartUsd * steps.total());
    let area = 0;
    for (let j = 0; j < count; j++) {
      if (j > 0) area += (gap[j] - gap[j - 1]) * above[j - 1];
      outKeepAliveMs[j] = gap[j];
      outObjectiveUsd[j] = idleUsdPerMs * area + coldStartUsd * above[j];
    }
    return count;
  },

  /** One thread, whatever `threads` says. */
  keepAliveWindowBatch(offsets, gapsMs, weights, idleUsdPerMs, coldStartUsd, preWarmUsd, _threads, out) {
    const functions = checkBatch(offsets, gapsMs, weights, { idleUsdPerMs, coldStartUsd, preWarmUsd }, out.length);
    for (let f = 0; f < functions; f++) {
      const preWarm = preWarmUsd[f];
      checkAmount(idleUsdPerMs[f], 'idleUsdPerMs', f);
      checkAmount(coldStartUsd[f], 'coldStartUsd', f);
      if (!Number.isNaN(preWarm)) checkAmount(preWarm, 'preWarmUsd', f);
      best(gapsMs, weights, offsets[f], offsets[f + 1], idleUsdPerMs[f], coldStartUsd[f], preWarm, out, f * 3);
    }
  },
};

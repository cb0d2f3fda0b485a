/** Settings of a platform replay, parsed from numbers and checked. */
import { IsothermError } from '../../error.js';
import { ensure, whole } from '../check.js';

const MAX_U32 = 0xffff_ffff;
/** The largest time span, and sum of instance time, that is exact in a float. */
const MAX_EXACT = Number.MAX_SAFE_INTEGER;
const MAX_INSTANCES = 1_000_000;
const INFINITE = Number.POSITIVE_INFINITY;

/** Target tracking of the utilisation of ready instances. */
export interface Tracking {
  target: number;
  min: number;
  max: number;
  periodMs: number;
  scaleOutPeriods: number;
  scaleInPeriods: number;
  maximum: boolean;
}

/** A number of instances for each step, over and over; a constant has one step. */
export class Schedule {
  #stepMs: number;
  #counts: Float64Array;

  constructor(stepMs: number, counts: Float64Array) {
    this.#stepMs = stepMs;
    this.#counts = counts;
  }

  at(now: number): number {
    // Before minute 0 it is as in it.
    return this.#counts[Math.floor(Math.max(now, 0) / this.#stepMs) % this.#counts.length];
  }

  /** When the step after that of `now` begins; for a constant never. */
  next(now: number): number {
    return this.#counts.length > 1 ? (Math.floor(now / this.#stepMs) + 1) * this.#stepMs : INFINITE;
  }

  get most(): number {
    return this.#counts.reduce((most, count) => Math.max(most, count), 0);
  }
}

/** Knative's pod autoscaler. */
export interface Knative {
  targetUtilisation: number;
  stableWindowMs: number;
  panicWindowMs: number;
  panicThreshold: number;
  tickMs: number;
  maxScaleUpRate: number;
  maxScaleDownRate: number;
  graceMs: number;
  initialScale: number;
  maxScale: number;
  minScale: Schedule;
}

export interface Settings {
  coldStartMs: number;
  keepAliveMs: number;
  concurrency: number;
  readyDelayMs: number;
  maxInstances: number;
  queueTimeoutMs: number;
  latencyTargetMs: number;
  ready: Ready;
}

/** Which instances are kept ready. */
export type Ready =
  | { kind: 'schedule'; schedule: Schedule }
  | { kind: 'tracking'; tracking: Tracking }
  | { kind: 'knative'; knative: Knative };

export interface Run {
  f: number;
  settings: Settings;
}

function wholeOrInfinite(name: string, value: number, least: number, most: number): number {
  return value === INFINITE ? value : whole(name, value, least, most);
}

function positive(name: string, value: number, most: number): number {
  ensure(value > 0 && value <= most, 'OUT_OF_RANGE', () => `${name} is ${value}, expected above 0, at most ${most}`);
  return value;
}

function seconds(name: string, value: number, least: number, most: number): number {
  whole(name, value, least, most);
  ensure(value % 1000 === 0, 'OUT_OF_RANGE', () => `${name} is ${value}, expected whole seconds`);
  return value;
}

function parseTracking(values: Float64Array): Tracking {
  const [target, min, max, periodMs, scaleOutPeriods, scaleInPeriods, maximum] = values;
  positive('target', target, 1);
  whole('min', min, 0, MAX_INSTANCES);
  whole('max', max, min, MAX_INSTANCES);
  whole('periodMs', periodMs, 1, MAX_U32);
  whole('scaleOutPeriods', scaleOutPeriods, 1, MAX_U32);
  whole('scaleInPeriods', scaleInPeriods, 1, MAX_U32);
  whole('maximum', maximum, 0, 1);
  return { target, min, max, periodMs, scaleOutPeriods, scaleInPeriods, maximum: maximum === 1 };
}

function parseSchedule(name: string, stepMs: number, counts: Float64Array, most: number): Schedule {
  wholeOrInfinite(`${name} stepMs`, stepMs, 1, MAX_U32);
  counts.forEach((count, i) => void whole(`${name} of step ${i}`, count, 0, most));
  return new Schedule(stepMs, counts.slice());
}

function parseKnative(values: Float64Array): Knative {
  const [targetUtilisation, stableWindowMs, panicWindowMs, panicThreshold, tickMs] = values;
  const [maxScaleUpRate, maxScaleDownRate, graceMs, initialScale, maxScale, minStepMs] = values.subarray(5);
  positive('targetUtilisation', targetUtilisation, 1);
  seconds('stableWindowMs', stableWindowMs, 1000, 3_600_000);
  seconds('panicWindowMs', panicWindowMs, 1000, stableWindowMs);
  positive('panicThreshold', panicThreshold, MAX_U32);
  seconds('tickMs', tickMs, 1000, 3_600_000);
  for (const [name, rate] of [
    ['maxScaleUpRate', maxScaleUpRate],
    ['maxScaleDownRate', maxScaleDownRate],
  ] as const) {
    positive(name, rate, MAX_U32);
    ensure(rate > 1, 'OUT_OF_RANGE', () => `${name} is ${rate}, expected above 1`);
  }
  whole('scaleToZeroGraceMs', graceMs, 0, MAX_U32);
  wholeOrInfinite('maxScale', maxScale, 1, MAX_INSTANCES);
  const most = Math.min(maxScale, MAX_INSTANCES);
  whole('initialScale', initialScale, 0, most);
  const minScale = parseSchedule('minScale', minStepMs, values.subarray(11), most);
  const windows = { targetUtilisation, stableWindowMs, panicWindowMs, panicThreshold, tickMs };
  return { ...windows, maxScaleUpRate, maxScaleDownRate, graceMs, initialScale, maxScale: most, minScale };
}

function parseReady(values: Float64Array): Ready {
  const [kind] = values;
  const rest = values.subarray(1);
  if (kind === 0 && rest.length > 1) {
    return { kind: 'schedule', schedule: parseSchedule('ready', rest[0], rest.subarray(1), MAX_INSTANCES) };
  }
  if (kind === 1 && rest.length === 7) return { kind: 'tracking', tracking: parseTracking(rest) };
  if (kind === 2 && rest.length > 11) return { kind: 'knative', knative: parseKnative(rest) };
  throw new IsothermError(
    'BAD_ARGUMENT',
    `ready kind ${kind} with ${rest.length} parameters is no kind with its parameters`,
  );
}

/** The most instances that are ever asked for whatever the calls. */
function mostReady(ready: Ready): number {
  if (ready.kind === 'tracking') return ready.tracking.max;
  return ready.kind === 'schedule' ? ready.schedule.most : ready.knative.minScale.most;
}

function parseSettings(values: Float64Array, horizonMs: number): Settings {
  const [coldStartMs, keepAliveMs, concurrency, readyDelayMs, maxInstances, queueTimeoutMs, latencyTargetMs] = values;
  whole('coldStartMs', coldStartMs, 0, MAX_U32);
  wholeOrInfinite('keepAliveMs', keepAliveMs, 0, MAX_EXACT);
  whole('concurrency', concurrency, 1, 1000);
  whole('readyDelayMs', readyDelayMs, 0, MAX_U32);
  wholeOrInfinite('maxInstances', maxInstances, 1, MAX_INSTANCES);
  wholeOrInfinite('queueTimeoutMs', queueTimeoutMs, 0, MAX_EXACT);
  wholeOrInfinite('latencyTargetMs', latencyTargetMs, 0, MAX_EXACT);
  const ready = parseReady(values.subarray(7));
  const most = mostReady(ready);
  ensure(
    most * horizonMs <= MAX_EXACT,
    'OUT_OF_RANGE',
    () => `${most} ready instances over ${horizonMs} ms, expected at most 2^53 ms in all`,
  );
  const own = { coldStartMs, keepAliveMs, concurrency, readyDelayMs, maxInstances, queueTimeoutMs, latencyTargetMs };
  return { ...own, ready };
}

/** Reads rows of `[length, function, ...settings]`. Errors: `BAD_ARGUMENT`, `OUT_OF_RANGE`. */
export function parseRuns(rows: Float64Array, functions: number, horizonMs: number): Run[] {
  const runs: Run[] = [];
  for (let at = 0; at < rows.length; ) {
    const length = rows[at];
    const left = rows.length - at - 1;
    ensure(
      length >= 9 && length <= left && Math.floor(length) === length,
      'BAD_ARGUMENT',
      () => `runs: a row of length ${length}, with ${left} left`,
    );
    const f = rows[at + 1];
    ensure(
      f >= 0 && f < functions && Math.floor(f) === f,
      'OUT_OF_RANGE',
      () => `function ${f} is not within 0..${functions}`,
    );
    runs.push({ f, settings: parseSettings(rows.subarray(at + 2, at + 1 + length), horizonMs) });
    at += 1 + length;
  }
  return runs;
}

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
  minScale: number;
  maxScale: number;
}

export interface Settings {
  coldStartMs: number;
  keepAliveMs: number;
  concurrency: number;
  readyDelayMs: number;
  maxInstances: number;
  queueTimeoutMs: number;
  latencyTargetMs: number;
  /** Ready instances per step, over and over; one step is a constant. */
  stepMs: number;
  steps: Float64Array;
  tracking: Tracking | undefined;
  knative: Knative | undefined;
}

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

function parseKnative(values: Float64Array): Knative {
  const [targetUtilisation, stableWindowMs, panicWindowMs, panicThreshold, tickMs] = values;
  const [maxScaleUpRate, maxScaleDownRate, graceMs, initialScale, minScale, maxScale] = values.subarray(5);
  positive('targetUtilisation', targetUtilisation, 1);
  seconds('stableWindowMs', stableWindowMs, 1000, 3_600_000);
  seconds('panicWindowMs', panicWindowMs, 1000, stableWindowMs);
  positive('panicThreshold', panicThreshold, MAX_U32);
  seconds('tickMs', tickMs, 1000, 3_600_000);
  positive('maxScaleUpRate', maxScaleUpRate, MAX_U32);
  positive('maxScaleDownRate', maxScaleDownRate, MAX_U32);
  for (const [name, rate] of [
    ['maxScaleUpRate', maxScaleUpRate],
    ['maxScaleDownRate', maxScaleDownRate],
  ] as const) {
    ensure(rate > 1, 'OUT_OF_RANGE', () => `${name} is ${rate}, expected above 1`);
  }
  whole('scaleToZeroGraceMs', graceMs, 0, MAX_U32);
  whole('minScale', minScale, 0, MAX_INSTANCES);
  wholeOrInfinite('maxScale', maxScale, Math.max(minScale, 1), MAX_INSTANCES);
  whole('initialScale', initialScale, 0, Math.min(maxScale, MAX_INSTANCES));
  const windows = { targetUtilisation, stableWindowMs, panicWindowMs, panicThreshold, tickMs };
  const scales = { initialScale, minScale, maxScale: Math.min(maxScale, MAX_INSTANCES) };
  return { ...windows, maxScaleUpRate, maxScaleDownRate, graceMs, ...scales };
}

const NO_STEPS = { stepMs: INFINITE, steps: Float64Array.of(0), tracking: undefined, knative: undefined };

function parseReady(values: Float64Array): Pick<Settings, 'stepMs' | 'steps' | 'tracking' | 'knative'> {
  const [kind] = values;
  const rest = values.subarray(1);
  if (kind === 0 && rest.length === 1) {
    return { ...NO_STEPS, steps: Float64Array.of(whole('ready instances', rest[0], 0, MAX_INSTANCES)) };
  }
  if (kind === 1 && rest.length >= 2) {
    whole('stepMs', rest[0], 1, MAX_U32);
    const steps = rest.slice(1);
    steps.forEach((count, i) => void whole(`ready instances of step ${i}`, count, 0, MAX_INSTANCES));
    return { ...NO_STEPS, stepMs: rest[0], steps };
  }
  if (kind === 2 && rest.length === 7) return { ...NO_STEPS, tracking: parseTracking(rest) };
  if (kind === 3 && rest.length === 11) return { ...NO_STEPS, knative: parseKnative(rest) };
  throw new IsothermError(
    'BAD_ARGUMENT',
    `ready kind ${kind} with ${rest.length} parameters is no kind with its parameters`,
  );
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
  const other = Math.max(ready.tracking?.max ?? 0, ready.knative?.minScale ?? 0);
  const most = ready.steps.reduce((largest, count) => Math.max(largest, count), other);
  ensure(
    most * horizonMs <= MAX_EXACT,
    'OUT_OF_RANGE',
    () => `${most} ready instances over ${horizonMs} ms, expected at most 2^53 ms in all`,
  );
  const own = { coldStartMs, keepAliveMs, concurrency, readyDelayMs, maxInstances, queueTimeoutMs, latencyTargetMs };
  return { ...own, ...ready };
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

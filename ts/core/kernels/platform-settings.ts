/** What a real platform lets one set for a function, by value and as numbers. */
import { IsothermError } from './error.js';

/** Always so many instances ready. */
export interface ConstantReady {
  kind: 'constant';
  /** Whole number, 0..100000. */
  instances: number;
}

/** So many instances in each step; after the last step it begins again, as a day or a week does. */
export interface InstanceSchedule {
  /** Whole ms, at least 1. */
  stepMs: number;
  /** `[steps]`, at least one; step 0 begins at the trace's minute 0. */
  instances: ArrayLike<number>;
}

/** So many instances ready in each step. */
export interface ScheduledReady extends InstanceSchedule {
  kind: 'schedule';
}

/** Target tracking of the utilisation of ready instances, as AWS Application Auto Scaling does it for provisioned concurrency. */
export interface TargetTrackingReady {
  kind: 'target-tracking';
  /** Utilisation aimed at, above 0, at most 1. */
  target: number;
  /** Fewest and most instances; it begins with the fewest. */
  min: number;
  max: number;
  /** Length of a data point, whole ms; 60000 when left out. */
  periodMs?: number;
  /** Data points in a row above the target before it adds; 3 when left out. */
  scaleOutPeriods?: number;
  /** Data points in a row under 90 % of the target before it removes; 15 when left out. */
  scaleInPeriods?: number;
  /** Of the utilisation at each call of a period; `average` when left out. */
  statistic?: 'average' | 'maximum';
}

/** Knative's pod autoscaler: there are no other instances, and calls wait for one. Times are whole ms; the defaults are the published ones. */
export interface KnativeReady {
  kind: 'knative';
  /** Share of an instance's concurrency aimed at; 0.7. */
  targetUtilisation?: number;
  /** Whole seconds; 60000. */
  stableWindowMs?: number;
  /** Whole seconds; 6000. */
  panicWindowMs?: number;
  /** Wanted over ready instances from which it panics; 2 (200 %). */
  panicThreshold?: number;
  /** Whole seconds; 2000. */
  tickMs?: number;
  /** 1000. */
  maxScaleUpRate?: number;
  /** 2. */
  maxScaleDownRate?: number;
  /** How long the last instance stays once nothing needs it; 30000. */
  scaleToZeroGraceMs?: number;
  /** Instances at minute 0; 1. */
  initialScale?: number;
  /** Fewest instances, always or in each step; 0. */
  minScale?: number | InstanceSchedule;
  /** Infinity. */
  maxScale?: number;
}

export type ReadyPlan = ConstantReady | ScheduledReady | TargetTrackingReady | KnativeReady;

/** One function's settings; times are whole ms. */
export interface PlatformSettings {
  /** How long an instance takes to start. */
  coldStartMs: number;
  /** How long an instance that a call started stays after its last call; may be infinite. */
  keepAliveMs: number;
  /** Calls that an instance takes at once, 1..1000; 1 when left out. */
  concurrency?: number;
  /** Instances kept ready in addition; none when left out. */
  ready?: ReadyPlan;
  /** From asking for a ready instance to its being ready; `coldStartMs` when left out. */
  readyDelayMs?: number;
  /** Most instances at once; a call beyond waits in a queue, first in, first out. Infinity when left out. */
  maxInstances?: number;
  /** How long a call may wait in the queue; then it is timed out. Infinity when left out. */
  queueTimeoutMs?: number;
  /** Wait and duration together that a call should not exceed; `withinTarget` counts those that do not. Infinity when left out. */
  latencyTargetMs?: number;
}

/** One function under one setting. */
export interface PlatformRun {
  /** The function's number in the trace. */
  function: number;
  settings: PlatformSettings;
}

/** `[stepMs, ...instances]`; a constant is one step without end. */
function encodeSchedule(schedule: number | InstanceSchedule): number[] {
  if (typeof schedule === 'number') return [Number.POSITIVE_INFINITY, schedule];
  return [schedule.stepMs, ...Array.from(schedule.instances)];
}

function encodeReady(ready: ReadyPlan | undefined): number[] {
  switch (ready?.kind) {
    case undefined:
      return [0, ...encodeSchedule(0)];
    case 'constant':
      return [0, ...encodeSchedule(ready.instances)];
    case 'schedule':
      return [0, ...encodeSchedule(ready)];
    case 'target-tracking': {
      const { target, min, max, periodMs = 60_000, scaleOutPeriods = 3, scaleInPeriods = 15 } = ready;
      const { statistic = 'average' } = ready;
      if (statistic !== 'average' && statistic !== 'maximum') {
        throw new IsothermError('BAD_ARGUMENT', `statistic is '${statistic}', expected average, maximum`);
      }
      return [1, target, min, max, periodMs, scaleOutPeriods, scaleInPeriods, Number(statistic === 'maximum')];
    }
    case 'knative': {
      const { targetUtilisation = 0.7, stableWindowMs = 60_000, panicWindowMs = 6000, panicThreshold = 2 } = ready;
      const { tickMs = 2000, maxScaleUpRate = 1000, maxScaleDownRate = 2, scaleToZeroGraceMs = 30_000 } = ready;
      const { initialScale = 1, minScale = 0, maxScale = Number.POSITIVE_INFINITY } = ready;
      const windows = [targetUtilisation, stableWindowMs, panicWindowMs, panicThreshold, tickMs];
      const rates = [maxScaleUpRate, maxScaleDownRate, scaleToZeroGraceMs];
      return [2, ...windows, ...rates, initialScale, maxScale, ...encodeSchedule(minScale)];
    }
    default:
      throw new IsothermError('BAD_ARGUMENT', `there is no ready kind '${(ready as { kind: unknown }).kind}'`);
  }
}

/** A run as `[function, coldStartMs, keepAliveMs, concurrency, readyDelayMs, maxInstances, queueTimeoutMs, latencyTargetMs, ready kind, ...parameters]`. */
export function encodeRun({ function: f, settings }: PlatformRun): number[] {
  const { coldStartMs, keepAliveMs, concurrency = 1, readyDelayMs = coldStartMs, ready } = settings;
  const forever = Number.POSITIVE_INFINITY;
  const { maxInstances = forever, queueTimeoutMs = forever, latencyTargetMs = forever } = settings;
  const own = [coldStartMs, keepAliveMs, concurrency, readyDelayMs, maxInstances, queueTimeoutMs, latencyTargetMs];
  return [f, ...own, ...encodeReady(ready)];
}

/** Runs as rows of `[length, ...numbers]`. */
export function encodeRuns(runs: readonly PlatformRun[]): Float64Array {
  const rows = runs.map(encodeRun);
  const all = new Float64Array(rows.reduce((sum, row) => sum + row.length + 1, 0));
  let at = 0;
  for (const row of rows) {
    all[at] = row.length;
    all.set(row, at + 1);
    at += row.length + 1;
  }
  return all;
}

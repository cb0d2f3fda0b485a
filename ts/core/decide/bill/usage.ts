/** What one function used over a period, before any provider's rounding: the input of every bill. */
import { IsothermError } from '../../kernels/error.js';

/** Calls that are alike. Providers round each call by itself, so calls of unlike durations belong in groups of their own. */
export interface CallGroup {
  /** How many; a fraction where the number is an expectation. */
  calls: number;
  /** Of each call, ms, without initialisation. */
  durationMs: number;
  /** What each call waited for a new instance to initialise, ms; 0 when warm. */
  initMs: number;
  /** Whether instances of the `ready` spans served them; else the platform's own did. */
  onReady: boolean;
}

/** Instances that the user pays to have ready: provisioned concurrency, always-ready or minimum instances. */
export interface ReadySpan {
  fromMs: number;
  toMs: number;
  /** A fraction stands for a mean over the span. */
  instances: number;
}

/** One function's use of a platform over a period. */
export interface Usage {
  /** Length of the period, ms. */
  periodMs: number;
  /** Size of an instance, MiB. */
  memoryMiB: number;
  calls: readonly CallGroup[];
  /** Spans may overlap: their instances add up. */
  ready: readonly ReadySpan[];
  /** Initialisation of instances started ahead of calls, ms in all. */
  preWarmMs: number;
  /** Idle time of all instances, ready or not, ms in all. */
  idleMs: number;
}

function checkNumber(name: string, value: number, least: number, exclusive = false): void {
  if (!Number.isFinite(value)) throw new IsothermError('NOT_FINITE', `${name} is ${value}, expected a finite number`);
  if (value < least || (exclusive && value === least)) {
    const bound = exclusive ? `above ${least}` : `at least ${least}`;
    throw new IsothermError('OUT_OF_RANGE', `${name} is ${value}, expected ${bound}`);
  }
}

/** A number that a caller gives. Errors: `NOT_FINITE`, `OUT_OF_RANGE` below 0. */
export const checkAmount = (name: string, value: number): void => checkNumber(name, value, 0);

/** As `checkAmount`, and 0 is out of range. */
export const checkSize = (name: string, value: number): void => checkNumber(name, value, 0, true);

/** Errors: `NOT_FINITE`; `OUT_OF_RANGE` for what is negative, an empty period or a span outside of it. */
export function checkUsage(usage: Usage): void {
  checkSize('periodMs', usage.periodMs);
  checkSize('memoryMiB', usage.memoryMiB);
  checkAmount('preWarmMs', usage.preWarmMs);
  checkAmount('idleMs', usage.idleMs);
  for (const { calls, durationMs, initMs } of usage.calls) {
    checkAmount('calls', calls);
    checkAmount('durationMs', durationMs);
    checkAmount('initMs', initMs);
  }
  for (const { fromMs, toMs, instances } of usage.ready) {
    checkAmount('instances', instances);
    checkAmount('fromMs', fromMs);
    checkNumber('toMs', toMs, fromMs);
    if (toMs > usage.periodMs) {
      throw new IsothermError('OUT_OF_RANGE', `a span ends at ${toMs} ms, expected within the ${usage.periodMs} ms`);
    }
  }
}

/** The groups, summed under a measure of one call. */
export function sumCalls(groups: readonly CallGroup[], ofEach: (group: CallGroup) => number): number {
  let sum = 0;
  for (const group of groups) sum += group.calls * ofEach(group);
  return sum;
}

export const countCalls = (groups: readonly CallGroup[]): number => sumCalls(groups, () => 1);

/** Ready instances over time, ms in all. */
export function readyMs(spans: readonly ReadySpan[]): number {
  let sum = 0;
  for (const { fromMs, toMs, instances } of spans) sum += (toMs - fromMs) * instances;
  return sum;
}

/** All time of all instances: initialising, busy and idle, ms. */
export const instanceMs = ({ calls, preWarmMs, idleMs }: Usage): number =>
  sumCalls(calls, ({ durationMs, initMs }) => durationMs + initMs) + preWarmMs + idleMs;

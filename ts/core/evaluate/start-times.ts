/** Where the start times of a replay are from. */

import { counted, duration } from '../decide/figures.js';
import { roundHalfUp, type StartTime } from '../trace/index.js';
import { ASSUMED_START_MS } from '../trace/start-time-table.js';

/** Start times of one origin. */
export interface StartTimeOrigin {
  /** `given`: by the user, for all functions. The others as in `StartTime`. */
  from: StartTime['from'] | 'given';
  /** Functions whose start time is from there. */
  functions: number;
  /** Of those: the shortest and the longest, whole ms. */
  leastMs: number;
  mostMs: number;
  source: string;
}

/** One start time for all functions: the user's, or the one that is assumed. */
export function oneStartTime(coldStartMs: number | undefined, functions: number): StartTimeOrigin {
  const ms = coldStartMs ?? ASSUMED_START_MS;
  const range = { functions, leastMs: ms, mostMs: ms };
  return coldStartMs === undefined
    ? { from: 'assumed', ...range, source: `assumed ${ms} ms: no start times were given` }
    : { from: 'given', ...range, source: `${ms} ms, as given` };
}

/** Medians in whole ms, as a replay takes them: `[functions]`. */
export function wholeStartTimes(times: readonly StartTime[]): Float64Array {
  return Float64Array.from(times, ({ medianMs }) => roundHalfUp(medianMs));
}

/** By origin, in the order in which they first appear. */
export function startTimeOrigins(times: readonly StartTime[]): StartTimeOrigin[] {
  const origins = new Map<string, StartTimeOrigin>();
  for (const { from, source, medianMs } of times) {
    const key = `${from} ${source}`;
    const ms = roundHalfUp(medianMs);
    const { functions, leastMs, mostMs } = origins.get(key) ?? { functions: 0, leastMs: ms, mostMs: ms };
    const range = { leastMs: Math.min(leastMs, ms), mostMs: Math.max(mostMs, ms) };
    origins.set(key, { from, functions: functions + 1, ...range, source });
  }
  return [...origins.values()];
}

/** 'Start times of 3 functions: measured (init durations of this trace)'. */
export function originSentence({ from, functions, source }: StartTimeOrigin): string {
  const what = from === 'measured' ? `measured (${source})` : from === 'table' ? `from the table (${source})` : source;
  return `Start times of ${counted(functions, 'function')}: ${what}`;
}

/** 'cold start 1000 ms', or its range where functions differ. */
export function startTimeWords(origins: readonly StartTimeOrigin[]): string {
  const least = Math.min(...origins.map(({ leastMs }) => leastMs));
  const most = Math.max(...origins.map(({ mostMs }) => mostMs));
  const isAssumed = origins.every(({ from }) => from === 'assumed');
  if (least === most) return `cold start ${most} ms${isAssumed ? ', assumed' : ''}`;
  return `cold starts ${duration(least)} to ${duration(most)}`;
}

/** The minutes of one function on one day (UTC), packed: what is left of its samples. */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { DAY_MS, MINUTE_MS } from '../time.js';
import type { StoredMinute, StoredSample } from './rows.js';
import { readNumbers, writeNumbers } from './varint.js';

const MINUTES_A_DAY = DAY_MS / MINUTE_MS;

interface Minute {
  calls: number;
  durationMs: number;
  coldStarts: number;
}

/** By minute since 1970. */
export type Minutes = Map<number, Minute>;

/**
 * Adds a sample. A count's calls are spread evenly: the i-th of c lies at from + (i + 1/2) (to - from) / c; its cold starts and durations go with
 * them in equal shares, whole cold starts to the first ones.
 */
export function addSample(minutes: Minutes, sample: StoredSample): void {
  if (sample.kind === 'call') {
    add(minutes, Math.floor(sample.atMs / MINUTE_MS), 1, sample.durationMs, sample.coldStart === true ? 1 : 0);
    return;
  }
  const { fromMs, toMs, calls, durationMs = 0, coldStarts = 0 } = sample;
  if (calls === 0) return;
  const apartMs = (toMs - fromMs) / calls;
  let before = 0;
  for (let minute = Math.floor(fromMs / MINUTE_MS); before < calls; minute++) {
    // Calls whose midpoint lies before the minute's end.
    const upTo = Math.min(calls, Math.max(before, Math.ceil(((minute + 1) * MINUTE_MS - fromMs) / apartMs - 0.5)));
    const cold = Math.min(coldStarts, upTo) - Math.min(coldStarts, before);
    if (upTo > before) add(minutes, minute, upTo - before, (upTo - before) * durationMs, cold);
    before = upTo;
  }
}

function add(minutes: Minutes, minute: number, calls: number, durationMs: number, coldStarts: number): void {
  const one = minutes.get(minute);
  if (one === undefined) minutes.set(minute, { calls, durationMs, coldStarts });
  else {
    one.calls += calls;
    one.durationMs += durationMs;
    one.coldStarts += coldStarts;
  }
}

/** Adds those of a packed day. */
export function addDay(minutes: Minutes, day: number, body: Uint8Array): void {
  const { values } = readNumbers(inflateRawSync(body));
  let minute = day * MINUTES_A_DAY;
  for (let i = 0; i < values.length; i += 4) {
    minute += values[i]!;
    add(minutes, minute, values[i + 1]!, values[i + 2]!, values[i + 3]!);
  }
}

/** Packs the minutes of one day; durations to the whole ms of each minute's sum. */
export function packDay(minutes: Minutes, day: number): Uint8Array {
  const values: number[] = [];
  let last = day * MINUTES_A_DAY;
  for (const minute of [...minutes.keys()].sort((a, b) => a - b)) {
    const { calls, durationMs, coldStarts } = minutes.get(minute)!;
    values.push(minute - last, calls, Math.round(durationMs), coldStarts);
    last = minute;
  }
  return deflateRawSync(writeNumbers(values), { level: constants.Z_BEST_SPEED });
}

export function listed(minutes: Minutes, fromMs: number, toMs: number): StoredMinute[] {
  return [...minutes]
    .map(([minute, one]) => ({ atMs: minute * MINUTE_MS, ...one }))
    .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
    .sort((a, b) => a.atMs - b.atMs);
}

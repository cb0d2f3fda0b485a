/** What a tick of one function is fed: the calls of its samples, as times and durations. */
import type { ReportedCalls, TickInput } from 'isotherm/evaluate';
import type { StoredSample } from '../store/index.js';
import type { TickTime } from './tick-time.js';

/** Calls that come later than this are kept, and not decided upon: what they tell is over. So are counts that end more than a tick before theirs. */
export const MOST_LATE_MS = 10 * 60_000;

/** A call whose duration nobody tells. */
export const UNKNOWN_DURATION_MS = 1000;

const LONGEST_MS = 2 ** 32 - 1;

interface Calls {
  startMs: number[];
  durationMs: number[];
  reported: ReportedCalls;
}

const wholeMs = (ms: number): number => Math.min(LONGEST_MS, Math.round(ms));

/** How long the starts took that the samples tell of, whole ms. */
export const measuredStarts = (samples: readonly StoredSample[]): number[] =>
  samples.flatMap((sample) =>
    sample.kind === 'call' && sample.initMs !== undefined && sample.coldStart !== false ? [wholeMs(sample.initMs)] : [],
  );

export interface Fed {
  input: TickInput;
  /** Samples too old to be decided upon. */
  tooOld: number;
  /** Counts that go on into the next tick. */
  spilled: StoredSample[];
}

/**
 * The calls of `samples`, in feed order, that fall to this tick: a call as it came, counts evenly over their interval. Of counts that came late, what lies
 * before the tick is spread over the tick: nobody knows any more when it should have been decided upon.
 */
export function feedOf(samples: readonly StoredSample[], time: TickTime, tick: number, startWaitMs: number): Fed {
  const beginMs = time.beginOf(tick);
  const endMs = time.endOf(tick);
  const calls: Calls = { startMs: [], durationMs: [], reported: { calls: 0, coldStarts: 0, waitMs: 0 } };
  const spilled: StoredSample[] = [];
  let tooOld = 0;
  for (const sample of samples) {
    if (sample.kind === 'call') {
      if (sample.atMs < beginMs - MOST_LATE_MS) {
        tooOld++;
        continue;
      }
      calls.startMs.push(time.engineMs(sample.atMs));
      calls.durationMs.push(wholeMs(sample.durationMs));
      if (sample.coldStart !== undefined) {
        calls.reported.calls++;
        if (sample.coldStart) {
          calls.reported.coldStarts++;
          calls.reported.waitMs += sample.initMs ?? startWaitMs;
        }
      }
    } else {
      if (sample.toMs > endMs) spilled.push(sample);
      const isFirst = sample.tick === tick;
      if (isFirst && sample.toMs < beginMs - time.tickMs) {
        tooOld++;
        continue;
      }
      const [from, to] = spread(sample, beginMs, endMs, isFirst, time, calls);
      if (sample.coldStarts !== undefined && to > from) {
        // Spread like the calls: a tick is told of no more of them than it is fed.
        const coldUntil = (call: number): number => Math.ceil((sample.coldStarts! * call) / sample.calls);
        const coldStarts = coldUntil(to) - coldUntil(from);
        calls.reported.calls += to - from;
        calls.reported.coldStarts += coldStarts;
        calls.reported.waitMs += coldStarts * startWaitMs;
      }
    }
  }
  // What a start took is known however late it is told.
  const measured = measuredStarts(samples);
  const input = inputOf(calls);
  return {
    input: measured.length === 0 ? input : { ...input, measuredStartsMs: Float64Array.from(measured) },
    tooOld,
    spilled,
  };
}

/** Gives the tick its calls; the answer says which: `[from, to)` of those of the count. */
function spread(
  { fromMs, toMs, calls: count, durationMs }: Extract<StoredSample, { kind: 'count' }>,
  beginMs: number,
  endMs: number,
  isFirst: boolean,
  time: TickTime,
  into: Calls,
): readonly [from: number, to: number] {
  if (count === 0) return [0, 0];
  const lengthMs = toMs - fromMs;
  const duration = wholeMs(durationMs ?? UNKNOWN_DURATION_MS);
  const at = (i: number): number => fromMs + Math.floor(((2 * i + 1) * lengthMs) / (2 * count));
  /** The first call at or after `ms`. */
  const firstFrom = (ms: number): number => {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (at(middle) < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const push = (atMs: number): void => {
    into.startMs.push(time.engineMs(atMs));
    into.durationMs.push(duration);
  };
  const own = firstFrom(beginMs);
  if (isFirst) {
    for (let i = 0; i < own; i++) push(beginMs + Math.floor(((2 * i + 1) * (endMs - beginMs)) / (2 * own)));
  }
  const over = firstFrom(endMs);
  for (let i = own; i < over; i++) push(at(i));
  return [isFirst ? 0 : own, over];
}

/** In order of start; equal ones as they came. */
function inputOf({ startMs, durationMs, reported }: Calls): TickInput {
  const order = Array.from(startMs, (_, i) => i);
  if (startMs.some((at, i) => i > 0 && at < startMs[i - 1]!)) order.sort((a, b) => startMs[a]! - startMs[b]! || a - b);
  return {
    startMs: Float64Array.from(order, (i) => startMs[i]!),
    durationMs: Uint32Array.from(order, (i) => durationMs[i]!),
    ...(reported.calls > 0 ? { reported } : {}),
  };
}

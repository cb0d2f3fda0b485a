/** A trace through the observer's interface: in whatever windows, all its calls come once, at their times; and the clocks it comes on. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CallsTrace, CellWriter, type CountsTrace, generateTrace, type Trace } from '../../ts/core/trace/index.js';
import {
  type Observation,
  openObserver,
  pushObserver,
  replayObserver,
  VirtualClock,
  wallClock,
} from '../../ts/server/providers/index.js';
import { JumpingClock } from '../jumping-clock.js';
import { failure } from '../trace-sources.js';

const SIGNAL = new AbortController().signal;
const ORIGIN_MS = Date.UTC(2026, 0, 5);
const MINUTE_MS = 60_000;

const tableOf = (keys: string[]) => ({
  keys,
  durationMs: Float64Array.from(keys, (_, f) => 100 * (f + 1)),
  memoryMiB: Float64Array.from(keys, (_, f) => 128 * (f + 1)),
  trigger: keys.map(() => ''),
  index: Float64Array.from(keys, (_, f) => f),
});

/** Calls per minute, by function. */
function countsTrace(perMinute: readonly (readonly number[])[], originMs = ORIGIN_MS): CountsTrace {
  const writer = new CellWriter();
  for (const counts of perMinute) {
    counts.forEach((count, minute) => {
      if (count > 0) writer.push(minute, count);
    });
    writer.endFunction();
  }
  const minutes = Math.max(1, ...perMinute.map(({ length }) => length));
  const calls = perMinute.flat().reduce((a, b) => a + b, 0);
  return {
    kind: 'counts',
    functions: tableOf(perMinute.map((_, f) => `f${f}`)),
    minutes,
    originMs,
    calls,
    ...writer.finish(),
  };
}

function callsTrace(starts: readonly (readonly number[])[]): CallsTrace {
  const all = starts.map((one) => [...one].sort((a, b) => a - b));
  const offsets = Float64Array.from([0, ...all.map((_, f) => all.slice(0, f + 1).flat().length)]);
  return {
    kind: 'calls',
    functions: tableOf(all.map((_, f) => `f${f}`)),
    minutes: 10,
    originMs: ORIGIN_MS,
    calls: all.flat().length,
    offsets,
    startMs: Float64Array.from(all.flat()),
    durationMs: Uint32Array.from(all.flat(), (_, i) => i),
    columns: { coldStart: Float64Array.from(all.flat(), (_, i) => [0, 1, Number.NaN][i % 3]!) },
  };
}

async function taken(
  trace: Trace,
  cutsMs: readonly number[],
  as: 'counts' | 'calls' = 'counts',
): Promise<Observation[]> {
  const observer = replayObserver({ trace, speed: Number.POSITIVE_INFINITY, as });
  const ends = [...new Set(cutsMs)].sort((a, b) => a - b).map((ms) => observer.originMs + ms);
  const found: Observation[] = [];
  let fromMs = observer.originMs;
  for (const toMs of [...ends, observer.endMs]) {
    for await (const one of observer.observe(fromMs, toMs, SIGNAL)) {
      const [from, to] = one.kind === 'call' ? [one.atMs, one.atMs + 1] : [one.fromMs, one.toMs];
      expect(from >= fromMs && to <= toMs, 'within what was asked for').toBe(true);
      found.push(one);
    }
    fromMs = toMs;
  }
  return found;
}

/** By function: when its calls come, a count as many times as it has calls. */
function callsOf(found: readonly Observation[]): Record<string, number> {
  const calls: Record<string, number> = {};
  for (const one of found) {
    if (one.kind === 'gap') throw new Error('a trace has no gaps');
    calls[one.functionKey] = (calls[one.functionKey] ?? 0) + (one.kind === 'call' ? 1 : one.calls);
  }
  return calls;
}

const counts = fc.array(fc.array(fc.oneof(fc.constant(0), fc.nat(7), fc.nat(300)), { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 4,
});
const cuts = fc.array(
  fc.integer({ min: 1, max: 360 }).map((s) => s * 1000),
  { maxLength: 12 },
);

test('counts: every call comes once, as a count or by itself, whatever the windows', async () => {
  await fc.assert(
    fc.asyncProperty(
      counts,
      cuts,
      fc.constantFrom('counts' as const, 'calls' as const),
      async (perMinute, cutsMs, as) => {
        const trace = countsTrace(perMinute);
        const within = cutsMs.filter((ms) => ms < trace.minutes * MINUTE_MS);
        const found = await taken(trace, within, as);
        const sums = perMinute
          .map((one, f) => [`f${f}`, one.reduce((a, b) => a + b, 0)] as const)
          .filter(([, sum]) => sum > 0);
        expect(callsOf(found)).toEqual(Object.fromEntries(sums));
        if (as === 'counts') return;
        // Single calls do not depend on the windows, and lie evenly, as a replay spreads them.
        const times = (all: readonly Observation[], f: number): number[] =>
          all.flatMap((one) => (one.kind === 'call' && one.functionKey === `f${f}` ? [one.atMs - ORIGIN_MS] : []));
        perMinute.forEach((one, f) => {
          const expected = one.flatMap((count, minute) =>
            Array.from({ length: count }, (_, i) => minute * MINUTE_MS + Math.floor(((2 * i + 1) * 30_000) / count)),
          );
          expect(times(found, f)).toEqual(expected);
        });
      },
    ),
    { numRuns: 100 },
  );
});

test('calls: each comes once, at its time, in the order of the trace, with what is known of it', async () => {
  const starts = fc.array(fc.array(fc.nat(599_999), { maxLength: 20 }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(starts, cuts, async (all, cutsMs) => {
      const trace = callsTrace(all);
      const found = await taken(trace, cutsMs);
      const expected = trace.functions.keys.flatMap((functionKey, f) =>
        [...trace.startMs.subarray(trace.offsets[f], trace.offsets[f + 1])].map((ms, i) => {
          const call = trace.offsets[f]! + i;
          const cold = trace.columns.coldStart![call]!;
          return {
            kind: 'call' as const,
            functionKey,
            atMs: ORIGIN_MS + ms,
            durationMs: trace.durationMs[call]!,
            memoryMiB: trace.functions.memoryMiB[f]!,
            ...(!Number.isNaN(cold) && { coldStart: cold === 1 }),
          };
        }),
      );
      expect(found).toEqual(expected.sort((a, b) => a.atMs - b.atMs));
    }),
    { numRuns: 100 },
  );
});

test('a time that is asked for again gives the same', async () => {
  const trace = generateTrace({ pattern: 'diurnal', functions: 20, days: 1, seed: 3 });
  const observer = replayObserver({ trace, speed: 1 });
  const take = async (fromMs: number, toMs: number): Promise<Observation[]> => {
    const found: Observation[] = [];
    for await (const one of observer.observe(fromMs, toMs, SIGNAL)) found.push(one);
    return found;
  };
  const noon = observer.originMs + 12 * 60 * MINUTE_MS;
  const once = await take(noon, noon + 90_000);
  expect(once.length).toBeGreaterThan(0);
  expect(await take(noon + 90_000, noon + 180_000)).not.toEqual(once);
  expect(await take(noon, noon + 90_000)).toEqual(once);
});

test('has a beginning and an end; a trace without a date begins with the epoch', async () => {
  const observer = replayObserver({ trace: countsTrace([[1, 2]], Number.NaN), speed: 60 });
  expect(observer).toMatchObject({ name: 'replay', lagMs: 0, originMs: 0, endMs: 2 * MINUTE_MS });
  expect(await observer.beginMs(SIGNAL)).toBe(0);
  expect(Math.abs(observer.clock.now())).toBeLessThan(MINUTE_MS * 60);
  const stopped = new AbortController();
  stopped.abort();
  const asking = (async () => {
    for await (const _ of observer.observe(0, 1000, stopped.signal));
  })();
  expect(await failure(asking)).toMatchObject({ code: 'ABORTED' });
});

test('is opened by a configuration, with its trace; push has nothing to pull', async () => {
  const replay = { kind: 'replay' as const, trace: 'x.csv', speed: Number.POSITIVE_INFINITY };
  const { observer, clock } = openObserver(replay, { trace: countsTrace([[1]]) });
  expect(observer.name).toBe('replay');
  expect(clock.now()).toBe(ORIGIN_MS);
  expect(() => openObserver(replay)).toThrow('there is no trace to replay');
  const push = openObserver({ kind: 'push', lagMs: 5000 });
  expect(push).toMatchObject({ observer: { name: 'push', lagMs: 5000, endMs: null }, clock: wallClock });
  const found: Observation[] = [];
  for await (const one of pushObserver({ lagMs: 5000 }).observe(0, 1e12, SIGNAL)) found.push(one);
  expect(found).toEqual([]);
  expect(await push.observer.beginMs(SIGNAL)).toBeNull();
});

describe('clocks', () => {
  test('a virtual clock runs at its speed, on any clock', async () => {
    const wall = new JumpingClock(5000);
    const clock = new VirtualClock(ORIGIN_MS, 60, wall);
    expect(clock.now()).toBe(ORIGIN_MS);
    wall.advance(1000);
    expect(clock.now()).toBe(ORIGIN_MS + MINUTE_MS);
    let isOver = false;
    const sleeping = clock.sleep(30_000, SIGNAL).then(() => {
      isOver = true;
    });
    wall.advance(499);
    await Promise.resolve();
    expect(isOver).toBe(false);
    wall.advance(1);
    await sleeping;
    expect(clock.now()).toBe(ORIGIN_MS + MINUTE_MS + 30_000);
    for (const speed of [0, -1, Number.NaN])
      expect(() => new VirtualClock(0, speed)).toThrow('expected a number above 0');
  });

  test('without a pace, time passes by sleeping alone, and others get their turn', async () => {
    const clock = new VirtualClock(ORIGIN_MS, Number.POSITIVE_INFINITY);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    for (let k = 0; k < 20_000; k++) await clock.sleep(30_000, SIGNAL);
    clearInterval(timer);
    expect(clock.now()).toBe(ORIGIN_MS + 20_000 * 30_000);
    expect(turns).toBeGreaterThan(0);
    // Two that sleep at once do not add up.
    await Promise.all([clock.sleep(1000, SIGNAL), clock.sleep(5000, SIGNAL)]);
    expect(clock.now()).toBe(ORIGIN_MS + 20_000 * 30_000 + 5000);
  });

  test('every clock stops sleeping when it is told to', async () => {
    for (const clock of [
      wallClock,
      new JumpingClock(0),
      new VirtualClock(0, 2),
      new VirtualClock(0, Number.POSITIVE_INFINITY),
    ]) {
      const stop = new AbortController();
      if (clock.now() === 0) stop.abort();
      const sleeping = failure(clock.sleep(1e12, stop.signal));
      stop.abort();
      expect(await sleeping).toMatchObject({ code: 'ABORTED' });
    }
  });
});

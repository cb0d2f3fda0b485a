/** The control plane over weeks of made-up traffic, at full speed: memory, decisions computed again, and whether what it saved in the past foretells what it saves. */
import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { StandingClock } from '../../test/standing-clock.js';
import { replay } from '../../ts/core/dist/evaluate/index.js';
import {
  type CountsTrace,
  generateTrace,
  type Pattern,
  sliceTrace,
  type Trace,
} from '../../ts/core/dist/trace/index.js';
import { loadConfig } from '../../ts/server/dist/config/index.js';
import { ControlPlane } from '../../ts/server/dist/control/control-plane.js';
import { replayObserver } from '../../ts/server/dist/providers/index.js';
import { openStore } from '../../ts/server/dist/store/index.js';
import type { Bench } from '../harness.js';

const DAY_MIN = 1440;
const DAY_MS = 86_400_000;
const TICK_MS = 30_000;
const MINUTE_MS = 60_000;
/** Functions of each pattern. */
const EACH = 11;
const PATTERNS: readonly Pattern[] = [
  'steady',
  'diurnal',
  'weekly',
  'bursty',
  'spike',
  'timer',
  'irregular',
  'rare',
  'calibrated',
];

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function planeOver(trace: Trace, tickMs: number) {
  const { config } = await loadConfig(undefined, {
    ISOTHERM_PREDICTION__UPDATE_INTERVAL: `${tickMs / 1000}s`,
    // Decisions can be computed again for as long as single calls are kept.
    ISOTHERM_RETENTION__CALLS: '30d',
  });
  const store = await openStore({});
  const observer = replayObserver({ trace, speed: Number.POSITIVE_INFINITY, as: 'calls' });
  const clock = new StandingClock(observer.originMs);
  const { signal } = new AbortController();
  const plane = await ControlPlane.open({ config, store, observer, clock }, signal);
  plane.start();
  const close = async (): Promise<void> => {
    await plane.stop();
    await store.close();
  };
  return { plane, clock, originMs: observer.originMs, signal, close };
}

/** A week of a trace that goes on after it: the memory at the end of each day, and every decision computed again. */
async function week(bench: Bench): Promise<void> {
  const trace = generateTrace({ pattern: 'calibrated', functions: 8, days: 8, calls: 230_000, seed: 3 });
  const { plane, clock, originMs, signal, close } = await planeOver(trace, TICK_MS);
  const heapMb: number[] = [];
  for (let day = 1; day <= 7; day++) {
    await clock.moveTo(originMs + day * DAY_MS);
    collectGarbage();
    heapMb.push(process.memoryUsage().heapUsed / 1e6);
  }
  bench.note(`heap at the end of each day: ${heapMb.map((mb) => mb.toFixed(0)).join(', ')} MB`);
  bench.fact('a week: heap at the end of day 7 less that of day 3', heapMb[6]! - heapMb[2]!, 'MB');
  let same = 0;
  let all = 0;
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof plane.receipts>> = await plane.receipts({
      limit: 1000,
      ...(cursor === null ? {} : { cursor }),
    });
    for (const { id } of page.items) {
      all++;
      if ((await plane.recompute(id, signal))?.same) same++;
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  assert(all > 0);
  assert.equal(same, all);
  bench.fact('a week: all its decisions, computed again with the same bits', same, 'decisions');
  await close();
}

/** Functions of every pattern in one fleet. */
function together(parts: readonly CountsTrace[]): CountsTrace {
  const column = (of: (trace: CountsTrace) => Float64Array): Float64Array =>
    Float64Array.from(parts.flatMap((trace) => [...of(trace)]));
  const offsets = [0];
  for (const { offsets: own } of parts) {
    const from = offsets.at(-1)!;
    for (const offset of own.subarray(1)) offsets.push(from + offset);
  }
  return {
    ...parts[0]!,
    functions: {
      keys: parts.flatMap(({ functions }, part) => functions.keys.map((key) => `${PATTERNS[part]}/${key}`)),
      durationMs: column(({ functions }) => functions.durationMs),
      memoryMiB: column(({ functions }) => functions.memoryMiB),
      trigger: parts.flatMap(({ functions }) => functions.trigger),
      index: Float64Array.from({ length: EACH * PATTERNS.length }, (_, i) => i),
    },
    calls: parts.reduce((sum, { calls }) => sum + calls, 0),
    offsets: Float64Array.from(offsets),
    cells: Buffer.concat(parts.map(({ cells }) => cells)),
  };
}

const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);

/** USD; nothing for a function that was not seen. */
const saved = (plane: ControlPlane, key: string): number => plane.controlOf(key)?.savings().saved.objectiveUsd ?? 0;

/** 21 days: what 14 days in shadow saved a day, beside what the replay, which begins knowing nothing, says of the 7 after them. */
async function foretold(bench: Bench): Promise<void> {
  const parts = PATTERNS.map((pattern) => {
    const part = generateTrace({ pattern, functions: EACH, days: 21, calls: 550_000, seed: 11 });
    assert(part.kind === 'counts');
    return part;
  });
  const trace = together(parts);
  const { plane, clock, originMs, close } = await planeOver(trace, MINUTE_MS);
  await clock.moveTo(originMs + 14 * DAY_MS);
  const shadow = PATTERNS.map(
    (pattern) => sum(trace.functions.keys.map((key) => (key.startsWith(`${pattern}/`) ? saved(plane, key) : 0))) / 14,
  );
  await close();
  const after = parts.map((part) => {
    const { policies } = replay(sliceTrace(part, 14 * DAY_MIN, 21 * DAY_MIN), {
      policies: ['adaptive', 'fixed-10min'],
      spread: 'even',
      tickMs: MINUTE_MS,
    });
    return (policies['fixed-10min']!.objectiveUsd - policies.adaptive!.objectiveUsd) / 7;
  });
  for (const [i, pattern] of PATTERNS.entries()) {
    const [ours, theirs] = [shadow[i]!, after[i]!];
    bench.note(
      `${pattern}: $${ours.toPrecision(4)} a day in shadow, $${theirs.toPrecision(4)} after, ${(ours / theirs).toFixed(3)} times`,
    );
  }
  const name = `${trace.functions.keys.length} functions: saving a day over 14 days in shadow, by that of the replay of the next 7`;
  bench.aim(name, sum(shadow) / sum(after), '', [0.9, 1.1]);
}

export default async function weeks(bench: Bench): Promise<void> {
  await week(bench);
  await foretold(bench);
}

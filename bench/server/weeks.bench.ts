/** The control plane over weeks of made-up traffic, at full speed: memory, decisions computed again, and whether what it saved in the past foretells what it saves. */
import assert from 'node:assert/strict';
import { replay } from '../../ts/core/dist/evaluate/index.js';
import { generateTrace, type Pattern, sliceTrace, type Trace } from '../../ts/core/dist/trace/index.js';
import { loadConfig } from '../../ts/server/dist/config/index.js';
import { ControlPlane } from '../../ts/server/dist/control/control-plane.js';
import { type Clock, replayObserver } from '../../ts/server/dist/providers/index.js';
import { openStore } from '../../ts/server/dist/store/index.js';
import type { Bench } from '../harness.js';

const DAY_MIN = 1440;
const DAY_MS = 86_400_000;
const TICK_MS = 30_000;
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

/** Moved by hand; whoever sleeps says that the loop has caught up. */
class HandClock implements Clock {
  #nowMs: number;
  #wake: (() => void) | undefined;
  #idle: (() => void) | undefined;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(_ms: number, signal: AbortSignal): Promise<void> {
    this.#idle?.();
    return new Promise((resolve, reject) => {
      this.#wake = resolve;
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  async moveTo(nowMs: number): Promise<void> {
    this.#nowMs = nowMs;
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
    this.#wake?.();
    await idle;
  }
}

async function planeOver(trace: Trace) {
  const { config } = await loadConfig(undefined, { ISOTHERM_PREDICTION__UPDATE_INTERVAL: `${TICK_MS / 1000}s` });
  const store = await openStore({});
  const observer = replayObserver({ trace, speed: Number.POSITIVE_INFINITY, as: 'calls' });
  const clock = new HandClock(observer.originMs);
  const { signal } = new AbortController();
  const plane = await ControlPlane.open({ config, store, observer, clock }, signal);
  plane.start();
  const close = async (): Promise<void> => {
    await plane.stop();
    await store.close();
  };
  return { plane, clock, originMs: observer.originMs, signal, close };
}

/** A week: the least memory of each day, and every decision computed again. */
async function week(bench: Bench): Promise<void> {
  const trace = generateTrace({ pattern: 'calibrated', functions: 20, days: 7, calls: 400_000, seed: 3 });
  const { plane, clock, originMs, signal, close } = await planeOver(trace);
  const heapMb: number[] = [];
  for (let day = 1; day <= 7; day++) {
    await clock.moveTo(originMs + day * DAY_MS);
    globalThis.gc?.();
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
    for (const { id, atMs } of page.items) {
      // Single calls are kept for two days.
      if (atMs < originMs + 5.5 * DAY_MS) continue;
      all++;
      if ((await plane.recompute(id, signal))?.same) same++;
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  assert(all > 0);
  assert.equal(same, all);
  bench.fact('a week: decisions whose samples are kept, computed again with the same bits', same, 'decisions');
  await close();
}

/** 21 days: what 14 days in shadow saved a day, beside what the replay says of the 7 after them. */
async function foretold(bench: Bench): Promise<void> {
  for (const pattern of PATTERNS) {
    const trace = generateTrace({ pattern, functions: 6, days: 21, calls: 300_000, seed: 11 });
    const { plane, clock, originMs, close } = await planeOver(trace);
    await clock.moveTo(originMs + 14 * DAY_MS);
    const shadow = plane.summary().saved.objectiveUsd / 14;
    await close();
    const { policies } = replay(sliceTrace(trace, 14 * DAY_MIN, 21 * DAY_MIN), {
      policies: ['adaptive', 'fixed-10min'],
      spread: 'even',
      tickMs: TICK_MS,
    });
    const after = (policies['fixed-10min']!.objectiveUsd - policies.adaptive!.objectiveUsd) / 7;
    bench.fact(
      `${pattern}: saving a day over 14 days in shadow, by that of the replay of the next 7 (aim 0.9 to 1.1)`,
      shadow / after,
      '',
    );
    bench.note(`${pattern}: $${shadow.toPrecision(4)} a day in shadow, $${after.toPrecision(4)} after`);
  }
}

export default async function weeks(bench: Bench): Promise<void> {
  await week(bench);
  await foretold(bench);
}

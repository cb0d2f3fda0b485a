/** What the live charts go back to: the last steps, over a restart too, and nothing foretold before there is anything to foretell from. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Recent } from '../../ts/server/api/schemas.js';
import { ControlPlane } from '../../ts/server/control/control-plane.js';
import { RecentSteps } from '../../ts/server/control/recent.js';
import { openStore, type Store } from '../../ts/server/store/index.js';
import {
  configOf,
  EPOCH,
  gapOf,
  type Running,
  runPlane,
  ScriptedObserver,
  StandingClock,
  someCalls,
} from '../planes.js';

const MINUTE_MS = 60_000;
const at = (minute: number): number => EPOCH + minute * MINUTE_MS;
const never = new AbortController().signal;

let store: Store;
let running: Running | undefined;
let again: ControlPlane | undefined;

beforeEach(async () => {
  store = await openStore({});
});
afterEach(async () => {
  await running?.plane.stop();
  await again?.stop();
  running = undefined;
  again = undefined;
  await store.close();
});

/** Stops what runs, and opens its store again. */
async function restarted(minute: number): Promise<ControlPlane> {
  await running!.plane.stop();
  const [observer, clock] = [new ScriptedObserver([]), new StandingClock(at(minute))];
  again = await ControlPlane.open({ config: await configOf(), store, observer, clock }, never);
  return again;
}

describe('after a restart', () => {
  // Not a multiple of the ticks after which states are saved.
  const MINUTES = 47;

  test('each function shows what it showed before', async () => {
    running = await runPlane(store, [...someCalls(MINUTES), gapOf('shop/timer', 20, 24)], at(MINUTES));
    const { items } = running.plane.functions({ limit: 10 });
    const before = items.map(({ functionKey }) => running!.plane.fn(functionKey)!);
    expect(before.map(({ recent }) => recent.calls.length)).toContain(MINUTES);
    expect(before.find(({ functionKey }) => functionKey === 'shop/timer')!.recent.calls).toContain(null);
    const after = await restarted(MINUTES);
    for (const one of before) expect(after.fn(one.functionKey)!.recent).toEqual(one.recent);
    expect(after.functions({ limit: 10 }).items).toEqual(items);
  });

  test('the fleet shows the sum of its functions', async () => {
    running = await runPlane(store, someCalls(MINUTES), at(MINUTES));
    const before = running.plane.summary();
    const after = (await restarted(MINUTES)).summary();
    for (const name of ['fromMs', 'stepMs', 'calls', 'coldStarts', 'comparedColdStarts'] as const)
      expect([name, after.recent[name]]).toEqual([name, before.recent[name]]);
    for (const name of ['predicted', 'warm', 'busy', 'desired'] as const) {
      expect(after.recent[name].map((value) => value === null)).toEqual(
        before.recent[name].map((value) => value === null),
      );
    }
    // At most all functions at their largest in the same minute.
    const isAtLeast = (some: Recent['warm'], than: Recent['warm']) => some.every((value, i) => value! >= than[i]!);
    for (const name of ['warm', 'busy', 'desired'] as const)
      expect(isAtLeast(after.recent[name], before.recent[name])).toBe(true);
    const sum = (values: Recent['predicted']) => values.reduce<number>((all, value) => all + (value ?? 0), 0);
    expect(sum(after.recent.predicted)).toBeCloseTo(sum(before.recent.predicted), 1);
  });
});

test('nothing is expected in the first minute, of the fleet or of a function', async () => {
  running = await runPlane(store, someCalls(6), at(6));
  const fleet = running.plane.summary().recent.predicted;
  expect([fleet[0], fleet.length]).toEqual([null, 6]);
  expect(fleet.at(-1)).toBeGreaterThan(0);
  const { predicted } = running.plane.fn('shop/steady')!.recent;
  expect(predicted[0]).toBeNull();
  expect(predicted.at(-1)).toBeGreaterThan(0);
});

test('models come with the one in use first, then by error, those without one last', async () => {
  running = await runPlane(store, someCalls(60), at(60));
  const { trust } = running.plane.fn('shop/steady')!;
  expect(trust.map(({ inUse }) => inUse)).toEqual(trust.map((_, i) => i === 0));
  const losses = trust.slice(1).map(({ loss }) => loss ?? Number.POSITIVE_INFINITY);
  expect(losses).toEqual(losses.toSorted((a, b) => a - b));
  expect(losses[0]).toBeLessThan(losses.at(-1)!);
});

describe('steps that are saved', () => {
  const tick = { calls: 3, predicted: 0.1, coldStarts: 1, comparedColdStarts: 2, warm: 4, busy: 2, desired: 5 };

  test('come back to the bit, the missing ones and those that fell out of the window too', () => {
    const steps = new RecentSteps();
    for (let i = 1; i <= 400; i++)
      steps.add(i * 30_000, { ...tick, predicted: i < 300 ? Number.NaN : i / 7, calls: i % 5, isMissing: i % 90 < 4 });
    const saved = JSON.parse(JSON.stringify(steps.save()));
    expect(RecentSteps.load(saved).view(0)).toEqual(steps.view(0));
    expect(RecentSteps.load(saved).lastCalls(10)).toEqual(steps.lastCalls(10));
    expect(RecentSteps.load(saved).save()).toEqual(saved);
  });

  test('are short where nothing happens', () => {
    const steps = new RecentSteps();
    for (let i = 1; i <= 400; i++) steps.add(i * 30_000, { ...tick, calls: 0, isMissing: false });
    expect(JSON.stringify(steps.save()).length).toBeLessThan(150);
  });

  test('of none are none, as are those of a state that has none', () => {
    expect(new RecentSteps().save()).toBeNull();
    expect(RecentSteps.load(undefined).view(90_000)).toMatchObject({ fromMs: 60_000, calls: [] });
    expect(RecentSteps.sumOf([]).view(90_000)).toMatchObject({ fromMs: 60_000, calls: [] });
  });

  test('are summed over those that know them', () => {
    const [long, short] = [new RecentSteps(), new RecentSteps()];
    for (let minute = 1; minute <= 4; minute++) {
      long.add(minute * MINUTE_MS, { ...tick, isMissing: minute === 4 });
      if (minute > 2) short.add(minute * MINUTE_MS, { ...tick, predicted: Number.NaN, isMissing: minute === 4 });
    }
    const { fromMs, calls, predicted, warm } = RecentSteps.sumOf([long, new RecentSteps(), short]).view(0);
    expect([fromMs, calls, warm]).toEqual([0, [3, 3, 6, null], [4, 4, 8, 8]]);
    expect(predicted).toEqual(new Array(4).fill(Math.fround(0.1)));
  });
});

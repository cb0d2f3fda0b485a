/** What the live charts go back to: the last steps, over a restart too, and nothing foretold before there is anything to foretell from. */
import { describe, expect, test } from 'vitest';
import type { Recent } from '../../ts/server/api/schemas/figures.js';
import type { ControlPlane } from '../../ts/server/control/control-plane.js';
import { at, gapOf, ScriptedObserver, someCalls, testPlanes } from '../planes.js';
import { StandingClock } from '../standing-clock.js';

const planes = testPlanes();

/** Stops what runs, and opens its store again. */
async function restarted(minute: number): Promise<ControlPlane> {
  await planes.running.plane.stop();
  return planes.open(new ScriptedObserver([]), new StandingClock(at(minute)));
}

describe('after a restart', () => {
  // Not a multiple of the ticks after which states are saved.
  const MINUTES = 47;

  test('each function shows what it showed before', async () => {
    const running = await planes.run([...someCalls(MINUTES), gapOf('shop/timer', 20, 24)], at(MINUTES));
    const { items } = running.plane.functions({ limit: 10 });
    const before = items.map(({ functionKey }) => running.plane.fn(functionKey)!);
    expect(before.map(({ recent }) => recent.calls.length)).toContain(MINUTES);
    expect(before.find(({ functionKey }) => functionKey === 'shop/timer')!.recent.calls).toContain(null);
    const after = await restarted(MINUTES);
    for (const one of before) expect(after.fn(one.functionKey)!.recent).toEqual(one.recent);
    expect(after.functions({ limit: 10 }).items).toEqual(items);
  });

  test('the fleet shows the sum of its functions', async () => {
    const running = await planes.run(someCalls(MINUTES), at(MINUTES));
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
  const running = await planes.run(someCalls(6), at(6));
  const fleet = running.plane.summary().recent.predicted;
  expect([fleet[0], fleet.length]).toEqual([null, 6]);
  expect(fleet.at(-1)).toBeGreaterThan(0);
  const { predicted } = running.plane.fn('shop/steady')!.recent;
  expect(predicted[0]).toBeNull();
  expect(predicted.at(-1)).toBeGreaterThan(0);
});

test('models come with the one in use first, then by error, those without one last', async () => {
  const running = await planes.run(someCalls(60), at(60));
  const { trust } = running.plane.fn('shop/steady')!;
  expect(trust.map(({ inUse }) => inUse)).toEqual(trust.map((_, i) => i === 0));
  const losses = trust.slice(1).map(({ loss }) => loss ?? Number.POSITIVE_INFINITY);
  expect(losses).toEqual(losses.toSorted((a, b) => a - b));
  expect(losses[0]).toBeLessThan(losses.at(-1)!);
});

/** The loop from end to end: observer, gate, store, decisions, receipts; ended and begun again. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GovernedPolicy } from 'isotherm/decide';
import { replayPolicy } from 'isotherm/evaluate';
import { TrustedForecast } from 'isotherm/forecast';
import { IsothermError, PolicyStepper } from 'isotherm/kernels';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { objectiveUsd } from '../../ts/core/kernels/pure/replay/bounds.js';
import { openStore, type Store } from '../../ts/server/store/index.js';
import { traceOf } from '../control-runs.js';
import { at, configOf, EPOCH, gapOf, kill, never, type Running, runPlane, someCalls, TICK_MS } from '../planes.js';

/** An embedded database takes seconds to make: one is made, and copied. */
let template: string;
let folder: string;
let store: Store;
let running: Running | undefined;

const emptyStore = (name: string): Promise<Store> => {
  const path = join(folder, name);
  cpSync(template, path, { recursive: true });
  return openStore({ path });
};

beforeAll(async () => {
  template = join(mkdtempSync(join(tmpdir(), 'isotherm-plane-')), 'store');
  const made = await openStore({ path: template });
  await made.close();
});
afterAll(() => rmSync(dirname(template), { recursive: true, force: true }));
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'isotherm-plane-'));
  store = await emptyStore('store');
});
afterEach(async () => {
  await running?.plane.stop();
  running = undefined;
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function begin(
  ...args: Parameters<typeof runPlane> extends [Store, ...infer Rest] ? Rest : never
): Promise<Running> {
  running = await runPlane(store, ...args);
  return running;
}

/** All receipts, oldest first. */
async function allReceipts({ plane }: Running): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await plane.receipts({ limit: 1000, ...(cursor && { cursor }) });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids.reverse();
}

const KEYS = ['shop/timer', 'shop/burst', 'shop/rare', 'shop/steady'];

describe('the loop', () => {
  test.each([
    ['no limits', null],
    ['limits', 4],
  ])('costs what the offline replay of the same policy, forecasts and %s costs, to the last digit', async (_, most) => {
    const minutes = 180;
    const calls = someCalls(minutes);
    const config = await configOf();
    if (most !== null) Object.assign(config.limits.default, { maxInstances: most, maxStep: 2, coolDownMs: 300_000 });
    const { plane } = await begin(calls, at(minutes), config);
    for (const key of KEYS) {
      const own = calls.flatMap((one) =>
        one.kind === 'call' && one.functionKey === key
          ? [{ startMs: one.atMs - EPOCH, durationMs: one.durationMs }]
          : [],
      );
      const { setting, spec } = plane.controlOf(key)!;
      const prices = {
        idleUsdPerMs: (setting.memoryMiB / 1024 / 1000) * setting.prices.idleUsdPerGbS,
        coldStartUsd: (setting.prices.coldStartUsdPerS * setting.coldStartMs) / 1000,
        preWarmUsd: (setting.prices.coldStartUsdPerS * setting.coldStartMs * setting.prices.preWarmShare) / 1000,
        coldStartMs: setting.coldStartMs,
      };
      const forecast = new TrustedForecast({ model: 'auto' });
      const { limits } = plane.fn(key)!;
      expect(limits.maxInstances).toBe(most);
      const options = { tickMs: TICK_MS, horizonMs: setting.horizonMs, prices, pool: setting.pool, limits };
      using offline = new GovernedPolicy(PolicyStepper.create(spec), forecast, options);
      const replayed = replayPolicy(traceOf(own, minutes, 512), 'app/one', offline, {
        tickMs: TICK_MS,
        coldStartMs: setting.coldStartMs,
      });
      const { ours } = plane.fn(key)!;
      expect({ key, coldStarts: ours.coldStarts, preWarms: ours.preWarms, idleMs: ours.idleMs }).toEqual({
        key,
        ...replayed,
      });
      const { idleMs, coldStarts, preWarms } = replayed;
      const { memoryMiB } = setting;
      const priced = { ...setting.prices, coldStartMs: setting.coldStartMs };
      expect(ours.objectiveUsd).toBe(objectiveUsd(priced, idleMs, memoryMiB, coldStarts, preWarms));
      expect(ours.objectiveUsd).toBeGreaterThan(0);
    }
  });

  test.each([
    ['stopped', 47],
    ['killed', 47],
    // Of functions so young nothing is stored but how they began.
    ['killed', 2.5],
  ] as const)('goes on after it was %s after %d minutes as if it had not been', async (how, minutes) => {
    const calls = someCalls(120);
    const first = await begin(calls, at(minutes));
    if (how === 'killed') await kill(first.plane, store);
    else await first.plane.stop();
    const ticks: number[] = [];
    for await (const { tick } of store.checkpoints()) ticks.push(tick);
    // Who is killed has some of the past to compute again, who is stopped has none.
    expect(new Set(ticks).size === 1 && ticks[0] === first.plane.status().tick).toBe(how === 'stopped');
    await store.close();
    store = await openStore({ path: join(folder, 'store') });
    const second = await begin(calls, at(120));
    const restarted = { receipts: await allReceipts(second), functions: KEYS.map((key) => second.plane.fn(key)!.ours) };
    await second.plane.stop();
    await store.close();
    store = await emptyStore('whole');
    const whole = await begin(calls, at(120));
    expect(restarted.receipts).toEqual(await allReceipts(whole));
    expect(restarted.functions).toEqual(KEYS.map((key) => whole.plane.fn(key)!.ours));
  });

  test('every decision can be computed again, bit by bit', async () => {
    const { plane } = await begin(someCalls(180), at(180));
    const ids = await allReceipts(running!);
    expect(ids.length).toBeGreaterThan(50);
    for (const id of ids) {
      expect(await plane.recompute(id, never)).toMatchObject({
        id,
        same: true,
        differences: [],
      });
    }
    expect(await plane.recompute('nothing-1', never)).toBeUndefined();
  });

  test('without data it holds what was decided, and says so', async () => {
    const calls = someCalls(60).filter(
      ({ kind, ...one }) => kind === 'call' && !('atMs' in one && one.atMs >= at(30) && one.atMs < at(40)),
    );
    const { plane, clock } = await begin([...calls, gapOf(null, 30, 40)], at(30));
    const told: string[] = [];
    plane.subscribe(({ kind, message }) => told.push(`${kind} ${message}`));
    const before = KEYS.map((key) => plane.desired(key)!.value);
    expect(before.some((value) => value > 0)).toBe(true);
    await clock.moveTo(at(39));
    expect(KEYS.map((key) => plane.desired(key))).toEqual(
      before.map((value) => expect.objectContaining({ value, stale: true })),
    );
    expect(plane.status().degraded).toEqual(['no data of 4 functions: their last decision holds']);
    expect(told.filter((line) => line.startsWith('gap '))).toHaveLength(4);
    await clock.moveTo(at(60));
    expect(plane.status().degraded).toEqual([]);
    expect(told.filter((line) => line.startsWith('gap-closed '))).toHaveLength(4);
    for (const id of await allReceipts(running!)) {
      expect(await plane.recompute(id, never)).toMatchObject({ same: true });
    }
  });

  test('what is pushed is accepted once, late or not, and contradictions are refused', async () => {
    const { plane, clock } = await begin([], at(10));
    const call = (minute: number, durationMs = 100) => ({ functionKey: 'a/b', atMs: at(minute), durationMs });
    expect(await plane.push([call(10.2), call(10.3)])).toMatchObject({ accepted: 2, late: 0, rejectedTotal: 0 });
    await clock.moveTo(at(11));
    const again = await plane.push([call(10.2), call(10.3, 200), call(9), call(99)]);
    expect(again).toMatchObject({ accepted: 1, duplicates: 1, late: 1, rejectedTotal: 2 });
    expect(again.rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, 'SAMPLE_CONFLICT'],
      [3, 'SAMPLE_AHEAD'],
    ]);
    await clock.moveTo(at(12));
    expect(plane.fn('a/b')).toMatchObject({ lateSamples: 1, ours: { calls: 3 } });
    for (const id of await allReceipts(running!)) {
      expect(await plane.recompute(id, never)).toMatchObject({ same: true });
    }
  });

  test('waits for a store that is away, and goes on with nothing lost', async () => {
    const calls = someCalls(30);
    const { plane, clock } = await begin(calls, at(10));
    const told: string[] = [];
    plane.subscribe(({ kind }) => told.push(kind));
    const away = new IsothermError('STORE_UNAVAILABLE', 'the database is away');
    const commit = store.commitTick.bind(store);
    let refused = 0;
    store.commitTick = async (one) => {
      if (refused++ < 3) throw away;
      return commit(one);
    };
    await clock.moveTo(at(30));
    expect(told.filter((kind) => kind.startsWith('store'))).toEqual(['store-down', 'store-up']);
    expect(plane.status()).toMatchObject({ tick: 60, degraded: [] });
    expect(KEYS.map((key) => plane.fn(key)!.ours.calls).reduce((sum, some) => sum + some)).toBe(calls.length);
    for (const id of await allReceipts(running!)) {
      expect(await plane.recompute(id, never)).toMatchObject({ same: true });
    }
  });

  test('a clock that jumps is told; ticks never go back', async () => {
    const { plane, clock } = await begin(someCalls(30), at(10));
    const told: string[] = [];
    plane.subscribe(({ kind, message }) => kind === 'clock-jump' && told.push(message));
    await clock.moveTo(at(5));
    const waits = 'clock: it is 300 s before the last tick; nothing is decided until it is there again';
    expect(plane.status()).toMatchObject({ tick: 20, loop: 'behind', degraded: [waits] });
    expect(plane.desired('shop/steady')).toMatchObject({ stale: true });
    await clock.moveTo(at(30));
    expect(plane.status()).toMatchObject({ tick: 60, loop: 'running', degraded: [] });
    expect(told.map((message) => message.split(':')[0])).toEqual([
      'the clock went back by 300 s',
      'the clock went ahead by 1500 s',
    ]);
  });

  test('limits and pauses are committed, hold from the next tick on, and outlive a restart', async () => {
    const calls = someCalls(90);
    const first = await begin(calls, at(20));
    await first.plane.setLimits({ kind: 'group', match: 'shop/*' }, { minInstances: 3 }, 'ann');
    await first.plane.pause({ kind: 'function', functionKey: 'shop/rare' }, 'a test', 'ann');
    await first.clock.moveTo(at(25));
    expect(first.plane.desired('shop/timer')!.value).toBeGreaterThanOrEqual(3);
    expect(first.plane.desired('shop/rare')).toMatchObject({ stale: true });
    await first.plane.stop();
    const second = await begin(calls, at(90));
    expect(second.plane.limits().groups).toEqual([{ match: 'shop/*', limits: { minInstances: 3 } }]);
    expect(second.plane.pauses()).toMatchObject([{ actor: 'ann', reason: 'a test' }]);
    expect(second.plane.fn('shop/rare')).toMatchObject({ paused: true });
    await second.plane.resume({ kind: 'function', functionKey: 'shop/rare' }, 'bob');
    const audit = await second.plane.audit({ limit: 10 });
    expect(audit.items.map(({ action, actor }) => [action, actor])).toEqual([
      ['resume', 'bob'],
      ['pause', 'ann'],
      ['limits', 'ann'],
    ]);
    for (const id of await allReceipts(running!)) {
      expect(await second.plane.recompute(id, never)).toMatchObject({ same: true });
    }
  });
});

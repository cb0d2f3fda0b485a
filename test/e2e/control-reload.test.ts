/** A configuration that is read again while the plane runs, or is another one after a restart: every part of it acts from the next tick on. */
import { NO_LIMITS } from 'isotherm/decide';
import { IsothermError } from 'isotherm/kernels';
import { expect, test } from 'vitest';
import { ROOT, type SchemaNode } from '../../ts/server/config/check.js';
import { keyOf } from '../../ts/server/config/document.js';
import type { Config } from '../../ts/server/config/index.js';
import type { ControlPlane } from '../../ts/server/control/control-plane.js';
import { Fleet } from '../../ts/server/control/fleet.js';
import { LimitsBook } from '../../ts/server/control/limits-book.js';
import type { RecordedConditions } from '../../ts/server/control/managed-function.js';
import type { TickPast } from '../../ts/server/control/past.js';
import { TickTime } from '../../ts/server/control/tick-time.js';
import type { StoredCall } from '../../ts/server/store/index.js';
import { at, configOf, EPOCH, never, type Running, someCalls, testPlanes } from '../planes.js';

const KEYS = ['shop/timer', 'shop/burst', 'shop/rare', 'shop/steady'];

const planes = testPlanes();

const NOTHING_SAID = { applied: [], from: {}, to: {} };

async function all(plane: ControlPlane) {
  const { items } = await plane.receipts({ limit: 1000 });
  return items.toSorted((a, b) => a.atMs - b.atMs || (a.functionKey < b.functionKey ? -1 : 1));
}

async function recomputeAll(plane: ControlPlane): Promise<number> {
  const items = await all(plane);
  for (const { id } of items) expect(await plane.recompute(id, never)).toMatchObject({ same: true, differences: [] });
  return items.length;
}

const detailsOf = ({ plane }: Running) =>
  KEYS.map((key) => {
    const { ours, compared, decision, trust, memoryMiB } = plane.fn(key)!;
    return { ours, compared, decision, trust, memoryMiB };
  });

/** Another configuration, and where it is seen to act. */
const OTHERS: [string, (config: Config) => Partial<Config>, (plane: ControlPlane) => unknown, unknown][] = [
  [
    'pool',
    () => ({ warming: { minWarmPool: 0, maxWarmPool: 1, prewarmBuffer: 1 } }),
    (plane) => plane.controlOf('shop/burst')!.setting.pool.maxInstances,
    1,
  ],
  [
    'price and memory and start time',
    () => ({
      prices: { idleUsdPerGbS: 0.0001, coldStartUsdPerS: 0.00002, preWarmShare: 1 },
      functions: [{ match: 'shop/*', memoryMiB: 3008, startMs: 7000 }],
    }),
    (plane) => KEYS.map((key) => plane.fn(key)!.startMs),
    [7000, 7000, 7000, 7000],
  ],
  [
    'model',
    ({ prediction }) => ({ prediction: { ...prediction, modelType: 'last' } }),
    (plane) => plane.fn('shop/steady')!.forecast!.model,
    'last',
  ],
  ['policy', () => ({ policy: 'fixed-1min' }), (plane) => plane.fn('shop/timer')!.decision!.keepAliveMs, 60_000],
];

test.each(OTHERS)(
  'another %s acts from the next tick on; all can be computed again, and a crash changes nothing',
  async (_, patch, seen, value) => {
    const config = await configOf();
    const other = { ...config, ...patch(config) };
    const script = someCalls(75);
    const whole = await planes.run(script, at(40), config);
    const before = (await all(whole.plane)).map(({ id }) => id);
    expect(seen(whole.plane)).not.toEqual(value);
    await whole.plane.reconfigure(other, NOTHING_SAID);
    await whole.clock.moveTo(at(41));
    expect(seen(whole.plane)).toEqual(value);
    await whole.clock.moveTo(at(75));
    expect(seen(whole.plane)).toEqual(value);
    const changed = await all(whole.plane);
    expect(changed.slice(0, before.length).map(({ id }) => id)).toEqual(before);
    expect(await recomputeAll(whole.plane)).toBeGreaterThan(20);
    const details = detailsOf(whole);

    // Killed a few ticks after the change: what came since the states were saved is computed again under what held then.
    await planes.anew();
    const first = await planes.run(script, at(40), config);
    await first.plane.reconfigure(other, NOTHING_SAID);
    await first.clock.moveTo(at(43));
    await planes.kill();
    const second = await planes.run(script, at(75), other);
    expect(await all(second.plane)).toEqual(changed);
    expect(detailsOf(second)).toEqual(details);
  },
);

test('a restart under another configuration acts as a change while it runs', async () => {
  const config = await configOf();
  const other: Config = { ...config, policy: 'fixed-1min', warming: { ...config.warming, maxWarmPool: 3 } };
  const script = someCalls(60);
  const running = await planes.run(script, at(30), config);
  await running.plane.reconfigure(other, NOTHING_SAID);
  await running.clock.moveTo(at(60));
  const changed = await all(running.plane);
  const details = detailsOf(running);

  await planes.anew();
  const before = await planes.run(script, at(30), config);
  await before.plane.stop();
  const after = await planes.run(script, at(60), other);
  expect(await all(after.plane)).toEqual(changed);
  expect(detailsOf(after)).toEqual(details);
  expect(await recomputeAll(after.plane)).toBeGreaterThan(20);
  const { items } = await after.plane.events({ kind: 'config', limit: 10 });
  expect(items.map(({ message }) => message)).toEqual(['4 functions go on under another configuration from here']);
});

test('a tick that is at work ends under the configuration that it began under; limits alone hold at once', async () => {
  const config = await configOf();
  const limits = new LimitsBook(config.limits, new Map(), 0);
  const time = new TickTime(EPOCH, 30_000);
  const fleet = new Fleet(config, time, limits);
  const call = (functionKey: string, tick: number): StoredCall => {
    const atMs = time.beginOf(tick) + 5000;
    return { kind: 'call', functionKey, atMs, durationMs: 300, ordinal: 0, tick, late: false };
  };
  const past = (tick: number): TickPast => ({
    tick,
    samples: new Map(['a', 'b', 'c'].map((key) => [key, [call(key, tick)]])),
    gaps: [],
  });
  const stepped = async (tick: number, then = () => {}) => {
    const recorded: (RecordedConditions | null)[] = [];
    for await (const done of fleet.step(past(tick))) {
      recorded.push(done.recorded);
      then();
    }
    return recorded;
  };
  expect(await stepped(2)).toEqual([null, null, null]);
  const carbon: Config['carbon'] = { provider: 'aws', region: 'eu-north-1', gramsPerKwh: 0 };
  const other: Config = {
    ...config,
    policy: 'fixed-1min',
    carbon,
    limits: { ...config.limits, default: { ...config.limits.default, maxInstances: 3 } },
  };
  const read = () => {
    fleet.configure(other);
    limits.configure(other.limits, 0);
  };
  const bounded = { limits: { ...NO_LIMITS, maxInstances: 3 } };
  expect(await stepped(3, read)).toEqual([null, bounded, bounded]);
  const changed = { setting: { policy: 'fixed-1min' }, place: carbon };
  expect(await stepped(4)).toEqual([{ ...changed, ...bounded }, changed, changed]);
  for (const { control } of fleet.functions.values()) control.close();
});

test('what came before stays as it was valued then, also in grams and after a restart', async () => {
  const config = await configOf();
  const running = await planes.run(someCalls(60), at(30), config);
  const { plane } = running;
  const of = (one: ControlPlane) => one.fn('shop/steady')!;
  const before = of(plane);
  await plane.reconfigure(
    {
      ...config,
      prices: { ...config.prices, idleUsdPerGbS: config.prices.idleUsdPerGbS * 1000 },
      functions: [{ match: 'shop/steady', memoryMiB: 2048 }],
      carbon: { provider: 'aws', region: 'eu-north-1', gramsPerKwh: 0 },
    },
    NOTHING_SAID,
  );
  await running.clock.moveTo(at(30.5));
  const next = of(plane);
  expect([before.memoryMiB, next.memoryMiB]).toEqual([512, 2048]);
  const grown = (name: 'idleMs' | 'idleUsd' | 'idleGbHours' | 'carbonGco2e' | 'objectiveUsd') =>
    next.compared[name] - before.compared[name];
  // Half a minute of the compared policy's instances, at the price and memory of now; of a grid without carbon.
  expect(grown('idleMs')).toBeGreaterThan(0);
  expect(grown('idleUsd')).toBeCloseTo((grown('idleMs') / 1000) * 2 * config.prices.idleUsdPerGbS * 1000, 9);
  expect(grown('idleGbHours')).toBeCloseTo((grown('idleMs') / 3_600_000) * 2, 9);
  expect(before.ours.carbonGco2e).toBeGreaterThan(0);
  expect(next.ours.objectiveUsd).toBeGreaterThanOrEqual(before.ours.objectiveUsd);
  const others = plane.fn('shop/timer')!;
  expect(others.memoryMiB).toBe(512);

  await running.clock.moveTo(at(60));
  const details = detailsOf(running);
  const { saved } = plane.summary();
  await planes.kill();
  const again = await planes.run(someCalls(60), at(60), config);
  expect(detailsOf(again)).toEqual(details);
  expect(again.plane.summary().saved.carbonGco2e).toBeCloseTo(saved.carbonGco2e, 9);
});

test('a start time that is not configured any more is measured again; a memory stays', async () => {
  const config = await configOf();
  const running = await planes.run(someCalls(30), at(10), {
    ...config,
    functions: [{ match: 'shop/steady', memoryMiB: 1024, startMs: 4000 }],
  });
  const of = () => running.plane.fn('shop/steady')!;
  expect(of()).toMatchObject({ memoryMiB: 1024, startMs: 4000, startFrom: 'configured' });
  await running.plane.reconfigure(config, NOTHING_SAID);
  await running.clock.moveTo(at(20));
  expect(of()).toMatchObject({ memoryMiB: 1024, startFrom: 'table' });
});

test('it is told, and stands in the audit with what was and what is', async () => {
  const config = await configOf();
  const { plane, clock } = await planes.run(someCalls(20), at(10), config);
  const change = {
    applied: ['warming.max_warm_pool'],
    from: { 'warming.max_warm_pool': 100 },
    to: { 'warming.max_warm_pool': 7 },
  };
  await plane.reconfigure({ ...config, warming: { ...config.warming, maxWarmPool: 7 } }, change);
  expect((await plane.audit({ limit: 5 })).items).toMatchObject([
    { actor: 'configuration', action: 'config', scope: null, atMs: at(10), from: change.from, to: change.to },
  ]);
  await clock.moveTo(at(11));
  const { items } = await plane.events({ kind: 'config', limit: 5 });
  expect(items.map(({ message }) => message)).toEqual([
    '4 functions go on under another configuration from here',
    'the configuration was read again: warming.max_warm_pool',
  ]);
  expect(items[1]!.data).toEqual({ changed: change.applied });
});

test('it stands in the audit once, under its own time, also where the store was away and an answer got lost', async () => {
  const config = await configOf();
  const { plane, clock } = await planes.run(someCalls(20), at(10), config);
  const change = { applied: ['policy'], from: { policy: 'adaptive' }, to: { policy: 'fixed-1min' } };
  const append = planes.store.appendAudit.bind(planes.store);
  let asked = 0;
  planes.store.appendAudit = async (entry) => {
    asked++;
    // Committed the second time, and nobody is told.
    if (asked === 2) await append(entry);
    if (asked < 4) {
      await clock.moveTo(at(10 + asked));
      throw new IsothermError('STORE_UNAVAILABLE', 'away');
    }
    return append(entry);
  };
  await plane.reconfigure({ ...config, policy: 'fixed-1min' }, change);
  expect(asked).toBe(4);
  expect(clock.now()).toBe(at(13));
  const { items } = await plane.audit({ limit: 5 });
  expect(items).toMatchObject([{ actor: 'configuration', atMs: at(10), from: change.from, to: change.to }]);
});

/** The keys that a change of the file can touch while it runs. */
const hotKeys = ({ properties, 'x-restart': waits }: SchemaNode, pointer = ''): string[] => {
  if (waits) return [];
  if (properties === undefined) return [keyOf(pointer)];
  return Object.entries(properties).flatMap(([key, node]) => hotKeys(node, `${pointer}/${key}`));
};

test('however many keys change at once, all of them stand in the audit', async () => {
  const config = await configOf();
  const { plane } = await planes.run([], at(1), config);
  const applied = hotKeys(ROOT);
  expect(applied.length).toBeGreaterThan(40);
  const [from, to] = [1, 2].map((value) => Object.fromEntries(applied.map((key) => [key, value]))) as [object, object];
  await plane.reconfigure(config, { applied, from: { ...from }, to: { ...to } });
  expect((await plane.audit({ limit: 5 })).items).toMatchObject([{ action: 'config', from, to }]);
});

test('samples that are pushed meanwhile are all counted', async () => {
  const config = await configOf();
  const { plane, clock } = await planes.run([], at(1), config);
  let acknowledged = 0;
  for (let minute = 1; minute < 30; minute++) {
    const calls = Array.from({ length: 10 }, (_, i) => ({
      functionKey: 'shop/cart',
      atMs: EPOCH + (minute - 1) * 60_000 + i * 5000,
      durationMs: 300,
      id: `${minute}-${i}`,
    }));
    const pushed = plane.push(calls);
    const warming = { ...config.warming, maxWarmPool: 1 + (minute % 9) };
    const reloaded = plane.reconfigure({ ...config, warming }, NOTHING_SAID);
    acknowledged += (await pushed).accepted;
    await reloaded;
    await clock.moveTo(at(minute + 1));
  }
  await clock.moveTo(at(31));
  expect(acknowledged).toBe(290);
  expect(plane.fn('shop/cart')!.ours.calls).toBe(acknowledged);
  await recomputeAll(plane);
});

/** A store whose states another version has saved: what was learnt is gone, and nothing else. */
import { type FootprintPlace, NO_LIMITS } from 'isotherm/decide';
import { CONTROL_DEFAULTS } from 'isotherm/evaluate';
import { VERSION } from 'isotherm/kernels';
import { expect, test } from 'vitest';
import type { PlaneEvent } from '../../ts/server/api/schemas/events.js';
import type { Config } from '../../ts/server/config/index.js';
import { NOTHING, storedTotals } from '../../ts/server/control/figures.js';
import { beginFunction, beginLeft, loadFunction } from '../../ts/server/control/function-states.js';
import { TickTime } from '../../ts/server/control/tick-time.js';
import type { TickCommit } from '../../ts/server/store/index.js';
import { at, configOf, never, type Running, someCalls, testPlanes } from '../planes.js';

const KEYS = ['shop/timer', 'shop/burst', 'shop/rare', 'shop/steady'];

const planes = testPlanes();

/** The states as another version would have left them: `spoil` has the bytes, and where the control begins. */
async function runAsAnother(
  minutes: number,
  spoil: (state: Uint8Array, control: number) => void,
  config?: Config,
): Promise<void> {
  const commit = planes.store.commitTick.bind(planes.store);
  planes.store.commitTick = async (one: TickCommit) =>
    commit({
      ...one,
      checkpoints: one.checkpoints.map((checkpoint) => {
        const copy = checkpoint.state.slice();
        spoil(copy, 4 + new DataView(copy.buffer).getUint32(0));
        return { ...checkpoint, state: copy };
      }),
    });
  await planes.run(someCalls(120), at(minutes), config);
  planes.store.commitTick = commit;
}

const callsOf = ({ plane }: Running): number[] => KEYS.map((key) => plane.fn(key)!.ours.calls);
const trueCalls = (minutes: number): number[] =>
  KEYS.map(
    (key) => someCalls(120).filter((one) => one.functionKey === key && 'atMs' in one && one.atMs < at(minutes)).length,
  );
const messages = async (): Promise<string[]> => {
  const { rows } = await planes.store.events({ kind: 'config' satisfies PlaneEvent['kind'] });
  return rows.map(({ detail }) => (detail as { message: string }).message);
};

test('what they have learnt is gone; totals, gaps, events and decisions go on', async () => {
  // Between two states of every function, so that some of the past is fed again.
  await runAsAnother(47.5, (state, control) => {
    state[control] = 200;
  });
  const { plane: first } = planes.running;
  const before = KEYS.map((key) => ({ detail: first.fn(key)!, desired: first.desired(key)! }));
  const { items: old } = await first.receipts({ limit: 1000 });
  await planes.kill();

  const running = await planes.run(someCalls(120), at(47.5));
  const { plane } = running;
  expect(callsOf(running)).toEqual(trueCalls(47.5));
  KEYS.forEach((key, i) => {
    const { detail, desired } = before[i]!;
    // The sums began where they stood; the few instances that were warm then are not known any more, and started anew.
    expect(plane.fn(key)!.compared.coldStarts).toBeGreaterThanOrEqual(detail.compared.coldStarts);
    expect(plane.fn(key)!.compared.coldStarts).toBeLessThanOrEqual(detail.compared.coldStarts + 5);
    expect(plane.fn(key)!.gaps).toEqual(detail.gaps);
    // Never to zero, nor to nothing, because it has forgotten: what it decides anew is a decision of its own.
    if (plane.fn(key)!.decision === null)
      expect(plane.desired(key)).toMatchObject({ value: desired.value, stale: true });
    else expect(plane.desired(key)!.asOfMs).toBeGreaterThan(at(37.5));
  });
  expect(plane.summary().ours.calls).toBe(trueCalls(47.5).reduce((sum, calls) => sum + calls));

  await running.clock.moveTo(at(120));
  expect(callsOf(running)).toEqual(trueCalls(120));
  expect(await messages()).toEqual([
    '4 functions were saved by another version: what they have learnt is gone, their totals go on',
  ]);
  const days = await planes.store.totals();
  expect(days.reduce((sum, { ours }) => sum + ours.calls, 0)).toBeLessThanOrEqual(
    trueCalls(120).reduce((a, b) => a + b),
  );
  // What this version decided can be computed again, from the first tick on; what the other one did is refused, and why is said.
  const { items } = await plane.receipts({ limit: 1000 });
  const own = items.filter(({ atMs }) => atMs > at(47.5));
  expect(own.length).toBeGreaterThan(10);
  for (const { id } of own) expect(await plane.recompute(id, never)).toMatchObject({ same: true, differences: [] });
  for (const { id } of old) await expect(plane.recompute(id, never)).rejects.toThrow(/another version/);

  // A second restart knows what the first has carried over.
  await planes.kill();
  expect(callsOf(await planes.run(someCalls(120), at(120)))).toEqual(trueCalls(120));
  expect(await messages()).toHaveLength(1);
});

test('what is fed again is decided under their limits, and what stands of it can be looked up and computed again', async () => {
  const limitless = await configOf();
  const limits = { ...limitless.limits, default: { ...limitless.limits.default, minInstances: 3, maxInstances: 4 } };
  const config = { ...limitless, limits };
  const lost = 'shop/timer';
  await runAsAnother(
    47.5,
    (state, control) => {
      const isLost = new TextDecoder().decode(state.subarray(4, control)).includes(lost);
      if (isLost) state.fill(0xff, 4);
      else state[control] = 200;
    },
    config,
  );
  const { items: old } = await planes.running.plane.receipts({ limit: 1000 });
  await planes.kill();
  const { plane, clock } = await planes.run(someCalls(120), at(47.5), config);
  const values = KEYS.map((key) => plane.desired(key)!.value);
  for (const value of values) expect([3, 4]).toContain(value);
  const standing = KEYS.flatMap((key) => plane.fn(key)?.decision ?? []);
  expect(standing.length).toBeGreaterThan(0);
  await clock.moveTo(at(48));
  for (const { receiptId, desiredInstances } of standing) {
    expect(await plane.receipt(receiptId!)).toMatchObject({
      decision: { desiredInstances },
      limits: { minInstances: 3 },
    });
    expect(await plane.recompute(receiptId!, never)).toMatchObject({ same: true, differences: [] });
  }
  await clock.moveTo(at(60));
  expect(plane.fn(lost)).toBeDefined();
  for (const { id } of old) await expect(plane.recompute(id, never)).rejects.toThrow(/another version/);
  const before = new Set(old.map(({ id }) => id));
  const { items } = await plane.receipts({ limit: 1000 });
  const own = items.filter(({ id }) => !before.has(id));
  for (const key of ['shop/steady', lost]) expect(own.map(({ functionKey }) => functionKey)).toContain(key);
  for (const { id } of own) expect(await plane.recompute(id, never)).toMatchObject({ same: true, differences: [] });
});

test('after a stop the last decisions stand, marked as stale, until there are others', async () => {
  await planes.run(someCalls(120), at(47.5));
  const { plane: first } = planes.running;
  const before = KEYS.map((key) => first.desired(key)!);
  expect(before.some(({ value }) => value > 0)).toBe(true);
  await first.stop();
  const all = planes.store.checkpoints.bind(planes.store);
  planes.store.checkpoints = async function* () {
    for await (const one of all()) {
      const state = one.state.slice();
      state[4 + new DataView(state.buffer).getUint32(0)] = 200;
      yield { ...one, state };
    }
  };
  const { plane, clock } = await planes.run(someCalls(120), at(47.5));
  planes.store.checkpoints = all;
  const expected = before.map(({ functionKey, value }) => ({ functionKey, value, stale: true }));
  expect(KEYS.map((key) => plane.desired(key))).toMatchObject(expected);
  expect(KEYS.map((key) => plane.fn(key)!.decision)).toEqual([null, null, null, null]);
  const rows = new Map(plane.functions({ limit: 10 }).items.map((row) => [row.functionKey, row.desiredInstances]));
  expect(KEYS.map((key) => rows.get(key))).toEqual(before.map(({ value }) => value));
  await clock.moveTo(at(48));
  expect(plane.desired('shop/steady')).toMatchObject({ asOfMs: at(48), stale: false });
});

test('of which nothing can be read, and that are called in what is fed again, come to the configuration of now', async () => {
  const config = await configOf();
  await runAsAnother(40, (state) => state.fill(0xff, 4), config);
  const { plane, clock } = planes.running;
  await plane.reconfigure({ ...config, policy: 'fixed-1min' }, { applied: [], from: {}, to: {} });
  // Its change is remembered, and its state is from before it.
  await clock.moveTo(at(40.5));
  await planes.kill();
  const other: Config = { ...config, policy: 'fixed-20min' };
  const next = await planes.run(someCalls(120), at(45), other);
  expect(next.plane.controlOf('shop/steady')!.setting.policy).toBe('fixed-20min');
  expect(next.plane.fn('shop/steady')!.decision!.keepAliveMs).toBe(20 * 60_000);
});

test('of which nothing can be read begin with their next call, and are named', async () => {
  await runAsAnother(20, (state) => state.fill(0xff, 4));
  await planes.kill();
  const { plane } = await planes.run(someCalls(120), at(60));
  expect(await messages()).toEqual([
    '4 functions were saved by another version in a way that cannot be read: they begin with their next call',
  ]);
  for (const key of ['shop/timer', 'shop/steady']) expect(plane.desired(key)).toBeDefined();
});

test('of which nothing can be read go on in their totals, and are known from their next call on', async () => {
  // Between two states of every function: the past of the others is fed again, and theirs up to their states must not be.
  const spoilt = ['shop/timer', 'shop/burst'];
  await runAsAnother(47.5, (state, control) => {
    const head = new TextDecoder().decode(state.subarray(4, control));
    if (spoilt.some((key) => head.includes(key))) state.fill(0xff, 4);
  });
  await planes.kill();
  const running = await planes.run(someCalls(120), at(61));
  expect(callsOf(running)).toEqual(trueCalls(61));
  await planes.kill();

  // How they began is stored: the next restart reads it.
  const { plane } = await planes.run(someCalls(120), at(61));
  expect(await messages()).toEqual([
    '2 functions were saved by another version in a way that cannot be read: they begin with their next call',
  ]);
  expect(callsOf(planes.running)).toEqual(trueCalls(61));
  const { items } = await plane.receipts({ limit: 1000 });
  const own = items.filter(({ atMs, functionKey }) => atMs > at(48) && spoilt.includes(functionKey));
  expect(own.length).toBeGreaterThan(0);
  for (const { id } of own) expect(await plane.recompute(id, never)).toMatchObject({ same: true, differences: [] });
});

test('of which nothing can be read, and that are never called again, are told once, and their past is not fed again', async () => {
  await runAsAnother(47.5, (state, control) => {
    const head = new TextDecoder().decode(state.subarray(4, control));
    // Called in the first ten minutes of an hour alone: none of its calls came after its state.
    if (head.includes('shop/burst')) state.fill(0xff, 4);
  });
  const { ours: before } = planes.running.plane.summary();
  const { value, asOfMs } = planes.running.plane.desired('shop/burst')!;
  const stands = { functionKey: 'shop/burst', value, asOfMs, stale: true };
  await planes.kill();
  const others = someCalls(120).filter(({ functionKey }) => functionKey !== 'shop/burst');
  const total = (running: Running, of: 'calls' | 'objectiveUsd') => {
    const { ours, days } = running.plane.summary();
    const byDay = days.reduce((sum, day) => sum + day.ours[of], 0);
    expect(byDay).toBeCloseTo(ours[of], 9);
    return ours[of];
  };
  const first = await planes.run(others, at(75));
  // Nobody has lost what the fleet has come to.
  expect(total(first, 'calls')).toBeGreaterThan(before.calls);
  expect(first.plane.desired('shop/burst')).toEqual(stands);
  const told = await messages();
  expect(told).toHaveLength(1);
  const calls = total(first, 'calls');
  const usd = total(first, 'objectiveUsd');
  await planes.kill();

  const fed: number[] = [];
  const samples = planes.store.samples.bind(planes.store);
  planes.store.samples = (from, to, key) => {
    fed.push(from);
    return samples(from, to, key);
  };
  const second = await planes.run(others, at(75));
  planes.store.samples = samples;
  expect(await messages()).toEqual(told);
  expect(total(second, 'calls')).toBe(calls);
  expect(total(second, 'objectiveUsd')).toBeCloseTo(usd, 12);
  // Not from the tick of the states that nobody could read, but from those of the first restart.
  expect(Math.min(...fed.slice(1))).toBeGreaterThan(100);
  expect(second.plane.fn('shop/burst')).toBeUndefined();
  // Until it is decided anew the last decision stands.
  expect(second.plane.desired('shop/burst')).toEqual(stands);
  expect(second.plane.desired('shop/nobody')).toBeUndefined();

  // Called again it goes on in its totals.
  await second.plane.push([{ functionKey: 'shop/burst', atMs: at(75), durationMs: 400, id: 'again' }]);
  await second.clock.moveTo(at(76));
  expect(second.plane.fn('shop/burst')!.ours.calls).toBe(201);
  expect(second.plane.desired('shop/burst')).toMatchObject({ asOfMs: at(75.5), stale: false });
  const grown = total(second, 'calls') - calls;
  expect(grown).toBe(others.filter((one) => 'atMs' in one && one.atMs >= at(75) && one.atMs < at(76)).length + 1);
});

test('the days before stand beside today also where functions are lost', async () => {
  const script = someCalls(24 * 60 + 60);
  const ticks = await configOf({
    ISOTHERM_PREDICTION__UPDATE_INTERVAL: '10min',
    ISOTHERM_PREDICTION__PREDICTION_HORIZON: '1h',
  });
  const config = { ...ticks, policy: 'fixed-10min' };
  await planes.run(script, at(24 * 60 + 30), config);
  const { days: known, ours } = planes.running.plane.summary();
  expect(known).toHaveLength(2);
  await planes.running.plane.stop();
  const all = planes.store.checkpoints.bind(planes.store);
  planes.store.checkpoints = async function* () {
    for await (const one of all()) {
      yield one.functionKey === 'shop/steady' ? { ...one, state: new Uint8Array(64).fill(0xff) } : one;
    }
  };
  const { plane } = await planes.run(script, at(24 * 60 + 30), config);
  const { days, ours: after } = plane.summary();
  expect(after.calls).toBe(ours.calls);
  expect(days.map((day) => day.ours.calls)).toEqual(known.map((day) => day.ours.calls));
  for (const [i, { ours: day }] of days.entries()) {
    expect(day.objectiveUsd).toBeCloseTo(known[i]!.ours.objectiveUsd, 9);
    expect(day.carbonGco2e).toBeCloseTo(known[i]!.ours.carbonGco2e, 9);
  }
});

test('how a function began counts under the version that it began under alone', () => {
  const setting = { ...CONTROL_DEFAULTS, functionKey: 'shop/cart', memoryMiB: 256, firstTick: 7 };
  const place: FootprintPlace = { provider: 'aws', region: 'us-east-1' };
  const { control, birth } = beginFunction(setting, place, 210_000);
  expect(control.nextTick).toBe(8);
  const again = loadFunction(birth!.state, place).control;
  expect(Buffer.compare(again.save(), control.save())).toBe(0);
  control.close();
  again.close();
  const others = Buffer.from(birth!.state).toString('latin1').replace(`"version":"${VERSION}"`, '"version":"9.9.9"');
  expect(() => loadFunction(Buffer.from(others, 'latin1'), place)).toThrow('began under version 9.9.9');
});

test('what stood before stands no longer than it takes to see that nothing is called', () => {
  const setting = { ...CONTROL_DEFAULTS, functionKey: 'shop/cart', memoryMiB: 256, firstTick: 7 };
  const place: FootprintPlace = { provider: 'aws', region: 'us-east-1' };
  const totals = { ours: storedTotals(NOTHING), compared: storedTotals(NOTHING) };
  const left = { tick: 7, until: 7, totals, inherited: { value: 4, asOfMs: 180_000 } };
  const managed = beginLeft(setting, place, 210_000, left, NO_LIMITS);
  const time = new TickTime(0, setting.tickMs);
  const quiet = { reason: '', limits: NO_LIMITS, mayChange: true, change: null };
  const wanted = Array.from({ length: 40 }, (_, i) => {
    // Of the first ticks nothing is known: that says nothing of calls.
    managed.step(8 + i, [], time, { ...quiet, isMissing: i < 10 });
    return managed.desiredInstances;
  });
  managed.control.close();
  // The tick in which it began was seen, too.
  const untilSeen = 10 + (setting.horizonMs / setting.tickMs - 1) - 1;
  expect(wanted.lastIndexOf(4)).toBe(untilSeen - 1);
  expect(new Set(wanted.slice(0, untilSeen))).toEqual(new Set([4]));
  expect(new Set(wanted.slice(untilSeen))).toEqual(new Set([0]));
});

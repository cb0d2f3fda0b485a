/** Start times in the control plane: what samples tell of starts moves the time in force, and the past stays what it was. */
import { expect, test } from 'vitest';
import type { TickReceipt } from '../../ts/core/decide/index.js';
import type { Sample } from '../../ts/server/providers/index.js';
import { at, configOf, never, type Running, testPlanes } from '../planes.js';

const KEY = 'shop/slow';

const planes = testPlanes();

/** A call of 400 ms in each of the minutes; from minute 30 on every fifth tells of a cold start of 300 ms. */
const calls = (minutes: number, key = KEY): Sample[] =>
  Array.from({ length: minutes }, (_, minute) => ({
    kind: 'call' as const,
    functionKey: key,
    atMs: at(minute) + 7_000,
    durationMs: 400,
    memoryMiB: 512,
    ...(minute >= 30 && minute % 5 === 0 && { coldStart: true, initMs: 300 + (minute % 3) }),
  }));

const receiptsOf = async ({ plane }: Running): Promise<TickReceipt[]> => {
  const { items } = await plane.receipts({ functionKey: KEY, limit: 1000 });
  const all = await Promise.all(
    items.map(async ({ id }) => (await plane.receipt(id))!.record as unknown as TickReceipt),
  );
  return all.sort((a, b) => a.tick - b.tick);
};

test('move with what is measured: told, in force from the next tick on, computed again, and the same after a restart', async () => {
  const first = await planes.run(calls(100), at(30));
  const before = first.plane.fn(KEY)!;
  expect(before).toMatchObject({ startFrom: 'table' });
  const tabledMs = before.startMs!;
  await first.clock.moveTo(at(39));
  expect(first.plane.fn(KEY)!.startMs).toBe(tabledMs);
  const { ours } = first.plane.fn(KEY)!;
  await first.clock.moveTo(at(41));
  expect(first.plane.fn(KEY)).toMatchObject({ startMs: 301, startFrom: 'measured' });
  const { items } = await first.plane.events({ kind: 'start-time', limit: 10 });
  expect(items).toMatchObject([{ functionKey: KEY, data: { fromMs: tabledMs, toMs: 301, measurements: 3 } }]);
  // What was spent until then was spent at the old price.
  expect(first.plane.fn(KEY)!.ours.coldStartUsd).toBeGreaterThanOrEqual(ours.coldStartUsd);
  expect(first.plane.fn(KEY)!.ours.preWarmUsd).toBeGreaterThanOrEqual(ours.preWarmUsd);
  await first.clock.moveTo(at(100));
  const whole = { detail: first.plane.fn(KEY)!, receipts: await receiptsOf(first) };
  expect(new Set(whole.receipts.map(({ startTime }) => startTime.from))).toEqual(new Set(['table', 'measured']));
  for (const { id } of whole.receipts) expect(await first.plane.recompute(id, never)).toMatchObject({ id, same: true });

  // Ended between the measurements, and once more between the change and the next state that is saved.
  await planes.anew();
  let again = await planes.run(calls(100), at(37));
  for (const untilMs of [at(43), at(100)]) {
    await planes.kill();
    again = await planes.run(calls(100), untilMs);
  }
  const { ours: oursAgain, compared, startMs } = again.plane.fn(KEY)!;
  expect({ ours: oursAgain, compared, startMs }).toEqual({
    ours: whole.detail.ours,
    compared: whole.detail.compared,
    startMs: whole.detail.startMs,
  });
  expect(await receiptsOf(again)).toEqual(whole.receipts);
});

test('that are configured are never overridden', async () => {
  const config = await configOf();
  const configured = { ...config, functions: [{ match: 'shop/*', startMs: 900 }] };
  const { plane } = await planes.run(calls(60), at(60), configured);
  expect(plane.fn(KEY)).toMatchObject({ startMs: 900, startFrom: 'configured' });
});

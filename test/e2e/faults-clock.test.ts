/** A control plane whose wall clock is set ahead by an hour, and back, while it runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Served, until } from '../served.js';

const TICK_MS = 30_000;
const HOUR_MS = 3_600_000;

let folder: string;
let served: Served;
let offMs = 0;

/** Sets the process's clock; a file that is half written would be a clock of its own. */
function set(ms: number): void {
  offMs = ms;
  writeFileSync(join(folder, 'off'), String(ms));
}

const now = (): number => Date.now() + offMs;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'isotherm-clock-'));
  set(0);
  served = await Served.start({
    config: { provider: { kind: 'push', lag: '0s' } },
    imports: ['faulty-clock.mjs'],
    env: { CLOCK_OFF: join(folder, 'off') },
  });
});
afterAll(async () => {
  await served?.stop();
  rmSync(folder, { recursive: true });
});

let pushed = 0;
const call = async (): Promise<{ late: number }> => {
  const { status, body } = await served.push([{ functionKey: 'shop/cart', atMs: now(), durationMs: 200 }]);
  expect({ status, accepted: body.accepted }).toEqual({ status: 200, accepted: 1 });
  pushed++;
  return body;
};

/** A tick's time passes. */
async function tick(): Promise<void> {
  const before = (await served.status()).tick;
  set(offMs + TICK_MS);
  await until(
    () => served.status(),
    (status) => status.tick > before,
    'the next tick is done',
  );
}

test('makes up for an hour that it lost, waits for one that it gained, says both, and loses nothing', async () => {
  for (let k = 0; k < 6; k++) {
    await call();
    await tick();
  }
  const running = await served.status();
  expect(running).toMatchObject({ loop: 'running', degraded: [] });
  const before = (await served.desired('shop/cart')).body.value;

  set(offMs + HOUR_MS);
  const ahead = await until(
    () => served.status(),
    ({ tick, loop }) => loop === 'running' && tick >= running.tick + HOUR_MS / TICK_MS,
    'the hour is made up for',
  );
  // Nobody brought samples in that hour: it is unknown, and not without calls.
  expect((await served.desired('shop/cart')).body.value).toBe(before);
  expect(ahead.degraded).toEqual(['no data of 1 functions: their last decision holds']);
  expect(await call()).toMatchObject({ late: 0 });
  await tick();
  await call();
  await tick();
  expect(await served.status()).toMatchObject({ loop: 'running', degraded: [] });

  set(offMs - HOUR_MS);
  const stood = await until(
    () => served.status(),
    ({ loop }) => loop === 'behind',
    'the loop waits',
  );
  expect(stood.degraded).toEqual([
    expect.stringMatching(/^clock: it is 35\d\d s before the last tick; nothing is decided/),
  ]);
  expect((await served.desired('shop/cart')).body).toMatchObject({ stale: true });
  // What comes meanwhile is taken, and kept.
  expect(await call()).toMatchObject({ late: 1 });
  expect(await call()).toMatchObject({ late: 1 });
  expect((await served.status()).tick).toBe(stood.tick);

  set(offMs + HOUR_MS);
  await tick();
  await call();
  await tick();
  const after = await served.status();
  expect(after).toMatchObject({ loop: 'running', samples: { accepted: pushed, rejected: 0, duplicates: 0 } });
  expect(after.tick).toBeGreaterThan(stood.tick);
  // All but the two that came an hour late were decided upon.
  expect(await served.fn('shop/cart')).toMatchObject({ ours: { calls: pushed - 2 }, lateSamples: 2 });
  const events = await until(
    () => served.events(),
    (all) => all.some(({ message }) => message.startsWith('2 samples came more than')),
    'the late ones are told',
  );
  const jumps = events.filter(({ kind }) => kind === 'clock-jump').map(({ message }) => message);
  expect(jumps).toEqual([
    expect.stringMatching(/^the clock went ahead by 360\d s: the ticks between are made up for$/),
    expect.stringMatching(/^the clock went back by 3\d{3} s: the loop waits until it is where it was$/),
    expect.stringMatching(/^the clock went ahead by 36\d\d s: the ticks between are made up for$/),
  ]);
  const { receipts, others } = await served.recomputeAll('shop/cart');
  expect(receipts).toBeGreaterThan(0);
  expect(others).toEqual([]);
  expect(await served.stop()).toBe(0);
});

/** A process that is killed, at any moment, loses nothing that it was promised and finds nothing twice. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openStore, type Store, type StoreOptions } from 'isotherm-server/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SplitMix64 } from '../../ts/core/kernels/pure/number-random.js';
import { all, embedded, postgresql } from '../stores.js';

const CHILD = fileURLToPath(new URL('../store-child.mjs', import.meta.url));
const KILLS = 50;
const BATCH = 20;
const RECEIPTS = 5;

interface Promised {
  pushes: Set<number>;
  ticks: Set<number>;
}

/** Runs it, and ends it with SIGKILL: while it opens the store, or in the midst of its work. Collects what it was promised. */
async function round(
  options: StoreOptions,
  number: number,
  random: () => number,
  promised: Promised,
): Promise<boolean> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(options), String(number)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  let isOpen = false;
  const isEarly = random() < 0.1;
  const kill = (afterMs: number): void => void wait(afterMs).then(() => child.kill('SIGKILL'));
  if (isEarly) kill(1500 * random());
  // By what it has done, not by the clock: a busy machine does little in any time.
  let left = Math.floor(12 * random());
  const laterMs = 30 * random();
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, which] = line.split(' ');
    if (what === 'open') isOpen = true;
    if (left-- === 0 && !isEarly) kill(laterMs);
    if (what === 'push') promised.pushes.add(Number(which));
    if (what === 'tick') promised.ticks.add(Number(which));
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(complaint).toBe('');
  expect(child.signalCode).toBe('SIGKILL');
  return isOpen;
}

async function expectKept(store: Store, { pushes, ticks }: Promised): Promise<void> {
  const batches = new Map<number, Set<string>>();
  for (const sample of await all(store.samples(1, 2 ** 31 - 1))) {
    const id = sample.kind === 'call' ? sample.id! : 'a count';
    const batch = Number(id.split('.')[0]);
    const ids = batches.get(batch) ?? new Set();
    batches.set(batch, ids);
    expect(ids.has(id)).toBe(false);
    ids.add(id);
  }
  // All of a batch or nothing, promised or not.
  expect([...batches.values()].every((ids) => ids.size === BATCH)).toBe(true);
  expect([...pushes].filter((batch) => !batches.has(batch))).toEqual([]);
  const lastTick = await store.lastTick();
  const receipts = new Map<number, number>();
  let cursor: string | null = null;
  do {
    const page = await store.receipts({ limit: 1000, ...(cursor === null ? {} : { cursor }) });
    for (const { tick } of page.rows) receipts.set(tick, (receipts.get(tick) ?? 0) + 1);
    cursor = page.cursor;
  } while (cursor !== null);
  expect([...receipts.values()].every((many) => many === RECEIPTS)).toBe(true);
  expect([...ticks].filter((tick) => !receipts.has(tick))).toEqual([]);
  expect(Math.max(0, ...receipts.keys())).toBe(lastTick);
  expect(receipts.size).toBe(lastTick);
  for await (const { tick, state } of store.checkpoints()) {
    expect(state.every((byte, i) => byte === (i * tick) % 251)).toBe(true);
  }
}

describe.each([embedded(), postgresql()])('kill -9 with a store in $name', (kind) => {
  beforeAll(() => kind.begin());
  afterAll(() => kind.end());

  test(`${KILLS} times, whatever it does`, { timeout: 900_000 }, async () => {
    const options = kind.empty();
    const draws = new SplitMix64(7, 0);
    const random = (): number => {
      draws.next();
      return (draws.high >>> 0) / 2 ** 32;
    };
    const promised: Promised = { pushes: new Set(), ticks: new Set() };
    let opened = 0;
    for (let number = 1; number <= KILLS; number++) {
      if (await round(options, number, random, promised)) opened += 1;
    }
    // Or it has tested nothing.
    expect(opened).toBeGreaterThan(KILLS / 2);
    expect(promised.pushes.size).toBeGreaterThan(KILLS);
    expect(promised.ticks.size).toBeGreaterThan(KILLS / 5);
    const store = await openStore(options);
    try {
      await expectKept(store, promised);
    } finally {
      await store.close();
    }
  });
});

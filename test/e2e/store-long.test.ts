/** A store that runs for long takes no more space than what it keeps: neither on the disk nor in memory. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from 'isotherm-server/store';
import { afterAll, expect, test } from 'vitest';
import { all, call, DAY, embedded, receipt, TICK_MS } from '../stores.js';

const ROUNDS = 30;
const SAMPLES = 3000;
/** Rounds that are kept. */
const KEPT = 4;
const HOUR = 3_600_000;

/** Of the tables; the log has a bound of its own. */
function tableBytes(folder: string): number {
  const base = join(folder, 'data', 'base');
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

const kind = embedded();
afterAll(() => kind.end());

test('taking in and letting go, again and again', async () => {
  const options = kind.empty();
  const store = await openStore(options);
  const retention = { callsMs: KEPT * HOUR, minutesMs: 2 * KEPT * HOUR };
  const seen: { bytes: number; memory: number }[] = [];
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      const atMs = round * HOUR;
      const samples = Array.from({ length: SAMPLES }, (_, i) =>
        call(`f${i % 500}`, atMs + i, { id: `${round}.${i}`, tick: round }),
      );
      await store.acceptSamples(samples);
      const state = new Uint8Array(5000).map((_, i) => (i * i * round) % 251);
      await store.commitTick({
        ...{ tick: round, atMs: DAY + atMs + TICK_MS, receipts: [receipt('f0', round)], totals: [] },
        events: [{ id: `e${round}`, atMs: DAY + atMs, kind: 'round', functionKey: null, detail: null }],
        checkpoints: Array.from({ length: 50 }, (_, i) => ({
          functionKey: `f${i}`,
          tick: round,
          state,
          isAnew: false,
        })),
      });
      await store.expire(DAY + atMs + TICK_MS, retention);
      seen.push({ bytes: tableBytes(options.path), memory: process.memoryUsage().rss });
    }
    const [early, late] = [seen[Math.floor(ROUNDS / 2)]!, seen.at(-1)!];
    expect(late.bytes).toBeLessThan(1.1 * early.bytes);
    expect(late.memory).toBeLessThan(early.memory + 100 * 2 ** 20);
    const found = await all(store.samples(1, ROUNDS));
    expect(found).toHaveLength(KEPT * SAMPLES);
    expect((await store.receipts({ limit: 1000 })).rows).toHaveLength(ROUNDS);
    const minutes = await store.minutes('f0', DAY, DAY + (ROUNDS + 1) * HOUR);
    expect(minutes.reduce((sum, one) => sum + one.calls, 0)).toBe(minutes.length * (SAMPLES / 500));
  } finally {
    await store.close();
  }
});

/** Fills a store, loses the disk, gets it back: `node --import bad-disk.mjs bad-disk-child.mjs FOLDER`; one line of JSON says what it saw. */
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { openStore } from 'isotherm-server/store';

const START_MS = Date.UTC(2026, 0, 1);
const store = await openStore({ path: process.argv[2] });

const batchOf = (batch) =>
  Array.from({ length: 500 }, (_, i) => ({
    ...{ kind: 'call', functionKey: 'f', atMs: START_MS + batch, durationMs: i, ordinal: i, tick: 1, late: false },
  }));
const push = (batch) =>
  store.acceptSamples(batchOf(batch)).then(
    (outcomes) => [...new Set(outcomes)].join(),
    ({ code }) => code,
  );

const before = [await push(1), await push(2)];
writeFileSync(process.env.BAD_DISK, '');
const during = [];
for (let batch = 3; batch < 6; batch++) during.push(await push(batch));
const health = store.health();
rmSync(process.env.BAD_DISK);
let after = '';
for (let i = 0; i < 100 && after !== 'accepted'; i++) {
  after = await push(6);
  if (after !== 'accepted') await wait(50);
}
const again = [];
for (let batch = 1; batch <= 6; batch++) again.push(await push(batch));
const counts = {};
for await (const { atMs } of store.samples(1, 1)) counts[atMs - START_MS] = (counts[atMs - START_MS] ?? 0) + 1;
console.log(JSON.stringify({ before, during, health, after, again, counts, healthAfter: store.health() }));
await store.close();

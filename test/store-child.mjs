/**
 * A process that keeps a store busy until it is killed: `node store-child.mjs OPTIONS ROUND`. Says on standard output what it has been promised,
 * a line each, written before it goes on: `open`, `push B` for batches, `tick K` for ticks.
 */
import { writeSync } from 'node:fs';
import { openStore, TOTAL_NAMES } from 'isotherm-server/store';

const [options, round] = [JSON.parse(process.argv[2]), Number(process.argv[3])];
const BATCH = 20;
const START_MS = Date.UTC(2026, 0, 1);
const say = (line) => writeSync(1, `${line}\n`);

const batchOf = (batch, tick) =>
  Array.from({ length: BATCH }, (_, i) => ({
    kind: 'call',
    functionKey: `f${(batch + i) % 7}`,
    atMs: START_MS + batch,
    durationMs: i,
    id: `${batch}.${i}`,
    ordinal: 0,
    tick,
    late: false,
  }));

const totals = Object.fromEntries(TOTAL_NAMES.map((name) => [name, round]));

function commitOf(tick) {
  const receipts = Array.from({ length: 5 }, (_, i) => ({
    id: `r${tick}.${i}`,
    functionKey: `f${i}`,
    tick,
    atMs: START_MS + tick,
    kind: 'tick',
    decision: null,
    body: { tick, padding: 'x'.repeat(300) },
  }));
  const checkpoints = [
    { functionKey: `f${tick % 7}`, tick, state: new Uint8Array(20_000).map((_, i) => (i * tick) % 251), isAnew: false },
  ];
  return {
    tick,
    atMs: START_MS + tick,
    receipts,
    events: [],
    totals: [{ functionKey: 'f0', ours: totals, compared: totals }],
    checkpoints,
  };
}

const store = await openStore(options);
say('open');
// The numbers of a round are its own: what a round before left unsaid is not taken up again.
for (let batch = round * 1_000_000, tick = (await store.lastTick()) + 1; ; tick++) {
  const push = async (own) => {
    await store.acceptSamples(batchOf(own, tick));
    say(`push ${own}`);
  };
  await Promise.all([push(batch++), push(batch++), push(batch++)]);
  await store.commitTick(commitOf(tick));
  say(`tick ${tick}`);
  if (tick % 10 === 0) await store.expire(START_MS, { callsMs: 1e9, minutesMs: 1e9 });
}

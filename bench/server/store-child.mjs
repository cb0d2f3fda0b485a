/** Does one piece of work on a store, `node store-child.mjs OPTIONS WORK TURN`, checks it, and says how many seconds it took, opening it not counted. */
import assert from 'node:assert/strict';
import { openStore, TOTAL_NAMES } from 'isotherm-server/store';

const [options, work, turn] = [JSON.parse(process.argv[2]), process.argv[3], Number(process.argv[4])];
const START_MS = Date.UTC(2026, 0, 1);
const FUNCTIONS = 10_000;
const key = (i) => `team-${i % 100}/function-${i}`;

/** 50,000 calls of 10,000 functions, in requests of 5,000; no two turns have a call in common. */
async function calls(store, requests, each) {
  const given = Array.from({ length: requests }, (_, r) =>
    Array.from({ length: each }, (_, i) => ({
      ...{ kind: 'call', functionKey: key((i * 7919 + r) % FUNCTIONS), atMs: START_MS + turn * 1e6 + r * 1000 + i / 5 },
      ...{ durationMs: 100 + i, ordinal: 0, id: `${turn}-${r}-${i}`, tick: turn * 1000 + 1, late: false },
    })),
  );
  return async () => {
    // As pushes come: some at once.
    const outcomes = (await Promise.all(given.map((request) => store.acceptSamples(request)))).flat();
    assert.equal(outcomes.length, requests * each);
    assert.ok(outcomes.every((outcome) => outcome === 'accepted'));
  };
}

/** A scrape of every function, nine of ten without a call. */
async function counts(store) {
  const given = Array.from({ length: FUNCTIONS }, (_, i) => ({
    ...{ kind: 'count', functionKey: key(i), fromMs: START_MS + turn * 30_000, toMs: START_MS + (turn + 1) * 30_000 },
    ...{ calls: i % 10 === 0 ? i % 97 : 0, tick: turn * 1000 + 1, late: false },
  }));
  return async () => {
    const outcomes = await store.acceptSamples(given);
    assert.ok(outcomes.every((outcome) => outcome === 'accepted'));
  };
}

/** What a tick of 10,000 functions leaves: a thousand decisions, everyone's totals, the states of every twentieth. */
async function tick(store) {
  const number = (await store.lastTick()) + 1;
  const totals = Object.fromEntries(TOTAL_NAMES.map((name, i) => [name, number + i / 7]));
  const state = Uint8Array.from({ length: 20_000 }, (_, i) => (i * i + turn) % 253);
  const body = {
    saw: { calls: turn, busy: 3 },
    alternatives: Array.from({ length: 8 }, (_, i) => ({ name: `a${i}`, terms: totals })),
  };
  const commit = {
    tick: number,
    atMs: START_MS + number * 30_000,
    receipts: Array.from({ length: 1000 }, (_, i) => ({
      ...{
        id: `${number}-${i}`,
        functionKey: key(i),
        tick: number,
        atMs: START_MS + number,
        kind: 'tick',
        decision: { desiredInstances: i },
        body,
      },
    })),
    events: [],
    totals: Array.from({ length: FUNCTIONS }, (_, i) => ({ functionKey: key(i), ours: totals, compared: totals })),
    checkpoints: Array.from({ length: FUNCTIONS / 20 }, (_, i) => ({
      functionKey: key(20 * i),
      tick: number,
      state,
      isAnew: false,
    })),
  };
  return async () => assert.equal(await store.commitTick(commit), true);
}

const WORKS = {
  calls: (store) => calls(store, 10, 5000),
  single: (store) => calls(store, 2000, 1),
  counts,
  tick,
};

const store = await openStore(options);
const perform = await WORKS[work](store);
const start = performance.now();
await perform();
const seconds = (performance.now() - start) / 1000;
await store.close();
console.log(JSON.stringify({ seconds }));

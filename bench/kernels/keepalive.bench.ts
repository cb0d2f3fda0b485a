/** The best warm interval of many functions in one call, and of one with many gaps, on three backends. */
import assert from 'node:assert/strict';
import type { Kernels } from '../../ts/core/dist/kernels/contract.js';
import { type BenchBackend, backends } from '../backends.js';
import type { Aim, Bench, Case } from '../harness.js';

const FUNCTIONS = 100_000;
const GAPS_EACH = 32;
const GAPS_OF_ONE = 1000;
const NO_WEIGHTS = new Float64Array(0);

/** A function of 1 GiB at the prices of the reference replay; USD. */
const IDLE_USD_PER_MS = 4.1667e-9;
const COLD_START_USD = 5e-4;
const PRE_WARM_USD = 5e-5;

/** Whole ms from 1 to two hours, each order of magnitude as likely; the same ones every time. */
function gapsOf(count: number): Float64Array {
  let state = 1;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(Math.exp((state / 2 ** 32) * Math.log(7_200_000)));
  });
}

/** What an interval costs, from the definition. */
function cost(gaps: Float64Array, preWarmMs: number, keepAliveMs: number): number {
  let usd = 0;
  for (const gap of gaps) {
    const begun = gap >= preWarmMs;
    const warm = begun && gap <= preWarmMs + keepAliveMs;
    if (begun) usd += (warm ? gap - preWarmMs : keepAliveMs) * IDLE_USD_PER_MS + (preWarmMs > 0 ? PRE_WARM_USD : 0);
    if (!warm) usd += COLD_START_USD;
  }
  return usd;
}

/** The objective is what the interval costs, and no window that ends at a gap costs less. */
function assertBest(gaps: Float64Array, [preWarmMs, keepAliveMs, objectiveUsd]: Float64Array): void {
  const slack = 1e-9 * objectiveUsd;
  assert.ok(Math.abs(cost(gaps, preWarmMs, keepAliveMs) - objectiveUsd) <= slack, 'the objective is another cost');
  for (const window of [0, ...gaps]) assert.ok(objectiveUsd <= cost(gaps, 0, window) + slack, 'a window is cheaper');
}

type Write = (kernels: Kernels, threads: number, out: Float64Array) => void;

function timed(
  { kernels }: BenchBackend,
  name: string,
  threads: number,
  write: Write,
  expected: Float64Array,
  aim?: Aim,
): Case {
  const out = new Float64Array(expected.length);
  return {
    name,
    run: () => write(kernels, threads, out),
    check() {
      assert.equal(Buffer.compare(Buffer.from(out.buffer), Buffer.from(expected.buffer)), 0, 'results differ');
      out.fill(-1);
    },
    ...(aim !== undefined && { aim }),
  };
}

const TITLE = { native: 'native', wasm: 'WASM', pure: 'pure TypeScript' };

async function batch(bench: Bench, able: BenchBackend[]): Promise<void> {
  const gaps = gapsOf(FUNCTIONS * GAPS_EACH);
  const offsets = Float64Array.from({ length: FUNCTIONS + 1 }, (_, f) => f * GAPS_EACH);
  const price = (usd: number) => new Float64Array(FUNCTIONS).fill(usd);
  const [idle, cold, preWarm] = [IDLE_USD_PER_MS, COLD_START_USD, PRE_WARM_USD].map(price);
  const write: Write = (kernels, threads, out) =>
    kernels.keepAliveWindowBatch(offsets, gaps, NO_WEIGHTS, idle, cold, preWarm, threads, out);
  const expected = new Float64Array(3 * FUNCTIONS);
  write(able[0].kernels, 1, expected);
  for (let f = 0; f < FUNCTIONS; f += 997) {
    assertBest(gaps.subarray(offsets[f], offsets[f + 1]), expected.subarray(3 * f, 3 * f + 3));
  }
  const cases = able.flatMap((backend) => {
    if (backend.name !== 'native') return [timed(backend, TITLE[backend.name], 1, write, expected)];
    return [
      timed(backend, 'native, 1 thread', 1, write, expected),
      timed(backend, 'native, 2 threads', 2, write, expected, { seconds: 1 }),
    ];
  });
  const name = `${FUNCTIONS} functions with ${GAPS_EACH} gaps each`;
  await bench.group({ name, amount: FUNCTIONS, unit: 'windows', rounds: 11, cases });
}

async function one(bench: Bench, able: BenchBackend[]): Promise<void> {
  const gaps = gapsOf(GAPS_OF_ONE);
  const write: Write = (kernels, _threads, out) =>
    kernels.keepAliveWindow(gaps, NO_WEIGHTS, IDLE_USD_PER_MS, COLD_START_USD, PRE_WARM_USD, out);
  const expected = new Float64Array(3);
  write(able[0].kernels, 1, expected);
  assertBest(gaps, expected);
  const cases = able.map((backend) => timed(backend, TITLE[backend.name], 1, write, expected));
  await bench.group({ name: `one function with ${GAPS_OF_ONE} gaps`, amount: 1, unit: 'windows', rounds: 21, cases });
}

export default async function keepaliveSuite(bench: Bench): Promise<void> {
  const able = backends((why) => bench.note(why));
  await batch(bench, able);
  await one(bench, able);
}

/** ARIMA models fitted, found and updated on three backends. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { searchModel } from '../../ts/core/dist/kernels/arima-search.js';
import type { ArimaHandle, Kernels } from '../../ts/core/dist/kernels/contract.js';
import { SplitMix64 } from '../../ts/core/dist/kernels/pure/numeric.js';
import { type BenchBackend, backends } from '../backends.js';
import type { Aim, Bench, Case } from '../harness.js';
import { type ArimaPeers, arimaPeers, peerCases } from './arima-peers.js';

const NONE = new Float64Array(0);
const TITLE = { native: 'native', wasm: 'WASM', pure: 'pure TypeScript' };

/** Thousands of passengers on international flights by month, 1949 to 1960. Source: Box, Jenkins, "Time Series Analysis", 1970, series G. */
const PASSENGERS = [
  ...[112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133],
  ...[114, 140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180, 193, 181, 183, 218, 230, 242],
  ...[209, 191, 172, 194, 196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264],
  ...[302, 293, 259, 229, 203, 229, 242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313],
  ...[318, 374, 413, 405, 355, 306, 271, 306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318],
  ...[362, 348, 363, 435, 491, 505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405],
  ...[417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432],
];

/** A series of this ARMA, lag by coefficient; the innovations are sums of twelve uniform numbers. */
function simulated(n: number, ar: Record<number, number>, ma: Record<number, number>, seed: number): Float64Array {
  const random = new SplitMix64(0, seed);
  const warm = 500;
  const e = Float64Array.from({ length: n + warm }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random.unit();
    return sum;
  });
  const y = new Float64Array(n + warm);
  const [arTerms, maTerms] = [ar, ma].map((of) => Object.entries(of).map(([lag, weight]) => [Number(lag), weight]));
  const past = (series: Float64Array, t: number, terms: number[][]) => {
    let sum = 0;
    for (const [lag, weight] of terms) sum += t >= lag ? weight * series[t - lag] : 0;
    return sum;
  };
  for (let t = 0; t < y.length; t++) y[t] = e[t] + past(y, t, arTerms) + past(e, t, maTerms);
  return y.slice(warm);
}

interface Fit {
  name: string;
  y: Float64Array;
  spec: number[];
  seconds: number;
}

const FITS: Fit[] = [
  {
    name: 'airline (0,1,1)(0,1,1)12, n = 144',
    y: Float64Array.from(PASSENGERS, Math.log),
    spec: [0, 1, 1, 0, 1, 1, 12, 0, 0],
    seconds: 0.4e-3,
  },
  {
    name: 'ARMA(2,1), n = 10000',
    y: simulated(10_000, { 1: 0.9, 2: -0.3 }, { 1: 0.4 }, 1),
    spec: [2, 0, 1, 0, 0, 0, 0, 1, 0],
    seconds: 3e-3,
  },
  {
    name: '(1,0,1)(1,0,1)24, n = 5000',
    y: simulated(5000, { 1: 0.6, 24: 0.7, 25: -0.42 }, { 1: 0.3, 24: -0.4, 25: -0.12 }, 2),
    spec: [1, 0, 1, 1, 0, 1, 24, 1, 0],
    seconds: 30e-3,
  },
  {
    name: 'ARMA(3,3), n = 1000',
    y: simulated(1000, { 1: 0.5, 2: -0.3, 3: 0.4 }, { 1: 0.4, 2: 0.3, 3: -0.2 }, 3),
    spec: [3, 0, 3, 0, 0, 0, 0, 1, 0],
    seconds: 2e-3,
  },
];

function aimOf({ name }: BenchBackend, able: BenchBackend[], seconds: number): { aim?: Aim } {
  if (name === 'native') return { aim: { seconds } };
  return name === 'wasm' && able[0].name === 'native' ? { aim: { times: 2, of: TITLE.native } } : {};
}

/** Ours once more, beside what others make of the same series; few rounds, as they take long. */
async function besidePeers(
  bench: Bench,
  own: BenchBackend,
  { peers, folder }: Peers,
  name: string,
  y: Float64Array,
  model: { spec: readonly number[]; season?: number },
  run: () => void,
): Promise<void> {
  const handle = own.kernels.arimaFit(y, NONE, Float64Array.from(model.spec));
  const [, logLik] = own.kernels.arimaSummary(handle);
  const [mean, standardError] = [new Float64Array(1), new Float64Array(1)];
  own.kernels.arimaForecast(handle, NONE, mean, standardError);
  handle.close();
  const next = { mean: mean[0], standardError: standardError[0] };
  const asked = model.season === undefined ? { spec: model.spec } : { season: model.season };
  const others = peerCases(bench, peers, folder, { y, ...asked, logLik, next });
  if (others.length === 0) return;
  const cases: Case[] = [{ name: TITLE[own.name], run, check: () => undefined }, ...others];
  await bench.group({ name: `${name}, beside others`, amount: 1, unit: 'models', rounds: 2, cases });
}

interface Peers {
  peers: ArimaPeers;
  folder: string;
}

/** Every backend has the same log-likelihood, to the bit. */
async function fits(bench: Bench, able: BenchBackend[], beside: Peers): Promise<void> {
  for (const { name, y, spec, seconds } of FITS) {
    const arrays = [y, NONE, Float64Array.from(spec)] as const;
    const likelihood = (kernels: Kernels): number => {
      const handle = kernels.arimaFit(...arrays);
      const [, logLik] = kernels.arimaSummary(handle);
      handle.close();
      return logLik;
    };
    const expected = likelihood(able[0].kernels);
    if (name.startsWith('airline')) assert.ok(Math.abs(expected - 244.6964868) < 1e-6, 'another likelihood');
    const cases = able.map((backend): Case => {
      let found = Number.NaN;
      return {
        name: TITLE[backend.name],
        run() {
          found = likelihood(backend.kernels);
        },
        check() {
          assert.equal(found, expected);
          found = Number.NaN;
        },
        ...aimOf(backend, able, seconds),
      };
    });
    await bench.group({ name, amount: 1, unit: 'fits', rounds: 11, cases });
    await besidePeers(bench, able[0], beside, name, y, { spec }, () => likelihood(able[0].kernels));
  }
}

/** Differences, the stepwise search, and the fit of what it finds. */
async function searches(bench: Bench, able: BenchBackend[], beside: Peers): Promise<void> {
  const hours = FITS[2].y;
  const minutes = simulated(1440, { 1: 0.7 }, { 1: 0.3 }, 4);
  for (const { name, y, season, seconds } of [
    { name: 'auto, s = 24, n = 5000', y: hours, season: 24, seconds: 0.1 },
    { name: 'auto, n = 1440', y: minutes, season: 0, seconds: 3e-3 },
  ]) {
    let best: readonly number[] = [];
    const found = (kernels: Kernels): number => {
      const most = { maxP: 5, maxQ: 5, maxSeasonalP: season > 0 ? 2 : 0, maxSeasonalQ: season > 0 ? 2 : 0 };
      const search = { y, xreg: NONE, season, d: undefined, D: season > 0 ? undefined : 0, ...most, mean: true };
      const { spec } = searchModel(kernels, search, () => {});
      best = [...spec];
      const handle = kernels.arimaFit(y, NONE, spec);
      const [, logLik] = kernels.arimaSummary(handle);
      handle.close();
      return logLik;
    };
    const expected = found(able[0].kernels);
    const cases = able.map((backend): Case => {
      let logLik = Number.NaN;
      return {
        name: TITLE[backend.name],
        run() {
          logLik = found(backend.kernels);
        },
        check: () => assert.equal(logLik, expected),
        ...aimOf(backend, able, seconds),
      };
    });
    await bench.group({ name, amount: 1, unit: 'searches', rounds: 5, cases });
    await besidePeers(bench, able[0], beside, name, y, { spec: best, season }, () => found(able[0].kernels));
  }
}

/** Ten thousand series at once. A few hundred of them are fitted one by one too, and must be the same. */
async function batch(bench: Bench, able: BenchBackend[]): Promise<void> {
  const { name, kernels } = able[0];
  const [series, n] = [10_000, 1440];
  const y = new Float64Array(series * n);
  for (let i = 0; i < series; i++) {
    y.set(simulated(n, { 1: 0.1 * (i % 9) }, { 1: 0.1 * (i % 7) - 0.3, 2: 0.2 * (i % 2) }, 100 + i), i * n);
  }
  const offsets = Float64Array.from({ length: series + 1 }, (_, i) => i * n);
  const search = Float64Array.of(0, -1, 0, 5, 5, 0, 0, 1);
  const searches = Float64Array.from({ length: series * search.length }, (_, i) => search[i % search.length]);
  const some = 200;
  const rows = (count: number, threads: number) => {
    const part = offsets.slice(0, count + 1);
    return kernels.arimaAutoBatch(part, y.slice(0, count * n), searches.slice(0, count * search.length), threads);
  };
  const expected = rows(some, 1);
  let found: Float64Array = NONE;
  const all: Case = {
    name: `${TITLE[name]}, all threads`,
    // Once a turn: it takes long.
    outside() {
      const begin = performance.now();
      found = rows(series, 0);
      return (performance.now() - begin) / 1000;
    },
    check() {
      assert.deepEqual(found.slice(0, expected.length), expected);
      found = NONE;
    },
    ...(name === 'native' && { aim: { seconds: 60 } }),
  };
  await bench.group({
    name: 'auto, 10,000 series of 1,440',
    amount: series,
    unit: 'searches',
    rounds: 1,
    cases: [all],
  });
}

const UPDATES = 1000;

/** Values one after the other, at a state of 26. */
async function updates(bench: Bench, able: BenchBackend[]): Promise<void> {
  const { y, spec } = FITS[2];
  const walk = (kernels: Kernels, handle: ArimaHandle): number => {
    let last = 0;
    for (let t = 0; t < UPDATES; t++) last = kernels.arimaUpdate(handle, y[t], NONE);
    return last;
  };
  const model = (kernels: Kernels) => kernels.arimaFit(y, NONE, Float64Array.from(spec));
  const expected = walk(able[0].kernels, model(able[0].kernels));
  const cases = able.map((backend): Case => {
    const saved = backend.kernels.arimaSave(model(backend.kernels));
    let last = Number.NaN;
    return {
      name: TITLE[backend.name],
      run() {
        const handle = backend.kernels.arimaLoad(saved);
        last = walk(backend.kernels, handle);
        handle.close();
      },
      check: () => assert.equal(last, expected),
      ...aimOf(backend, able, UPDATES * 1e-6),
    };
  });
  await bench.group({ name: 'one value more, r = 26', amount: UPDATES, unit: 'updates', rounds: 11, cases });
}

export default async function arimaSuite(bench: Bench): Promise<void> {
  const able = backends((why) => bench.note(why));
  const folder = mkdtempSync(join(tmpdir(), 'isotherm-bench-'));
  const beside = { peers: arimaPeers(bench), folder };
  try {
    await fits(bench, able, beside);
    await searches(bench, able, beside);
    await updates(bench, able);
    await batch(bench, able);
  } finally {
    beside.peers.python?.close();
    rmSync(folder, { recursive: true });
  }
}

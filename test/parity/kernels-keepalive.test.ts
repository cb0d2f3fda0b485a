import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels, translated } from '../../ts/core/kernels/backend.js';
import type { KeepaliveKernels } from '../../ts/core/kernels/contract.js';
import {
  backendInfo,
  IsothermError,
  init,
  keepAliveCurve,
  keepAliveWindow,
  keepAliveWindowBatch,
} from '../../ts/core/kernels/index.js';
import { keepalive as pure } from '../../ts/core/kernels/pure/keepalive.js';
import { anyCases, type KeepAliveCase, wholeCases } from '../property/keepalive-brute-force.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

/** What the backend wrote, or the error that it threw: compared bit for bit. */
function answer(write: (out: Float64Array) => unknown, length: number): unknown {
  const out = new Float64Array(length).fill(-1);
  try {
    const returned = translated(() => write(out));
    return { returned, out: [...new BigUint64Array(out.buffer)] };
  } catch (thrown) {
    if (!(thrown instanceof IsothermError)) throw thrown;
    return { code: thrown.code, message: thrown.message };
  }
}

function windowOf(backend: KeepaliveKernels, c: KeepAliveCase): unknown {
  const [gaps, weights] = [Float64Array.from(c.gapsMs), Float64Array.from(c.weights)];
  const write = (out: Float64Array) =>
    backend.keepAliveWindow(gaps, weights, c.idleUsdPerMs, c.coldStartUsd, c.preWarmUsd, out);
  return answer(write, 3);
}

function curveOf(backend: KeepaliveKernels, c: KeepAliveCase): unknown {
  const [gaps, weights] = [Float64Array.from(c.gapsMs), Float64Array.from(c.weights)];
  const points = c.gapsMs.length + 1;
  const write = (out: Float64Array) => {
    // Two arrays of their own: a backend may not be given two views of one.
    const costs = new Float64Array(points).fill(-1);
    const windows = new Float64Array(points).fill(-1);
    const n = backend.keepAliveCurve(gaps, weights, c.idleUsdPerMs, c.coldStartUsd, windows, costs);
    out.set(windows);
    out.set(costs, points);
    return n;
  };
  return answer(write, 2 * points);
}

function batchOf(backend: KeepaliveKernels, cases: KeepAliveCase[], threads: number): unknown {
  const offsets = [0];
  for (const c of cases) offsets.push(offsets[offsets.length - 1] + c.gapsMs.length);
  const prices = (pick: (c: KeepAliveCase) => number) => Float64Array.from(cases, pick);
  const write = (out: Float64Array) =>
    backend.keepAliveWindowBatch(
      Float64Array.from(offsets),
      Float64Array.from(cases.flatMap((c) => c.gapsMs)),
      Float64Array.from(cases.flatMap((c) => c.weights)),
      prices((c) => c.idleUsdPerMs),
      prices((c) => c.coldStartUsd),
      prices((c) => c.preWarmUsd),
      threads,
      out,
    );
  return answer(write, 3 * cases.length);
}

/** As `anyCases`, with now and then a number that is refused. */
const badNumber = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 1e305, -0);
const spoiltCases = fc
  .tuple(
    anyCases,
    badNumber,
    fc.constantFrom('gapsMs', 'weights', 'idleUsdPerMs', 'coldStartUsd', 'preWarmUsd'),
    fc.nat(),
  )
  .map(([c, bad, name, at]): KeepAliveCase => {
    if (name !== 'gapsMs' && name !== 'weights') return { ...c, [name]: bad };
    return { ...c, [name]: c[name].map((value, i) => (i === at % c.gapsMs.length ? bad : value)) };
  });

const cases = fc.oneof(wholeCases, anyCases, spoiltCases);

/** Many gaps: whole and fractional, with duplicates, long-tailed. */
function manyGaps(n: number): KeepAliveCase {
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const gapsMs = Array.from({ length: n }, () => {
    const gap = 600_000 / (1 + 999 * next());
    return next() < 0.5 ? Math.round(gap) : gap;
  });
  const weights = gapsMs.map(() => Math.round(4 * next()) / 3);
  return { gapsMs, weights, idleUsdPerMs: 7e-10, coldStartUsd: 5e-4, preWarmUsd: 5e-5 };
}

describe('the same bits and the same errors as the pure backend', () => {
  it('for one function', () => {
    fc.assert(
      fc.property(cases, (c) => {
        expect(windowOf(kernels(), c)).toEqual(windowOf(pure, c));
      }),
      { numRuns: 1500 },
    );
  });

  it('for the curve', () => {
    fc.assert(
      fc.property(cases, (c) => {
        expect(curveOf(kernels(), c)).toEqual(curveOf(pure, c));
      }),
      { numRuns: 700 },
    );
  });

  it('for many functions, on any number of threads', () => {
    fc.assert(
      fc.property(fc.array(cases, { maxLength: 200 }), fc.nat(4), (some, threads) => {
        expect(batchOf(kernels(), some, threads)).toEqual(batchOf(pure, some, 1));
      }),
      { numRuns: 60 },
    );
  });

  it('for many gaps', () => {
    const c = manyGaps(20_000);
    expect(windowOf(kernels(), c)).toEqual(windowOf(pure, c));
    expect(curveOf(kernels(), c)).toEqual(curveOf(pure, c));
    const unweighted = { ...c, weights: [] };
    expect(windowOf(kernels(), unweighted)).toEqual(windowOf(pure, unweighted));
  });

  it('for offsets that are out of place', () => {
    const [gaps, none, one] = [Float64Array.of(1, 2, 3), new Float64Array(0), new Float64Array(2).fill(1)];
    const batch = (backend: KeepaliveKernels, offsets: number[]) =>
      answer((out) => {
        backend.keepAliveWindowBatch(Float64Array.from(offsets), gaps, none, one, one, one, 1, out);
      }, 6);
    for (const offsets of [[], [0, 3], [1, 2, 3], [0, 2, 2], [0, 4, 3], [0, 0.5, 3], [0, Number.NaN, 3], [0, -1, 3]]) {
      const found = batch(kernels(), offsets);
      expect(found).toEqual(batch(pure, offsets));
      expect(found).toHaveProperty('code', offsets.length === 3 ? 'OUT_OF_RANGE' : 'BAD_LENGTH');
    }
    expect(batch(kernels(), [0, 0, 3])).toEqual(batch(pure, [0, 0, 3]));
  });
});

describe('the public functions', () => {
  const prices = { idleUsdPerMs: 1e-8, coldStartUsd: 1e-4 };
  const codeOf = (run: () => unknown) => {
    try {
      run();
    } catch (thrown) {
      return (thrown as IsothermError).code;
    }
    return undefined;
  };

  it('answer as their examples say', () => {
    const found = keepAliveWindow([1000, 2000, 60000], prices);
    expect(found).toEqual({ preWarmMs: 0, keepAliveMs: 2000, objectiveUsd: expect.closeTo(0.00015, 15) });
    const curve = keepAliveCurve([1000, 2000, 60000], prices);
    expect([...curve.keepAliveMs]).toEqual([0, 1000, 2000, 60000]);
    expect([...curve.objectiveUsd]).toEqual([0.0003, 0.00023, 0.00015, 0.00063].map((usd) => expect.closeTo(usd, 15)));
    const batch = keepAliveWindowBatch({ offsets: [0, 2, 3], gapsMs: [1000, 60000, 500], ...prices });
    expect([...batch.preWarmMs]).toEqual([0, 0]);
    expect([...batch.keepAliveMs]).toEqual([1000, 500]);
    expect([...batch.objectiveUsd]).toEqual([0.00012, 0.000005].map((usd) => expect.closeTo(usd, 15)));
  });

  it('take typed arrays, weights and a pre-warm price, and leave their arguments as they were', () => {
    const gaps = Float64Array.of(60000, 1000, 60000);
    const weights = Float64Array.of(2, 1, 0);
    const found = keepAliveWindow(gaps, { ...prices, weights, preWarmUsd: 1e-5 });
    expect(found).toEqual({ preWarmMs: 60000, keepAliveMs: 0, objectiveUsd: expect.closeTo(0.00012, 15) });
    expect([...gaps, ...weights]).toEqual([60000, 1000, 60000, 2, 1, 0]);
  });

  it('give a batch the prices of each function', () => {
    const found = keepAliveWindowBatch({
      offsets: [0, 1, 2, 3],
      gapsMs: [60000, 60000, 60000],
      idleUsdPerMs: 1e-8,
      coldStartUsd: [1e-4, 1e-2, 1e-4],
      preWarmUsd: [Number.NaN, Number.NaN, 1e-5],
    });
    expect([...found.preWarmMs]).toEqual([0, 0, 60000]);
    expect([...found.keepAliveMs]).toEqual([0, 60000, 0]);
  });

  it('refuse what cannot be meant', () => {
    expect(codeOf(() => keepAliveWindow([1, 2], { ...prices, weights: [] }))).toBe('BAD_LENGTH');
    expect(codeOf(() => keepAliveWindow([1], { ...prices, preWarmUsd: Number.NaN }))).toBe('NOT_FINITE');
    expect(codeOf(() => keepAliveWindow([-1], prices))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => keepAliveCurve([Number.POSITIVE_INFINITY], prices))).toBe('NOT_FINITE');
    const batch = { offsets: [0, 1], gapsMs: [1], ...prices };
    expect(codeOf(() => keepAliveWindowBatch({ ...batch, preWarmUsd: Number.NaN }))).toBe('NOT_FINITE');
    expect(codeOf(() => keepAliveWindowBatch({ ...batch, coldStartUsd: [1, 2] }))).toBe('BAD_LENGTH');
    expect(codeOf(() => keepAliveWindowBatch({ ...batch, offsets: [] }))).toBe('BAD_LENGTH');
    expect(codeOf(() => keepAliveWindowBatch({ ...batch, offsets: [0, 2] }))).toBe('OUT_OF_RANGE');
  });
});

/** A fit in steps, and what a model says about how it was found: the same on every backend. */
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels, translated } from '../../ts/core/kernels/backend.js';
import type { ArimaKernels } from '../../ts/core/kernels/contract.js';
import {
  ArimaModel,
  autoArima,
  autoArimaBatch,
  backendInfo,
  fitArima,
  fitArimaBatch,
  type IsothermError,
  init,
} from '../../ts/core/kernels/index.js';
import { normalQuantile } from '../../ts/core/kernels/normal-quantile.js';
import { arima as pure } from '../../ts/core/kernels/pure/arima/index.js';
import { SplitMix64 } from '../../ts/core/kernels/pure/numeric.js';
import { seasonalWalk } from './arima-walk.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

const NONE = new Float64Array(0);

const codeOf = (run: () => unknown): string | undefined => {
  try {
    translated(run);
    return undefined;
  } catch (thrown) {
    return (thrown as IsothermError).code;
  }
};

describe('a fit in steps', () => {
  const specs: [number[], number][] = [
    [[2, 0, 1, 0, 0, 0, 0, 1, 0], 0],
    [[0, 1, 1, 0, 1, 1, 4, 0, 0], 0],
    [[1, 0, 1, 1, 0, 0, 4, 1, 0], 0.1],
    [[1, 0, 1, 0, 0, 0, 0, 1, 1], 0],
    [[0, 0, 0, 0, 0, 0, 0, 1, 0], 0],
  ];

  it.each(specs)('has the bits of one at once, and owns its series: %s, gaps %d', (numbers, gaps) => {
    const spec = Float64Array.from(numbers);
    const steps = (inUse: ArimaKernels, most: number) => {
      const y = seasonalWalk(90, 5, gaps);
      const handle = inUse.arimaOpen(y, NONE, spec);
      y.fill(0);
      const left = [inUse.arimaAdvance(handle, 0)];
      while (left.at(-1)! > 0) left.push(inUse.arimaAdvance(handle, most));
      const saved = inUse.arimaSave(inUse.arimaFinish(handle));
      handle.close();
      expect(codeOf(() => inUse.arimaFinish(handle))).toBe('CLOSED_HANDLE');
      return { left, saved };
    };
    const inUse = kernels();
    const whole = inUse.arimaSave(inUse.arimaFit(seasonalWalk(90, 5, gaps), NONE, spec));
    for (const most of [1, 7, 1e6]) {
      const found = steps(inUse, most);
      expect(found).toEqual(steps(pure, most));
      expect(found.saved).toEqual(whole);
      expect(found.left).toEqual([...found.left].sort((a, b) => b - a));
    }
  });

  it('refuses as one at once does', () => {
    const inUse = kernels();
    const flat = new Float64Array(30).fill(1);
    const spec = Float64Array.of(1, 0, 0, 0, 0, 0, 0, 1, 0);
    expect(codeOf(() => inUse.arimaOpen(flat, NONE, spec))).toBe('INFEASIBLE');
    const handle = inUse.arimaOpen(seasonalWalk(30, 1, 0), NONE, spec);
    expect(codeOf(() => inUse.arimaAdvance(handle, 0.5))).toBe('OUT_OF_RANGE');
  });
});

describe('quantiles', () => {
  it('are those of the normal distribution around the mean, in the order in which they are asked for', () => {
    using model = fitArima(seasonalWalk(80, 3, 0), { order: [1, 0, 1] });
    const { mean, standardError, lower, upper, quantiles } = model.forecast(5, {
      levels: [0.8],
      quantiles: [0.9, 0.5, 0.1],
    });
    expect(quantiles).toHaveLength(3);
    expect(quantiles[1]).toEqual(mean);
    for (let h = 0; h < 5; h++) {
      expect(quantiles[0]![h]).toBe(mean[h]! + normalQuantile(0.9) * standardError[h]!);
      expect(quantiles[0]![h]).toBeCloseTo(upper[0]![h]!, 12);
      expect(quantiles[2]![h]).toBeCloseTo(lower[0]![h]!, 12);
    }
    expect(model.forecast(2).quantiles).toEqual([]);
    for (const quantile of [0, 1, -0.1, Number.NaN]) {
      expect(codeOf(() => model.forecast(1, { quantiles: [quantile] }))).toBe('OUT_OF_RANGE');
    }
  });
});

describe('what a model says of its search', () => {
  const codes = ({ caveats }: ArimaModel) => caveats.map(({ code }) => code);

  it('is nothing where all went well', () => {
    using model = autoArima(seasonalWalk(120, 3, 0), { season: 4, maxP: 2, maxQ: 2 });
    expect([model.converged, codes(model)]).toEqual([true, []]);
  });

  it('is that it did not converge, once loaded too', () => {
    // A wave of four values: roots of both polynomials, nearly the same, run into the unit circle, and nothing is ever gained by much.
    const y = seasonalWalk(80, 3, 0);
    using stuck = fitArima(y, { order: [1, 0, 1] });
    expect([stuck.converged, codes(stuck)]).toEqual([false, ['NOT_CONVERGED']]);
    expect(stuck.evaluations).toBeGreaterThan(400);
    using loaded = ArimaModel.load(stuck.save());
    expect([loaded.converged, codes(loaded)]).toEqual([false, ['NOT_CONVERGED']]);
    expect(loaded.save()).toEqual(stuck.save());
    using right = fitArima(y, { order: [1, 0, 0] });
    using same = ArimaModel.load(right.save());
    expect([right.converged, same.converged, codes(same)]).toEqual([true, true, []]);
  });

  it('is why it is simpler than what was asked for, of many series too', () => {
    const random = new SplitMix64(0, 11);
    const noise = (n: number) => Float64Array.from({ length: n }, () => random.unit());
    const long = Float64Array.from({ length: 1900 }, (_, t) => (t % 600) / 100 + random.unit());
    const gapped = long.with(700, Number.NaN);
    const asked: [Float64Array, object, string[]][] = [
      [noise(50), { season: 20, maxP: 1, maxQ: 1 }, ['SEASON_TOO_LONG']],
      [noise(50), { season: 20, D: 0, maxP: 1, maxQ: 1, maxSeasonalQ: 0 }, ['SEASON_TOO_LONG']],
      // One that is seasonal all the same, and one that was not to be.
      [noise(50), { season: 20, D: 1, maxP: 1, maxQ: 1 }, []],
      [noise(50), { season: 20, D: 0, maxSeasonalP: 0, maxSeasonalQ: 0, maxP: 1, maxQ: 1 }, []],
      [Float64Array.of(1, 2, 4), { d: 1, mean: false }, ['NO_CANDIDATE']],
      [Float64Array.of(1, 2, 4), { d: 1, mean: false, season: 4 }, ['SEASON_TOO_LONG', 'NO_CANDIDATE']],
      [gapped, { season: 600, d: 0, D: 0, maxP: 0, maxQ: 0, maxSeasonalP: 1, maxSeasonalQ: 0 }, ['SEASON_WITH_GAPS']],
    ];
    for (const [y, options, expected] of asked) {
      using model = autoArima(y, options);
      expect(codes(model)).toEqual(expected);
      for (const { message } of model.caveats) expect(message.length).toBeGreaterThan(20);
      const [batched] = autoArimaBatch([y], options);
      expect((batched as ArimaModel).caveats).toEqual(model.caveats);
    }
  });
});

describe('threads of a batch', () => {
  it('change no bits, and are in range', () => {
    const many = Array.from({ length: 9 }, (_, i) => seasonalWalk(50, i, 0));
    const saved = (all: (ArimaModel | IsothermError)[]) => all.map((one) => (one as ArimaModel).save());
    const options = { order: [1, 0, 1] } as const;
    const whole = saved(fitArimaBatch(many, options));
    const found = saved(autoArimaBatch(many, { maxP: 1, maxQ: 1 }));
    for (const threads of [1, 2, 5]) {
      expect(saved(fitArimaBatch(many, options, { threads }))).toEqual(whole);
      expect(saved(autoArimaBatch(many, { maxP: 1, maxQ: 1 }, { threads }))).toEqual(found);
    }
    for (const threads of [-1, 1.5, 1025]) {
      expect(codeOf(() => fitArimaBatch(many, options, { threads }))).toBe('OUT_OF_RANGE');
      expect(codeOf(() => autoArimaBatch(many, {}, { threads }))).toBe('OUT_OF_RANGE');
    }
  });
});

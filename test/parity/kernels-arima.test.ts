import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels, translated } from '../../ts/core/kernels/backend.js';
import type { ArimaHandle, ArimaKernels } from '../../ts/core/kernels/contract.js';
import {
  ArimaModel,
  autoArima,
  autoArimaBatch,
  backendInfo,
  fitArima,
  fitArimaBatch,
  IsothermError,
  init,
} from '../../ts/core/kernels/index.js';
import { arima as pure } from '../../ts/core/kernels/pure/arima/index.js';
import { SplitMix64 } from '../../ts/core/kernels/pure/numeric.js';
import { seasonalWalk } from './arima-walk.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

const NONE = new Float64Array(0);

/** What the backend answered, or the error that it threw. */
function answer<T>(run: () => T): T | { code: string; message: string } {
  try {
    return translated(run);
  } catch (thrown) {
    if (!(thrown instanceof IsothermError)) throw thrown;
    return { code: thrown.code, message: thrown.message };
  }
}

/** Everything that a handle says, and says after more values. */
function life(inUse: ArimaKernels, make: () => ArimaHandle, xreg: number) {
  return answer(() => {
    const handle = make();
    const said = () => {
      const [mean, error, paths] = [new Float64Array(9), new Float64Array(9), new Float64Array(10)];
      const ahead = Float64Array.from({ length: 9 * xreg }, (_, i) => (i % 5) - 1);
      inUse.arimaForecast(handle, ahead, mean, error);
      inUse.arimaSimulate(handle, ahead.slice(0, 5 * xreg), 7, 5, paths);
      return { mean, error, paths, saved: inUse.arimaSave(handle) };
    };
    const first = { summary: inUse.arimaSummary(handle), residuals: inUse.arimaResiduals(handle), ...said() };
    const row = Float64Array.from({ length: xreg }, (_, i) => i - 0.5);
    const updates = [1, 2.5, Number.NaN, 0, Number.NaN, Number.NaN, 3].map((v) => inUse.arimaUpdate(handle, v, row));
    const after = said();
    const again = inUse.arimaSave(inUse.arimaLoad(after.saved));
    handle.close();
    return { first, updates, after, again };
  });
}

describe('arima on this backend', () => {
  it.each([
    [[1, 0, 0, 0, 0, 0, 0, 1, 0], 0, 0],
    [[0, 1, 1, 0, 1, 1, 4, 0, 0], 0, 0],
    [[2, 0, 1, 1, 0, 1, 4, 1, 0], 0, 2],
    [[1, 1, 2, 1, 0, 0, 4, 1, 0], 0, 1],
    [[3, 0, 0, 0, 1, 0, 4, 0, 0], 0.1, 0],
    [[1, 1, 1, 0, 1, 1, 4, 0, 0], 0.15, 1],
    [[2, 0, 2, 0, 0, 0, 0, 1, 0], 0.3, 1],
    [[0, 0, 0, 0, 0, 0, 0, 1, 0], 0, 0],
    [[5, 0, 0, 2, 0, 0, 4, 1, 0], 0, 0],
  ])('gives the bits of the pure twin: %s, gaps %d, %d regressors', (spec, gaps, xreg) => {
    for (const [n, unit] of [
      [60, 1],
      [203, 1e6],
    ] as const) {
      const y = seasonalWalk(n, n + xreg, gaps, unit);
      const x = Float64Array.from({ length: n * xreg }, (_, i) => Math.floor((i * i) / 3) % 7);
      const args = [y, x, Float64Array.from(spec)] as const;
      const inUse = kernels();
      const found = life(inUse, () => inUse.arimaFit(...args), xreg);
      expect(found).toEqual(life(pure, () => pure.arimaFit(...args), xreg));
      expect(found).toHaveProperty('first');
      if (!('first' in found)) continue;
      expect(found.again).toEqual(found.after.saved);
    }
  });

  it('refuses as the pure twin does', () => {
    const bad = [
      [[], [1, 0, 0, 0, 0, 0, 0, 1, 0]],
      [
        [1, 2, 3],
        [1, 0, 0, 0, 0, 0, 0, 1, 0],
      ],
      [Array(50).fill(4), [1, 0, 0, 0, 0, 0, 0, 1, 0]],
      [Array.from({ length: 50 }, (_, t) => t), [0, 1, 1, 0, 0, 0, 0, 1, 0]],
      [Array(50).fill(Number.NaN), [1, 0, 0, 0, 0, 0, 0, 0, 0]],
      [
        [...Array(30).keys(), Number.POSITIVE_INFINITY],
        [1, 0, 0, 0, 0, 0, 0, 0, 0],
      ],
      [[...Array(30).keys()], [1, 0, 0, 1, 0, 0, 40, 0, 0]],
      [[...Array(30).keys()], [1, 0, 0, 1, 0, 0, 1, 0, 0]],
      [[...Array(30).keys()], [1, 0, 0, 1, 0, 0, 20_000, 0, 0]],
      [[...Array(30).keys()], [33, 0, 0, 0, 0, 0, 0, 0, 0]],
      [[...Array(30).keys()], [1.5, 0, 0, 0, 0, 0, 0, 0, 0]],
      [[...Array(30).keys()], [1, 0, 0]],
      [
        [Number.NaN, ...Array(2000).keys()],
        [1, 0, 0, 1, 0, 0, 600, 0, 0],
      ],
    ] as const;
    const inUse = kernels();
    for (const [y, spec] of bad) {
      const args = [Float64Array.from(y), NONE, Float64Array.from(spec)] as const;
      const refusal = answer(() => inUse.arimaFit(...args));
      expect(refusal).toHaveProperty('code');
      expect(refusal).toEqual(answer(() => pure.arimaFit(...args)));
    }
  });

  it('refuses what is constant but for rounding, whatever the model, and finds no model for it', () => {
    const n = 120;
    const made = (value: (t: number) => number) => Float64Array.from({ length: n }, (_, t) => value(t));
    const gapped = (y: Float64Array) => y.map((value, t) => (t % 11 === 3 ? Number.NaN : value));
    const sum = (t: number) => (t % 3 === 0 ? 0.3 : 0.1 + 0.2);
    const constant = [
      made(() => 5),
      made(() => 0),
      made(sum),
      made((t) => 1e9 + sum(t)),
      made((t) => 1e9 + (t % 2) * 1.2e-7),
      made(() => -1e-3),
    ];
    const lines = [made((t) => 0.1 * t), made((t) => 1e9 + 0.3 * t), made((t) => 7 - 2 * t)];
    const waves = [made((t) => (t * t) % 12), made((t) => 1e6 + 0.1 * ((t * t) % 12) + 0.7 * t)];
    const specs = (d: number, D: number) =>
      [
        [0, 0, 0, 0],
        [1, 0, 0, 0],
        [1, 2, 0, 0],
        [0, 1, 1, 0],
        [1, 0, 1, 1],
      ].flatMap(([p, q, P, Q]) => [0, 1].map((mean) => Float64Array.of(p!, d, q!, P!, D, Q!, 12, mean, 0)));
    const inUse = kernels();
    for (const [all, d, D] of [
      [constant, 0, 0],
      [constant, 1, 0],
      [lines, 1, 0],
      [lines, 2, 0],
      [waves.slice(0, 1), 0, 1],
      [waves, 0, 1],
      [[...waves, ...lines], 1, 1],
    ] as const) {
      for (const y of all) {
        for (const series of [y, gapped(y)]) {
          for (const spec of specs(d, D)) {
            const refusal = answer(() => inUse.arimaFit(series, NONE, spec));
            expect(refusal).toMatchObject({ code: 'INFEASIBLE', message: expect.stringContaining('y is constant') });
            expect(refusal).toEqual(answer(() => pure.arimaFit(series, NONE, spec)));
          }
        }
      }
    }
    // Beside a regressor, too; a model without a mean says the same.
    const hours = made((t) => (t * 7) % 24);
    for (const mean of [true, false]) {
      const beside = { order: [1, 0, 0], mean, xreg: [hours] } as const;
      const found = answer(() =>
        fitArima(
          hours.map((value) => 3 * value + 5),
          beside,
        ),
      );
      expect(found).toMatchObject({ code: 'INFEASIBLE' });
    }
    for (const y of [...constant, ...lines, ...waves]) {
      for (const series of [y, gapped(y)]) {
        for (const options of [{}, { mean: false }, { season: 12 }]) {
          if (waves.includes(y) && options.season === undefined) continue;
          const alone = answer(() => autoArima(series, options));
          expect(alone).toMatchObject({ code: 'INFEASIBLE', message: expect.stringContaining('y is constant') });
          const [batched] = autoArimaBatch([series], options);
          expect(batched).toMatchObject(alone);
        }
      }
    }
    // What varies by more than rounding has a model.
    const random = new SplitMix64(0, 8);
    const offset = made(() => 1e9 + 1e-3 * random.unit());
    using model = autoArima(offset);
    expect(Math.sqrt(model.sigma2) / 1e-3).toBeGreaterThan(0.2);
  });

  it('refuses numbers that no model saved', () => {
    const inUse = kernels();
    const y = seasonalWalk(40, 3, 0, 1);
    const saved = inUse.arimaSave(inUse.arimaFit(y, NONE, Float64Array.of(1, 0, 1, 0, 0, 0, 0, 1, 0)));
    fc.assert(
      fc.property(fc.nat(saved.length - 1), fc.double(), fc.nat(saved.length), (at, value, length) => {
        const changed = saved.slice(0, length === saved.length ? length : Math.max(length, 1));
        if (at < changed.length) changed[at] = value;
        const load = (backend: ArimaKernels) =>
          answer(() => {
            const handle = backend.arimaLoad(changed);
            return backend.arimaSave(handle);
          });
        expect(load(inUse)).toEqual(load(pure));
      }),
    );
  });

  it('refuses states whose orders or counts no model has, at once', () => {
    const inUse = kernels();
    const y = seasonalWalk(60, 3, 0, 1);
    const states = [
      [1, 0, 1, 0, 0, 0, 0, 1, 0],
      [1, 0, 0, 1, 0, 1, 4, 1, 0],
      [0, 1, 1, 0, 1, 1, 4, 0, 0],
    ].map((spec) => inUse.arimaSave(inUse.arimaFit(y, NONE, Float64Array.from(spec))));
    const [, p, d, , P, D, Q, season, mean, regressors, used, evaluations, converged, sigma2] = Array(14).keys();
    const changes: [number, number][][] = [
      ...[p, P, Q].map((at): [number, number][] => [[at!, 33]]),
      ...[d, D].map((at): [number, number][] => [[at!, 4]]),
      [[season!, 1e6 + 1]],
      [
        [P!, 1],
        [season!, 0],
      ],
      [
        [Q!, 1],
        [season!, 1],
      ],
      [
        [D!, 1e15],
        [season!, 0],
      ],
      [
        [P!, 2 ** 32],
        [season!, 2 ** 32],
      ],
      [
        [D!, 2 ** 32],
        [season!, 2 ** 32],
      ],
      [[regressors!, 1e15]],
      [[mean!, 2]],
      [[converged!, 2]],
      ...[used, evaluations].map((at): [number, number][] => [[at!, 1e15]]),
      ...[0, -1, Number.NaN].map((value): [number, number][] => [[sigma2!, value]]),
    ];
    for (const saved of states) {
      for (const change of changes) {
        const changed = saved.slice();
        for (const [at, value] of change) changed[at] = value;
        for (const backend of [inUse, pure]) {
          expect(answer(() => backend.arimaLoad(changed))).toMatchObject({ code: 'BAD_STATE' });
        }
      }
    }
    // Neither gain nor direction of a filter is ever without a number, nor has it seen 1e15 values.
    const bare = states[0]!;
    for (const [at, value] of [
      [bare.length - 1, Number.NaN],
      [bare.length - 2, Number.POSITIVE_INFINITY],
      [bare.length - 9, 1e15],
    ] as const) {
      const changed = bare.slice();
      changed[at] = value;
      for (const backend of [inUse, pure]) {
        expect(answer(() => backend.arimaLoad(changed))).toMatchObject({ code: 'BAD_STATE' });
      }
    }
  });

  it('makes the variance of a long series again in bounded time', () => {
    // Near the unit circle the filter of a moving average takes long to become steady, if it does at all.
    const y = seasonalWalk(60, 3, 0, 1);
    const spec = Float64Array.of(0, 0, 1, 0, 0, 0, 0, 0, 0);
    const gapped = (inUse: ArimaKernels, coefficient: number) => {
      const saved = inUse.arimaSave(inUse.arimaAt(y, NONE, spec, Float64Array.of(coefficient)));
      expect(saved[saved.length - 9]).toBe(60);
      saved[saved.length - 9] = 1e9;
      const handle = inUse.arimaLoad(saved);
      inUse.arimaUpdate(handle, Number.NaN, NONE);
      const [mean, error] = [new Float64Array(4), new Float64Array(4)];
      inUse.arimaForecast(handle, NONE, mean, error);
      return { mean, error, saved: inUse.arimaSave(handle) };
    };
    for (const coefficient of [0.9, -0.9999999]) {
      const found = gapped(kernels(), coefficient);
      expect(found.error.every((value) => value > 0)).toBe(true);
      expect(found).toEqual(gapped(pure, coefficient));
    }
  });

  it('refuses units in which an effect or a variance is no number', () => {
    const inUse = kernels();
    const y = seasonalWalk(60, 3, 0, 1);
    const unit = Float64Array.from(y, (value) => value * 1e149);
    const tiny = Float64Array.from({ length: 60 }, (_, t) => ((t * t) % 7) * 1e-161);
    const small = Float64Array.from({ length: 60 }, (_, t) => 1e-149 * (1 + 1e-12 * (y[t] as number)));
    for (const [values, xreg, mean] of [
      [unit, tiny, 0],
      [small, NONE, 1],
    ] as const) {
      const args = [values, xreg, Float64Array.of(0, 0, 0, 0, 0, 0, 0, mean, 0)] as const;
      const refusal = answer(() => inUse.arimaFit(...args));
      expect(refusal).toMatchObject({ code: 'OUT_OF_RANGE' });
      expect(refusal).toEqual(answer(() => pure.arimaFit(...args)));
    }
  });

  it('loads what it saved', () => {
    const y = seasonalWalk(90, 5, 0.05, 1);
    using model = fitArima(y, { order: [1, 0, 1], seasonal: [0, 1, 1, 4] });
    using loaded = ArimaModel.load(model.save());
    expect(loaded.forecast(3)).toEqual(model.forecast(3));
    expect([...loaded.ma, ...loaded.sma, loaded.logLik, loaded.aicc]).toEqual([
      ...[...model.ma, ...model.sma, model.logLik, model.aicc],
    ]);
    expect(answer(() => ArimaModel.load(new Uint8Array(7)))).toMatchObject({ code: 'BAD_STATE' });
  });

  it('fits many with the bits of one at a time, and names those that it cannot', () => {
    const many = [
      seasonalWalk(60, 1, 0, 1),
      Array(30).fill(2),
      seasonalWalk(80, 2, 0.1, 1),
      [],
      seasonalWalk(50, 3, 0, 9),
    ];
    const options = { order: [1, 0, 1] } as const;
    const found = fitArimaBatch(many, options).map((one) => (one instanceof IsothermError ? one.code : one.save()));
    const alone = many.map((y) => answer(() => fitArima(y, options).save()));
    expect(found).toEqual(alone.map((one) => ('code' in one ? one.code : one)));
    expect(found.filter((one) => typeof one === 'string')).toEqual(['INFEASIBLE', 'BAD_LENGTH']);
    const all = [many[0]!, many[1]!, [1e200, 1, 2, 3, 4]];
    const ends = [0, 60, 90, 95];
    const three = Float64Array.from(Array(3).fill([1, 0, 1, 0, 0, 0, 0, 1, 0]).flat());
    const rows = (inUse: ArimaKernels) =>
      inUse.arimaFitBatch(Float64Array.from(ends), Float64Array.from(all.flatMap((one) => [...one])), three, 2);
    expect(rows(kernels())).toEqual(rows(pure));
    const [offsets, specs] = [Float64Array.of(0, 2), new Float64Array(3)];
    const refusal = (inUse: ArimaKernels) => answer(() => inUse.arimaFitBatch(offsets, offsets, specs, 1));
    expect(refusal(kernels())).toEqual(refusal(pure));
  });

  it('finds a model, and says what it was compared with', () => {
    const y = seasonalWalk(120, 4, 0, 1).map((value, t) => value + t);
    const found = autoArima(y, { season: 4 });
    expect(found.order[1] + found.seasonal[1]).toBeGreaterThan(0);
    expect(found.candidates.length).toBeGreaterThan(4);
    const least = Math.min(...found.candidates.map(({ aicc }) => aicc));
    expect(found.aicc).toBeLessThan(least + 0.1);
    expect(autoArima(y, { season: 4, d: 0, D: 0, mean: false }).seasonal[1]).toBe(0);
    expect(answer(() => autoArima(y, { season: 1 }))).toMatchObject({ code: 'OUT_OF_RANGE' });
    expect(answer(() => autoArima([1, 2]))).toMatchObject({ code: 'BAD_LENGTH' });
    expect(answer(() => autoArima(y, { D: 1 }))).toMatchObject({ code: 'BAD_ARGUMENT' });
    expect(autoArima(y, { D: 0 }).seasonal[1]).toBe(0);
    expect(answer(() => found.simulate(1e6, { paths: 1e6 }))).toMatchObject({ code: 'OUT_OF_RANGE' });
  });

  it('finds models for many with the bits of one at a time', () => {
    const wave = seasonalWalk(120, 4, 0, 1).map((value, t) => value + 2 * (t % 4) + t / 10);
    const many = [
      wave,
      Array(30).fill(0),
      seasonalWalk(70, 2, 0.1, 1),
      [],
      [1, Number.POSITIVE_INFINITY, ...wave],
      [4, 2, 3],
    ];
    const searches = [{ season: 4 }, {}, { maxP: 2, maxQ: 1 }, {}, {}, { d: 0, mean: false }];
    const found = autoArimaBatch(many, searches);
    const said = (one: ArimaModel) => ({ saved: one.save(), candidates: one.candidates });
    const alone = many.map((y, i) => answer(() => said(autoArima(y, searches[i]))));
    expect(
      found.map((one) => (one instanceof IsothermError ? { code: one.code, message: one.message } : said(one))),
    ).toEqual(alone);
    expect(found.map((one) => (one instanceof IsothermError ? one.code : one.candidates.length > 3))).toEqual([
      ...[true, 'INFEASIBLE', true, 'BAD_LENGTH', 'NOT_FINITE'],
      expect.anything(),
    ]);
    // Numbers that only a kernel is given.
    const refusal = (search: number[], threads: number) => (inUse: ArimaKernels) =>
      answer(() => inUse.arimaAutoBatch(Float64Array.of(0, 120), wave, Float64Array.from(search), threads));
    for (const search of [
      [4, -1, -1, 2, 1, 1, 0, 1],
      [1, 0, 0, 2, 2, 0, 0, 1],
      [0, -2, 0, 2, 2, 0, 0, 1],
      [0, 0, 4, 33, 2, 0, 0, 1],
      [4, 0, 4, 3, 2, 0, 0, 1],
      [0, 0, 0, 2, 2, 0, 0, 2],
      [0, 0, 0],
    ]) {
      const rows = [1, 3].map((threads) => refusal(search, threads)(kernels()));
      expect(rows[0]).toEqual(rows[1]);
      expect(rows[0]).toEqual(refusal(search, 1)(pure));
    }
    expect(answer(() => autoArimaBatch([wave], []))).toMatchObject({ code: 'BAD_LENGTH' });
    expect(answer(() => autoArimaBatch([wave], { season: 1 }))).toMatchObject({ code: 'OUT_OF_RANGE' });
  });

  it('goes on when some of the models compared are too large', () => {
    // With a gap a state has room for 512 values; a season of 520 fits only where no lag of it is in the model.
    const y = seasonalWalk(1600, 6, 0, 1);
    y[7] = Number.NaN;
    using found = autoArima(y, { season: 520, D: 0, d: 0, maxP: 1, maxQ: 0, mean: false });
    expect(found.seasonal).toEqual([0, 0, 0, 520]);
    expect(found.candidates.some(({ seasonal, aicc }) => seasonal[0] > 0 && aicc === Number.POSITIVE_INFINITY)).toBe(
      true,
    );
    expect(answer(() => autoArima(y, { season: 520, D: 1, d: 0 }))).toMatchObject({ code: 'OUT_OF_RANGE' });
  });

  it('answers CLOSED_HANDLE once closed', () => {
    const model = fitArima(seasonalWalk(40, 3, 0, 1), { order: [1, 0, 0] });
    model.close();
    expect(answer(() => model.forecast(1))).toMatchObject({ code: 'CLOSED_HANDLE' });
    expect(model.residuals()).toHaveLength(40);
  });
});

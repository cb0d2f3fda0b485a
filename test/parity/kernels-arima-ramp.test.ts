import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels, translated } from '../../ts/core/kernels/backend.js';
import type { ArimaKernels } from '../../ts/core/kernels/contract.js';
import { type ArimaModel, autoArima, backendInfo, fitArima, init } from '../../ts/core/kernels/index.js';
import { arima as pure } from '../../ts/core/kernels/pure/arima/index.js';
import { seasonalWalk } from './arima-walk.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

const made = (n: number, value: (t: number) => number) => Float64Array.from({ length: n }, (_, t) => value(t));
const ramp = (n: number) => made(n, (t) => t + 1);
const gapped = (y: Float64Array, ...gaps: number[]) => y.map((value, t) => (gaps.includes(t) ? Number.NaN : value));

/** Differences make a constant of a ramp, as they do of a mean's column: beside one a mean has nothing left to explain. */
describe('a series with gaps beside a ramp', () => {
  const walk = gapped(
    seasonalWalk(20, 4, 0, 1).map((value, t) => value + ((t * t) % 5)),
    10,
  );
  const long = gapped(seasonalWalk(60, 4, 0, 1), 20);
  const most = long.map((value, t) => (t % 2 === 1 && t > 4 && t < 55 ? Number.NaN : value));

  it.each([
    ['one difference', walk, ramp(20), [0, 1, 1, 0, 0, 0, 0, 0, 0]],
    ['a ramp but at the gap', walk, made(20, (t) => (t === 10 ? 77 : t)), [0, 1, 1, 0, 0, 0, 0, 0, 0]],
    ['a seasonal difference', long, ramp(60), [0, 0, 1, 0, 1, 0, 4, 0, 0]],
    ['more gaps than are bridged', most, ramp(60), [0, 1, 1, 0, 0, 0, 0, 0, 0]],
  ] as const)('is fitted as the pure twin does: %s', (_, y, xreg, spec) => {
    const inUse = kernels();
    const found = inUse.arimaSummary(inUse.arimaFit(y, xreg, Float64Array.from(spec)));
    expect(found).toEqual(pure.arimaSummary(pure.arimaFit(y, xreg, Float64Array.from(spec))));
    expect(Number.isFinite(found[1])).toBe(true);
  });

  it('finds the slope that it has without gaps', () => {
    const y = seasonalWalk(60, 4, 0, 0.1).map((value, t) => value + 3 * t);
    const slope = (model: ArimaModel) => model.xreg[0];
    using whole = fitArima(y, { order: [0, 1, 1], xreg: [ramp(60)] });
    using part = fitArima(gapped(y, 20, 21, 40), { order: [0, 1, 1], xreg: [ramp(60)] });
    expect(slope(part)).toBeCloseTo(slope(whole)!, 1);
    using found = autoArima(gapped(y, 20, 21, 40), { d: 1, xreg: [ramp(60)] });
    expect(slope(found)).toBeCloseTo(3, 0);
  });

  it('is refused where the ramp is all that is left of it, or differences leave nothing of the regressor', () => {
    const refusal = (inUse: ArimaKernels, y: Float64Array, x: Float64Array, spec: readonly number[]) => {
      try {
        return translated(() => inUse.arimaFit(y, x, Float64Array.from(spec)));
      } catch (thrown) {
        return String(thrown);
      }
    };
    const line = gapped(
      made(60, (t) => 3 * t + 5 * (t % 4)),
      20,
    );
    for (const [y, x, spec, sentence] of [
      [line, ramp(60), [0, 0, 1, 0, 1, 0, 4, 0, 0], 'y is constant'],
      [line, ramp(60), [0, 0, 1, 0, 1, 0, 4, 1, 0], 'not finite at any start'],
      [long, made(60, () => 7), [0, 1, 1, 0, 0, 0, 0, 0, 0], 'not finite at any start'],
      [most, made(60, () => 7), [0, 1, 1, 0, 0, 0, 0, 0, 0], 'not finite at any start'],
    ] as const) {
      const found = refusal(kernels(), y, x, spec);
      expect(found).toContain(sentence);
      expect(found).toBe(refusal(pure, y, x, spec));
    }
  });
});

/** Policies over prices: the point at the price given is the replay's, dearer cold starts never bring more of them where a bound may choose. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRICE_FACTORS, priceSweep, priceSweepAsync, replay } from '../../ts/core/evaluate/index.js';
import { pageData } from '../../ts/core/evaluate/page-data.js';
import { generateTrace } from '../../ts/core/trace/index.js';

describe('a sweep of prices', () => {
  it('has the replay itself at factor 1, and falls where cold starts are dearer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.constantFrom('bursty', 'irregular', 'timer'),
        (seed, pattern) => {
          const trace = generateTrace({ pattern, functions: 3, days: 1, calls: 500, seed });
          const [bound, fixed] = priceSweep(trace, ['clairvoyant', 'fixed-10min', 'clairvoyant']);
          const here = PRICE_FACTORS.indexOf(1);
          const { policies, prices } = replay(trace, { policies: ['clairvoyant', 'fixed-10min'] });
          const { coldStarts, idleGbS } = policies.clairvoyant!;
          expect(bound!.points[here]).toEqual({ coldStarts, idleGbS, coldStartUsdPerS: prices.coldStartUsdPerS });
          bound!.points.forEach((point, i) => {
            if (i > 0) expect(point.coldStarts).toBeLessThanOrEqual(bound!.points[i - 1]!.coldStarts);
            // A fixed window knows no prices.
            expect(fixed!.points[i]!.coldStarts).toBe(policies['fixed-10min']!.coldStarts);
          });
        },
      ),
      { numRuns: 20 },
    );
  });

  it('is the same asynchronously, tells how far it is, and stops when asked', async () => {
    const trace = generateTrace({ pattern: 'bursty', functions: 3, days: 1, calls: 500, seed: 2 });
    const seen: number[] = [];
    const curves = await priceSweepAsync(trace, ['clairvoyant'], {}, { onProgress: (done) => seen.push(done) });
    expect(curves).toEqual(priceSweep(trace, ['clairvoyant']));
    expect(seen.at(-1)).toBe(trace.calls * PRICE_FACTORS.length);
    const stopped = priceSweepAsync(trace, ['clairvoyant'], {}, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
    expect(pageData(replay(trace), [], { curves }).curves).toEqual(curves);
  });
});

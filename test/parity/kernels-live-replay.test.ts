/** A replay fed piece by piece, saved and loaded on the way, against the definition of the whole: on each backend. */
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { LiveReplay } from '../../ts/core/evaluate/index.js';
import { backendInfo, IsothermError, init, type PolicySpec, PolicyStepper } from '../../ts/core/kernels/index.js';
import { specOfFunction } from '../../ts/core/kernels/policy.js';
import { functionPrices } from '../../ts/core/kernels/pure/replay/bounds.js';
import { adaptiveCases, burstCases, type Case, callCases, defined, histogramCases } from '../property/replay-scenes.js';

const RUNS = 50;

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

const isBound = ({ policy: { kind } }: Case): boolean =>
  ['provisioned-peak', 'best-fixed-hindsight', 'clairvoyant', 'clairvoyant-prewarm'].includes(kind);

/** Instants to stop at, each with whether the replay is saved and loaded there. */
const stops = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { maxLength: 12 });

function fedInPieces(c: Case, at: readonly (readonly [share: number, reload: boolean])[]) {
  const { settings, calls } = c;
  const horizonMs = 60_000 * c.minutes;
  const of = { ...functionPrices(settings, c.memoryMiB), seed: settings.seed, stream: c.index ?? 0 };
  const spec = specOfFunction(c.policy as PolicySpec, of);
  let live = new LiveReplay(PolicyStepper.create(spec), settings);
  let fed = 0;
  const pieces = at.map(([share, reload]) => ({ stopMs: Math.round(share * horizonMs), reload }));
  pieces.sort((a, b) => a.stopMs - b.stopMs);
  for (const { stopMs, reload } of [...pieces, { stopMs: horizonMs, reload: false }]) {
    const from = fed;
    while (fed < calls.length && calls[fed].startMs < stopMs) fed++;
    const piece = calls.slice(from, fed);
    live.feed(
      Float64Array.from(piece, ({ startMs }) => startMs),
      Uint32Array.from(piece, ({ durationMs }) => durationMs),
    );
    live.advance(stopMs);
    if (!reload) continue;
    const state = live.save();
    live.policy.close();
    live = LiveReplay.load(state, (bytes) => PolicyStepper.load(spec, bytes), settings);
    expect(live.save()).toEqual(state);
  }
  const totals = live.totals();
  const state = live.save();
  live.policy.close();
  return { totals, state };
}

describe.each([
  ['any policy', callCases.filter((c) => !isBound(c))],
  ['bursts', burstCases],
  ['idle times by the histogram', histogramCases],
  ['hours of adaptive traffic', adaptiveCases],
])('%s', (_, cases) => {
  it('comes to what the definition says of the whole, in the same state, in whichever pieces', () => {
    fc.assert(
      fc.property(cases, stops, (c, at) => {
        const { coldStarts, preWarms, idleMs } = defined(c);
        const whole = fedInPieces(c, []);
        const pieces = fedInPieces(c, at);
        const waitMs = coldStarts * c.settings.coldStartMs;
        const preWarmMs = preWarms * c.settings.coldStartMs;
        expect(whole.totals).toEqual({ calls: c.calls.length, coldStarts, preWarms, idleMs, waitMs, preWarmMs });
        expect(pieces).toEqual(whole);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('what it refuses', () => {
  const options = { coldStartMs: 1000, tickMs: 30_000 };
  const fresh = () => new LiveReplay(PolicyStepper.create({ kind: 'window', keepAliveMs: 60_000 }), options);
  const load = (state: Uint8Array) =>
    LiveReplay.load(state, (bytes) => PolicyStepper.load({ kind: 'window', keepAliveMs: 60_000 }, bytes), options);
  const codeOf = (act: () => unknown): string | undefined => {
    try {
      act();
    } catch (thrown) {
      return thrown instanceof IsothermError ? thrown.code : String(thrown);
    }
    return undefined;
  };

  it('calls out of order, and time that goes back', () => {
    const live = fresh();
    live.advance(60_000);
    expect(codeOf(() => live.advance(30_000))).toBe('TIME_ORDER');
    expect(codeOf(() => live.feed(Float64Array.of(59_999), Uint32Array.of(1)))).toBe('TIME_ORDER');
    expect(codeOf(() => live.feed(Float64Array.of(61_000, 60_500), Uint32Array.of(1, 1)))).toBe('TIME_ORDER');
    expect(codeOf(() => live.feed(Float64Array.of(61_000.5), Uint32Array.of(1)))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => live.feed(Float64Array.of(Number.NaN), Uint32Array.of(1)))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => live.feed(Float64Array.of(61_000), new Uint32Array(0)))).toBe('BAD_LENGTH');
    expect(codeOf(() => live.advance(Number.POSITIVE_INFINITY))).toBe('OUT_OF_RANGE');
    expect(live.totals().calls).toBe(0);
    expect(codeOf(() => new LiveReplay(live.policy, { ...options, firstTickMs: 1 }))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => new LiveReplay(live.policy, { ...options, tickMs: 0 }))).toBe('OUT_OF_RANGE');
  });

  it('states that are cut, changed or longer than they should be', () => {
    const live = fresh();
    live.feed(Float64Array.of(1000, 1001, 40_000), Uint32Array.of(100, 200_000, 5));
    live.advance(60_000);
    const state = live.save();
    for (let length = 0; length < state.length; length++) {
      expect(codeOf(() => load(state.subarray(0, length)))).toBe('BAD_STATE');
    }
    expect(codeOf(() => load(Uint8Array.of(...state, 0)))).toBe('BAD_STATE');
    fc.assert(
      fc.property(fc.nat(state.length - 1), fc.nat(255), (at, byte) => {
        const bad = state.slice();
        bad[at] = byte;
        const code = codeOf(() => load(bad).advance(90_000));
        expect(['BAD_STATE', 'TIME_ORDER', undefined]).toContain(code);
      }),
    );
  });
});

it('leaves instances as they are over a time of which nothing is known', () => {
  const window = () => PolicyStepper.create({ kind: 'window', keepAliveMs: 60_000 });
  const options = { coldStartMs: 1000, tickMs: 30_000 };
  const live = new LiveReplay(window(), options);
  live.feed(Float64Array.of(10_000), Uint32Array.of(500));
  live.advance(30_000);
  const before = live.totals();
  const apart = LiveReplay.load(live.save(), (bytes) => PolicyStepper.load(live.policy.spec, bytes), options);
  // Far longer than the window, at once and tick by tick.
  live.stand(600_000);
  for (let at = 60_000; at <= 600_000; at += 30_000) apart.stand(at);
  expect(live.totals()).toEqual(before);
  expect(apart.save()).toEqual(live.save());
  expect(live.counts()).toEqual({ busy: 0, warmIdle: 1, pending: 0 });
  // 18.5 s idle before, the rest of the minute after it.
  live.feed(Float64Array.of(600_000 + 41_500), Uint32Array.of(500));
  live.advance(660_000);
  expect(live.totals()).toMatchObject({ calls: 2, coldStarts: 1, idleMs: 60_000 + 18_000 });
});

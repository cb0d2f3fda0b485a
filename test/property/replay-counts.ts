/** Counts per minute and the instants that the definition makes of them. */
import fc from 'fast-check';
import type { ReplayCounts } from '../../ts/core/kernels/index.js';
import { CellWriter } from '../../ts/core/trace/cells.js';
import { splitmix64 } from './replay-oracle-policies.js';
import { type Case, oneDurationCases } from './replay-scenes.js';

/** One function by its counts; `calls` are what `startsOf` makes of them. */
export interface CountCase extends Omit<Case, 'calls'> {
  counts: { minute: number; count: number }[];
  durationMs: number;
  poisson: boolean;
  index: number;
}

/** Each function's counts, one after the other. */
export function cellsOf(...functions: readonly (readonly CountCase['counts'][number][])[]): {
  offsets: Float64Array;
  cells: Uint8Array;
} {
  const writer = new CellWriter();
  for (const counts of functions) {
    for (const { minute, count } of counts) writer.push(minute, count);
    writer.endFunction();
  }
  return writer.finish();
}

export function startsOf({ counts, poisson, index, settings }: CountCase): number[] {
  const next = splitmix64((BigInt(settings.seed) << 32n) + BigInt(index));
  return counts.flatMap(({ minute, count }) => {
    const within = Array.from({ length: count }, (_, i) =>
      poisson ? Number(next() % 60_000n) : Math.floor(((2 * i + 1) * 30_000) / count),
    );
    return within.sort((a, b) => a - b).map((ms) => 60_000 * minute + ms);
  });
}

const count = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 12 }), fc.constantFrom(60, 128));

export const countCases: fc.Arbitrary<CountCase> = fc
  .tuple(
    oneDurationCases,
    fc.array(fc.option(count, { freq: 2, nil: 0 }), { maxLength: 25, size: 'max' }),
    fc.boolean(),
    fc.oneof(fc.nat(5), fc.nat(0xffff_ffff)),
  )
  .map(([c, perMinute, poisson, index]) => ({
    minutes: c.minutes,
    memoryMiB: c.memoryMiB,
    settings: c.settings,
    policy: c.policy,
    durationMs: c.calls[0]?.durationMs ?? 1000,
    counts: perMinute.slice(0, c.minutes).flatMap((n, minute) => (n > 0 ? [{ minute, count: n }] : [])),
    poisson,
    index,
  }));

/** The functions of cases as one source; the longest case says for how long. */
export function countsOf(cases: readonly CountCase[]): ReplayCounts {
  return {
    kind: 'counts',
    minutes: Math.max(...cases.map(({ minutes }) => minutes)),
    ...cellsOf(...cases.map(({ counts }) => counts)),
    durationMs: Float64Array.from(cases, ({ durationMs }) => durationMs),
    memoryMiB: Float64Array.from(cases, ({ memoryMiB }) => memoryMiB),
    poisson: Uint8Array.from(cases, ({ poisson }) => Number(poisson)),
    index: Float64Array.from(cases, ({ index }) => index),
  };
}

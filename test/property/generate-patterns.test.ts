import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IsothermError } from '../../ts/core/kernels/error.js';
import {
  type GenerateOptions,
  generateTrace,
  generateTraceAsync,
  PATTERNS,
  type Pattern,
} from '../../ts/core/trace/generate.js';
import { type CountsTrace, traceDigest } from '../../ts/core/trace/index.js';
import { callsOf, dispersion, gapVariation, mean, meanOver, perMinute } from './generate-counts.js';

const patterns = fc.constantFrom(...PATTERNS);
const seeds = fc.integer({ min: 0, max: 0xffffffff });

function codeOf(options: Partial<GenerateOptions>): string {
  try {
    generateTrace({ pattern: 'steady', functions: 1, seed: 1, ...options });
  } catch (error) {
    return (error as IsothermError).code;
  }
  return 'none';
}

describe('any pattern', () => {
  test('gives equal traces for equal seeds, and others for other seeds', () => {
    fc.assert(
      fc.property(patterns, seeds, fc.integer({ min: 4, max: 12 }), (pattern, seed, functions) => {
        const trace = generateTrace({ pattern, functions, days: 0.5, seed });
        expect(generateTrace({ pattern, functions, days: 0.5, seed })).toEqual(trace);
        const other = generateTrace({ pattern, functions, days: 0.5, seed: seed === 0 ? 1 : seed - 1 });
        expect(other.functions.durationMs).not.toEqual(trace.functions.durationMs);
      }),
      { numRuns: 40 },
    );
  });

  test('gives function f the same calls however many others there are', () => {
    fc.assert(
      fc.property(patterns, seeds, fc.integer({ min: 1, max: 8 }), fc.nat({ max: 8 }), (pattern, seed, few, more) => {
        const small = generateTrace({ pattern, functions: few, days: 1, seed });
        const large = generateTrace({ pattern, functions: few + more, days: 1, seed });
        const end = small.offsets[few]!;
        expect(large.offsets.subarray(0, few + 1)).toEqual(small.offsets);
        expect(large.cells.subarray(0, end)).toEqual(small.cells.subarray(0, end));
        for (const column of ['keys', 'trigger', 'durationMs', 'memoryMiB', 'index'] as const) {
          expect(large.functions[column].slice(0, few)).toEqual(small.functions[column]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('keeps the rules of a trace', () => {
    fc.assert(
      fc.property(
        patterns,
        seeds,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.option(fc.integer({ min: 1, max: 200000 }), { nil: undefined }),
        (pattern, seed, functions, minutes, calls) => {
          const trace = generateTrace({
            pattern,
            functions,
            days: minutes / 1440,
            seed,
            ...(calls === undefined ? {} : { calls }),
          });
          expect(trace.minutes).toBe(minutes);
          expect(new Set(trace.functions.keys).size).toBe(functions);
          expect(trace.offsets[functions]).toBe(trace.cells.length);
          let sum = 0;
          for (let f = 0; f < functions; f++) {
            const counts = perMinute(trace, f);
            expect(counts.length).toBe(minutes);
            expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
            sum += mean(counts) * minutes;
            const { durationMs, memoryMiB, trigger } = trace.functions;
            expect(Number.isInteger(durationMs[f]) && durationMs[f]! >= 1 && durationMs[f]! <= 3600000).toBe(true);
            expect(Number.isInteger(memoryMiB[f]) && memoryMiB[f]! >= 1 && memoryMiB[f]! <= 1536).toBe(true);
            expect(trigger[f]).toMatch(/^(http|queue|event|orchestration|timer|storage|others)$/);
          }
          expect(Math.round(sum)).toBe(trace.calls);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each(PATTERNS)('%s has about as many calls as asked for', (pattern) => {
    for (const calls of [2e5, 3e6]) {
      const trace = generateTrace({ pattern, functions: 400, days: 3, seed: 5, calls });
      expect(trace.calls / calls).toBeGreaterThan(0.8);
      expect(trace.calls / calls).toBeLessThan(1.2);
    }
  });

  test('is the same step by step', async () => {
    for (const pattern of ['calibrated', 'bursty'] as const) {
      const options = { pattern, functions: 30, days: 20, seed: 2 };
      const done: number[] = [];
      const trace = await generateTraceAsync({ ...options, onProgress: (functions) => done.push(functions) });
      expect(await traceDigest(trace)).toBe(await traceDigest(generateTrace(options)));
      expect(done.length).toBeGreaterThan(1);
      expect(done).toEqual([...done].sort((a, b) => a - b));
    }
  });

  test('stops when it is told to', async () => {
    const controller = new AbortController();
    const options = { pattern: 'steady', functions: 1000, days: 100, seed: 2 } as const;
    const stopped = generateTraceAsync({ ...options, onProgress: () => controller.abort() }, controller);
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('answers wrong options with a code', () => {
    expect(codeOf({ pattern: 'square' as Pattern })).toBe('BAD_ARGUMENT');
    for (const functions of [0, -1, 1.5, Number.NaN, 1e9]) expect(codeOf({ functions })).toBe('OUT_OF_RANGE');
    for (const seed of [-1, 0.5, 2 ** 32, Number.NaN]) expect(codeOf({ seed })).toBe('OUT_OF_RANGE');
    for (const days of [0, -1, Number.NaN, 1e9]) expect(codeOf({ days })).toBe('OUT_OF_RANGE');
    for (const calls of [0, -5, Number.NaN, Number.POSITIVE_INFINITY]) expect(codeOf({ calls })).toBe('OUT_OF_RANGE');
    expect(codeOf({})).toBe('none');
  });
});

const FUNCTIONS = 60;
const each = (trace: CountsTrace): number[] => Array.from({ length: trace.functions.keys.length }, (_, f) => f);
const hourOf = (minute: number): number => Math.floor((minute % 1440) / 60);

describe('one pattern', () => {
  const generated = (pattern: Pattern, days = 7): CountsTrace =>
    generateTrace({ pattern, functions: FUNCTIONS, days, seed: 4 });

  test('steady is Poisson: as much variance as mean, no hour busier than another', () => {
    const trace = generated('steady');
    const all = each(trace).map((f) => perMinute(trace, f));
    expect(mean(all.map(dispersion))).toBeCloseTo(1, 1);
    const day = mean(all.map((counts) => meanOver(counts, (minute) => hourOf(minute) === 14) / mean(counts)));
    expect(day).toBeCloseTo(1, 1);
  });

  test('diurnal has nine times the calls at its peak', () => {
    const trace = generated('diurnal');
    let ratio = 0;
    for (const f of each(trace)) {
      const counts = perMinute(trace, f);
      const peak = meanOver(counts, (minute) => Math.abs((minute % 1440) - 840) <= 30);
      const trough = meanOver(counts, (minute) => Math.abs((minute % 1440) - 120) <= 30);
      ratio += peak / trough / FUNCTIONS;
    }
    expect(ratio).toBeGreaterThan(8);
    expect(ratio).toBeLessThan(10);
  });

  test('weekly has weekends with four tenths of the calls', () => {
    const trace = generated('weekly', 14);
    let ratio = 0;
    for (const f of each(trace)) {
      const counts = perMinute(trace, f);
      const isWeekend = (minute: number): boolean => Math.floor(minute / 1440) % 7 >= 5;
      ratio += meanOver(counts, isWeekend) / meanOver(counts, (minute) => !isWeekend(minute)) / FUNCTIONS;
    }
    expect(ratio).toBeCloseTo(0.4, 1);
  });

  test('bursty varies far more than Poisson, and stays busy for minutes', () => {
    const trace = generated('bursty');
    for (const f of each(trace)) {
      const counts = perMinute(trace, f);
      expect(dispersion(counts)).toBeGreaterThan(2);
      const center = mean(counts);
      const later = (step: number): number => {
        let sum = 0;
        for (let m = 0; m + step < counts.length; m++) sum += (counts[m]! - center) * (counts[m + step]! - center);
        return sum;
      };
      // Correlation over a minute: the state lasts; over four hours: it does not.
      expect(later(1) / later(0)).toBeGreaterThan(0.3);
      expect(Math.abs(later(240) / later(0))).toBeLessThan(0.2);
    }
  });

  test('spike has one jump a day, which is over within the hour', () => {
    const trace = generated('spike', 1);
    for (const f of each(trace)) {
      const counts = perMinute(trace, f);
      const at = counts.indexOf(Math.max(...counts));
      const base = meanOver(counts, (minute) => Math.abs(minute - at) > 60);
      expect(counts[at]).toBeGreaterThan(20 * base);
      const high = [...counts.keys()].filter((minute) => counts[minute]! > 5 * base + 5);
      expect(high.at(-1)! - high[0]!).toBeLessThan(60);
    }
  });

  test('timer has one period, seldom late', () => {
    const trace = generated('timer');
    for (const f of each(trace)) {
      expect(trace.functions.trigger[f]).toBe('timer');
      const counts = perMinute(trace, f);
      const minutes = [...counts.keys()].filter((minute) => counts[minute]! > 0);
      const gaps = minutes.slice(1).map((minute, i) => minute - minutes[i]!);
      const period = [...gaps].sort((a, b) => a - b)[gaps.length >> 1]!;
      expect([1, 5, 10, 15, 30, 60, 360, 1440]).toContain(period);
      const onTime = gaps.filter((gap) => gap === period).length / gaps.length;
      expect(onTime).toBeGreaterThan(gaps.length > 100 ? 0.9 : 0.6);
      expect(Math.abs(callsOf(trace, f) - trace.minutes / period)).toBeLessThanOrEqual(1);
    }
  });

  test('irregular has gaps that vary more than exponential ones', () => {
    const trace = generated('irregular', 14);
    const variations = each(trace)
      .map((f) => gapVariation(trace, f))
      .sort((a, b) => a - b);
    expect(variations[FUNCTIONS >> 1]).toBeGreaterThan(1.5);
  });

  test('rare is called at most some times a day', () => {
    const trace = generated('rare', 14);
    const perDay = each(trace).map((f) => callsOf(trace, f) / 14);
    expect(Math.max(...perDay)).toBeLessThan(16);
    expect(perDay.filter((calls) => calls < 1).length).toBeGreaterThan(FUNCTIONS / 3);
    expect(perDay.some((calls) => calls > 3)).toBe(true);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PLATFORM_SWING } from '../../ts/core/trace/calibration.js';
import { generateTrace } from '../../ts/core/trace/generate.js';
import { callsByTrigger, hourly, type Measure, measures } from './generate-calibrated-measures.js';
import { meanOver } from './generate-counts.js';

const trace = generateTrace({ pattern: 'calibrated', functions: 4000, days: 14, seed: 1 });
const measured = [...measures(trace), ...callsByTrigger(200, 1000)];

/** Where a synthetic fleet is known to be off, and by how much at most; docs/synthetic.md says why. */
const KNOWN: [figure: RegExp, tolerance: number][] = [
  // Few functions make most calls: even the mean over fleets is not settled.
  [/^calls by /, 0.05],
  [/^timers: variation of gaps at most 0$/, 0.05],
  // Here a function has timers or it has not; 16 % of the real apps have both, and lie between.
  [/^all: variation/, 0.16],
  // The published fit and what was published of the data differ by so much.
  [/^mean duration below 1 s/, 0.09],
  [/^memory at most 170/, 0.09],
];

describe('a calibrated fleet has the published figures', () => {
  test.each(measured)('$figure: $published', ({ figure, published, measured }: Measure) => {
    const tolerance = KNOWN.find(([of]) => of.test(figure))?.[1] ?? 0.03;
    expect(Math.abs(measured - published)).toBeLessThanOrEqual(tolerance);
  });

  test('swings over the day and the week as the platform did', () => {
    const hours = hourly(trace);
    const all = meanOver(hours, () => true);
    const day = (hour: number): number => Math.floor(hour / 24) % 7;
    const at = (hour: number, from: number, to: number): boolean => hour % 24 >= from && hour % 24 < to;
    const peak = meanOver(hours, (hour) => day(hour) < 5 && at(hour, 12, 16)) / all;
    const trough = meanOver(hours, (hour) => day(hour) < 5 && at(hour, 0, 4)) / all;
    const weekend = meanOver(hours, (hour) => day(hour) >= 5) / all;
    expect(peak).toBeGreaterThan(PLATFORM_SWING.peak - 0.12);
    expect(peak).toBeLessThan(PLATFORM_SWING.peak + 0.12);
    expect(Math.abs(trough - PLATFORM_SWING.trough)).toBeLessThan(0.12);
    expect(Math.abs(weekend - PLATFORM_SWING.weekend)).toBeLessThan(0.12);
  });

  test('docs/synthetic.md says what is measured', () => {
    const digits = (value: number): string => value.toFixed(3);
    const rows = measured.map(
      ({ figure, published, measured, source }) =>
        `| ${figure} | ${digits(published)} | ${digits(measured)} | ${source} |`,
    );
    const table = ['| share of … | published | synthetic | source |', '|---|---:|---:|---|', ...rows].join('\n');
    const document = readFileSync(new URL('../../docs/synthetic.md', import.meta.url), 'utf8');
    const stated = /\| share of …[^\n]*\n(?:\|[^\n]*\n)+/.exec(document)?.[0].trim();
    expect(stated).toBe(table);
  });
});

/** What advice says of today: cold starts as the data record them, by hand, and what is said where they record none. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { renderAdvice } from '../../ts/core/cli/advice-table.js';
import { MONTH_MS } from '../../ts/core/decide/index.js';
import { adviceSection } from '../../ts/core/evaluate/advise/section.js';
import { type Advice, type AdviseOptions, adviceHeadline, adviceJson, advise } from '../../ts/core/evaluate/index.js';
import { type CallsTrace, generateTrace, type ObservedStarts } from '../../ts/core/trace/index.js';

const HOUR_MS = 3_600_000;
const UNKNOWN = Number.NaN;

/** One function of 1 GiB, called every ten minutes of twelve hours for 200 ms: six hours judge, 36 calls. */
function logged(cold: (call: number) => number, initMs: (call: number) => number): CallsTrace {
  const calls = 72;
  const of = (value: (call: number) => number): Float64Array =>
    Float64Array.from({ length: calls }, (_, i) => value(i));
  return {
    kind: 'calls',
    functions: {
      keys: ['checkout'],
      durationMs: Float64Array.of(200),
      memoryMiB: Float64Array.of(1024),
      trigger: [''],
      index: Float64Array.of(0),
    },
    minutes: 720,
    originMs: Date.UTC(2026, 0, 5),
    calls,
    offsets: Float64Array.of(0, calls),
    startMs: of((i) => (i * HOUR_MS) / 6),
    durationMs: new Uint32Array(calls).fill(200),
    columns: { coldStart: of(cold), initMs: of(initMs) },
  };
}

/** Every call of the first half is cold; of the second the first two, of which one tells its init. */
const trace = logged(
  (i) => (i < 38 ? 1 : 0),
  (i) => (i === 36 ? 500 : i < 36 ? 100 : UNKNOWN),
);
const options: AdviseOptions = {
  ...{ target: 'lambda-pc', goal: { kind: 'price', coldStartUsdPerS: 0.001 }, coldStartMs: 800 },
  about: { title: 'a log', format: 'lambda-logs', digest: '' },
};

const words = (advice: Advice): string => adviceHeadline(advice).today.replaceAll('\u00a0', ' ');
const screen = (advice: Advice): string => renderAdvice(advice, { color: false, width: 100 });

const isValid = new Ajv2020().compile(JSON.parse(readFileSync('ts/core/evaluate/advise/advice.schema.json', 'utf8')));

function expectValid(advice: Advice): void {
  expect(isValid(adviceJson(advice)), JSON.stringify(isValid.errors)).toBe(true);
}

describe('a log that says which calls were cold', () => {
  const advice = advise(trace, options);

  it('has them as they were on the judged part, and nothing of the part before', () => {
    const gbS = 36 * 0.2 + 0.5 + 0.8;
    expect(advice.recorded).toMatchObject({
      ...{ from: 'calls', platform: 'aws-lambda', minutes: 360, calls: 36, coldStarts: 2 },
      ...{ meanWaitMs: (500 + 800) / 36, p99Ms: 1000 },
    });
    expect(advice.recorded!.usd).toBeCloseTo(gbS * 1.66667e-5 + 36 * 2e-7, 12);
    // Simulated, ten minutes are more than Lambda keeps an instance: all 36 are cold.
    expect(advice.settings['on-demand']!.coldStarts).toBe(36);
    expectValid(advice);
  });

  it('is a row of today beside the simulated ones, over the same month, and a sentence', () => {
    const months = (6 * HOUR_MS) / MONTH_MS;
    const row = new RegExp(`^ {2}today, recorded +\\$\\S+ +${Math.round(2 / months)} +5\\.56 % +– `, 'm');
    expect(screen(advice)).toMatch(row);
    expect(screen(advice)).toMatch(/^In a month like the last 6 h:$/m);
    expect(words(advice)).toBe(
      'Today, as the data record it: 2 cold starts in the last 6 h, 5.56 % of the calls; on-demand, the same simulated with idle instances staying 6 minutes, has 36 in the last 6 h.',
    );
    const html = adviceSection(advice);
    expect(html).toContain('<th role="rowheader" scope="row">today, recorded</th>');
    expect(html).toContain('Today, as the data record it: 2 cold starts');
  });

  it('leaves columns out where a screen is narrow, rather than break lines', () => {
    const lines = (width: number) => renderAdvice(advice, { color: false, width }).split('\n');
    for (const width of [60, 72, 80, 100]) {
      const at = lines(width).findIndex((line) => line.startsWith('  setting'));
      expect(
        Math.max(
          ...lines(width)
            .slice(at, at + 4)
            .map((line) => line.length),
        ),
      ).toBeLessThanOrEqual(width);
      expect(lines(width)[at]).toMatch(/bill +cold starts .*mean wait/);
    }
    expect(lines(60).join()).not.toContain('mean P99');
    expect(lines(100).join()).toContain('mean P99');
  });

  it('is what stays where nothing is to change', () => {
    const free = advise(trace, { ...options, goal: { kind: 'price', coldStartUsdPerS: 0 } });
    const cold = Math.round((2 * MONTH_MS) / (6 * HOUR_MS));
    expect(adviceHeadline(free).answer).toMatch(
      new RegExp(`^Leave 1 function alone: .* cold starts at ${cold}, in a month like the last 6.h\\.$`),
    );
  });

  it('counts calls that do not tell in neither', () => {
    const half = advise(
      logged(
        (i) => (i % 2 === 0 ? UNKNOWN : 0),
        () => UNKNOWN,
      ),
      options,
    );
    expect(half.recorded).toMatchObject({ calls: 18, coldStarts: 0, meanWaitMs: 0, p99Ms: 200 });
    expect(words(half)).toContain('0 cold starts in the last 6 h, 0 % of the 18 calls of which it is known');
  });

  it('of another platform has no bill there, and is said to be of that one', () => {
    const elsewhere = advise(trace, { ...options, target: 'cloud-run' });
    expect(elsewhere.recorded).toMatchObject({ platform: 'aws-lambda', coldStarts: 2 });
    expect(adviceJson(elsewhere).recorded!.usd).toBeNull();
    expect(words(elsewhere)).toMatch(/^The data are of AWS Lambda and record 2 cold starts in the last 6 h, 5\.56 %/);
    expectValid(elsewhere);
  });

  it('has a bill where the platform is not known, but not where idle instances are paid for', () => {
    const about = { title: 'a log', format: 'records', digest: '' };
    expect(advise(trace, { ...options, about }).recorded).toMatchObject({ platform: null, usd: advice.recorded!.usd });
    const cluster = advise(trace, { ...options, target: 'knative', about });
    expect(cluster.recorded!.usd).toBeNaN();
    expect(words(cluster)).toMatch(/^Today, as the data record it: 2 cold starts .* staying 1 minute, /);
    // Its autoscaler starts every instance: none is told apart as started ahead.
    expect(adviceJson(cluster).settings.advised.preWarms).toBeNull();
    expectValid(cluster);
  });
});

describe('data that do not say which calls were cold', () => {
  const day = generateTrace({ pattern: 'diurnal', functions: 2, days: 1, seed: 1, calls: 2000 });
  const simulated = advise(day, { ...options, about: { title: '', format: '', digest: '' } });

  it('have no such row, and it is said that the past is simulated', () => {
    expect(simulated.recorded).toBeNull();
    expect(screen(simulated)).not.toContain('today, recorded');
    expect(words(simulated)).toBe(
      'The data do not say which calls were cold: what happens today is simulated too (on-demand, idle instances staying 6 minutes).',
    );
    expectValid(simulated);
  });

  it('may count them beside the calls: then that is today, over all of the time', () => {
    const observed: (ObservedStarts | undefined)[] = [
      { coldStarts: 12, count: 0, medianMs: UNKNOWN, p90Ms: UNKNOWN },
      undefined,
    ];
    const counted = advise(day, { ...options, observed, about: { title: '', format: 'otlp', digest: '' } });
    expect(counted.recorded).toMatchObject({ from: 'metrics', platform: null, minutes: 1440, coldStarts: 12 });
    expect(counted.recorded!.calls).toBeLessThan(day.calls);
    expect(words(counted)).toMatch(
      /^Today, as the data record it: 12 cold starts in the 24 h, .* of which it is known; /,
    );
    expect(screen(counted)).toMatch(
      new RegExp(`^ {2}today, recorded +– +${Math.round((12 * MONTH_MS) / (24 * HOUR_MS))} `, 'm'),
    );
    expectValid(counted);
  });
});

describe('instances made ready', () => {
  it('are counted: none where nothing is ready or all are from the beginning, some where numbers change', () => {
    const week = generateTrace({ pattern: 'diurnal', functions: 2, days: 4, seed: 3, calls: 40_000 });
    const { settings } = advise(week, { ...options, goal: { kind: 'price', coldStartUsdPerS: 0.03 } });
    expect(settings['on-demand']!.preWarms).toBe(0);
    expect(settings.constant!.preWarms).toBe(0);
    expect(settings['target-tracking']!.preWarms).toBeGreaterThan(0);
  });
});

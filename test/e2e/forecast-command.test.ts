/** `isotherm forecast`, as a user and as another program run it. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callsPerMinute, FORECAST_MODELS, ForecastSession, scoreForecasts } from '../../ts/core/forecast/index.js';
import { generateTrace } from '../../ts/core/trace/index.js';
import { environment, MAIN, Workplace } from './cli-replay-run.js';

let place: Workplace;

beforeAll(() => {
  place = new Workplace();
  const made = place.isotherm(
    ...[
      'generate',
      '--pattern',
      'diurnal',
      '--functions',
      '12',
      '--days',
      '3',
      '--format',
      'counts',
      '--out',
      'days.csv',
    ],
  );
  expect(made.code, made.stderr).toBe(0);
});

afterAll(() => place.remove());

describe('isotherm forecast TRACE', () => {
  it('shows the busiest functions, and how every model did', () => {
    const { code, stdout, stderr } = place.isotherm('forecast', 'days.csv');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^days.csv\n12 functions, \d+k calls, 3 days\n/);
    expect(stdout).toMatch(
      /\nsynthetic\/diurnal-000005\/main +[\d.]+ +[\d.]+ \.\. [\d.]+ +[\d.]+ +[\d.]+ \.\. [\d.]+ +\S+\n/,
    );
    expect(stdout).toContain('… and 2 functions with fewer calls\n');
    expect(stdout).toContain('made each hour of the last 21 h for the next one, mean over 12 functions:\n');
    const rows = [...stdout.matchAll(/^(\S+) +([\d.]+) % +([\d.]+) % +([\d.]+) % +([\d.]+) +([\d.]+) %$/gm)];
    expect(rows.map(([, name]) => name).sort()).toEqual(['auto', ...FORECAST_MODELS].sort());
    const errors = rows.map(([, , , tenMinutes]) => Number(tenMinutes));
    expect(errors).toEqual(errors.toSorted((a, b) => a - b));
  });

  it('takes one function, a model and a horizon, and writes the exact figures', () => {
    const { code, stdout, stderr } = place.isotherm(
      ...['forecast', 'days.csv', '--function', '0007', '--model', 'ma15', '--horizon', '30', '--json', 'found.json'],
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/\nsynthetic\/diurnal-000007\/main, by ma\S+.*:\n {2}minutes +calls +90 %\n {2}0 to 10 /);
    expect(stdout).toMatch(/\n {2}together +[\d.]+ +[\d.]+ \.\. [\d.]+\n/);
    const found = JSON.parse(readFileSync(place.path('found.json'), 'utf8'));
    expect(found.trace).toMatchObject({ title: 'days.csv', format: 'counts', functions: 12, minutes: 4320 });
    expect(found.trial).toEqual({ calibrationFrom: 1800, testFrom: 3060, testTo: 4320, origins: 21 });
    const [{ function: key }] = found.forecasts;
    const levels: { minutes: number; calls: number[]; quantiles: Record<string, number[]> }[] =
      found.forecasts[0].levels;
    expect(key).toBe('synthetic/diurnal-000007/main');
    expect(levels.map(({ minutes, calls }) => [minutes, calls.length])).toEqual([
      [1, 30],
      [10, 3],
      [30, 1],
    ]);
    for (const { calls, quantiles } of levels) {
      expect(Object.keys(quantiles)).toEqual(['0.05', '0.5', '0.95']);
      for (const values of [calls, ...Object.values(quantiles)]) {
        expect(values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
      }
      expect(quantiles['0.05'].every((value, i) => value <= quantiles['0.95'][i])).toBe(true);
    }
    // The file has whole calls per minute, as the trace that it was made from.
    const trace = generateTrace({ pattern: 'diurnal', functions: 12, days: 3, seed: 1 });
    const f = trace.functions.keys.indexOf(key);
    const series = [{ name: key, start: 0, counts: callsPerMinute(trace, f) }];
    const scores = scoreForecasts(series, ['auto', ...FORECAST_MODELS], found.trial);
    expect(found.scores).toEqual(JSON.parse(JSON.stringify(scores)));
    const piped = place.isotherm(
      'forecast',
      'days.csv',
      '--function',
      '0007',
      '--model',
      'ma15',
      '--horizon',
      '30',
      '--json',
    );
    expect(JSON.parse(piped.stdout)).toEqual(found);
  });

  it('says so where a trace is too short or too quiet to score on', () => {
    place.calls('few.csv', [
      ['f', 0, 100, 128],
      ['f', 3_600_000, 100, 128],
    ]);
    expect(place.isotherm('forecast', 'few.csv').stdout).toContain('The trace is shorter than four hours: ');
    place.calls('quiet.csv', [
      ['f', 0, 100, 128],
      ['f', 36_000_000, 100, 128],
    ]);
    expect(place.isotherm('forecast', 'quiet.csv').stdout).toContain('No function has 100 calls in the last 3 h');
  });

  it.each([
    [
      ['days.csv', '--model', 'lstm'],
      'MODEL_UNAVAILABLE',
      "the model 'lstm' is not available yet; there are auto, zero, ",
    ],
    [['days.csv', '--model', 'best'], 'MODEL_UNAVAILABLE', "there is no model 'best'; there are auto, zero, "],
    [['days.csv', '--function', 'nothing'], 'UNKNOWN_FUNCTION', "there is no function 'nothing'"],
    [['missing.csv'], 'MISSING_FILE', 'missing.csv'],
    [['--function', 'f'], 'BAD_ARGUMENT', 'name a trace, or --stdio'],
    [['--stdio', 'days.csv'], 'BAD_ARGUMENT', '--stdio goes with no trace'],
    [['--stdio', '--json'], 'BAD_ARGUMENT', '--stdio goes with no trace'],
    [['days.csv', '--horizon', '25'], '', 'expected a multiple of 10 from 10 to 720.'],
  ])('refuses %j', (args, code, words) => {
    const ran = place.isotherm('forecast', ...args);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(words);
    expect(ran.stderr).toContain(code);
    expect(ran.stdout).toBe('');
  });
});

describe('isotherm forecast --stdio', () => {
  const asked = {
    op: 'forecast',
    series: 'f',
    horizon: 60,
    levels: [1, 10, 60],
    quantiles: [0.05, 0.5, 5 / 6, 0.9, 0.95, 0.99],
  };

  it('answers each line with one, wrong ones with a code, and goes on', () => {
    const counts = Array.from({ length: 2000 }, (_, minute) => (minute * 7919) % 31);
    const requests = [
      { op: 'observe', series: 'f', from: 100, counts },
      'no JSON',
      { ...asked, origin: 2000 },
      { op: 'observe', series: 'f', from: 2000, counts: [1] },
      { ...asked, series: 'g', origin: 2100 },
      { ...asked, origin: 2100 },
      { op: 'observe', series: 'f', from: 2160, counts: [null, 3] },
      { ...asked, origin: 2162, levels: [7] },
      { ...asked, origin: 2162 },
    ];
    const input = requests.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
    const ran = spawnSync(process.execPath, [MAIN, 'forecast', '--stdio'], {
      input: `${input.join('\n')}\n\n`,
      env: environment(),
      encoding: 'utf8',
    });
    expect([ran.status, ran.stderr]).toEqual([0, '']);
    const session = new ForecastSession({ model: 'auto' });
    expect(ran.stdout).toBe(`${input.map((line) => session.answer(line)).join('\n')}\n`);
    const answers = ran.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.map(({ error }) => error?.code)).toEqual([
      undefined,
      'BAD_ROW',
      'TIME_ORDER',
      'TIME_ORDER',
      'UNKNOWN_FUNCTION',
      undefined,
      undefined,
      'BAD_ARGUMENT',
      undefined,
    ]);
    expect(answers[0]).toEqual({});
    for (const { point, quantiles } of [answers[5], answers[8]]) {
      expect([point[1].length, point[10].length, point[60].length]).toEqual([60, 6, 1]);
      expect(Object.keys(quantiles)).toEqual(['1', '10']);
      expect([quantiles[1].length, quantiles[10].length]).toEqual([60, 6]);
      for (const row of [...quantiles[1], ...quantiles[10]]) {
        expect(row.length).toBe(6);
        expect(row).toEqual(row.toSorted((a: number, b: number) => a - b));
      }
    }
  });

  it('answers while it is asked, not when the requests end', async () => {
    const product = spawn(process.execPath, [MAIN, 'forecast', '--stdio', '--model', 'last'], { env: environment() });
    const answers = createInterface({ input: product.stdout })[Symbol.asyncIterator]();
    const ask = async (request: object): Promise<unknown> => {
      product.stdin.write(`${JSON.stringify(request)}\n`);
      return JSON.parse((await answers.next()).value);
    };
    expect(await ask({ op: 'observe', series: 'f', from: 0, counts: [4, 7] })).toEqual({});
    expect(await ask({ op: 'forecast', series: 'f', origin: 2, horizon: 10, levels: [10], quantiles: [] })).toEqual({
      point: { 10: [70] },
      quantiles: { 10: [[]] },
      model: 'last',
      version: '1',
    });
    product.stdin.end();
    await new Promise((resolve) => product.on('exit', resolve));
    expect(product.exitCode).toBe(0);
  });
});

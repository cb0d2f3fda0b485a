/** `isotherm forecast`, as a user and as another program run it. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
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
  it('shows the busiest functions, and with --backtest how every model did, losses beside wins', () => {
    const short = place.isotherm('forecast', 'days.csv');
    expect(short.stdout).not.toContain('wrong by');
    const { code, stdout, stderr } = place.isotherm('forecast', 'days.csv', '--backtest');
    expect(stdout.startsWith(short.stdout)).toBe(true);
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
    const ahead = stdout.slice(stdout.indexOf('so many minutes ahead:'), stdout.indexOf('at or below the quantile:'));
    for (const name of ['auto', 'arima']) expect(ahead).toMatch(new RegExp(`\n${name}( +[\\d.]+ %){6}\n`));
    expect(stdout).toMatch(/\nmodel +5 % +50 % +83 % +90 % +95 % +99 %\n/);
    const record = [...stdout.matchAll(/^(\S+) +(\d+) +(\d+) +(\d+)$/gm)];
    expect(record.map(([, name]) => name).sort()).toEqual([...FORECAST_MODELS].sort());
    for (const [, , ...counts] of record) expect(counts.reduce((sum, one) => sum + Number(one), 0)).toBe(12);
    expect(stdout).toMatch(
      /\nWhere auto lost most, of \d+; which is best there is known in hindsight only:\n\S+ +[\d.]+ % +[\d.]+ % by \S+\n/,
    );
  });

  it('shows no interval where too little is known to make one, and says so', () => {
    const rows = ['function,timestamp,durationMs'];
    for (const [at, name] of ['08:00:00', '08:00:30', '08:12:00'].map((time) => [time, 'checkout'])) {
      rows.push(`${name},2026-01-05T${at}Z,120`);
    }
    rows.push('report,2026-01-05T08:10:00Z,2400', 'report,2026-01-05T09:10:00Z,2300');
    writeFileSync(place.path('few.csv'), `${rows.join('\n')}\n`);
    const { code, stdout, stderr } = place.isotherm('forecast', 'few.csv');
    expect(code, stderr).toBe(0);
    expect(stdout).not.toContain('..');
    const words = stdout.replaceAll('\n', ' ');
    expect(words).toContain(
      'Too little to go by for an interval of 10 min and 60 min: it takes 19 errors of forecasts',
    );
    expect(words).toContain('Fewer than 10 calls are known of all 2 functions');
    const one = place.isotherm('forecast', 'few.csv', '--function', 'report', '--html', 'few.html').stdout;
    expect(one.replaceAll('\n', ' ')).toContain(
      'Fewer than 10 calls are known of report: a forecast of 0 does not say',
    );
    const page = readFileSync(place.path('few.html'), 'utf8');
    expect(page).toContain('with too little to go by for an interval');
    expect(page).not.toContain('class="wide"');
    expect(page).toContain('Line: actual calls, and the forecast.</p>');
    // Of 24 hours: every minute, every ten, and each as a whole.
    const [{ levels }] = JSON.parse(place.isotherm('forecast', 'days.csv', '--json').stdout).forecasts;
    expect(levels.map(({ errors }: { errors: number }) => errors)).toEqual([1440, 144, 24]);
    expect(place.isotherm('forecast', 'days.csv').stdout).not.toContain('Too little');
  });

  it('takes one function, a model and a horizon, and writes the exact figures', () => {
    const args = 'forecast days.csv --function 0007 --model ma15 --horizon 1800 --backtest --json'.split(' ');
    const { code, stdout, stderr } = place.isotherm(...args, 'found.json');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/\nsynthetic\/diurnal-000007\/main, by \S+.*:\n {2}minutes +calls +90 %\n {2}0 to 10 /);
    expect(stdout).toMatch(/\n {2}together +[\d.]+ +[\d.]+ \.\. [\d.]+\n/);
    const found = JSON.parse(readFileSync(place.path('found.json'), 'utf8'));
    expect(found.trace).toMatchObject({ title: 'days.csv', format: 'counts', functions: 12, minutes: 4320 });
    expect(found.horizonSeconds).toBe(1800);
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
      expect(Object.keys(quantiles)).toEqual(['0.05', '0.25', '0.5', '0.75', '0.95']);
      for (const values of [calls, ...Object.values(quantiles)]) {
        expect(values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
      }
      expect(quantiles['0.05'].every((value, i) => value <= quantiles['0.95'][i])).toBe(true);
    }
    // The file has whole calls per minute, as the trace that it was made from.
    const trace = generateTrace({ pattern: 'diurnal', functions: 12, days: 3, seed: 1 });
    const f = trace.functions.keys.indexOf(key);
    const counts = callsPerMinute(trace, f);
    const tens = (i: number) => counts.slice(i * 10, (i + 1) * 10).reduce((sum, calls) => sum + calls, 0);
    expect(found.forecasts[0].past).toEqual(Array.from({ length: 36 }, (_, i) => tens(432 - 36 + i)));
    const series = [{ name: key, start: 0, counts }];
    const scores = scoreForecasts(series, ['auto', ...FORECAST_MODELS], found.trial);
    expect(found.scores).toEqual(JSON.parse(JSON.stringify(scores)));
    const piped = place.isotherm(...args);
    expect(JSON.parse(piped.stdout)).toEqual(found);
  });

  it('draws a report that stands by itself', () => {
    const args = ['--model', 'arima', '--backtest', '--html', 'forecast.html'];
    const { code, stdout, stderr } = place.isotherm('forecast', 'days.csv', ...args);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('\nReport:        forecast.html\n');
    const page = readFileSync(place.path('forecast.html'), 'utf8');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/https?:\/\/|<script/);
    expect(page.match(/<svg class="fan"/g)?.length).toBe(10);
    expect(page).toContain('and the forecast; dashes: the median; dark and light: half and nine tenths of cases.</p>');
    expect(page.match(/<svg class="models"/g)?.length).toBe(2);
    expect(page).toMatch(
      /, arima was wrong by [\d.]+\u00a0% of the calls by ten minutes; (a less wrong one|the least wrong of the others), \S+, by /,
    );
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    const plain = place.isotherm('forecast', 'days.csv', '--function', '0007', '--html', 'one.html');
    expect(plain.code, plain.stderr).toBe(0);
    expect(readFileSync(place.path('one.html'), 'utf8')).not.toContain('class="models"');
  });

  it('says so where a trace is too short or too quiet to score on', () => {
    place.calls('few.csv', [
      ['f', 0, 100, 128],
      ['f', 3_600_000, 100, 128],
    ]);
    expect(place.isotherm('forecast', 'few.csv', '--backtest').stdout).toContain(
      'The trace is shorter than four hours: ',
    );
    place.calls('quiet.csv', [
      ['f', 0, 100, 128],
      ['f', 36_000_000, 100, 128],
    ]);
    expect(place.isotherm('forecast', 'quiet.csv', '--backtest').stdout).toContain(
      'No function has 100 calls in the last 3 h',
    );
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
    [['--stdio', '--backtest'], 'BAD_ARGUMENT', '--stdio goes with no trace'],
    [['days.csv', '--horizon', '900'], '', 'expected seconds, a multiple of 600 from 600 to 43200.'],
    [['days.csv', '--horizon', '43800'], '', 'expected seconds, a multiple of 600 from 600 to 43200.'],
    [['days.csv', '--horizon', '60'], '', 'from 600 to 43200; for 60 minutes write 3600.'],
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

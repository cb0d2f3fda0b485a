/** `isotherm replay` as a user runs it: figures, files, messages and exit codes. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORIGIN_MS, Workplace } from './cli-replay-run.js';

const SCHEMA = new URL('../../ts/core/evaluate/report.schema.json', import.meta.url);

let place: Workplace;

beforeAll(() => {
  place = new Workplace();
  // The first of the micro cases, and a function beside it that is called once.
  place.calls('calls.csv', [
    ['shop/cart', 0, 1000, 1024],
    ['shop/mail', 10_000, 500, 512],
    ['shop/cart', 30_000, 1000, 1024],
    ['shop/cart', 200_000, 1000, 1024],
  ]);
});

afterAll(() => place.remove());

describe('isotherm replay --json -', { timeout: 60_000 }, () => {
  it('prints the figures of every policy, and nothing else', () => {
    const { code, stdout } = place.isotherm('replay', 'calls.csv', '--policy', 'fixed-1min,clairvoyant', '--json', '-');
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    const validate = new Ajv2020().compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
    expect(validate(found), JSON.stringify(validate.errors)).toBe(true);
    expect(found.trace).toMatchObject({ title: 'calls.csv', format: 'records', functions: 2, minutes: 4, calls: 4 });
    expect(Object.keys(found.policies)).toEqual(['fixed-1min', 'clairvoyant']);
    // cart: 2 cold, 126 s idle at 1 GiB (the micro case); mail: 1 cold, 60 s idle at half of one.
    const idleGbS = 126 + 30;
    expect(found.policies['fixed-1min']).toMatchObject({
      calls: 4,
      coldStarts: 3,
      preWarms: 0,
      idleGbS,
      busyGbS: 5 + 0.75,
      objectiveUsd: expect.closeTo(idleGbS * 4.1667e-6 + 3 * 5e-4, 14),
      coldRate: { p50: expect.closeTo(5 / 6, 14), p75: expect.closeTo(11 / 12, 14), p90: expect.closeTo(29 / 30, 14) },
      wait: { meanMs: 750, share: 0.75 },
    });
    // The gap of 29 s is kept warm, the one of 169 s costs more than a cold start.
    expect(found.policies.clairvoyant).toMatchObject({
      coldStarts: 3,
      preWarms: 0,
      idleGbS: 29,
      ratioToClairvoyant: 1,
    });
    expect(existsSync(place.path('isotherm-report.html'))).toBe(false);
  });

  it('does the same with --json alone, and into a file as a whole', () => {
    const policy = ['--policy', 'fixed-1min,clairvoyant'];
    const { stdout } = place.isotherm('replay', 'calls.csv', ...policy, '--json');
    const { code, stdout: table } = place.isotherm(
      'replay',
      'calls.csv',
      ...policy,
      '--json',
      'out/figures.json',
      '--no-html',
    );
    expect(code).toBe(0);
    expect(readFileSync(place.path('out/figures.json'), 'utf8')).toBe(stdout);
    expect(table).toContain('fixed-1min');
    expect(readdirSync(place.path('out'))).toEqual(['figures.json']);
  });

  it('prices as it is told', () => {
    const prices = ['--cold-start-ms', '2000', '--idle-usd-per-gb-s', '1e-5', '--cold-start-usd-per-s', '0.01'];
    const args = ['replay', 'calls.csv', '--policy', 'fixed-0min', ...prices, '--pre-warm-share', '0.5', '--json', '-'];
    const found = JSON.parse(place.isotherm(...args).stdout);
    expect(found.policies['fixed-0min'].objectiveUsd).toBeCloseTo(4 * 0.01 * 2, 14);
    expect(found.prices).toEqual({ idleUsdPerGbS: 1e-5, coldStartUsdPerS: 0.01, preWarmShare: 0.5 });
    expect(found.policies['fixed-0min'].wait.meanMs).toBe(2000);
  });

  it('knows what platforms do by themselves', () => {
    const windows = { lambda: 6, 'azure-consumption': 20, 'cloud-run': 15, openwhisk: 10, knative: 1 };
    const rows = [0, 3, 9, 18, 32, 50, 100].map((minute) => ['one', minute * 60_000, 1000, 256] as const);
    place.calls('sparse.csv', rows);
    const names = Object.entries(windows).flatMap(([name, minutes]) => [name, `fixed-${minutes}min`]);
    const { stdout } = place.isotherm('replay', 'sparse.csv', '--policy', names.join(','), '--json', '-');
    const { policies } = JSON.parse(stdout);
    for (const [name, minutes] of Object.entries(windows)) {
      expect(policies[name]).toEqual(policies[`fixed-${minutes}min`]);
    }
    const coldStarts = Object.keys(windows).map((name) => policies[name].coldStarts);
    expect(coldStarts).toEqual([5, 2, 3, 4, 7]);
  });

  it('spreads counts as it is told, and repeats itself with the same seed', () => {
    const row = `f,${ORIGIN_MS},30,60`;
    writeFileSync(place.path('counts.csv'), `function,timestamp,count,stepSeconds\n${row}\n`);
    const figures = (...args: string[]) => {
      const policy = ['--policy', 'fixed-1s', '--json', '-'];
      return JSON.parse(place.isotherm('replay', 'counts.csv', ...policy, ...args).stdout).policies['fixed-1s'];
    };
    // Every 2 s a call of 1 s, the first one cold and 1 s longer: idle for 1 s before each but the first two.
    const idleGbS = (28 * 170) / 1024;
    expect(figures('--spread', 'even')).toMatchObject({
      calls: 30,
      coldStarts: 1,
      idleGbS: expect.closeTo(idleGbS, 12),
    });
    const seven = figures('--spread', 'poisson', '--seed', '7');
    expect(figures('--spread', 'poisson', '--seed', '7')).toEqual(seven);
    expect(figures('--spread', 'poisson', '--seed', '8')).not.toEqual(seven);
    expect(figures('--spread', 'trigger', '--seed', '7')).toEqual(seven);
  });
});

describe('isotherm replay on a terminal', { timeout: 60_000 }, () => {
  it('shows one screen and writes a report', () => {
    const { code, stdout, stderr } = place.isotherm('replay', 'calls.csv', '--title', 'my shop');
    expect(code).toBe(0);
    expect(stderr).toBe('');
    const lines = stdout.split('\n');
    expect(lines.length).toBeLessThan(40);
    expect(lines).toContain('my shop');
    for (const name of ['fixed-10min', 'hybrid-histogram', 'recent-peak', 'provisioned-peak', 'clairvoyant-prewarm']) {
      expect(stdout).toMatch(new RegExp(`^. ${name} .*\\$`, 'm'));
    }
    expect(stdout).toMatch(/^backend (native|wasm|pure), /m);
    expect(stdout).toMatch(/^Report: +isotherm-report.html$/m);
    const html = readFileSync(place.path('isotherm-report.html'), 'utf8');
    expect(html).toContain('my shop');
    expect(html).toContain('</html>');
  });

  it('writes the report where it is told, or none', () => {
    const few = ['replay', 'calls.csv', '--policy', 'fixed-10min,clairvoyant'];
    const { stdout } = place.isotherm(...few, '--html', 'reports/one.html');
    expect(stdout).toContain('reports/one.html');
    expect(readdirSync(place.path('reports'))).toEqual(['one.html']);
    const without = place.isotherm(...few, '--no-html');
    expect(without.code).toBe(0);
    expect(without.stdout).not.toContain('Report:');
  });

  it('makes a trace up, the same one from the same seed', () => {
    const synthetic = ['replay', '--synthetic', 'bursty', '--functions', '3', '--seed', '5', '--json', '-'];
    const first = place.isotherm(...synthetic);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout).trace).toMatchObject({ functions: 3, minutes: 1440 });
    expect(JSON.parse(first.stdout).trace.title).toContain('made up, not your traffic');
    expect(place.isotherm(...synthetic).stdout).toBe(first.stdout);
  });
});

describe('isotherm replay with bad input', { timeout: 60_000 }, () => {
  const refused = (args: string[], message: RegExp) => {
    const { code, stdout, stderr } = place.isotherm(...args);
    expect(stderr).toMatch(message);
    // One line that a user can act on: no stack.
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  };

  it.each<[string, string[], RegExp]>([
    ['no trace', ['replay'], /^BAD_ARGUMENT: name a trace/],
    ['a trace and a pattern', ['replay', 'calls.csv', '--synthetic', 'timer'], /^BAD_ARGUMENT: /],
    ['a file that is not there', ['replay', 'nowhere.csv'], /^MISSING_FILE: nowhere\.csv/],
    [
      'an unknown policy',
      ['replay', 'calls.csv', '--policy', 'magic'],
      /^UNKNOWN_POLICY: .*'magic'.*hybrid-histogram.*lambda/,
    ],
    ['an unknown policy, before the trace is read', ['replay', 'nowhere.csv', '-p', 'magic'], /^UNKNOWN_POLICY/],
    [
      'ticks too far apart for a policy',
      ['replay', 'calls.csv', '--policy', 'adaptive', '--tick-ms', '60001'],
      /tickMs is 60001, expected at most 60000 with the policy adaptive/,
    ],
    [
      'a prior for policies that begin with none, before it is read',
      ['replay', 'calls.csv', '-p', 'fixed-10min,hybrid-histogram', '--prior', 'nowhere.json'],
      /^BAD_ARGUMENT: --prior is for adaptive and adaptive-keepalive; expected one of them among the policies/,
    ],
    ['an unknown spread', ['replay', 'calls.csv', '--spread', 'random'], /even, poisson, trigger/],
    ['an unknown format', ['replay', 'calls.csv', '--format', 'xls'], /^UNKNOWN_FORMAT: .*'xls'/],
    ['an unknown pattern', ['replay', '--synthetic', 'chaos'], /'chaos' is invalid/],
    ['a seed below 0', ['replay', 'calls.csv', '--seed', '-1'], /4294967295/],
    ['a time that is none', ['replay', 'calls.csv', '--cold-start-ms', '1.5'], /whole number/],
    ['no time between ticks', ['replay', 'calls.csv', '--tick-ms', '0'], /whole number/],
    ['a price that is none', ['replay', 'calls.csv', '--idle-usd-per-gb-s', 'free'], /finite number/],
    ['an option that is none', ['replay', 'calls.csv', '--fast'], /unknown option '--fast'/],
    ['a command that is none', ['predict'], /unknown command 'predict'/],
    [
      'a function without a file for its receipts',
      ['replay', 'calls.csv', '--function', 'cart'],
      /^BAD_ARGUMENT: .*--receipts/,
    ],
    ['receipts of no function', ['replay', 'calls.csv', '--receipts', 'r.jsonl'], /^BAD_ARGUMENT: .*--function/],
    [
      'an unknown function',
      ['replay', 'calls.csv', '--function', 'pay', '--receipts', 'r.jsonl'],
      /^UNKNOWN_FUNCTION: .*'pay'.*shop\/cart/,
    ],
    [
      'a part of two functions’ names',
      ['replay', 'calls.csv', '--function', 'shop', '--receipts', 'r.jsonl'],
      /^UNKNOWN_FUNCTION: 'shop' is part of 2/,
    ],
    [
      'receipts of what decides nothing',
      ['replay', 'calls.csv', '-p', 'clairvoyant', '--function', 'cart', '--receipts', 'r.jsonl'],
      /^BAD_ARGUMENT: .*future/,
    ],
  ])('%s', (_, args, message) => {
    refused(args, message);
    expect(existsSync(place.path('r.jsonl'))).toBe(false);
  });

  it('says where a bad row is; --skip-bad goes on, counts and lists', () => {
    const good = [`one,${ORIGIN_MS},5`, `one,${ORIGIN_MS + 1000},5`];
    const bad = ['one,yesterday,5', `one,${ORIGIN_MS},-5`, `one,${ORIGIN_MS}`];
    writeFileSync(place.path('bad.csv'), `${['function,timestamp,durationMs', good[0], ...bad, good[1]].join('\n')}\n`);
    refused(['replay', 'bad.csv', '--no-html'], /^BAD_TIME: bad\.csv:3: column 2 \(timestamp\): 'yesterday'/);
    const { code, stdout, stderr } = place.isotherm('replay', 'bad.csv', '--skip-bad', '--json', '-');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).trace.calls).toBe(2);
    expect(stderr).toMatch(/^3 bad rows were skipped:$/m);
    for (const line of [3, 4, 5]) expect(stderr).toContain(`bad.csv:${line}`);
  });

  it('helps with exit code 0', () => {
    const help = place.isotherm('replay', '--help');
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/Examples:\n {2}\$ npx isotherm replay/);
    expect(help.stdout).toContain('Exit codes: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted.');
    expect(place.isotherm('--version')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

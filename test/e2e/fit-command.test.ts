/** `isotherm fit`, as a user runs it. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePrior } from '../../ts/core/learn/index.js';
import { Workplace } from './cli-replay-run.js';

let place: Workplace;

beforeAll(() => {
  place = new Workplace();
  const made = place.isotherm(
    'generate',
    '--functions',
    '30',
    '--calls',
    '20000',
    '--format',
    'counts',
    '--out',
    'day.csv',
  );
  expect(made.code, made.stderr).toBe(0);
});

afterAll(() => place.remove());

const prior = async (name: string) => parsePrior(readFileSync(place.path(name), 'utf8'), name);

describe('isotherm fit', () => {
  it('writes a prior with its card, and says what it is worth', async () => {
    const { code, stdout, stderr } = place.isotherm('fit', 'day.csv', '--licence', 'own data');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('30 functions, ');
    expect(stdout).toMatch(/\n {2}4\.\d\d {2}every time equally likely\n/);
    expect(stdout).toContain('Prior:  adaptive-prior.json');
    const { card } = await prior('adaptive-prior.json');
    expect(card.data).toMatchObject({ title: 'day.csv', licence: 'own data', format: 'counts', functions: 30 });
    expect(card.data.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(card.fit).toMatchObject({
      command: "npx isotherm fit day.csv --licence 'own data'",
      spread: 'trigger',
      seed: 1,
    });
    expect(card.fit.date).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('takes spread, seed, title and places for its output', async () => {
    const { code, stdout } = place.isotherm(
      ...['fit', 'day.csv', '--spread', 'even', '--seed', '7', '--title', 'a day', '--output', 'out/p.json', '--json'],
    );
    expect(code).toBe(0);
    const written = await prior('out/p.json');
    expect(JSON.parse(stdout)).toEqual(written.card);
    expect(written.card.fit).toMatchObject({ spread: 'even', seed: 7 });
    expect(written.card.data).toMatchObject({ title: 'a day', licence: 'not stated' });
    const piped = place.isotherm('fit', 'day.csv', '--spread', 'even', '--seed', '7', '--output', '-');
    expect((await parsePrior(piped.stdout, 'pipe')).hazards).toEqual(written.hazards);
  });

  it('refuses what it cannot fit, and writes nothing', () => {
    const before = readdirSync(place.folder);
    expect(place.isotherm('fit', 'absent.csv')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('MISSING_FILE'),
    });
    place.calls('one.csv', [['f', 0, 10, 128]]);
    const one = place.isotherm('fit', 'one.csv', '--output', 'one.json');
    expect(one).toMatchObject({ code: 2, stderr: expect.stringContaining('two of the five folds') });
    const both = place.isotherm('fit', 'day.csv', '--output', '-', '--json', '-');
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('standard output') });
    expect(readdirSync(place.folder)).toEqual([...before, 'one.csv'].sort());
  });
});

describe('isotherm replay --prior', () => {
  it('reads a prior first, and refuses what is none', () => {
    const absent = place.isotherm('replay', 'day.csv', '--prior', 'absent.json');
    expect(absent).toMatchObject({ code: 2, stderr: expect.stringContaining('MISSING_FILE: absent.json') });
    const none = place.isotherm('replay', 'day.csv', '--prior', 'day.csv');
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('day.csv: this is no JSON') });
  });

  it('default changes nothing where it would be taken anyway', () => {
    const replayed = ['replay', 'day.csv', '--policy', 'fixed-10min,adaptive', '--json'];
    const { code, stdout } = place.isotherm(...replayed, '--prior', 'default');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(place.isotherm(...replayed).stdout));
  });

  it('is for policies that begin with one, on the screen or as a curve', () => {
    const fixed = ['replay', 'day.csv', '--policy', 'fixed-10min', '--prior', 'default'];
    expect(place.isotherm(...fixed, '--json')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^BAD_ARGUMENT: --prior is for adaptive/),
    });
    expect(place.isotherm(...fixed, '--sweep', 'adaptive-keepalive', '--html', 'swept.html').code).toBe(0);
  });
});

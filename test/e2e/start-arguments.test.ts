/** What `npm start -- …` makes of its arguments: a trace is one wherever it stands. */
import { expect, it } from 'vitest';
import { replayArguments, serveArguments } from '../../scripts/start-arguments.mjs';

const DAY = ['day1', '--title', 'Azure Functions 2019, day 1: a sample of Azure, not your traffic'];
const ADVICE = ['--target', 'lambda-pc'];
const CURVE = ['--sweep', 'adaptive'];

it.each<[string, string[]]>([
  ['first', ['calls.csv', '--seed', '2']],
  ['after an option and its value', ['--seed', '2', 'calls.csv']],
  ['after a value behind an equals sign', ['--seed=2', 'calls.csv']],
  ['after an option without a value', ['--skip-bad', 'calls.csv']],
])('takes a trace %s', async (_, asked) => {
  expect(await replayArguments(asked, 'day1')).toEqual([...asked, ...ADVICE, ...CURVE]);
});

it.each<[string, string[], string[]]>([
  ['nothing', [], CURVE],
  ['an option and its value', ['--seed', '2'], CURVE],
  ['policies', ['-p', 'fixed-10min'], []],
  ['figures only', ['--json', '-'], []],
])('takes the real day where only %s is named, or makes one up', async (_, asked, curve) => {
  expect(await replayArguments(asked, 'day1')).toEqual([...DAY, ...asked, ...ADVICE, ...curve]);
  expect(await replayArguments(asked, undefined)).toEqual([
    ...['--synthetic', 'calibrated'],
    ...[...asked, ...ADVICE, ...curve],
  ]);
});

it('leaves a pattern, a platform and what is wrong to the command', async () => {
  expect(await replayArguments(['--synthetic', 'timer'], 'day1')).toEqual([
    '--synthetic',
    'timer',
    ...ADVICE,
    ...CURVE,
  ]);
  expect(await replayArguments(['--target=flex', 'calls.csv'], 'day1')).toEqual([
    '--target=flex',
    'calls.csv',
    ...CURVE,
  ]);
  expect(await replayArguments(['--seed', 'many', 'calls.csv'], 'day1')).toEqual([
    ...['--seed', 'many', 'calls.csv'],
    ...[...ADVICE, ...CURVE],
  ]);
});

it.each<[string, string[], Awaited<ReturnType<typeof serveArguments>>]>([
  ['nothing: a trial of a day in 24 minutes', [], { args: ['--speed', '60'], needsTrace: true, needsStore: true }],
  ['a trace', ['calls.csv'], { args: ['--trace', 'calls.csv', '--speed', '60'], needsTrace: false, needsStore: true }],
  [
    'a trace behind options and their values',
    ['--port', '0', 'calls.csv'],
    { args: ['--port', '0', '--trace', 'calls.csv', '--speed', '60'], needsTrace: false, needsStore: true },
  ],
  [
    'a speed of its own',
    ['calls.csv', '--speed', '3600'],
    { args: ['--speed', '3600', '--trace', 'calls.csv'], needsTrace: false, needsStore: true },
  ],
  [
    'a store that stays',
    ['--store', 'kept'],
    { args: ['--store', 'kept', '--speed', '60'], needsTrace: true, needsStore: false },
  ],
  [
    'a trace by its option',
    ['--trace=calls.csv'],
    { args: ['--trace=calls.csv', '--speed', '60'], needsTrace: false, needsStore: true },
  ],
  [
    'a configuration, which says itself what is watched',
    ['--config', 'isotherm.yaml'],
    { args: ['--config', 'isotherm.yaml'], needsTrace: false, needsStore: false },
  ],
  ['help', ['--help'], { args: ['--help'], needsTrace: false, needsStore: false }],
  ['a key', ['--create-key', 'keda'], { args: ['--create-key', 'keda'], needsTrace: false, needsStore: false }],
  ['what is wrong', ['--port', 'many'], { args: ['--port', 'many'], needsTrace: false, needsStore: false }],
])('serves with %s', async (_, asked, found) => {
  expect(await serveArguments(asked)).toEqual(found);
});

/** What `npm start -- …` makes of its arguments: a trace is one wherever it stands. */
import { expect, it } from 'vitest';
import { replayArguments } from '../../scripts/start-arguments.mjs';

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

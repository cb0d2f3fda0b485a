/** `isotherm replay` with one memory for all functions: figures, names and messages. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { underMemoryCaps } from '../../ts/core/decide/index.js';
import { replayAsync } from '../../ts/core/dist/evaluate/index.js';
import { replay, replayUsage } from '../../ts/core/evaluate/index.js';
import { bytesSource, readTrace } from '../../ts/core/trace/index.js';
import { Workplace } from './cli-replay-run.js';

const SCHEMA = new URL('../../ts/core/evaluate/report.schema.json', import.meta.url);

let place: Workplace;

beforeAll(() => {
  place = new Workplace();
  // `big` does not fit beside a busy `small`; later both are idle, and `big` takes the memory of both.
  place.calls('calls.csv', [
    ['small', 0, 1000, 512],
    ['big', 500, 1000, 1024],
    ['other', 700, 1000, 256],
    ['big', 9000, 1000, 1024],
    ['small', 60_000, 1000, 512],
  ]);
});

afterAll(() => place.remove());

describe('--memory-cap-gib', { timeout: 60_000 }, () => {
  it('replays faascache and lru under each size, beside policies without a cap', () => {
    const policy = ['--policy', 'fixed-10min,lru,faascache,clairvoyant', '--memory-cap-gib', '1.25,8'];
    const { code, stdout } = place.isotherm('replay', 'calls.csv', ...policy, '--json', '-');
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    const validate = new Ajv2020().compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
    expect(validate(found), JSON.stringify(validate.errors)).toBe(true);
    const capped = ['lru@1.25GiB', 'lru@8GiB', 'faascache@1.25GiB', 'faascache@8GiB'];
    expect(Object.keys(found.policies)).toEqual(['fixed-10min', ...capped, 'clairvoyant']);
    // 1280 MiB. At 0.5 s `small` is busy with 512: 1024 more do not fit. At 9 s `small` (idle since 2 s) and `other` (since
    // 2.7 s) leave 512 free: `small` goes, and 1024 are free. At 60 s `small` needs 512: `other` goes, then `big`, idle since 11 s.
    const idleMs = { small: 7000 + (120_000 - 62_000), other: 60_000 - 2700, big: 60_000 - 11_000 };
    const idleGbS = (idleMs.small * 0.5 + idleMs.other * 0.25 + idleMs.big) / 1000;
    expect(found.policies['lru@1.25GiB']).toMatchObject({
      kind: 'capped',
      calls: 5,
      coldStarts: 4,
      preWarms: 0,
      idleGbS: expect.closeTo(idleGbS, 9),
      // Four calls of a second and four starts: two of `small`, one each of the others.
      busyGbS: expect.closeTo(2 * (2 * 0.5 + 1 + 0.25), 9),
      memoryCap: { dropped: 1, evictions: 3 },
    });
    expect(found.policies['lru@8GiB'].memoryCap).toEqual({ dropped: 0, evictions: 0 });
    expect(found.policies['fixed-10min'].memoryCap).toBeUndefined();
  });

  it('says in the table and the report which calls were dropped', () => {
    const { code, stdout } = place.isotherm(
      'replay',
      'calls.csv',
      '--policy',
      'fixed-10min,lru',
      '--memory-cap-gib',
      '1.25',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('all functions on one memory');
    const sentence = 'Dropped for want of memory, and in no figure: lru@1.25GiB 1 call.';
    expect(stdout).toContain(sentence);
    const html = readFileSync(place.path('isotherm-report.html'), 'utf8');
    expect(html).toContain('idle instances go to make room');
    expect(html.replaceAll(/<[^>]*>|\u00a0/g, '')).toContain(sentence);
  });

  it('takes a cap in the name, also of windows, in MiB and GiB', () => {
    const names = 'faascache@1280MiB,fixed-1min@1.25GiB,infinite@1.25GiB,lru@1.25GiB';
    const { stdout } = place.isotherm('replay', 'calls.csv', '--policy', names, '--json', '-');
    const { policies } = JSON.parse(stdout);
    expect(Object.keys(policies)).toEqual(names.split(','));
    const { kind: _, ...lru } = policies['lru@1.25GiB'];
    expect(policies['infinite@1.25GiB']).toMatchObject(lru);
    expect(policies['fixed-1min@1.25GiB'].memoryCap.dropped).toBe(1);
  });

  it.each([
    [['--policy', 'lru'], "'lru' needs the memory that it has: lru@8GiB"],
    [['--policy', 'spes@8GiB'], "'spes' knows no memory cap"],
    [['--policy', 'lru@8GB'], "there is no policy 'lru@8GB'"],
    [['--policy', 'fixed-1min', '--memory-cap-gib', '8'], '--memory-cap-gib is for faascache and lru: name one'],
    [['--policy', 'lru', '--memory-cap-gib', '8,x'], 'expected sizes in GiB'],
    [['--policy', 'lru', '--memory-cap-gib', ''], 'expected sizes in GiB'],
    [['--policy', 'lru', '--memory-cap-gib', '-1'], 'expected sizes in GiB'],
  ])('%j is refused', (options, sentence) => {
    const { code, stderr } = place.isotherm('replay', 'calls.csv', ...options, '--no-html');
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });

  it('adds both to what is replayed by default', () => {
    const { stdout } = place.isotherm('replay', 'calls.csv', '--memory-cap-gib', '2', '--json', '-');
    expect(Object.keys(JSON.parse(stdout).policies)).toEqual(
      expect.arrayContaining(['fixed-10min', 'clairvoyant', 'faascache@2GiB', 'lru@2GiB']),
    );
    expect(underMemoryCaps(['lru', 'infinite'], [1, 2])).toEqual(['lru@1GiB', 'lru@2GiB', 'infinite']);
  });
});

it('uses nothing for calls that were dropped', async () => {
  const csv = readFileSync(place.path('calls.csv'));
  const { trace } = await readTrace(bytesSource('calls.csv', csv));
  const result = replay(trace, { policies: ['lru@1.25GiB', 'lru@8GiB'] });
  const big = trace.functions.keys.indexOf('big');
  const calls = (name: string) =>
    replayUsage(result, trace, name)[big]!.calls.reduce((sum, group) => sum + group.calls, 0);
  expect(calls('lru@8GiB')).toBe(2);
  expect(calls('lru@1.25GiB')).toBe(1);
});

it.each([[['lru@1.25GiB']], [['fixed-1min', 'lru@1.25GiB', 'clairvoyant', 'faascache@2GiB']]])(
  'leaves the event loop free and tells one progress: %j',
  async (policies) => {
    const { trace } = await readTrace(bytesSource('calls.csv', readFileSync(place.path('calls.csv'))));
    const told: number[] = [];
    const found = await replayAsync(trace, { policies }, { onProgress: (done) => told.push(done) });
    const { columns } = replay(trace, { policies });
    expect(found.columns).toEqual(columns);
    expect(Object.keys(found.policies)).toEqual(policies);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(trace.calls);
  },
);

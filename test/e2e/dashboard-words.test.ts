/** Times and names as the dashboard writes them, and which minutes are closed. */
import { describe, expect, test } from 'vitest';
import { closed } from '../../ts/server/dashboard/page.js';
import { endOf, long, moment, shortKey, spaced, term, waited, zone } from '../../ts/server/dashboard/words.js';

const EPOCH = Date.UTC(2026, 0, 5);
const MINUTE_MS = 60_000;

test('a tick is named by its end, as the control plane counts', () => {
  expect(endOf({ epochMs: EPOCH, tickMs: 30_000 }, 0)).toBe(EPOCH);
  expect(moment(endOf({ epochMs: EPOCH, tickMs: 30_000 }, 1101))).toBe('5 Jan, 09:10:30');
});

describe('a minute', () => {
  const calls = [1, 2, 3];
  const recent = {
    ...{ fromMs: EPOCH, stepMs: MINUTE_MS, calls, predicted: calls, coldStarts: calls, comparedColdStarts: calls },
    ...{ warm: calls, busy: calls, desired: calls },
  };
  const closedAt = (tick: number) => closed(recent, endOf({ epochMs: EPOCH, tickMs: 30_000 }, tick)).count;

  test('is closed with its second tick of 30 s, and not with the first', () => {
    expect([closedAt(4), closedAt(5), closedAt(6)]).toEqual([2, 2, 3]);
  });

  test('has its beginning on the axis', () => {
    expect(closed(recent, EPOCH + 2 * MINUTE_MS).times).toEqual([EPOCH, EPOCH + MINUTE_MS]);
  });
});

test('times of a trace have days, others dates', () => {
  expect([moment(93_784_000), zone(93_784_000)]).toEqual(['day 2, 02:03:04', 'time of the trace']);
  expect([moment(EPOCH), zone(EPOCH), moment(null)]).toEqual(['5 Jan, 00:00:00', 'UTC', '–']);
});

test('lengths have the units that say them', () => {
  expect([999, 59_000, 90_000, 5_400_000, 90_000_000, 86_400_000].map(long)).toEqual(
    ['999_ms', '59_s', '1.50_min', '1_h 30_min', '1_d 1_h', '1_d'].map((text) => text.replaceAll('_', '\u00a0')),
  );
  expect([100_000, -600_000, 9_000_000].map(waited)).toEqual(
    ['100_s', '-10.0_min', '2.50_h'].map((text) => text.replaceAll('_', '\u00a0')),
  );
});

test('digests in a key are cut, names are not', () => {
  expect(shortKey('3de215e2aaaaaaaaaaaaaaaaaaaaaaaa/shop-with-a-very-long-name')).toBe(
    '3de215e2/shop-with-a-very-long-name',
  );
});

test('terms are words with a unit', () => {
  expect(['pricePressure', 'idleUsd', 'followersOfAColdStart', 'memoryMiB', 'meanBusyMs'].map(spaced)).toEqual([
    'price pressure',
    'idle',
    'followers of a cold start',
    'memory',
    'mean busy',
  ]);
  expect([term('idleUsd', -0.25), term('memoryMiB', 256), term('meanBusyMs', 90_000)]).toEqual([
    '-$0.250',
    '256\u00a0MiB',
    '1.50\u00a0min',
  ]);
});

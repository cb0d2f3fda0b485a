/** Forecast models of the control plane are fitted in a worker, between ticks: to the bits that a tick would have made. */
import { TrustedForecast } from 'isotherm/forecast';
import { expect, test } from 'vitest';
import type { EventLog } from '../../ts/server/control/event-log.js';
import { Fits } from '../../ts/server/control/fits.js';
import type { ManagedFunction } from '../../ts/server/control/managed-function.js';

const MINUTE_MS = 60_000;

function watched(phase: number): TrustedForecast {
  const trusted = new TrustedForecast({ model: 'arima', phase });
  for (let minute = 0; minute < 480 + phase; minute++) trusted.observeMinute(minute * MINUTE_MS, (minute * 7919) % 31);
  return trusted;
}

const managed = (trusted: TrustedForecast) => ({ control: { trusted } }) as unknown as ManagedFunction;

function fitsTelling(): { fits: Fits; told: string[] } {
  const told: string[] = [];
  const events = { emit: (_kind: string, _key: string | null, words: string) => void told.push(words) };
  return { fits: new Fits(events as unknown as EventLog), told };
}

test('those that are begun, and no other', async () => {
  const { fits, told } = fitsTelling();
  const [begun, alone, early] = [watched(0), watched(0), watched(30)];
  expect(begun.fitTask()!.series.length).toBe(48);
  await fits.make([begun, early].map(managed), new AbortController().signal);
  expect([begun.fitTask(), alone.fitTask()?.series.length, told]).toEqual([undefined, 48, []]);
  expect(early.fitTask()).toBeUndefined();
  for (let minute = 480; minute < 700; minute++) {
    for (const one of [begun, alone]) one.observeMinute(minute * MINUTE_MS, (minute * 7919) % 31);
  }
  expect(Buffer.compare(begun.save(), alone.save())).toBe(0);
});

test('one that cannot be taken keeps none of the others back, and is told once', async () => {
  const { fits, told } = fitsTelling();
  const [first, second, third] = [watched(0), watched(0), watched(0)];
  second.takeFit = () => {
    throw new Error('taken amiss');
  };
  await fits.make([first, second, third].map(managed), new AbortController().signal);
  expect([first, second, third].map((one) => one.fitTask()?.series.length)).toEqual([undefined, 48, undefined]);
  expect(told).toEqual(['forecast models are fitted within ticks: taken amiss']);
  await fits.make([second].map(managed), new AbortController().signal);
  expect(told).toHaveLength(2);
});

test('none is made after the end', async () => {
  const { fits, told } = fitsTelling();
  const begun = watched(0);
  const stop = new AbortController();
  const work = fits.make([managed(begun)], stop.signal);
  stop.abort();
  await work;
  expect([begun.fitTask()!.series.length, told]).toEqual([48, []]);
});

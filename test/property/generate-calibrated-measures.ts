/** Measures a calibrated synthetic fleet by the figures that were published of the real one. */
import { CALLS_OF_TOP_APPS, PUBLISHED, TRIGGERS } from '../../ts/core/trace/calibration.js';
import { generateTrace } from '../../ts/core/trace/generate.js';
import type { CountsTrace } from '../../ts/core/trace/index.js';
import { callsOf, gapVariation, perMinute } from './generate-counts.js';

export interface Measure {
  figure: string;
  published: number;
  measured: number;
  source: string;
}

const share = (values: readonly number[], takes: (value: number) => boolean): number =>
  values.filter(takes).length / values.length;

/** Shares of functions or calls, all in 0..1. */
export function measures(trace: CountsTrace): Measure[] {
  const functions = trace.functions.keys.length;
  const calls = Array.from({ length: functions }, (_, f) => callsOf(trace, f));
  const triggers = trace.functions.trigger;
  const perDay = calls.map((count) => (count * 1440) / trace.minutes);
  const sum = (takes: (f: number) => boolean): number =>
    calls.reduce((total, count, f) => (takes(f) ? total + count : total), 0) / trace.calls;
  const timers = perDay.filter((_, f) => triggers[f] === 'timer');
  const seconds = [...trace.functions.durationMs].map((ms) => ms / 1000);
  const memory = [...trace.functions.memoryMiB];
  const rows: Measure[] = [];
  const row = (figure: string, published: number, measured: number, source: string): void => {
    rows.push({ figure, published, measured, source });
  };
  const text = (figure: string, key: keyof typeof PUBLISHED, measured: number): void =>
    row(figure, PUBLISHED[key].value, measured, PUBLISHED[key].source);

  text(
    'functions called at most once an hour',
    'appsAtMostHourly',
    share(perDay, (day) => day <= 24),
  );
  text(
    'functions called at most once a minute',
    'appsAtMostMinutely',
    share(perDay, (day) => day <= 1440),
  );
  text(
    'calls of the functions above that',
    'callsOfBusyApps',
    sum((f) => perDay[f]! > 1440),
  );
  const ranked = [...calls].sort((a, b) => b - a);
  for (const { top, calls: published } of CALLS_OF_TOP_APPS) {
    const most = ranked.slice(0, Math.round(top * functions));
    if (most.length < 5) continue;
    const measured = most.reduce((total, count) => total + count, 0) / trace.calls;
    row(`calls of the top ${top * 100} % of functions`, published, measured, 'Notebook, figure 5(b)');
  }
  for (const { trigger, functions: ofFunctions } of TRIGGERS) {
    row(
      `functions by ${trigger}`,
      ofFunctions,
      share([...triggers.keys()], (f) => triggers[f] === trigger),
      'Paper, figure 2',
    );
  }
  text(
    'timers called at most once a minute',
    'timersAtMostMinutely',
    share(timers, (day) => day <= 1440.5),
  );

  const variation = calls.map((_, f) => gapVariation(trace, f));
  const known = (takes: (f: number) => boolean): number[] => variation.filter((cv, f) => !Number.isNaN(cv) && takes(f));
  const figure6 = (of: string, takes: (f: number) => boolean, points: readonly [number, number][]): void => {
    const values = known(takes);
    for (const [at, published] of points) {
      const measured = share(values, (cv) => cv <= at + 0.005);
      row(`${of}: variation of gaps at most ${at}`, published, measured, 'Notebook, figure 6');
    }
  };
  figure6('timers', (f) => triggers[f] === 'timer', [
    [0, 0.46],
    [0.5, 0.85],
    [1, 0.935],
    [2, 0.98],
  ]);
  figure6('others', (f) => triggers[f] !== 'timer', [
    [0, 0.11],
    [0.5, 0.23],
    [1, 0.345],
    [2, 0.55],
    [4, 0.765],
    [10, 0.915],
  ]);
  text(
    'all: variation of gaps above 1',
    'appsWithVariationAbove1',
    share(
      known(() => true),
      (cv) => cv > 1,
    ),
  );

  text(
    'mean duration below 1 s',
    'durationsBelow1s',
    share(seconds, (s) => s < 1),
  );
  text(
    'mean duration below 60 s',
    'durationsBelow60s',
    share(seconds, (s) => s < 60),
  );
  for (const [megabytes, published] of [
    [120, 0.27],
    [170, 0.63],
    [400, 0.965],
  ] as const) {
    row(
      `memory at most ${megabytes} MB`,
      published,
      share(memory, (mb) => mb <= megabytes),
      'Notebook, figure 8, average',
    );
  }
  return rows;
}

/**
 * Shares of calls by trigger: of one fleet they are a matter of luck, as a handful of functions make most calls; so the mean over
 * fleets, an hour each.
 */
export function callsByTrigger(fleets: number, functions: number): Measure[] {
  const shares = new Map<string, number>();
  for (let seed = 0; seed < fleets; seed++) {
    const trace = generateTrace({ pattern: 'calibrated', functions, days: 1 / 24, seed });
    for (let f = 0; f < functions; f++) {
      const trigger = trace.functions.trigger[f]!;
      shares.set(trigger, (shares.get(trigger) ?? 0) + callsOf(trace, f) / trace.calls / fleets);
    }
  }
  return TRIGGERS.map(({ trigger, calls }) => {
    const figure = `calls by ${trigger}, mean of ${fleets} fleets`;
    return { figure, published: calls, measured: shares.get(trigger) ?? 0, source: 'Paper, figure 2' };
  });
}

/** Calls of the whole fleet by hour. */
export function hourly(trace: CountsTrace): Float64Array {
  const hours = new Float64Array(Math.floor(trace.minutes / 60));
  for (let f = 0; f < trace.functions.keys.length; f++) {
    const counts = perMinute(trace, f);
    for (let minute = 0; minute < counts.length; minute++) hours[Math.floor(minute / 60)]! += counts[minute]!;
  }
  return hours;
}

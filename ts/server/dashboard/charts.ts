/** The live charts that more than one page shows. */
import { count, counted, percent, threeDigits } from '../../core/decide/figures.js';
import { ERRORS_OF_AN_INTERVAL } from '../../core/forecast/conformal.js';
import type { Forecast } from '../api/schemas/decisions.js';
import type { Recent, Savings } from '../api/schemas/figures.js';
import { TimeChart } from './chart.js';
import { AGAINST_NAMES } from './ledger.js';
import { closed } from './page.js';

type Values = (number | null)[];

const sum = (values: Values): number => values.reduce<number>((all, value) => all + (value ?? 0), 0);

const running = (values: Values): Values => {
  let all = 0;
  return values.map((value) => {
    all += value ?? 0;
    return all;
  });
};

export const callsChart = (height?: number) =>
  new TimeChart({
    unit: 'calls per minute',
    lines: [
      { label: 'actual', color: '--ink' },
      { label: 'forecast', color: '--accent', dash: [5, 4] },
    ],
    ...(height === undefined ? {} : { height }),
  });

export function showCalls(chart: TimeChart, recent: Recent, untilMs: number | null): void {
  const { times, count: steps } = closed(recent, untilMs);
  const calls = recent.calls.slice(0, steps);
  const forecast = recent.predicted.slice(0, steps);
  // Minutes that were not forecast yet are no part of the comparison.
  const both = forecast.flatMap((value, i) => (value === null || calls[i] == null ? [] : [i]));
  const actual = mean(both.length === 0 ? calls : both.map((i) => calls[i]!));
  const beside = both.length === 0 ? '' : `, ${threeDigits(mean(both.map((i) => forecast[i]!)))} were forecast`;
  chart.show({
    title:
      steps === 0
        ? 'No minute has closed yet'
        : Number.isNaN(actual)
          ? 'No calls are known: there are no data'
          : `${threeDigits(actual)} actual calls a minute${beside}`,
    summary: `Lines over the last ${counted(steps, 'minute')}.`,
    times,
    values: [calls, forecast],
  });
}

function mean(values: Values): number {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? Number.NaN : sum(known) / known.length;
}

/** A last point where the last step ends, so that it has a width. */
const ended = (values: Values): Values => (values.length === 0 ? values : [...values, values.at(-1)!]);
const endedTimes = (times: number[], { stepMs }: Recent): number[] =>
  times.length === 0 ? times : [...times, times.at(-1)! + stepMs];

/** Calls of the past, then the forecast by blocks of ten minutes with its interval. */
export const fanChart = () =>
  new TimeChart({
    unit: 'calls per minute',
    height: 240,
    lines: [
      { label: 'upper bound', color: '--accent', isBound: true },
      { label: 'lower bound', color: '--accent', isBound: true },
      { label: 'actual', color: '--ink' },
      { label: 'past forecast', color: '--grey-1', width: 1.25 },
      { label: 'forecast', color: '--accent', isStepped: true, width: 2.5 },
    ],
    band: [0, 1],
  });

/** `scored`: blocks that the model has been scored on, whose errors the interval is made of. */
export function showFan(
  chart: TimeChart,
  recent: Recent,
  forecast: Forecast | null,
  untilMs: number | null,
  scored: number,
): void {
  const { times, count: steps } = closed(recent, untilMs);
  const past = Math.min(60, steps);
  const at = times.slice(steps - past);
  const calls: Values = recent.calls.slice(steps - past, steps);
  const was: Values = recent.predicted.slice(steps - past, steps);
  const next: { ms: number; calls: number; lower?: number; upper?: number }[] = [];
  if (forecast !== null) {
    const { blocks } = forecast;
    const minutes = blocks.durationMs / 60_000;
    for (const [i, all] of blocks.calls.entries()) {
      const [lower, upper] = [blocks.lower[i]! / minutes, blocks.upper[i]! / minutes];
      // One error is no range.
      const interval = scored < 2 ? {} : { lower, upper };
      next.push({ ms: blocks.fromMs + i * blocks.durationMs, calls: all / minutes, ...interval });
    }
    // A step ends where the next begins; the last one at the horizon.
    const end = next.at(-1);
    if (end !== undefined) next.push({ ...end, ms: end.ms + blocks.durationMs });
  }
  const all = [...new Set([...at, ...next.map(({ ms }) => ms)])].sort((a, b) => a - b);
  const before = new Map(at.map((ms, i) => [ms, i]));
  const after = new Map(next.map((point) => [point.ms, point]));
  const pick = (name: 'calls' | 'lower' | 'upper'): Values => all.map((ms) => after.get(ms)?.[name] ?? null);
  const first = next[0];
  chart.show({
    title:
      first === undefined || forecast === null
        ? 'There is no forecast yet'
        : `${threeDigits(first.calls)} calls a minute are forecast next${intervalWords(first, scored)}`,
    summary: forecast === null ? '' : `By ${forecast.model}, in blocks of ten minutes.`,
    times: all,
    values: [
      pick('upper'),
      pick('lower'),
      all.map((ms) => calls[before.get(ms) ?? -1] ?? null),
      all.map((ms) => was[before.get(ms) ?? -1] ?? null),
      pick('calls'),
    ],
    ...(first === undefined ? {} : { nowMs: first.ms }),
  });
}

function intervalWords({ lower, upper }: { lower?: number; upper?: number }, scored: number): string {
  if (lower === undefined || upper === undefined) return '';
  const range = `${threeDigits(lower)} to ${threeDigits(upper)}`;
  return scored < ERRORS_OF_AN_INTERVAL ? `: ${range} by the last ${scored} errors` : `: ${range} at 90 %`;
}

export const coldChart = () =>
  new TimeChart({
    unit: 'cold starts, added up',
    isWhole: true,
    lines: [
      { label: 'compared', color: '--grey-1', isStepped: true },
      { label: 'Isotherm', color: '--accent', isStepped: true, width: 2.5 },
    ],
  });

/** With the minute that is being filled: sums do not fall in it, and agree with those above. */
export function showCold(chart: TimeChart, recent: Recent, { against }: Savings): void {
  const { times, count: steps } = closed(recent, null);
  const { coldStarts: ours, comparedColdStarts: theirs } = recent;
  const [a, b] = [sum(ours), sum(theirs)];
  const than = a < b ? 'fewer than' : a > b ? 'more than' : 'as many as';
  const by = a === b ? '' : `${count(Math.abs(b - a))} `;
  chart.show({
    title:
      steps === 0
        ? 'No tick has closed yet'
        : `${counted(a, 'cold start')} in ${counted(steps, 'minute')}, ${by}${than} ${AGAINST_NAMES[against]}`,
    summary: `Added up over the window: Isotherm ${count(a)}, compared ${count(b)}.`,
    names: [AGAINST_NAMES[against], 'Isotherm'],
    times: endedTimes(times, recent),
    values: [running(theirs), running(ours)].map(ended),
  });
}

export const poolChart = (height?: number) =>
  new TimeChart({
    unit: 'instances at the ends of ticks, the most in each minute',
    isWhole: true,
    lines: [
      { label: 'warm', color: '--accent', isStepped: true, isFilled: true },
      { label: 'desired', color: '--ink', isStepped: true, dash: [3, 3], width: 1.25 },
      { label: 'busy', color: '--hue-1', isStepped: true, width: 2 },
    ],
    ...(height === undefined ? {} : { height }),
  });

export function showPool(chart: TimeChart, recent: Recent, untilMs: number | null): void {
  const { times, count: steps } = closed(recent, untilMs);
  const warm = recent.warm.slice(0, steps);
  const busy = recent.busy.slice(0, steps);
  chart.show({
    title: steps === 0 ? 'No minute has closed yet' : poolWords(warm, busy),
    summary: `The most at the ends of ticks in each of ${counted(steps, 'minute')}; last ${count(warm.at(-1) ?? 0)} warm, ${count(busy.at(-1) ?? 0)} busy.`,
    times: endedTimes(times, recent),
    values: [warm, recent.desired.slice(0, steps), busy].map(ended),
  });
}

/** Of calls that begin and end within a tick, no end of a tick sees anything. */
function poolWords(warm: Values, busy: Values): string {
  const most = warm.reduce<number>((all, value) => Math.max(all, value ?? 0), 0);
  if (most === 0) return 'Nothing was warm at the ends of ticks';
  const atOnce = `Up to ${counted(most, 'instance')} ${most === 1 ? 'was' : 'were'} warm at the ends of ticks`;
  const share = sum(busy) / sum(warm);
  return share === 0 ? atOnce : `${atOnce}, about ${percent(share)} of the warm ones busy`;
}

/** What the HTML page carries: only what it draws, thinned to what a screen can show, so that it stays small for any fleet. */
import type { PolicyKind } from '../decide/index.js';
import { IsothermError } from '../kernels/error.js';
import type { FunctionTimeline, PolicyTotals, ReplayResult } from './report-model.js';
import { BASELINE, BOUND, cheapestRunnable, standings } from './standings.js';

export interface PagePolicy {
  name: string;
  kind: PolicyKind;
  totals: PolicyTotals;
}

/** One of the functions that lose most under a policy. */
export interface RegretRow {
  /** Position in `PageData.functions`. */
  function: number;
  /** Objective minus clairvoyant's. */
  regretUsd: number;
  objectiveUsd: number;
  coldStarts: number;
  boundColdStarts: number;
}

export interface PolicyRegret {
  /** Sum over the functions that lose. */
  totalUsd: number;
  losingFunctions: number;
  /** The fewest functions that together hold 80 % of `totalUsd`. */
  holdFourFifths: number;
  /** The worst first, at most 50. */
  worst: RegretRow[];
}

export interface PageTimeline {
  /** Position in `PageData.functions`. */
  function: number;
  /** Minutes that one step covers. */
  stepMinutes: number;
  steps: number;
  /** Mean calls a minute, as runs of `[value, steps]`. */
  calls: number[];
  /** Mean instances up by policy name, as runs of `[value, steps]`. */
  warm: Record<string, number[]>;
}

export interface PageData {
  minutes: number;
  policies: PagePolicy[];
  /** The policy that the page is about, and the one it is compared with. */
  subject: string;
  reference: string;
  /** Cold-start rate at evenly spaced quantiles of the functions with calls, ascending, by policy name. */
  coldRates: Record<string, number[]>;
  calledFunctions: number;
  /** By policy name; absent when `clairvoyant` was not replayed. */
  regret?: Record<string, PolicyRegret>;
  functions: { key: string; calls: number }[];
  timelines: PageTimeline[];
}

const QUANTILE_POINTS = 500;
const WORST_FUNCTIONS = 50;
/** Characters that all timelines together may take. */
const TIMELINE_BUDGET = 450_000;
const FINEST_STEPS = 720;
const COARSEST_STEPS = 90;

/**
 * Thins a replay to what the page shows; `UNKNOWN_FUNCTION` for a timeline of none of its functions.
 * O(policies x functions x log functions).
 */
export function pageData(result: ReplayResult, timelines: readonly FunctionTimeline[]): PageData {
  const all = standings(result);
  const reference = result.policies[BASELINE] === undefined ? cheapestRunnable(all)?.name : BASELINE;
  const first = all[0]?.name ?? '';
  const { position, functions } = functionIndex(result);
  const regret = result.columns[BOUND] === undefined ? undefined : allRegrets(result, position);
  const { coldRates, calledFunctions } = coldRateCurves(result);
  return {
    minutes: result.trace.minutes,
    policies: all.map(({ name, kind, totals }) => ({ name, kind, totals })),
    subject: cheapestRunnable(all)?.name ?? first,
    reference: reference ?? first,
    coldRates,
    calledFunctions,
    ...(regret === undefined ? {} : { regret }),
    timelines: thinTimelines(timelines, (key) => {
      const f = result.functionKeys.indexOf(key);
      if (f < 0)
        throw new IsothermError('UNKNOWN_FUNCTION', `the timeline of ${key} belongs to no function of the replay`);
      return position(f);
    }),
    functions,
  };
}

/**
 * The functions whose timelines a report wants: those that lose most under the baseline and under the cheapest policy,
 * then the busiest, of those with at most `mostCalls` calls; positions in `result.functionKeys`.
 */
export function timelineFunctions(result: ReplayResult, atMost = 20, mostCalls = Number.POSITIVE_INFINITY): number[] {
  const suits = (f: number): boolean => result.functionCalls[f]! <= mostCalls;
  const chosen = new Set<number>();
  const subject = cheapestRunnable(standings(result))?.name;
  for (const name of [BASELINE, subject]) {
    const own = name === undefined ? undefined : result.columns[name];
    const bound = result.columns[BOUND];
    if (own === undefined || bound === undefined) continue;
    for (const f of ranked(own.objectiveUsd.length, (i) => own.objectiveUsd[i]! - bound.objectiveUsd[i]!)) {
      if (chosen.size >= atMost * 0.6) break;
      if (suits(f)) chosen.add(f);
    }
  }
  for (const f of ranked(result.functionKeys.length, (i) => result.functionCalls[i]!)) {
    if (chosen.size >= atMost) break;
    if (suits(f)) chosen.add(f);
  }
  return [...chosen];
}

function ranked(length: number, value: (index: number) => number): number[] {
  return Array.from({ length }, (_, index) => index).sort((a, b) => value(b) - value(a) || a - b);
}

/** Gives each function that the page mentions a place in its table, in the order of first mention. */
function functionIndex(result: ReplayResult) {
  const functions: PageData['functions'] = [];
  const places = new Map<number, number>();
  const position = (f: number): number => {
    let place = places.get(f);
    if (place === undefined) {
      place = functions.length;
      places.set(f, place);
      functions.push({ key: result.functionKeys[f]!, calls: result.functionCalls[f]! });
    }
    return place;
  };
  return { functions, position };
}

function coldRateCurves(result: ReplayResult): Pick<PageData, 'coldRates' | 'calledFunctions'> {
  const called: number[] = [];
  for (let f = 0; f < result.functionCalls.length; f++) if (result.functionCalls[f]! > 0) called.push(f);
  const points = Math.min(called.length, QUANTILE_POINTS);
  const coldRates: Record<string, number[]> = {};
  for (const [name, { coldStarts }] of Object.entries(result.columns)) {
    const rates = Float64Array.from(called, (f) => coldStarts[f]! / result.functionCalls[f]!).sort();
    coldRates[name] = Array.from({ length: points }, (_, i) =>
      digits(quantile(rates, points === 1 ? 0.5 : i / (points - 1)), 5),
    );
  }
  return { coldRates, calledFunctions: called.length };
}

/** Linear between order statistics. */
function quantile(ascending: Float64Array, share: number): number {
  const at = share * (ascending.length - 1);
  const below = Math.floor(at);
  const low = ascending[below]!;
  const high = ascending[Math.min(below + 1, ascending.length - 1)]!;
  return low + (high - low) * (at - below);
}

function allRegrets(result: ReplayResult, position: (f: number) => number): Record<string, PolicyRegret> {
  const bound = result.columns[BOUND]!;
  const regrets: Record<string, PolicyRegret> = {};
  for (const [name, own] of Object.entries(result.columns)) {
    if (name === BOUND) continue;
    const regret = own.objectiveUsd.map((usd, f) => usd - bound.objectiveUsd[f]!);
    const losing = ranked(regret.length, (f) => regret[f]!).filter((f) => regret[f]! > 0);
    const totalUsd = losing.reduce((sum, f) => sum + regret[f]!, 0);
    let held = 0;
    let holdFourFifths = 0;
    while (holdFourFifths < losing.length && held < 0.8 * totalUsd) held += regret[losing[holdFourFifths++]!]!;
    regrets[name] = {
      totalUsd,
      losingFunctions: losing.length,
      holdFourFifths,
      worst: losing.slice(0, WORST_FUNCTIONS).map((f) => ({
        function: position(f),
        regretUsd: digits(regret[f]!, 6),
        objectiveUsd: digits(own.objectiveUsd[f]!, 6),
        coldStarts: own.coldStarts[f]!,
        boundColdStarts: bound.coldStarts[f]!,
      })),
    };
  }
  return regrets;
}

/** All timelines in the finest steps that fit the budget together. */
function thinTimelines(timelines: readonly FunctionTimeline[], position: (key: string) => number): PageTimeline[] {
  for (let steps = FINEST_STEPS; ; steps /= 2) {
    const thinned = timelines.map((timeline) => thinTimeline(timeline, position(timeline.functionKey), steps));
    if (steps <= COARSEST_STEPS || JSON.stringify(thinned).length <= TIMELINE_BUDGET) return thinned;
  }
}

function thinTimeline(timeline: FunctionTimeline, place: number, atMostSteps: number): PageTimeline {
  const { minutes, stepMinutes: own } = timeline;
  // A step of the page is several of the timeline's.
  const width = Math.max(1, Math.ceil(Math.ceil(minutes / own) / atMostSteps));
  const stepMinutes = own * width;
  const steps = Math.ceil(minutes / stepMinutes);
  /** `perMinute` where the series counts over its steps rather than being their mean. */
  const runs = (series: ArrayLike<number>, perMinute: boolean): number[] => {
    const out: number[] = [];
    for (let step = 0; step < steps; step++) {
      const to = Math.min((step + 1) * width, series.length);
      let sum = 0;
      let covered = 0;
      for (let i = step * width; i < to; i++) {
        const length = Math.min((i + 1) * own, minutes) - i * own;
        sum += perMinute ? series[i]! : series[i]! * length;
        covered += length;
      }
      const mean = digits(sum / covered, 3);
      if (out.length > 0 && out[out.length - 2] === mean) out[out.length - 1]!++;
      else out.push(mean, 1);
    }
    return out;
  };
  const warm = Object.fromEntries(Object.entries(timeline.warm).map(([name, series]) => [name, runs(series, false)]));
  return { function: place, stepMinutes, steps, calls: runs(timeline.calls, true), warm };
}

function digits(value: number, significant: number): number {
  return Number(value.toPrecision(significant));
}

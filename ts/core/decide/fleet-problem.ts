/** A fleet's windows under one budget or one target, as the multiple-choice knapsack takes it. */
import { IsothermError } from '../kernels/error.js';
import { float64 } from '../kernels/keepalive.js';
import type { ChoiceColumns } from '../kernels/multiple-choice.js';

/** What each of some windows came to for each function of a fleet. */
export interface WindowChoices {
  functionKeys: readonly string[];
  /** `[functions]`. */
  calls: Float64Array;
  /** Windows to choose from, ms: `[windows]`. */
  windowsMs: Float64Array;
  /** Idle memory, GB-s: `[functions, windows]`. */
  idleGbS: Float64Array;
  /** `[functions, windows]`. */
  coldStarts: Float64Array;
}

/** A number for all functions, or one each. */
export type PerFunction = number | Float64Array | readonly number[];

/**
 * Either a budget, with which there shall be as few cold starts as can be: idle memory itself, or what it costs in dollars or in
 * carbon. Or a target, the share of all calls that may be cold, to be met with as little idle memory (dollars, carbon) as can be.
 */
export type FleetGoal =
  | { idleGbS: number }
  | { idleUsd: number; usdPerGbS: PerFunction }
  | { carbonGco2e: number; gco2ePerGbS: PerFunction }
  | { coldStartRate: number }
  | { coldStartRate: number; usdPerGbS: PerFunction }
  | { coldStartRate: number; gco2ePerGbS: PerFunction };

export interface FleetOptions {
  /** How much a cold start of a function counts beside others'; 1 when left out. A target is then a share of the weighted calls. */
  coldStartWeight?: PerFunction;
  /** The share of its own calls that may be cold, by function, 0 to 1. */
  maxColdStartRate?: PerFunction;
  /** The idle memory that a function may take, GB-s. */
  maxIdleGbS?: PerFunction;
  /**
   * Chooses as if every function had had this many calls more, like those of the fleet's average function: few calls say little
   * about the next ones, and none say nothing. 0 when left out. The goal is held by the calls that there were; caps count these too.
   */
  priorCalls?: number;
}

/** A share that is met exactly stays met when it is multiplied. */
const ROUNDING = 1 + 4 * Number.EPSILON;

/**
 * The problem behind `fleetWindows` as `solveMultipleChoice` and `MultipleChoiceSolver` take it: a function's choices are the windows in their order.
 *
 * Errors: `INFEASIBLE` where no window of a function is within its caps, with the `nearest` cold-start rate (or idle memory); `BAD_LENGTH`, `NOT_FINITE`,
 * `OUT_OF_RANGE`. Complexity: O(functions x windows).
 *
 * @example
 * const choices = { functionKeys: ['f'], calls: Float64Array.of(10), windowsMs: Float64Array.of(0, 60_000),
 *   idleGbS: Float64Array.of(0, 5), coldStarts: Float64Array.of(10, 1) };
 * fleetProblem(choices, { idleUsd: 3, usdPerGbS: 2 }).resource; // [0, 10]
 */
export function fleetProblem(
  choices: WindowChoices,
  goal: FleetGoal,
  options: FleetOptions = {},
): ChoiceColumns & { limit: number } {
  const { calls, windowsMs, idleGbS, coldStarts } = choices;
  const functions = calls.length;
  const windows = windowsMs.length;
  checkShapes(choices);
  const byIdle = perFunction('the price of a GB-s', idlePrice(goal), functions);
  const byColdStart = perFunction('coldStartWeight', options.coldStartWeight ?? 1, functions);
  const maxRate = perFunction('maxColdStartRate', options.maxColdStartRate ?? Number.POSITIVE_INFINITY, functions);
  const maxIdle = perFunction('maxIdleGbS', options.maxIdleGbS ?? Number.POSITIVE_INFINITY, functions);
  checkCaps(choices, maxRate, maxIdle);
  const weighted = (column: Float64Array, weights: Float64Array) =>
    column.map((value, i) => value * weights[Math.floor(i / windows)]!);
  const cap = (most: number, weight: number) => (most === Number.POSITIVE_INFINITY ? most : most * weight);
  const idle = weighted(idleGbS, byIdle);
  const cold = weighted(coldStarts, byColdStart);
  const maxIdleWeighted = maxIdle.map((gbS, f) => cap(gbS, byIdle[f]!));
  const maxCold = maxRate.map((rate, f) => cap(rate, calls[f]! * byColdStart[f]! * ROUNDING));
  const offsets = Float64Array.from({ length: functions + 1 }, (_, f) => f * windows);
  if (!('coldStartRate' in goal)) {
    return {
      offsets,
      cost: cold,
      resource: idle,
      maxCost: maxCold,
      maxResource: maxIdleWeighted,
      limit: budgetOf(goal),
    };
  }
  const limit = goal.coldStartRate * weightedCalls(choices, options) * ROUNDING;
  return { offsets, cost: idle, resource: cold, maxCost: maxIdleWeighted, maxResource: maxCold, limit };
}

/** What a cold-start rate is a share of. */
export function weightedCalls({ calls }: WindowChoices, { coldStartWeight = 1 }: FleetOptions): number {
  const weights = perFunction('coldStartWeight', coldStartWeight, calls.length);
  return calls.reduce((sum, count, f) => sum + count * weights[f]!, 0);
}

/** The budget in its own unit. */
function budgetOf(goal: Exclude<FleetGoal, { coldStartRate: number }>): number {
  if ('idleGbS' in goal) return goal.idleGbS;
  return 'idleUsd' in goal ? goal.idleUsd : goal.carbonGco2e;
}

function idlePrice(goal: FleetGoal): PerFunction {
  if ('usdPerGbS' in goal) return goal.usdPerGbS;
  return 'gco2ePerGbS' in goal ? goal.gco2ePerGbS : 1;
}

function perFunction(name: string, given: PerFunction, functions: number): Float64Array {
  const column = typeof given === 'number' ? new Float64Array(functions).fill(given) : float64(given);
  if (column.length !== functions) {
    throw new IsothermError('BAD_LENGTH', `${name} has length ${column.length}, expected ${functions}`);
  }
  // NaN fails as well.
  const bad = column.findIndex((value) => !(value >= 0));
  if (bad >= 0) throw new IsothermError('OUT_OF_RANGE', `${name} is ${column[bad]}, expected at least 0`);
  return column;
}

function checkShapes({ functionKeys, calls, windowsMs, idleGbS, coldStarts }: WindowChoices): void {
  const all = calls.length * windowsMs.length;
  for (const [name, length, expected] of [
    ['functionKeys', functionKeys.length, calls.length],
    ['idleGbS', idleGbS.length, all],
    ['coldStarts', coldStarts.length, all],
  ] as const) {
    if (length !== expected)
      throw new IsothermError('BAD_LENGTH', `${name} has length ${length}, expected ${expected}`);
  }
}

/** Errors: `INFEASIBLE` for the first function without a window within its caps. */
function checkCaps(
  { functionKeys, calls, windowsMs, idleGbS, coldStarts }: WindowChoices,
  maxRate: Float64Array,
  maxIdle: Float64Array,
): void {
  const windows = windowsMs.length;
  for (let f = 0; f < calls.length; f++) {
    if (maxRate[f] === Number.POSITIVE_INFINITY && maxIdle[f] === Number.POSITIVE_INFINITY) continue;
    let leastIdle = Number.POSITIVE_INFINITY;
    let leastCold = Number.POSITIVE_INFINITY;
    for (let i = f * windows; i < (f + 1) * windows; i++) {
      leastIdle = Math.min(leastIdle, idleGbS[i]!);
      if (idleGbS[i]! <= maxIdle[f]!) leastCold = Math.min(leastCold, coldStarts[i]!);
    }
    if (leastCold <= maxRate[f]! * calls[f]! * ROUNDING) continue;
    const byRate = leastCold < Number.POSITIVE_INFINITY;
    const nearest = byRate ? leastCold / calls[f]! : leastIdle;
    const found = byRate ? `its least cold-start rate is ${nearest}` : `it idles ${nearest} GB-s at least`;
    const caps = `maxColdStartRate ${maxRate[f]} and maxIdleGbS ${maxIdle[f]}`;
    throw new IsothermError('INFEASIBLE', `no window of '${functionKeys[f]}' meets ${caps}: ${found}`, { nearest });
  }
}

/** One choice per function at the least cost in sum, with a limit on a resource in sum: the multiple-choice knapsack. */
import { kernels, translated } from './backend.js';
import type { MultipleChoiceHandle, MultipleChoiceKernels } from './contract.js';
import { IsothermError } from './error.js';
import { float64, type Numbers } from './keepalive.js';
import { allowsResource, type Choices, checkChoices, withoutChoice } from './pure/multiple-choice/choices.js';

/** What each of many functions may choose from. */
export interface ChoiceColumns {
  /** Function `f` has the choices `offsets[f]..offsets[f + 1]`, one at least: `[functions + 1]`, whole, ascending, from 0. */
  offsets: Numbers;
  /** What each choice costs: 0 or 1e-100 to 1e100. */
  cost: Numbers;
  /** What each choice needs of the resource: 0 or 1e-100 to 1e100. */
  resource: Numbers;
  /** Choices that cost more are left out: one number for all functions, or `[functions]`; infinity, or left out: no cap. */
  maxCost?: number | Numbers;
  /** Choices that need more are left out; as `maxCost`. */
  maxResource?: number | Numbers;
}

/** What the chosen ones come to, and how good that is. */
export interface MultipleChoiceTotals {
  /** Sum of the chosen costs. */
  cost: number;
  /** Sum of the chosen resources, at most the limit. */
  resource: number;
  /** What one more unit of the resource would save at the margin: its shadow price. 0 when more of it would save nothing. */
  multiplier: number;
  /** The value of the Lagrangian at the multiplier: no choices within the limit cost less. */
  dualBound: number;
  /** `cost - dualBound`. */
  dualityGap: number;
  /** A bound that takes whole choices into account, at least `dualBound`; equal to `cost` where nothing is cheaper. */
  bound: number;
  /** `cost - bound`. */
  gap: number;
  /** `gap / cost`; 0 for no cost. */
  relativeGap: number;
}

export interface MultipleChoiceSolution extends MultipleChoiceTotals {
  /** `[functions]`: which of its choices each function takes, from 0. */
  choice: Int32Array;
}

export interface MultipleChoiceUpdate extends MultipleChoiceTotals {
  /** Functions whose choice is not that of the last solution, ascending; all of them at first. */
  changed: Uint32Array;
}

/** `[cost, resource, dualBound, bound, multiplier, changed]`. */
export const SUMMARY = 6;

/**
 * Chooses one of its choices for each of many functions, such that the costs sum to as little as can be found while the resources
 * sum to at most `limit`.
 *
 * Exact but for whole choices: the functions' lower convex hulls are walked to the multiplier at which the limit is met, and a
 * bounded search around it looks for choices, off the hulls too, that use what is left. `gap` says how far from the best the
 * answer can be at most (rounding aside, to 1e-12 of the cost): 0 for small fleets as a rule, next to nothing for large ones. To
 * minimise a resource under a limit on cost, swap the columns. All backends give the same bits, on any number of threads.
 *
 * @param problem columns `[choices]` in any order within a function, `offsets: [functions + 1]`, and `limit`, at least 0.
 * @throws IsothermError `INFEASIBLE` where the limit or a function's caps cannot be met, with the `nearest` figure that can;
 * `BAD_LENGTH`, `NOT_FINITE`, `OUT_OF_RANGE`.
 *
 * Complexity: O(choices log(choices of a function) + functions log functions).
 *
 * Source: the hulls and the greedy bound, Sinha and Zoltners, "The multiple-choice knapsack problem", Operations Research 27(3), 1979;
 * selection instead of sorting, Zemel, "An O(n) algorithm for the linear multiple choice knapsack problem", 1984; the search, Pisinger, EJOR 83, 1995.
 *
 * @example
 * // Cold starts (cost) against idle GB-s (resource) of three windows for each of two functions.
 * const fleet = { offsets: [0, 3, 6], cost: [90, 30, 10, 50, 40, 5], resource: [0, 20, 60, 0, 25, 50] };
 * const { choice, cost, resource, multiplier } = solveMultipleChoice({ ...fleet, limit: 70 });
 * [...choice, cost, resource, multiplier]; // [1, 2, 35, 70, 0.5]
 */
export function solveMultipleChoice(problem: ChoiceColumns & { limit: number }): MultipleChoiceSolution {
  const { limit } = problem;
  const choices = choiceArrays(problem);
  const inUse = kernels();
  return translated(() => {
    const handle = inUse.multipleChoiceCreate(choices.offsets.length - 1);
    try {
      setChoices(inUse, handle, 0, choices);
      const summary = new Float64Array(SUMMARY);
      const met = inUse.multipleChoiceSolve(handle, limit, summary);
      return { ...totals(met, limit, summary), choice: inUse.multipleChoiceChoices(handle) };
    } finally {
      handle.close();
    }
  });
}

/**
 * A fleet that stays: change some functions, or the limit, and what moved is solved again, not everything.
 *
 * The answers are those of `solveMultipleChoice` on the same choices, bit for bit, whatever came before. O(choices of it + log functions) to
 * replace a function; a solution then takes O(log functions) for every function that the change moves along its hull, and a search among
 * a bounded number of them (about a millisecond). Close it, or let `using` do so.
 *
 * Errors: as `solveMultipleChoice`; `CLOSED_HANDLE`. A refusal changes nothing.
 *
 * @example
 * using fleet = MultipleChoiceSolver.create({ offsets: [0, 2, 4], cost: [9, 1, 9, 4], resource: [0, 5, 0, 5] });
 * fleet.solve(5).cost; // 10
 * fleet.replace(1, { offsets: [0, 2], cost: [20, 4], resource: [0, 5] });
 * const { cost, changed } = fleet.solve(5);
 * [cost, ...changed]; // [13, 0, 1]
 */
export class MultipleChoiceSolver {
  #kernels: MultipleChoiceKernels;
  #handle: MultipleChoiceHandle;

  private constructor(inUse: MultipleChoiceKernels, handle: MultipleChoiceHandle) {
    this.#kernels = inUse;
    this.#handle = handle;
  }

  /** A fleet of as many functions as the columns have. */
  static create(columns: ChoiceColumns): MultipleChoiceSolver {
    const choices = choiceArrays(columns);
    const inUse = kernels();
    return translated(() => {
      const handle = inUse.multipleChoiceCreate(choices.offsets.length - 1);
      setChoices(inUse, handle, 0, choices);
      return new MultipleChoiceSolver(inUse, handle);
    });
  }

  /** Gives functions `first` and on new choices; as many functions as the columns have. */
  replace(first: number, columns: ChoiceColumns): void {
    const choices = choiceArrays(columns);
    translated(() => setChoices(this.#kernels, this.#handle, first, choices));
  }

  /** The best choices found within a limit. Errors: `INFEASIBLE` with the `nearest` limit, `NOT_FINITE`, `OUT_OF_RANGE`. */
  solve(limit: number): MultipleChoiceUpdate {
    const summary = new Float64Array(SUMMARY);
    const met = translated(() => this.#kernels.multipleChoiceSolve(this.#handle, limit, summary));
    const solved = totals(met, limit, summary);
    return { ...solved, changed: translated(() => this.#kernels.multipleChoiceChanged(this.#handle)) };
  }

  /** `[functions]`: the choice of each in the last solution; -1 before the first. */
  choices(): Int32Array {
    return translated(() => this.#kernels.multipleChoiceChoices(this.#handle));
  }

  /** Frees the fleet; every later call fails with `CLOSED_HANDLE`. */
  close(): void {
    this.#handle.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Columns as the kernels take them, checked as a whole. */
export function choiceArrays(columns: ChoiceColumns): Choices {
  const offsets = float64(columns.offsets);
  const functions = Math.max(0, offsets.length - 1);
  const choices = {
    offsets,
    cost: float64(columns.cost),
    resource: float64(columns.resource),
    maxCost: caps(columns.maxCost, functions),
    maxResource: caps(columns.maxResource, functions),
  };
  try {
    checkChoices(choices);
  } catch (thrown) {
    throw thrown instanceof IsothermError && thrown.code === 'INFEASIBLE' ? outsideCaps(choices, thrown) : thrown;
  }
  return choices;
}

/** Hands a part of checked choices to a backend. */
export function setChoices(
  inUse: MultipleChoiceKernels,
  handle: MultipleChoiceHandle,
  first: number,
  { offsets, cost, resource, maxCost, maxResource }: Choices,
): void {
  inUse.multipleChoiceSet(handle, first, offsets, cost, resource, maxCost, maxResource, 0);
}

/** Errors: `INFEASIBLE` where the limit was not met. */
export function totals(met: boolean, limit: number, summary: Float64Array): MultipleChoiceTotals {
  const [cost, resource, dualBound, bound, multiplier] = summary;
  if (!met) {
    const sentence = `the least resource that the choices need is ${resource}, above the limit of ${limit}`;
    throw new IsothermError('INFEASIBLE', sentence, { nearest: resource });
  }
  const gap = cost - bound;
  return {
    cost,
    resource,
    multiplier,
    dualBound,
    dualityGap: cost - dualBound,
    bound,
    gap,
    relativeGap: cost > 0 ? gap / cost : 0,
  };
}

const NONE = new Float64Array(0);

function caps(cap: number | Numbers | undefined, functions: number): Float64Array {
  if (cap === undefined) return NONE;
  return typeof cap === 'number' ? new Float64Array(functions).fill(cap) : float64(cap);
}

/** The refusal with the nearest figure: the least cost within the cap on the resource, or where nothing is, the least resource. */
function outsideCaps(choices: Choices, cause: IsothermError): IsothermError {
  const f = withoutChoice(choices);
  const own = Array.from({ length: choices.offsets[f + 1] - choices.offsets[f] }, (_, i) => choices.offsets[f] + i);
  const within = own.filter((i) => allowsResource(choices, f, i));
  const nearest = within.length > 0 ? least(choices.cost, within) : least(choices.resource, own);
  const words = `the least ${within.length > 0 ? 'cost' : 'resource'} is ${nearest}`;
  return new IsothermError('INFEASIBLE', `${cause.message}: ${words}`, { cause, nearest });
}

function least(column: Float64Array, at: readonly number[]): number {
  return at.reduce((lowest, i) => Math.min(lowest, column[i]), Number.POSITIVE_INFINITY);
}

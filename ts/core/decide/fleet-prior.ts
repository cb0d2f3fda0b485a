/** What a fleet's functions have in common, for those that have been seen too little. */
import { IsothermError } from '../kernels/error.js';
import { type MultipleChoiceSolution, MultipleChoiceSolver } from '../kernels/multiple-choice.js';
import { type FleetGoal, type FleetOptions, fleetProblem, type WindowChoices } from './fleet-problem.js';

/** A function with fewer calls has no gap between them. */
const LEAST_CALLS = 2;

/** The limit is searched for until it is known to this share of itself. */
const SHARE = 1e-6;

/**
 * The choices as if every function had had `priorCalls` more calls, such as the average function of the fleet has: its cold starts and
 * idle memory per call under each window, every function counting alike. Unchanged where no function has two calls. O(functions x windows).
 */
export function withPrior(choices: WindowChoices, priorCalls: number): WindowChoices {
  const windows = choices.windowsMs.length;
  const known = [...choices.calls.keys()].filter((f) => choices.calls[f]! >= LEAST_CALLS);
  if (known.length === 0) return choices;
  const perCall = (column: Float64Array, w: number): number =>
    known.reduce((sum, f) => sum + column[f * windows + w]! / choices.calls[f]!, 0) / known.length;
  const added = (column: Float64Array): Float64Array => {
    const prior = Array.from({ length: windows }, (_, w) => priorCalls * perCall(column, w));
    return column.map((value, i) => value + prior[i % windows]!);
  };
  return {
    ...choices,
    calls: choices.calls.map((count) => count + priorCalls),
    idleGbS: added(choices.idleGbS),
    coldStarts: added(choices.coldStarts),
  };
}

/**
 * Chooses by the figures with the prior in them, at the limit at which those without it meet the goal: what the prior's calls take was
 * not spent. Errors: `INFEASIBLE`, with the `nearest` limit. Complexity: some twenty solutions, each from the one before.
 */
export function solveWithPrior(
  choices: WindowChoices,
  goal: FleetGoal,
  options: FleetOptions,
  priorCalls: number,
): MultipleChoiceSolution {
  const weight = options.coldStartWeight === undefined ? {} : { coldStartWeight: options.coldStartWeight };
  const { resource, limit } = fleetProblem(choices, goal, weight);
  const problem = fleetProblem(withPrior(choices, priorCalls), goal, options);
  const windows = choices.windowsMs.length;
  using solver = MultipleChoiceSolver.create(problem);
  const used = (): number => solver.choices().reduce((sum, at, f) => sum + resource[f * windows + at]!, 0);
  const meets = (prior: number): boolean => {
    solver.solve(prior);
    return used() <= limit;
  };
  let low = leastFrom(solver, limit);
  if (!meets(low)) {
    const nearest = used();
    throw new IsothermError('INFEASIBLE', `the choices come to ${nearest} at least, above ${limit}`, { nearest });
  }
  const most = mostOf(problem.resource, windows);
  let high = low;
  for (let step = Math.max(limit, low) / 64; low < most && high === low; step *= 2) {
    high = Math.min(low + step, most);
    if (meets(high)) low = high;
  }
  while (high - low > high * SHARE) {
    const middle = low + (high - low) / 2;
    if (meets(middle)) low = middle;
    else high = middle;
  }
  const { changed: _, ...totals } = solver.solve(low);
  return { ...totals, choice: solver.choices() };
}

/** The limit, or the least above it that can be met. */
function leastFrom(solver: MultipleChoiceSolver, limit: number): number {
  try {
    solver.solve(limit);
    return limit;
  } catch (thrown) {
    if (thrown instanceof IsothermError && thrown.nearest !== undefined) return thrown.nearest;
    throw thrown;
  }
}

/** The largest resource of every function, summed. */
function mostOf(resource: ArrayLike<number>, windows: number): number {
  let sum = 0;
  for (let from = 0; from < resource.length; from += windows) {
    let most = 0;
    for (let i = from; i < from + windows; i++) most = Math.max(most, resource[i]!);
    sum += most;
  }
  return sum;
}

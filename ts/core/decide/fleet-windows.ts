/** Windows for a whole fleet under one budget, or one target for its cold starts. */
import { IsothermError } from '../kernels/error.js';
import {
  type MultipleChoiceSolution,
  type MultipleChoiceTotals,
  solveMultipleChoice,
} from '../kernels/multiple-choice.js';
import { solveWithPrior } from './fleet-prior.js';
import { type FleetGoal, type FleetOptions, fleetProblem, type WindowChoices, weightedCalls } from './fleet-problem.js';

/** What windows of a fleet come to. */
export interface FleetFigures {
  calls: number;
  coldStarts: number;
  /** Cold starts over calls; 0 without calls. */
  coldStartRate: number;
  idleGbS: number;
}

export interface FleetWindows extends FleetFigures {
  /** Position of each function's window in `windowsMs`: `[functions]`. */
  choice: Int32Array;
  /** `[functions]`. */
  windowMs: Float64Array;
  /**
   * How good that is. Under a budget `cost` is weighted cold starts, `resource` is in the unit of the budget, and `multiplier` says how
   * many cold starts one unit more would save; under a target the other way about. With `priorCalls` all of them count the prior in.
   */
  solution: MultipleChoiceTotals;
}

/**
 * The windows of a fleet, one per function, that meet a budget with the fewest cold starts, or a cold-start rate with the least idle memory.
 *
 * The windows of all functions are chosen together: memory goes where it saves most cold starts, and `solution` has the shadow price, the
 * bound and the gap. The figures are those of the choices given; on other days they come out otherwise, and `fleetTrial` of `isotherm/evaluate` says by how much.
 *
 * @param choices As `windowChoices` of `isotherm/evaluate` makes them from a trace.
 *
 * Errors: `INFEASIBLE` where a goal or a cap cannot be met, with the `nearest` figure that can, in its own unit; `BAD_LENGTH`, `NOT_FINITE`, `OUT_OF_RANGE`.
 * Complexity and source: `solveMultipleChoice`; with `priorCalls` some twenty times over, each from the solution before.
 *
 * @example
 * const choices = { functionKeys: ['busy', 'rare'], calls: Float64Array.of(90, 10), windowsMs: Float64Array.of(0, 600_000),
 *   idleGbS: Float64Array.of(0, 30, 0, 25), coldStarts: Float64Array.of(90, 9, 10, 8) };
 * fleetWindows(choices, { idleGbS: 40 }).windowMs; // [600000, 0]
 * fleetWindows(choices, { coldStartRate: 0.18 }).idleGbS; // 55
 */
export function fleetWindows(choices: WindowChoices, goal: FleetGoal, options: FleetOptions = {}): FleetWindows {
  const { priorCalls = 0 } = options;
  if (!(priorCalls >= 0 && priorCalls < Number.POSITIVE_INFINITY)) {
    throw new IsothermError('OUT_OF_RANGE', `priorCalls is ${priorCalls}, expected a finite number of at least 0`);
  }
  const problem = fleetProblem(choices, goal, options);
  try {
    const found = priorCalls > 0 ? solveWithPrior(choices, goal, options, priorCalls) : solveMultipleChoice(problem);
    return chosenWindows(choices, found);
  } catch (thrown) {
    throw inUnitOf(goal, choices, options, thrown);
  }
}

/**
 * What one window for each function comes to.
 *
 * @param choice `[functions]`: positions in `windowsMs`.
 *
 * Complexity: O(functions).
 *
 * @example
 * const choices = { functionKeys: ['f'], calls: Float64Array.of(10), windowsMs: Float64Array.of(0, 60_000),
 *   idleGbS: Float64Array.of(0, 5), coldStarts: Float64Array.of(10, 1) };
 * fleetFigures(choices, [1]); // { calls: 10, coldStarts: 1, coldStartRate: 0.1, idleGbS: 5 }
 */
export function fleetFigures(choices: WindowChoices, choice: ArrayLike<number>): FleetFigures {
  const windows = choices.windowsMs.length;
  let [calls, coldStarts, idleGbS] = [0, 0, 0];
  for (let f = 0; f < choices.calls.length; f++) {
    const at = f * windows + choice[f]!;
    calls += choices.calls[f]!;
    coldStarts += choices.coldStarts[at]!;
    idleGbS += choices.idleGbS[at]!;
  }
  return { calls, coldStarts, coldStartRate: calls > 0 ? coldStarts / calls : 0, idleGbS };
}

function chosenWindows(choices: WindowChoices, { choice, ...solution }: MultipleChoiceSolution): FleetWindows {
  const windowMs = Float64Array.from(choice, (at) => choices.windowsMs[at]!);
  return { ...fleetFigures(choices, choice), choice, windowMs, solution };
}

/** A refusal in the words and the unit of the goal. */
function inUnitOf(goal: FleetGoal, choices: WindowChoices, options: FleetOptions, thrown: unknown): unknown {
  if (!(thrown instanceof IsothermError) || thrown.nearest === undefined) return thrown;
  const isTarget = 'coldStartRate' in goal;
  const nearest = isTarget ? thrown.nearest / weightedCalls(choices, options) : thrown.nearest;
  const sentence = isTarget
    ? `the cold-start rate is ${nearest} at least, above the target of ${goal.coldStartRate}`
    : `the windows come to ${nearest} at least, above the budget`;
  return new IsothermError('INFEASIBLE', sentence, { cause: thrown, nearest });
}

/** A fleet's windows out of sample: chosen on the first part of a trace, judged on the rest. */
import {
  type FleetFigures,
  type FleetGoal,
  type FleetOptions,
  type FleetWindows,
  fleetFigures,
  fleetProblem,
  fleetWindows,
  type PerFunction,
  type WindowChoices,
} from '../decide/index.js';
import { IsothermError } from '../kernels/index.js';
import { sliceTrace, type Trace } from '../trace/index.js';
import { type WindowChoicesOptions, windowChoices } from './window-choices.js';

export interface FleetTrialOptions extends WindowChoicesOptions, FleetOptions {
  /** The windows are chosen on the minutes before this one and judged on those from it on: whole, within the trace. */
  judgeFrom: number;
}

/** What windows come to on the judged part. */
export interface JudgedWindows extends FleetFigures {
  windowMs: number;
}

export interface FleetTrial {
  /** Chosen on the first part, with that part's figures and its share of a budget. */
  fitted: FleetWindows;
  /** What these windows came to on the judged part. */
  judged: FleetFigures;
  /** What was limited, over the limit, on the judged part: above 1 the goal was missed. NaN for a limit of 0. */
  use: number;
  /** The best windows for the judged part, had it been known: no policy, a yardstick. Null where none meet the goal there. */
  hindsight: FleetWindows | null;
  /** One window for all functions on the judged part, for each that could be chosen. */
  oneForAll: JudgedWindows[];
}

/**
 * Chooses a fleet's windows on the first part of a trace and replays them on the rest.
 *
 * A budget is meant for the judged part; to choose by, it is scaled to the length of the first. Caps on idle memory (`maxIdleGbS`) are scaled alike; they, and
 * caps on cold-start rates, hold on the part that was chosen on, not on the other. Each part begins without a warm instance.
 *
 * Errors: as `windowChoices` and `fleetWindows`; `OUT_OF_RANGE` for `judgeFrom`. Complexity: O(calls) per window.
 *
 * @example
 * const trial = fleetTrial(trace, { idleGbS: 1000 }, { judgeFrom: 720 });
 * trial.judged.calls + trial.fitted.calls === trace.calls; // true
 */
export function fleetTrial(
  trace: Trace,
  goal: FleetGoal,
  { judgeFrom, coldStartWeight, maxColdStartRate, maxIdleGbS, priorCalls, ...options }: FleetTrialOptions,
): FleetTrial {
  const past = windowChoices(sliceTrace(trace, 0, judgeFrom), options);
  const future = windowChoices(sliceTrace(trace, judgeFrom, trace.minutes), options);
  const share = judgeFrom / (trace.minutes - judgeFrom);
  const weight = coldStartWeight === undefined ? {} : { coldStartWeight };
  const capped = (scale: number): FleetOptions => ({
    ...weight,
    ...(maxColdStartRate !== undefined && { maxColdStartRate }),
    ...(maxIdleGbS !== undefined && { maxIdleGbS: scaled(maxIdleGbS, scale) }),
  });
  const prior = priorCalls === undefined ? {} : { priorCalls };
  const fitted = fleetWindows(past, scaledGoal(goal, share), { ...capped(share), ...prior });
  const functions = future.calls.length;
  return {
    fitted,
    judged: fleetFigures(future, fitted.choice),
    use: useOf(future, fitted.choice, goal, weight),
    hindsight: whereFeasible(() => fleetWindows(future, goal, capped(1))),
    oneForAll: Array.from(future.windowsMs, (windowMs, w) => ({
      windowMs,
      ...fleetFigures(future, new Int32Array(functions).fill(w)),
    })),
  };
}

function scaledGoal(goal: FleetGoal, scale: number): FleetGoal {
  if ('idleGbS' in goal) return { idleGbS: goal.idleGbS * scale };
  if ('idleUsd' in goal) return { ...goal, idleUsd: goal.idleUsd * scale };
  return 'carbonGco2e' in goal ? { ...goal, carbonGco2e: goal.carbonGco2e * scale } : goal;
}

function scaled(given: PerFunction, scale: number): PerFunction {
  return typeof given === 'number' ? given * scale : Array.from(given, (one) => one * scale);
}

/** The limited resource of these windows over its limit. */
function useOf(choices: WindowChoices, choice: Int32Array, goal: FleetGoal, weight: FleetOptions): number {
  const { resource, limit } = fleetProblem(choices, goal, weight);
  const windows = choices.windowsMs.length;
  const used = choice.reduce((sum, at, f) => sum + resource[f * windows + at]!, 0);
  return limit > 0 ? used / limit : Number.NaN;
}

function whereFeasible<T>(run: () => T): T | null {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof IsothermError && thrown.code === 'INFEASIBLE') return null;
    throw thrown;
  }
}

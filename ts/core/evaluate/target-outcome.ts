/** Whether a policy with a target for cold calls, as `adaptive@1%`, met it. */

import { count, counted, percent } from '../decide/figures.js';
import type { NamedPolicy } from '../decide/index.js';

/** How a target came out, function by function. */
export interface TargetOutcome {
  /** The share of each function's calls that were to be cold at most. */
  coldStartRate: number;
  /** Whether no function is above it. */
  isReached: boolean;
  /** Functions above it, and how many cold starts those have too many together. */
  functionsMissed: number;
  coldStartsOver: number;
  /** Of them functions with so few calls that a single cold one is too many. */
  functionsTooFewCalls: number;
}

/** The target of a policy's name; undefined where it has none. */
export const targetOf = ({ spec }: Pick<NamedPolicy, 'spec'>): number | undefined =>
  'targetColdStartRate' in spec ? spec.targetColdStartRate : undefined;

/** Shares are products of floats. */
const ROUNDING = 1e-9;

/** `coldStarts: [functions]`, `calls: [functions]`. O(functions). */
export function targetOutcome(
  coldStartRate: number,
  coldStarts: ArrayLike<number>,
  calls: ArrayLike<number>,
): TargetOutcome {
  let functionsMissed = 0;
  let coldStartsOver = 0;
  let functionsTooFewCalls = 0;
  for (let f = 0; f < calls.length; f++) {
    const allowed = Math.floor(coldStartRate * calls[f]! + ROUNDING);
    if (coldStarts[f]! <= allowed) continue;
    functionsMissed++;
    coldStartsOver += coldStarts[f]! - allowed;
    if (allowed === 0) functionsTooFewCalls++;
  }
  return { coldStartRate, isReached: functionsMissed === 0, functionsMissed, coldStartsOver, functionsTooFewCalls };
}

/** The outcome in words; `overall` is the share of all calls that were cold, `functions` how many were replayed. */
export function targetSentence(name: string, outcome: TargetOutcome, overall: number, functions: number): string {
  const { coldStartRate, isReached, functionsMissed, coldStartsOver, functionsTooFewCalls } = outcome;
  const target = percent(coldStartRate);
  const all = `of all calls ${percent(overall)} were cold`;
  if (isReached)
    return `${name} met its target: of no function more than ${target} of the calls were cold, and ${all}.`;
  const few =
    functionsTooFewCalls === 0
      ? ''
      : ` ${count(functionsTooFewCalls)} of them ${functionsTooFewCalls === 1 ? 'has' : 'have'} too few calls for a single cold one, and a first call is always cold.`;
  return `${name} missed its target of ${target} for ${count(functionsMissed)} of ${counted(functions, 'function')}, by ${counted(coldStartsOver, 'cold start')}: ${all}.${few}`;
}

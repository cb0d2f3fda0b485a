/** The choices of many functions, as a caller has them: the pure twin of `multiple_choice/choices.rs`, word for word. */
import { IsothermError } from '../../error.js';
import { ensure } from '../check.js';
import { checkAmount, checkLength, checkOffsets } from '../keepalive-check.js';

/** Sums, slopes and products of numbers within these never overflow. */
const SMALLEST = 1e-100;
const LARGEST = 1e100;

const MOST_CHOICES = 2 ** 31 - 1;

/** Choices of function `f` at `offsets[f]..offsets[f + 1]`; caps by function, none where a column is empty. */
export interface Choices {
  offsets: Float64Array;
  cost: Float64Array;
  resource: Float64Array;
  maxCost: Float64Array;
  maxResource: Float64Array;
}

/** How many functions, when everything is in order. */
export function checkChoices(choices: Choices): number {
  const { offsets, cost, resource, maxCost, maxResource } = choices;
  const functions = checkOffsets(offsets, cost.length);
  checkLength(resource.length === cost.length, 'resource', resource.length, cost.length);
  checkCaps('maxCost', maxCost, functions);
  checkCaps('maxResource', maxResource, functions);
  ensure(cost.length <= MOST_CHOICES, 'OUT_OF_RANGE', () => `there are more than ${MOST_CHOICES} choices`);
  checkAmounts('cost', cost);
  checkAmounts('resource', resource);
  for (let f = 0; f < functions; f++) {
    ensure(offsets[f] < offsets[f + 1], 'BAD_LENGTH', () => `function ${f} has no choice, expected at least 1`);
    ensure(allowsAny(choices, f), 'INFEASIBLE', () => `no choice of function ${f} is within its caps`);
  }
  return functions;
}

function checkCaps(name: string, caps: Float64Array, functions: number): void {
  checkLength(caps.length === 0 || caps.length === functions, name, caps.length, functions);
  for (let f = 0; f < caps.length; f++) {
    ensure(!Number.isNaN(caps[f]), 'NOT_FINITE', () => `${name}[${f}] is not a number`);
    ensure(caps[f] >= 0, 'OUT_OF_RANGE', () => `${name}[${f}] is negative, expected at least 0`);
  }
}

function checkAmounts(name: string, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if ((value >= SMALLEST && value <= LARGEST) || value === 0) continue;
    checkAmount(value, name, i);
    throw new IsothermError('OUT_OF_RANGE', `${name}[${i}] is out of range, expected 0 or 1e-100 to 1e100`);
  }
}

/** The first function that has no choice within its caps; -1 where all have one. */
export function withoutChoice(choices: Choices): number {
  for (let f = 0; f + 1 < choices.offsets.length; f++) if (!allowsAny(choices, f)) return f;
  return -1;
}

function allowsAny(choices: Choices, f: number): boolean {
  for (let i = choices.offsets[f]; i < choices.offsets[f + 1]; i++) if (allows(choices, f, i)) return true;
  return false;
}

/** Whether choice `i` is within the caps of function `f`. */
export function allows(choices: Choices, f: number, i: number): boolean {
  const { cost, maxCost } = choices;
  return (maxCost.length === 0 || cost[i] <= maxCost[f]) && allowsResource(choices, f, i);
}

/** Whether choice `i` is within the cap on the resource of function `f`. */
export function allowsResource({ resource, maxResource }: Choices, f: number, i: number): boolean {
  return maxResource.length === 0 || resource[i] <= maxResource[f];
}

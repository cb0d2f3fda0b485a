/**
 * The multiple-choice knapsack over a fleet in plain TypeScript: the operations of `crates/keepalive/src/multiple_choice` in their
 * order, so that all bits are the same. The module's first comment there says how it is solved.
 */
import type { MultipleChoiceHandle, MultipleChoiceKernels } from '../../contract.js';
import { IsothermError } from '../../error.js';
import { ensure, whole } from '../check.js';
import { checkAmount, checkLength } from '../keepalive-check.js';
import { checkChoices } from './choices.js';
import { Fleet } from './fleet.js';

const MOST_FUNCTIONS = 2 ** 26;
const SUMMARY = 6;

class MultipleChoice implements MultipleChoiceHandle {
  #fleet: Fleet | undefined;
  /** The choice told last, by function; -1: none yet. */
  readonly told: Int32Array;
  changed = new Uint32Array(0);

  constructor(functions: number) {
    whole('functions', functions, 0, MOST_FUNCTIONS);
    this.#fleet = new Fleet(functions);
    this.told = new Int32Array(functions).fill(-1);
  }

  open(): Fleet {
    if (this.#fleet === undefined) throw new IsothermError('CLOSED_HANDLE', 'this handle was closed');
    return this.#fleet;
  }

  close(): void {
    this.#fleet = undefined;
  }

  solve(limit: number, out: Float64Array): boolean {
    const fleet = this.open();
    checkAmount(limit, 'limit');
    checkLength(out.length === SUMMARY, 'out', out.length, SUMMARY);
    this.changed = new Uint32Array(0);
    const found = fleet.solve(limit);
    if (found === undefined) {
      out.fill(Number.NaN);
      out[1] = fleet.trees.resource;
      return false;
    }
    const changed: number[] = [];
    for (const f of fleet.takeTouched()) {
      const choice = fleet.choice(f);
      if (this.told[f] === choice) continue;
      this.told[f] = choice;
      changed.push(f);
    }
    this.changed = Uint32Array.from(changed).sort();
    out.set([found.cost, found.resource, found.dualBound, found.bound, found.multiplier, changed.length]);
    return true;
  }
}

const opened = (handle: MultipleChoiceHandle): MultipleChoice => {
  const own = handle as MultipleChoice;
  own.open();
  return own;
};

export const multipleChoice: MultipleChoiceKernels = {
  multipleChoiceCreate: (functions) => new MultipleChoice(functions),

  /** One thread, whatever `threads` says. */
  multipleChoiceSet(handle, first, offsets, cost, resource, maxCost, maxResource, _threads) {
    const own = opened(handle);
    const choices = { offsets, cost, resource, maxCost, maxResource };
    const functions = checkChoices(choices);
    const most = own.told.length;
    ensure(
      first >= 0 && first === Math.trunc(first) && first + functions <= most,
      'OUT_OF_RANGE',
      () => `first is out of place, expected ${functions} functions within the fleet's ${most}`,
    );
    own.open().set(first, choices);
  },

  multipleChoiceSolve: (handle, limit, out) => opened(handle).solve(limit, out),
  multipleChoiceChanged: (handle) => opened(handle).changed.slice(),
  multipleChoiceChoices: (handle) => opened(handle).told.slice(),
};

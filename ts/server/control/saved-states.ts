/** What is saved of functions after a tick: the states that a restart goes on from, and what both sides came to. */
import type { FunctionStates } from '../store/index.js';
import { storedTotals } from './figures.js';
import { LEFT_STATE, saveFunction } from './function-states.js';
import type { ManagedFunction } from './managed-function.js';

export class SavedStates implements FunctionStates {
  readonly totals: FunctionStates['totals'][number][] = [];
  readonly checkpoints: FunctionStates['checkpoints'][number][] = [];

  /** Of functions that were not called up to the tick, of which nothing is to be read: a restart looks for their next call from there on. */
  addLeft(functionKeys: Iterable<string>, tick: number): void {
    for (const functionKey of functionKeys) {
      this.checkpoints.push({ functionKey, tick, state: LEFT_STATE, isAnew: false });
    }
  }

  /** Of a function that is new, how it began: that is little, and what it has come to follows from there. */
  add(managed: ManagedFunction): void {
    const { key: functionKey, compared, birth, control } = managed;
    if (birth !== null) {
      this.checkpoints.push({ functionKey, ...birth });
      return;
    }
    this.totals.push({
      functionKey,
      ours: storedTotals(compared.ours),
      compared: storedTotals(compared.compared),
    });
    this.checkpoints.push({ functionKey, tick: control.nextTick - 1, state: saveFunction(managed), isAnew: false });
  }
}

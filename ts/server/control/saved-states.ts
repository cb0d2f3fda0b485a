/** What is saved of functions after a tick: the states that a restart goes on from, and what both sides came to. */
import type { FunctionStates } from '../store/index.js';
import { storedTotals } from './figures.js';
import { type ManagedFunction, saveFunction } from './managed-function.js';

export class SavedStates implements FunctionStates {
  readonly totals: FunctionStates['totals'][number][] = [];
  readonly checkpoints: FunctionStates['checkpoints'][number][] = [];

  add(managed: ManagedFunction): void {
    const { key: functionKey, compared, isUnsaved } = managed;
    this.totals.push({
      functionKey,
      ours: storedTotals(compared.ours),
      compared: storedTotals(compared.compared),
    });
    this.checkpoints.push({ functionKey, state: saveFunction(managed), ...(isUnsaved && { isAnew: true }) });
  }
}

/** A fit some evaluations at a time, so that it can be watched and given up: the pure twin of `fit_steps.rs`. */
import type { ArimaFitHandle } from '../../contract.js';
import { IsothermError } from '../../error.js';
import { whole } from '../check.js';
import { type Searched, searchedModel, searching } from './fit.js';
import type { Model } from './model.js';
import type { Task } from './problem.js';

/** A fit under way, whose series nobody else writes to. */
export class PureFit implements ArimaFitHandle {
  readonly #steps: Generator<number, Searched>;
  #left: number;
  #searched: Searched | undefined;
  #closed = false;

  constructor(task: Task) {
    this.#steps = searching(task);
    this.#left = this.#next();
  }

  open(): this {
    if (this.#closed) throw new IsothermError('CLOSED_HANDLE', 'this handle was closed');
    return this;
  }

  close(): void {
    this.#closed = true;
    this.#searched = undefined;
  }

  /** At most so many evaluations more; how many searches are left, at most. Errors: `OUT_OF_RANGE`. */
  advance(most: number): number {
    whole('most', most, 0, 1e6);
    for (let i = 0; i < most && this.#left > 0; i++) this.#left = this.#next();
    return this.#left;
  }

  finish(): Model {
    while (this.#left > 0) this.#left = this.#next();
    return searchedModel(this.#searched!);
  }

  #next(): number {
    const step = this.#steps.next();
    if (!step.done) return step.value;
    this.#searched = step.value;
    return 0;
  }
}

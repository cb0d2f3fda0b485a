/** How often what is wanted has changed, where functions share a rate. */
import type { ScopedRate } from './limit-rules.js';

const MINUTE_MS = 60_000;

/**
 * Counts the changes of the last minute, scope by scope. Time does not go backwards.
 *
 * @example
 * const rates = new ChangeRates();
 * const [all, shop] = [{ scope: 'default', perMin: 9 }, { scope: 'group shop', perMin: 1 }];
 * rates.changed([all, shop], 0);
 * [rates.mayChange([all], 30_000), rates.mayChange([all, shop], 30_000), rates.mayChange([all, shop], 60_000)]; // [true, false, true]
 */
export class ChangeRates {
  /** When, ascending. */
  readonly #changes = new Map<string, number[]>();

  /** Whether each of the scopes has a change left. */
  mayChange(rates: readonly ScopedRate[], nowMs: number): boolean {
    return rates.every(({ scope, perMin }) => {
      const changes = this.#changes.get(scope) ?? [];
      let over = 0;
      while (over < changes.length && changes[over]! <= nowMs - MINUTE_MS) over++;
      changes.splice(0, over);
      return changes.length < perMin;
    });
  }

  /** What a function wants, which these rates bind, was changed. */
  changed(rates: readonly ScopedRate[], nowMs: number): void {
    for (const { scope } of rates) {
      const changes = this.#changes.get(scope);
      if (changes === undefined) this.#changes.set(scope, [nowMs]);
      else changes.push(nowMs);
    }
  }
}

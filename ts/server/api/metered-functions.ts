/** Which functions have metrics of their own: so many at most, however many there are. */
import type { FunctionRow } from './schemas/functions.js';

/** Counts of a function that only grow. */
export interface Grown {
  calls: number;
  coldStarts: number;
  comparedColdStarts: number;
}

const NAMES = ['calls', 'coldStarts', 'comparedColdStarts'] as const;

const nothing = (): Grown => ({ calls: 0, coldStarts: 0, comparedColdStarts: 0 });

const sum = (rows: Iterable<Grown>): Grown => {
  const total = nothing();
  for (const row of rows) for (const name of NAMES) total[name] += row[name];
  return total;
};

/**
 * The busiest functions up to a bound. A function that has a series keeps it, and `other` never shrinks when one gets its own: a counter that fell would
 * look like a restart to Prometheus, and a burst of calls that never were.
 */
export class MeteredFunctions {
  readonly #most: number;
  readonly #own = new Set<string>();
  #other = nothing();
  /** What the rest was the last time, without those that have a series since. */
  #rest = nothing();

  constructor(most: number) {
    this.#most = most;
  }

  get keys(): ReadonlySet<string> {
    return this.#own;
  }

  /** Takes the rows of the busiest functions and the sums over all of them; gives the sums of those without a series. */
  update(busiest: readonly FunctionRow[], total: Grown, row: (key: string) => Grown | undefined): Grown {
    for (const one of busiest) {
      if (this.#own.size >= this.#most) break;
      if (this.#own.has(one.functionKey)) continue;
      this.#own.add(one.functionKey);
      for (const name of NAMES) this.#rest[name] -= one[name];
    }
    const own = sum([...this.#own].map((key) => row(key) ?? nothing()));
    for (const name of NAMES) {
      const rest = total[name] - own[name];
      this.#other[name] += Math.max(0, rest - Math.max(0, this.#rest[name]));
      this.#rest[name] = rest;
    }
    return this.#other;
  }
}

/** The last steps of a function or of the fleet: what a live chart shows. */
import type { Recent } from '../api/schemas/figures.js';

/** Two hours in steps of a minute. */
const STEPS = 120;
const STEP_MS = 60_000;

const SERIES = ['calls', 'predicted', 'coldStarts', 'comparedColdStarts', 'warm', 'busy', 'desired'] as const;
type Name = (typeof SERIES)[number];

/** A ring of values per series. A view of each for each of many functions would be more than what they show. */
type Rings = Float32Array;

const RING = Object.fromEntries(SERIES.map((name, i) => [name, i * STEPS])) as Record<Name, number>;

/** Where a series has its value of a step. */
const placeOf = (name: Name, step: number): number => RING[name] + (step % STEPS);

const noValues = (value = 0): Rings => new Float32Array(SERIES.length * STEPS).fill(value);

/** Nothing, in a tick of which nothing is known. */
export const EMPTY_TICK: Readonly<RecentTick> = {
  calls: 0,
  predicted: 0,
  coldStarts: 0,
  comparedColdStarts: 0,
  warm: 0,
  busy: 0,
  desired: 0,
  isMissing: false,
};

/** One tick, on its way into its step. */
export interface RecentTick {
  calls: number;
  /** Calls that were expected in this tick when it began; NaN where nothing was. */
  predicted: number;
  coldStarts: number;
  comparedColdStarts: number;
  warm: number;
  busy: number;
  desired: number;
  isMissing: boolean;
}

/** What is kept of it in a saved state: each series from the oldest step that is known, as values and how often each follows itself; null where nothing is known. */
export interface SavedSteps {
  fromStep: number;
  series: (number | null)[][];
}

/** Sums over a step; instances as the most there were. */
export class RecentSteps {
  #values: Rings | undefined;
  /** Number of the newest step. */
  #step = -1;
  /** Of the oldest one that is known. */
  #from = 0;

  /** `endMs`: of the tick. */
  add(endMs: number, tick: RecentTick): void {
    const step = Math.floor((endMs - 1) / STEP_MS);
    this.#values ??= noValues();
    const values = this.#values;
    if (this.#step < 0) this.#from = step;
    for (let next = Math.max(this.#step + 1, step - STEPS + 1); next <= step; next++) {
      for (const name of SERIES) values[placeOf(name, next)] = next === step ? 0 : Number.NaN;
    }
    this.#step = Math.max(step, this.#step);
    // A step of which a part is missing is missing.
    values[placeOf('calls', step)]! += tick.isMissing ? Number.NaN : tick.calls;
    for (const name of ['predicted', 'coldStarts', 'comparedColdStarts'] as const) {
      values[placeOf(name, step)]! += tick[name];
    }
    for (const name of ['warm', 'busy', 'desired'] as const) {
      const at = placeOf(name, step);
      values[at] = Math.max(values[at]!, tick[name]);
    }
  }

  /** Calls of the last closed steps, those without data left out. */
  lastCalls(steps: number): number[] {
    const values = this.#values;
    if (values === undefined) return [];
    const from = Math.max(this.#from, this.#step - Math.min(steps, STEPS - 1));
    return Array.from({ length: this.#step - from }, (_, i) => values[placeOf('calls', from + i)]!).filter(
      (calls) => !Number.isNaN(calls),
    );
  }

  /** The most instances that were warm in the last closed steps; 0 where nothing is known. */
  mostWarm(steps: number): number {
    const values = this.#values;
    if (values === undefined) return 0;
    const from = Math.max(this.#from, this.#step - Math.min(steps, STEPS - 1));
    let most = 0;
    for (let step = from; step < this.#step; step++) most = Math.max(most, values[placeOf('warm', step)] || 0);
    return most;
  }

  /**
   * The sum over functions, as after a restart nobody knows it better: of instances those of each function's largest tick in a step, which may be more than there were at
   * once. A step is missing where it is missing of all.
   */
  static sumOf(all: Iterable<RecentSteps>): RecentSteps {
    const sum = new RecentSteps();
    for (const one of all) if (one.#step >= 0) sum.#step = Math.max(sum.#step, one.#step);
    if (sum.#step < 0) return sum;
    const to = noValues(Number.NaN);
    sum.#values = to;
    sum.#from = sum.#step;
    for (const one of all) {
      if (one.#step < 0) continue;
      const from = Math.max(one.#oldest, sum.#step - STEPS + 1);
      sum.#from = Math.min(sum.#from, from);
      for (const name of SERIES) {
        for (let step = from; step <= one.#step; step++) {
          const at = placeOf(name, step);
          const value = one.#values![at]!;
          if (Number.isNaN(value)) continue;
          to[at] = (Number.isNaN(to[at]!) ? 0 : to[at]!) + value;
        }
      }
    }
    return sum;
  }

  get #oldest(): number {
    return Math.max(this.#from, this.#step - STEPS + 1);
  }

  save(): SavedSteps | null {
    if (this.#step < 0) return null;
    return { fromStep: this.#oldest, series: SERIES.map((name) => runsOf(this.#series(name))) };
  }

  static load(saved: SavedSteps | null): RecentSteps {
    const steps = new RecentSteps();
    if (saved === null) return steps;
    const values = noValues();
    steps.#values = values;
    steps.#from = saved.fromStep;
    for (const [i, name] of SERIES.entries()) {
      let step = saved.fromStep;
      const runs = saved.series[i]!;
      for (let at = 0; at < runs.length; at += 2) {
        const value = runs[at] ?? Number.NaN;
        for (const end = step + runs[at + 1]!; step < end; step++) values[placeOf(name, step)] = value;
      }
      steps.#step = step - 1;
    }
    return steps;
  }

  #series(name: Name): (number | null)[] {
    const from = this.#oldest;
    return Array.from({ length: this.#step - from + 1 }, (_, i) => {
      const value = this.#values![placeOf(name, from + i)]!;
      return Number.isNaN(value) ? null : value;
    });
  }

  view(nowMs: number): Recent {
    const isEmpty = this.#step < 0;
    const series = (name: Name): (number | null)[] => (isEmpty ? [] : this.#series(name));
    return {
      fromMs: (isEmpty ? Math.floor((nowMs - 1) / STEP_MS) : this.#oldest) * STEP_MS,
      stepMs: STEP_MS,
      calls: series('calls'),
      predicted: series('predicted'),
      coldStarts: series('coldStarts'),
      comparedColdStarts: series('comparedColdStarts'),
      warm: series('warm'),
      busy: series('busy'),
      desired: series('desired'),
    };
  }
}

/** Digits that tell any two numbers of 32 bits apart. */
const DIGITS = 9;

function runsOf(values: readonly (number | null)[]): (number | null)[] {
  const runs: (number | null)[] = [];
  for (const value of values) {
    const short = value === null ? null : Number(value.toPrecision(DIGITS));
    if (runs.length > 0 && runs.at(-2) === short) runs[runs.length - 1]!++;
    else runs.push(short, 1);
  }
  return runs;
}

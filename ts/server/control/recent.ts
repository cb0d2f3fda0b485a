/** The last steps of a function or of the fleet: what a live chart shows. */
import type { Recent } from '../api/schemas.js';

/** Two hours in steps of a minute. */
const STEPS = 120;
const STEP_MS = 60_000;

const SERIES = ['calls', 'predicted', 'coldStarts', 'comparedColdStarts', 'warm', 'busy', 'desired'] as const;
type Name = (typeof SERIES)[number];

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

/** Sums over a step; instances as the most there were. */
export class RecentSteps {
  #values: Record<Name, Float32Array> | undefined;
  /** Number of the newest step. */
  #step = -1;
  /** Of the oldest one that is known. */
  #from = 0;

  /** `endMs`: of the tick. */
  add(endMs: number, tick: RecentTick): void {
    const step = Math.floor((endMs - 1) / STEP_MS);
    this.#values ??= Object.fromEntries(SERIES.map((name) => [name, new Float32Array(STEPS)])) as Record<
      Name,
      Float32Array
    >;
    if (this.#step < 0) this.#from = step;
    for (let next = Math.max(this.#step + 1, step - STEPS + 1); next <= step; next++) {
      for (const name of SERIES) this.#values[name][next % STEPS] = next === step ? 0 : Number.NaN;
    }
    this.#step = Math.max(step, this.#step);
    const at = step % STEPS;
    const { calls, predicted, coldStarts, comparedColdStarts, warm, busy, desired } = this.#values;
    // A step of which a part is missing is missing.
    calls[at] = tick.isMissing ? Number.NaN : calls[at]! + tick.calls;
    predicted[at] = predicted[at]! + tick.predicted;
    coldStarts[at] = coldStarts[at]! + tick.coldStarts;
    comparedColdStarts[at] = comparedColdStarts[at]! + tick.comparedColdStarts;
    warm[at] = Math.max(warm[at]!, tick.warm);
    busy[at] = Math.max(busy[at]!, tick.busy);
    desired[at] = Math.max(desired[at]!, tick.desired);
  }

  /** Calls of the last closed steps, those without data left out. */
  lastCalls(steps: number): number[] {
    const values = this.#values?.calls;
    if (values === undefined) return [];
    const from = Math.max(this.#from, this.#step - Math.min(steps, STEPS - 1));
    return Array.from({ length: this.#step - from }, (_, i) => values[(from + i) % STEPS]!).filter(
      (calls) => !Number.isNaN(calls),
    );
  }

  view(nowMs: number): Recent {
    const step = this.#step < 0 ? Math.floor((nowMs - 1) / STEP_MS) : this.#step;
    const from = Math.max(this.#from, step - STEPS + 1);
    const count = this.#step < 0 ? 0 : step - from + 1;
    const series = (name: Name): (number | null)[] =>
      Array.from({ length: count }, (_, i) => {
        const value = this.#values![name][(from + i) % STEPS]!;
        return Number.isNaN(value) ? null : value;
      });
    return {
      fromMs: (count === 0 ? step : from) * STEP_MS,
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

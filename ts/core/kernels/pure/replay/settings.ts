/** Everything but trace and policies that a replay depends on, checked. */
import { ensure, nonNegative, whole } from '../check.js';
import type { Prices } from './bounds.js';

const MAX_U32 = 0xffff_ffff;

export interface Settings extends Prices {
  tickMs: number;
  seed: number;
}

/** Errors: `OUT_OF_RANGE`, `NOT_FINITE`. */
export function checkSettings<T extends Settings>(settings: T): T {
  whole('coldStartMs', settings.coldStartMs, 0, MAX_U32);
  whole('tickMs', settings.tickMs, 1, MAX_U32);
  whole('seed', settings.seed, 0, MAX_U32);
  nonNegative('idleUsdPerGbS', settings.idleUsdPerGbS);
  nonNegative('coldStartUsdPerS', settings.coldStartUsdPerS);
  nonNegative('preWarmShare', settings.preWarmShare);
  return settings;
}

/** How far apart ticks may be for the policy `adaptive`, ms: what it starts lasts until the next one. */
const LONGEST_ADAPTIVE_TICK_MS = 60_000;

/** Errors: `OUT_OF_RANGE` for ticks further apart than the policy `adaptive` can do with. */
export function checkTicks(tickMs: number, isAdaptive: boolean): void {
  ensure(!isAdaptive || tickMs <= LONGEST_ADAPTIVE_TICK_MS, 'OUT_OF_RANGE', () => {
    return `tickMs is ${tickMs}, expected at most ${LONGEST_ADAPTIVE_TICK_MS} with the policy adaptive`;
  });
}

const SETTINGS = 6;

function parseSettings(values: Float64Array): Settings {
  ensure(values.length === SETTINGS, 'BAD_LENGTH', () => `settings has ${values.length} entries, expected ${SETTINGS}`);
  const [coldStartMs, tickMs, seed, idleUsdPerGbS, coldStartUsdPerS, preWarmShare] = values;
  return checkSettings({ coldStartMs, tickMs, seed, idleUsdPerGbS, coldStartUsdPerS, preWarmShare });
}

/** Settings of many functions, whose start times may differ. */
export class FleetSettings {
  readonly all: Settings;
  /** Per function; none where all start alike. */
  #coldStartsMs: Float64Array;

  private constructor(all: Settings, coldStartsMs: Float64Array) {
    this.all = all;
    this.#coldStartsMs = coldStartsMs;
  }

  /**
   * From `[coldStartMs, tickMs, seed, idleUsdPerGbS, coldStartUsdPerS, preWarmShare]`, and the `coldStartMs` of each function where they differ.
   * Errors: as `checkSettings`, and `BAD_LENGTH`.
   */
  static parse(values: Float64Array): FleetSettings {
    const coldStartsMs = values.subarray(SETTINGS);
    coldStartsMs.forEach((wait, f) => void whole(`coldStartMs[${f}]`, wait, 0, MAX_U32));
    return new FleetSettings(parseSettings(values.subarray(0, SETTINGS)), coldStartsMs.slice());
  }

  /** Errors: `BAD_LENGTH` for start times of other functions than `functions` of them. */
  checkFunctions(functions: number): void {
    const own = this.#coldStartsMs.length;
    ensure(own === 0 || own === functions, 'BAD_LENGTH', () => {
      return `coldStartMs has ${own} entries, expected ${functions}`;
    });
  }

  /** Those of one function. */
  ofFunction(f: number): Settings {
    if (this.#coldStartsMs.length === 0) return this.all;
    return { ...this.all, coldStartMs: this.#coldStartsMs[f] };
  }
}

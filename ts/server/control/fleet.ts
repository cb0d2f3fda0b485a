/** All functions under control, stepped tick by tick. */
import type { FootprintPlace } from 'isotherm/decide';
import type { Config } from '../config/index.js';
import { inFeedOrder, type StoredSample } from '../store/index.js';
import { Turns } from '../turns.js';
import { boundsThen, type Remembered } from './conditions.js';
import { FunctionSettings } from './function-settings.js';
import { beginFunction, beginLeft, type Left } from './function-states.js';
import type { LimitsBook } from './limits-book.js';
import type { ManagedFunction } from './managed-function.js';
import type { TickPast } from './past.js';
import { type Bounds, type FunctionTick, stepFunctions } from './step-functions.js';
import type { TickTime } from './tick-time.js';

export class Fleet {
  readonly functions = new Map<string, ManagedFunction>();
  /** Of functions that begin with their next call though there is a state of theirs, which nobody can read. */
  readonly left = new Map<string, Left>();
  readonly time: TickTime;
  #settings: FunctionSettings;
  #limits: LimitsBook;

  constructor(config: Config, time: TickTime, limits: LimitsBook) {
    this.#settings = new FunctionSettings(config);
    this.time = time;
    this.#limits = limits;
  }

  /** Where carbon is counted. */
  get place(): FootprintPlace {
    return this.#settings.place;
  }

  /** What is configured of functions counts from the next tick on. */
  configure(config: Config): void {
    this.#settings = this.#settings.under(config);
  }

  /** Steps every function whose next tick this is, those that the tick brings included, in the order in which they came. */
  step(past: TickPast): AsyncGenerator<FunctionTick> {
    // A configuration that is read meanwhile counts from the next tick on.
    const settings = this.#settings;
    return this.#step(past, this.#boundsNow(past.tick, settings), new Turns(), settings, settings);
  }

  /** The same under the conditions of then. What is configured now is looked for in the first tick that is stepped. */
  stepAgain(past: TickPast, remembered: Remembered, turns: Turns): AsyncGenerator<FunctionTick> {
    return this.#step(past, boundsThen(remembered, past.tick), turns, this.#settings, null);
  }

  async *#step(
    past: TickPast,
    bounds: Bounds,
    turns: Turns,
    settings: FunctionSettings,
    heldTo: FunctionSettings | null,
  ): AsyncGenerator<FunctionTick> {
    const { functions, time } = this;
    for (const [functionKey, own] of past.samples) {
      if (functions.has(functionKey)) continue;
      // What came up to then is in its totals.
      const left = this.left.get(functionKey);
      if (left !== undefined && left.tick >= past.tick) continue;
      const managed = this.#begin(functionKey, own.sort(inFeedOrder), past.tick, settings);
      managed.heldTo = heldTo;
      functions.set(functionKey, managed);
      this.left.delete(functionKey);
      if (turns.isOver) await turns.give();
    }
    yield* stepFunctions(functions.values(), past, time, bounds, turns);
  }

  /** Changes of what is configured are looked for once after each configuration: the one of the start may be another one than functions were saved under, too. */
  #boundsNow(tick: number, settings: FunctionSettings): Bounds {
    const limits = this.#limits;
    const endMs = this.time.endOf(tick);
    return {
      limits: ({ key }) => limits.of(key),
      mayChange: ({ key }) => limits.mayChange(key, endMs),
      changed: ({ key }) => limits.changed(key, endMs),
      change: (managed) => {
        if (managed.heldTo === settings) return null;
        managed.heldTo = settings;
        return settings.changeOf(managed);
      },
    };
  }

  /** A function begins one tick before its first call: what was before nobody knows. */
  #begin(
    functionKey: string,
    samples: readonly StoredSample[],
    tick: number,
    settings: FunctionSettings,
  ): ManagedFunction {
    const setting = settings.of(functionKey, samples, tick - 1);
    const firstMs = Math.min(...samples.map((sample) => (sample.kind === 'call' ? sample.atMs : sample.fromMs)));
    const left = this.left.get(functionKey);
    return left === undefined
      ? beginFunction(setting, settings.place, firstMs)
      : beginLeft(setting, settings.place, firstMs, left, this.#limits.of(functionKey));
  }
}

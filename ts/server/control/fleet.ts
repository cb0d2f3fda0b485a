/** All functions under control, stepped tick by tick. */
import { setImmediate as turn } from 'node:timers/promises';
import type { FootprintPlace } from 'isotherm/decide';
import { FunctionControl, type TickResult } from 'isotherm/evaluate';
import type { Config } from '../config/index.js';
import type { StoredGap, StoredSample } from '../store/index.js';
import { inFeedOrder } from '../store/index.js';
import { FunctionSettings } from './function-settings.js';
import type { LimitsBook } from './limits-book.js';
import { ManagedFunction, type RecordedConditions } from './managed-function.js';
import type { TickTime } from './tick-time.js';

/** How long the loop steps functions before others get their turn. */
const SLICE_MS = 5;

/** What one function did in a tick. */
export interface FunctionTick {
  managed: ManagedFunction;
  result: TickResult;
  recorded: RecordedConditions | null;
  tooOld: number;
  isNew: boolean;
}

/** What the store remembers of a tick's conditions, where it is computed again. */
export type Remembered = (functionKey: string, tick: number) => RecordedConditions | undefined;

/** Why nothing is known of a function in a tick: gaps that overlap it. */
class MissingData {
  #all: string | undefined;
  #own = new Map<string, string>();

  constructor(gaps: readonly StoredGap[], beginMs: number, endMs: number) {
    for (const { functionKey, fromMs, toMs, detail } of gaps) {
      if (toMs <= beginMs || fromMs >= endMs) continue;
      if (functionKey === null) this.#all = detail;
      else this.#own.set(functionKey, detail);
    }
  }

  reason(functionKey: string): string | undefined {
    return this.#own.get(functionKey) ?? this.#all;
  }
}

function byFunction(samples: readonly StoredSample[]): Map<string, StoredSample[]> {
  const groups = new Map<string, StoredSample[]>();
  for (const sample of [...samples].sort(inFeedOrder)) {
    const group = groups.get(sample.functionKey);
    if (group === undefined) groups.set(sample.functionKey, [sample]);
    else group.push(sample);
  }
  return groups;
}

export class Fleet {
  readonly functions = new Map<string, ManagedFunction>();
  readonly time: TickTime;
  /** Where carbon is counted. */
  readonly place: FootprintPlace;
  #settings: FunctionSettings;
  #limits: LimitsBook;

  constructor(config: Config, time: TickTime, limits: LimitsBook) {
    this.place = config.carbon;
    this.#settings = new FunctionSettings(config);
    this.time = time;
    this.#limits = limits;
  }

  /** What is configured of functions counts for those that come from now on. */
  configure(config: Config): void {
    this.#settings = new FunctionSettings(config);
  }

  /**
   * Steps every function whose next tick this is, in the order in which they came: O(functions + samples). Others on the event loop get their turn every few ms.
   * With `remembered` the conditions are those of then, else those of now.
   */
  async *step(
    tick: number,
    samples: readonly StoredSample[],
    gaps: readonly StoredGap[],
    remembered?: Remembered,
  ): AsyncGenerator<FunctionTick> {
    const groups = byFunction(samples);
    const isNew = new Set<string>();
    for (const [functionKey, own] of groups) {
      if (this.functions.has(functionKey)) continue;
      this.#add(functionKey, own, tick);
      isNew.add(functionKey);
    }
    const endMs = this.time.endOf(tick);
    const missing = new MissingData(gaps, this.time.beginOf(tick), endMs);
    let since = performance.now();
    for (const managed of this.functions.values()) {
      if (managed.control.nextTick !== tick) continue;
      const { key } = managed;
      const then = remembered?.(key, tick);
      const reason = missing.reason(key);
      const { result, recorded, tooOld } = managed.step(tick, groups.get(key) ?? [], this.time, {
        isMissing: reason !== undefined,
        reason: reason ?? '',
        limits: then?.limits ?? (remembered === undefined ? this.#limits.of(key) : managed.limits),
        mayChange: then?.mayChange ?? (remembered !== undefined || this.#limits.mayChange(key, endMs)),
      });
      if (result.isChanged && remembered === undefined) this.#limits.changed(key, endMs);
      yield { managed, result, recorded, tooOld, isNew: isNew.has(key) };
      if (performance.now() - since > SLICE_MS) {
        await turn();
        since = performance.now();
      }
    }
  }

  /** A function begins one tick before its first call: what was before nobody knows. */
  #add(functionKey: string, samples: readonly StoredSample[], tick: number): void {
    const setting = this.#settings.of(functionKey, samples, tick - 1);
    const control = new FunctionControl(setting);
    control.tick(tick - 1);
    const firstMs = Math.min(...samples.map((sample) => (sample.kind === 'call' ? sample.atMs : sample.fromMs)));
    this.functions.set(functionKey, new ManagedFunction(control, this.place, firstMs));
  }
}

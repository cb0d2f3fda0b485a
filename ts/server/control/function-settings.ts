/** What a function's control is made of: the configuration, and the first that is known of the function. */
import { type FootprintPlace, fitsKey } from 'isotherm/decide';
import type { ControlSetting } from 'isotherm/evaluate';
import { DEFAULT_MEMORY_MIB, tabledStartTime } from 'isotherm/trace';
import type { Config, FunctionsConfig } from '../config/index.js';
import type { StoredSample } from '../store/index.js';
import { measuredStarts } from './feed.js';
import type { ConfiguredChange, ManagedFunction } from './managed-function.js';

/** What ours is compared with where the provider does not say which starts were cold. */
export const COMPARED = 'fixed-10min';

/** Draws of policies that draw; a function's stream is its own. */
const SEED = 1;

/** What of a configuration a function's control and figures are made of. */
const SECTIONS = [
  'prediction',
  'warming',
  'policy',
  'prices',
  'carbon',
  'functions',
] as const satisfies readonly (keyof Config)[];

type Entry = FunctionsConfig & { place: number };

/** An entry's place among all: of each key the first that matches counts. */
const inPlace = (a: Entry, b: Entry): number => a.place - b.place;

/** Made in O(entries); a function is looked up among the patterns one by one, and among whole keys at once. */
export class FunctionSettings {
  readonly #config: Config;
  /** Of every function the same. */
  readonly #ofAll: Pick<ControlSetting, 'policy' | 'prices' | 'model' | 'horizonMs' | 'pool'>;
  readonly #byKey = new Map<string, Entry[]>();
  readonly #patterns: Entry[] = [];

  constructor(config: Config) {
    const { prediction, warming, policy, prices } = config;
    this.#config = config;
    this.#ofAll = {
      policy,
      prices,
      model: prediction.modelType,
      horizonMs: prediction.horizonMs,
      pool: { minInstances: warming.minWarmPool, maxInstances: warming.maxWarmPool, buffer: warming.prewarmBuffer },
    };
    for (const [place, one] of config.functions.entries()) {
      const entry = { ...one, place };
      const same = this.#byKey.get(one.match);
      if (one.match.includes('*')) this.#patterns.push(entry);
      else if (same === undefined) this.#byKey.set(one.match, [entry]);
      else same.push(entry);
    }
  }

  /** Where carbon is counted. */
  get place(): FootprintPlace {
    return this.#config.carbon;
  }

  /** Itself where another configuration says the same of functions. */
  under(config: Config): FunctionSettings {
    return SECTIONS.every((name) => isSame(config[name], this.#config[name])) ? this : new FunctionSettings(config);
  }

  /** `samples` are the first of the function; `firstTick` is the tick before theirs. */
  of(functionKey: string, samples: readonly StoredSample[], firstTick: number): ControlSetting {
    const { memoryMiB, startMs, tabledMs } = this.#saidOf(functionKey);
    return {
      functionKey,
      memoryMiB: memoryMiB ?? samples.find((sample) => sample.memoryMiB !== undefined)?.memoryMiB ?? DEFAULT_MEMORY_MIB,
      ...startOf(startMs, measuredStarts(samples), tabledMs),
      tickMs: this.#config.prediction.tickMs,
      firstTick,
      compared: COMPARED,
      seed: SEED,
      stream: streamOf(functionKey),
      ...this.#ofAll,
    };
  }

  /**
   * What is configured otherwise than it holds for a function; null where nothing is. Its memory stays where none is configured (any more), and its start time goes
   * back to the table where one was: what is measured counts again.
   */
  changeOf({ setting: held, control, place }: ManagedFunction): ConfiguredChange | null {
    const { memoryMiB = held.memoryMiB, startMs, tabledMs } = this.#saidOf(held.functionKey);
    const isTabled = held.coldStartFrom === 'configured' || control.startTime.from === 'table';
    const wanted: Partial<ControlSetting> = {
      memoryMiB,
      ...(startMs !== undefined || isTabled ? startOf(startMs, [], tabledMs) : {}),
      ...this.#ofAll,
    };
    const setting: Record<string, unknown> = {};
    for (const name of Object.keys(wanted) as (keyof ControlSetting)[]) {
      if (!isSame(wanted[name], held[name])) setting[name] = wanted[name];
    }
    const change: ConfiguredChange = {
      ...(Object.keys(setting).length > 0 && { setting }),
      ...(!isSame(place, this.place) && { place: this.place }),
    };
    return change.setting || change.place ? change : null;
  }

  #saidOf(functionKey: string): Pick<FunctionsConfig, 'memoryMiB' | 'startMs'> & { tabledMs: number } {
    const entries = [
      ...(this.#byKey.get(functionKey) ?? []),
      ...this.#patterns.filter(({ match }) => fitsKey(match, functionKey)),
    ].sort(inPlace);
    const said = <Name extends keyof FunctionsConfig>(name: Name): FunctionsConfig[Name] | undefined =>
      entries.find((entry) => entry[name] !== undefined)?.[name];
    const [memoryMiB, startMs, platform, runtime] = [
      said('memoryMiB'),
      said('startMs'),
      said('platform'),
      said('runtime'),
    ];
    return {
      ...(memoryMiB !== undefined && { memoryMiB }),
      ...(startMs !== undefined && { startMs }),
      tabledMs: tabledStartTime({ ...(platform && { platform }), ...(runtime && { runtime }) }).medianMs,
    };
  }
}

/** Of what a configuration has: plain values, lists and records, where what is undefined is as if it were not there. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return (
    Object.keys(one).every((name) => isSame(one[name], other[name])) &&
    Object.keys(other).every((name) => name in one || other[name] === undefined)
  );
}

/** What is configured holds; else what was measured, the median; else the table. */
function startOf(
  configuredMs: number | undefined,
  measured: readonly number[],
  tabledMs: number,
): Pick<ControlSetting, 'coldStartMs' | 'coldStartFrom' | 'coldStartMeasurements'> {
  if (configuredMs !== undefined) {
    return { coldStartMs: Math.round(configuredMs), coldStartFrom: 'configured', coldStartMeasurements: 0 };
  }
  if (measured.length === 0) {
    return { coldStartMs: Math.round(tabledMs), coldStartFrom: 'table', coldStartMeasurements: 0 };
  }
  const median = measured.toSorted((a, b) => a - b)[Math.floor((measured.length - 1) / 2)]!;
  return { coldStartMs: Math.max(1, median), coldStartFrom: 'measured', coldStartMeasurements: measured.length };
}

/** FNV-1a of the key: the same whatever else there is, and in whichever order functions come. */
function streamOf(functionKey: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < functionKey.length; i++) hash = Math.imul(hash ^ functionKey.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** What a function's control is made of: the configuration, and the first that is known of the function. */
import { fitsKey } from 'isotherm/decide';
import type { ControlSetting } from 'isotherm/evaluate';
import { DEFAULT_MEMORY_MIB, tabledStartTime } from 'isotherm/trace';
import type { Config, FunctionsConfig } from '../config/index.js';
import type { StoredSample } from '../store/index.js';
import { measuredStarts } from './feed.js';
import type { ManagedFunction } from './managed-function.js';

/** What ours is compared with where the provider does not say which starts were cold. */
export const COMPARED = 'fixed-10min';

/** Draws of policies that draw; a function's stream is its own. */
const SEED = 1;

export class FunctionSettings {
  #config: Config;

  constructor(config: Config) {
    this.#config = config;
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
      ...this.#ofAll(),
    };
  }

  /**
   * What is configured otherwise than it holds for a function; null where nothing is. Its memory stays where none is configured (any more), and its start time goes
   * back to the table where one was: what is measured counts again.
   */
  changeOf({ setting, control }: ManagedFunction): Partial<ControlSetting> | null {
    const { memoryMiB = setting.memoryMiB, startMs, tabledMs } = this.#saidOf(setting.functionKey);
    const isTabled = setting.coldStartFrom === 'configured' || control.startTime.from === 'table';
    const wanted: Partial<ControlSetting> = {
      memoryMiB,
      ...(startMs !== undefined || isTabled ? startOf(startMs, [], tabledMs) : {}),
      ...this.#ofAll(),
    };
    const changed = Object.entries(wanted).filter(([name, value]) => {
      return !isSame(value, setting[name as keyof ControlSetting]);
    });
    return changed.length === 0 ? null : Object.fromEntries(changed);
  }

  /** Of every function the same. */
  #ofAll(): Pick<ControlSetting, 'policy' | 'prices' | 'model' | 'horizonMs' | 'pool'> {
    const { prediction, warming, policy, prices } = this.#config;
    return {
      policy,
      prices,
      model: prediction.modelType,
      horizonMs: prediction.horizonMs,
      pool: { minInstances: warming.minWarmPool, maxInstances: warming.maxWarmPool, buffer: warming.prewarmBuffer },
    };
  }

  #saidOf(functionKey: string): Pick<FunctionsConfig, 'memoryMiB' | 'startMs'> & { tabledMs: number } {
    const entries = this.#config.functions.filter(({ match }) => fitsKey(match, functionKey));
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

/** Of what a configuration has: each built in one order of names, and saved as it is. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

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

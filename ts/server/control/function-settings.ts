/** What a function's control is made of: the configuration, and the first that is known of the function. */
import { fitsKey } from 'isotherm/decide';
import type { ControlSetting } from 'isotherm/evaluate';
import { DEFAULT_MEMORY_MIB, tabledStartTime } from 'isotherm/trace';
import type { Config, FunctionsConfig } from '../config/index.js';
import type { StoredSample } from '../store/index.js';
import { measuredStarts } from './feed.js';

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
    const { prediction, warming, policy, prices, functions } = this.#config;
    const entries = functions.filter(({ match }) => fitsKey(match, functionKey));
    const said = <Name extends keyof FunctionsConfig>(name: Name): FunctionsConfig[Name] | undefined =>
      entries.find((entry) => entry[name] !== undefined)?.[name];
    const platform = said('platform');
    const runtime = said('runtime');
    const table = tabledStartTime({ ...(platform && { platform }), ...(runtime && { runtime }) });
    const measured = measuredStarts(samples);
    return {
      functionKey,
      memoryMiB:
        said('memoryMiB') ?? samples.find(({ memoryMiB }) => memoryMiB !== undefined)?.memoryMiB ?? DEFAULT_MEMORY_MIB,
      ...startOf(said('startMs'), measured, table.medianMs),
      tickMs: prediction.tickMs,
      firstTick,
      policy,
      compared: COMPARED,
      prices,
      model: prediction.modelType,
      horizonMs: prediction.horizonMs,
      pool: { minInstances: warming.minWarmPool, maxInstances: warming.maxWarmPool, buffer: warming.prewarmBuffer },
      seed: SEED,
      stream: streamOf(functionKey),
    };
  }
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

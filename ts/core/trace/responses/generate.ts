import { IsothermError } from '../../kernels/error.js';
import { exp, type SplitMix64 } from '../../kernels/pure/numeric.js';
import { logUniform, streamOf } from '../generator/draws.js';
import { normal } from '../generator/normal.js';
import { season } from '../generator/season.js';
import { roundHalfUp } from '../trace.js';
import type { Responses } from './records.js';

export interface GenerateResponsesOptions {
  /** Whole, 1..100,000. */
  functions: number;
  /** Length; each function has one record a minute. Whole, 1..1,000,000; functions x minutes at most 100,000,000. */
  minutes: number;
  /** Whole, 0..4294967295. */
  seed: number;
}

/** What no predictor beats on average that knows the model, the function and all other columns of the record. */
export interface IrreducibleError {
  /** Root mean square error of the conditional mean, ms. */
  rmseMs: number;
  /** Mean absolute error of the conditional median, ms. */
  maeMs: number;
}

export interface GeneratedResponses {
  responses: Responses;
  /** `[n]`: the mean of the response time given all other columns, ms: the best prediction by squared error. */
  meanMs: Float64Array;
  /** `[n]`: its median, ms: the best prediction by absolute error. */
  medianMs: Float64Array;
  irreducibleError: IrreducibleError;
}

/** 2024-01-01T00:00:00Z, a Monday. */
const ORIGIN_MS = 1704067200000;
/** Memory sizes on offer, MB, and the one from which on a function has a CPU of its own. */
const MEMORY_MB = [128, 256, 512, 1024, 2048, 3008];
const FULL_CPU_MB = 1769;
/** Beyond this load calls are throttled, and a throttled call waits so long, ms. */
const THROTTLED_FROM = 0.75;
const RETRY_MS = 200;
/** Beyond this share of its memory a function slows down. */
const SHORT_OF_MEMORY = 0.8;
/** The noise: a log-normal factor with mean 1 and this deviation of its logarithm. */
const SIGMA = 0.2;
/** erf(SIGMA / sqrt(2)): the chance of a normal draw within SIGMA of 0. */
const WITHIN_SIGMA = 0.15851941887820606;

/**
 * Synthetic call records that follow a stated model, so that something can be learnt from them and one knows how much:
 *
 *     response = (base x memory factor x queueing + throttling x 200 ms) x noise + cold start
 *
 * with `base` and the memory size the function's own; memory factor sqrt(max(1, 1769 / size)), and up to 1.6 times that as memory
 * utilisation goes from 80 % to 100 %; queueing 1 / (1 - CPU utilisation); noise log-normal with mean 1 and sigma 0.2. The columns are rounded before
 * the response is computed from them.
 *
 * Errors: OUT_OF_RANGE for a number outside its range. Time and memory: linear in functions x minutes.
 * Source: docs/synthetic.md.
 *
 * @example
 * const { responses, irreducibleError } = generateResponses({ functions: 5, minutes: 1440, seed: 1 });
 */
export function generateResponses(options: GenerateResponsesOptions): GeneratedResponses {
  check(options);
  const { functions, minutes, seed } = options;
  const records = functions * minutes;
  const responses: Responses = {
    functionIds: Array.from({ length: functions }, (_, f) => `function-${String(f).padStart(4, '0')}`),
    functionOf: new Uint32Array(records),
    timestampMs: new Float64Array(records),
    responseMs: new Float64Array(records),
    cpuPercent: new Float64Array(records),
    memoryPercent: new Float64Array(records),
    coldStart: new Uint8Array(records),
    coldStartMs: new Float64Array(records),
    throttlingRate: new Float64Array(records),
    errorRate: new Float64Array(records),
  };
  const meanMs = new Float64Array(records);
  const medianMs = new Float64Array(records);
  const day = season(minutes, 0.5, 0.7).relative;
  let squares = 0;
  let sum = 0;
  for (let f = 0; f < functions; f++) {
    const random = streamOf(seed, f);
    const draw = behaviour(random);
    for (let minute = 0; minute < minutes; minute++) {
      const at = minute * functions + f;
      const { load, memory, throttling, errors, cold, coldMs, steadyMs } = draw(day[minute]);
      const noise = exp(SIGMA * normal(random) - (SIGMA * SIGMA) / 2);
      responses.functionOf[at] = f;
      responses.timestampMs[at] = ORIGIN_MS + minute * 60000;
      responses.cpuPercent[at] = load * 100;
      responses.memoryPercent[at] = memory * 100;
      responses.coldStart[at] = cold;
      responses.coldStartMs[at] = coldMs;
      responses.throttlingRate[at] = throttling;
      responses.errorRate[at] = errors;
      responses.responseMs[at] = rounded(steadyMs * noise + coldMs, 1000);
      meanMs[at] = steadyMs + coldMs;
      medianMs[at] = steadyMs * exp((-SIGMA * SIGMA) / 2) + coldMs;
      squares += steadyMs * steadyMs;
      sum += steadyMs;
    }
  }
  return {
    responses,
    meanMs,
    medianMs,
    irreducibleError: {
      rmseMs: Math.sqrt((squares / records) * (exp(SIGMA * SIGMA) - 1)),
      maeMs: (sum / records) * WITHIN_SIGMA,
    },
  };
}

/** What a record shows beside its response, in the model's units, and the response but for noise and cold start. */
interface Moment {
  load: number;
  memory: number;
  throttling: number;
  errors: number;
  cold: number;
  coldMs: number;
  steadyMs: number;
}

/** One function's nature, drawn once; answers minute by minute, given how busy the hour is. */
function behaviour(random: SplitMix64): (busy: number) => Moment {
  const baseMs = logUniform(random, 20, 800);
  const size = MEMORY_MB[random.below(MEMORY_MB.length)];
  const sizeFactor = Math.sqrt(Math.max(1, FULL_CPU_MB / size));
  const meanLoad = 0.25 + 0.35 * random.unit();
  const meanMemory = 0.35 + 0.5 * random.unit();
  const coldMs = logUniform(random, 150, 2500);
  const coldWhenQuiet = 0.02 + 0.08 * random.unit();
  let drift = 0;
  return (busy) => {
    // Load wanders around the hour's and comes back: an autoregression over minutes.
    drift = 0.9 * drift + 0.06 * normal(random);
    const load = rounded(Math.min(0.9, Math.max(0.02, meanLoad * (busy + drift))), 10000);
    const memory = rounded(Math.min(1, Math.max(0.05, meanMemory * (1 + 0.15 * drift + 0.03 * normal(random)))), 10000);
    const throttling = rounded(Math.max(0, load - THROTTLED_FROM) * 0.4, 100000);
    const errors = rounded(0.001 + 0.05 * throttling + 0.002 * random.unit(), 100000);
    // A quiet function has fewer warm instances.
    const cold = random.unit() < coldWhenQuiet * (1 - load) ? 1 : 0;
    const spread = exp(0.25 * normal(random));
    const memoryFactor = sizeFactor * (1 + 3 * Math.max(0, memory - SHORT_OF_MEMORY));
    return {
      load,
      memory,
      throttling,
      errors,
      cold,
      coldMs: cold === 1 ? rounded(coldMs * spread, 1000) : 0,
      steadyMs: (baseMs * memoryFactor) / (1 - load) + throttling * RETRY_MS,
    };
  };
}

/** To the nearest multiple of `1 / parts`. */
function rounded(value: number, parts: number): number {
  return roundHalfUp(value * parts) / parts;
}

function check({ functions, minutes, seed }: GenerateResponsesOptions): void {
  const within = (name: string, value: number, low: number, high: number): void => {
    if (Number.isInteger(value) && value >= low && value <= high) return;
    throw new IsothermError('OUT_OF_RANGE', `${name} is ${value}, expected a whole number, ${low}..${high}`);
  };
  within('functions', functions, 1, 100_000);
  within('minutes', minutes, 1, 1_000_000);
  within('functions x minutes', functions * minutes, 1, 100_000_000);
  within('seed', seed, 0, 0xffffffff);
}

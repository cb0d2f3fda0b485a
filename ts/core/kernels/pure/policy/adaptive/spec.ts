/** The adaptive policies as numbers: `[5 or 6, priceFactor, target or -1, ...prices of a function or none, ...prior]`. */
import { IsothermError } from '../../../error.js';
import type { AdaptivePrices } from '../../../policy.js';
import { ensure, nonNegative, whole } from '../../check.js';
import { Adaptive } from './adaptive.js';
import type { Terms } from './learnt.js';
import { Prior } from './prior.js';
import { PRIOR_LENGTH } from './prior-layout.js';

const PRICES_AT = 3;
const PRICES = 4;
const MAX_U32 = 0xffff_ffff;

export const isAdaptive = ([kind]: Float64Array): boolean => kind === 5 || kind === 6;

/** Errors: `BAD_ARGUMENT`. */
export const priorOf = (spec: Float64Array): Prior => new Prior(spec.subarray(spec.length - PRIOR_LENGTH));

function checkTerms([, priceFactor, target]: Float64Array): void {
  nonNegative('policy parameter priceFactor', priceFactor);
  ensure(target === -1 || (target >= 0 && target <= 1), 'BAD_ARGUMENT', () => {
    return `policy parameter target is ${target}, expected 0 to 1, or -1 for none`;
  });
}

function pricedTerms([, priceFactor, target, idle, cold, preWarm, coldMs]: Float64Array): Terms {
  const preWarmUsd = nonNegative('policy parameter preWarmUsd', preWarm) * priceFactor;
  const coldStartMs = whole('policy parameter coldStartMs', coldMs, 0, MAX_U32);
  const idleUsdPerMs = nonNegative('policy parameter idleUsdPerMs', idle);
  const coldStartUsd = nonNegative('policy parameter coldStartUsd', cold) * priceFactor;
  return { idleUsdPerMs, coldStartUsd, preWarmUsd, coldStartMs, target };
}

/** The policy, where `spec` is a row of one. Errors: `BAD_ARGUMENT`, also without prices; `OUT_OF_RANGE`, `NOT_FINITE`. */
export function createAdaptive(spec: Float64Array): Adaptive | undefined {
  const prices = spec.length - PRIOR_LENGTH - PRICES_AT;
  if (!isAdaptive(spec) || (prices !== 0 && prices !== PRICES)) return undefined;
  checkTerms(spec);
  const terms = prices === 0 ? undefined : pricedTerms(spec);
  const prior = priorOf(spec);
  if (terms !== undefined) return Adaptive.of(terms, spec[0] === 5, prior);
  const sentence = 'policy adaptive needs the prices of its function, idleUsdPerMs to coldStartMs';
  throw new IsothermError('BAD_ARGUMENT', sentence);
}

/** The row of one function, where this one is of any. */
export function adaptiveOfFunction(spec: Float64Array, of: AdaptivePrices): Float64Array {
  if (spec.length !== PRICES_AT + PRIOR_LENGTH) return spec;
  const filled = new Float64Array(spec.length + PRICES);
  filled.set(spec.subarray(0, PRICES_AT));
  filled.set([of.idleUsdPerMs, of.coldStartUsd, of.preWarmUsd, of.coldStartMs], PRICES_AT);
  filled.set(spec.subarray(PRICES_AT), PRICES_AT + PRICES);
  return filled;
}

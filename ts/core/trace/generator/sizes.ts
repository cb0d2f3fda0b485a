import { exp, ln, type SplitMix64 } from '../../kernels/pure/numeric.js';
import { CALLS_DURATION_CORRELATION, DURATION_S, MEMORY_MB } from '../calibration.js';
import { roundHalfUp } from '../trace.js';
import { normal, normalQuantile } from './normal.js';

/** An hour: the log-normal fit has 0.03 % beyond it, the released trace next to nothing. */
const LONGEST_MS = 3600000;
/** What an instance of the platform that was measured may have at most, MB. The Burr fit has 0.3 % beyond it. */
const LARGEST_MB = 1536;

/** A normal correlation that gives this rank correlation (Spearman's): 2 sin(pi rho / 6), here by its series. */
const angle = (Math.PI * CALLS_DURATION_CORRELATION) / 6;
const NORMAL_CORRELATION = 2 * (angle - (angle * angle * angle) / 6);

/** A mean duration in whole ms, at least 1; `popularity` (0..1, ends excluded) is the function's rank by calls. */
export function drawDurationMs(random: SplitMix64, popularity?: number): number {
  let z = normal(random);
  if (popularity !== undefined) {
    z = NORMAL_CORRELATION * normalQuantile(popularity) + Math.sqrt(1 - NORMAL_CORRELATION * NORMAL_CORRELATION) * z;
  }
  const ms = 1000 * exp(DURATION_S.mu + DURATION_S.sigma * z);
  return Math.min(LONGEST_MS, Math.max(1, roundHalfUp(ms)));
}

/** Memory of an instance, whole MiB (what the platform calls MB). */
export function drawMemoryMiB(random: SplitMix64): number {
  const { c, k, lambda } = MEMORY_MB;
  const tail = exp(-ln(1 - random.unit()) / k) - 1;
  const memory = tail > 0 ? lambda * exp(ln(tail) / c) : 1;
  return Math.min(LARGEST_MB, Math.max(1, roundHalfUp(memory)));
}

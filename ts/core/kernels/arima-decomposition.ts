/** A series as the sum of a season that may change, a trend and a remainder. */
import { ExtendedLoess, Loess, type Smoothing } from './arima-loess.js';

/** Cycles around one over which its season is smoothed. */
const CYCLES = 11;
/** How often season and trend are taken off one another. */
const ROUNDS = 2;

export interface Decomposition {
  season: Float64Array;
  remainder: Float64Array;
}

const odd = (least: number): number => least + (least % 2 === 0 ? 1 : 0);

/** Windows and steps as R's `stl` has them: a mean over eleven cycles for the season, lines for the trend. */
const smoothing = (window: number, linear: boolean): Smoothing => ({ window, linear, jump: Math.ceil(window / 10) });

/**
 * The parts of at least two seasons of a series.
 *
 * Complexity: O(n); memory O(n).
 *
 * Source: Cleveland, Cleveland, McRae, Terpenning, "STL: a seasonal-trend decomposition procedure based on loess", Journal of
 * Official Statistics 6, 1990, without its robustness weights.
 */
export function decompose(y: Float64Array, season: number): Decomposition {
  const n = y.length;
  const trendSmoother = new Loess(n, smoothing(odd(Math.ceil((1.5 * season) / (1 - 1.5 / CYCLES))), true));
  const lowPass = new Loess(n, smoothing(odd(season), true));
  // Phases differ in length by one value at most.
  const fewest = Math.floor(n / season);
  const phases = [fewest, fewest + 1].map((cycles) => new ExtendedLoess(cycles, smoothing(CYCLES, false)));
  const trend = new Float64Array(n);
  const parts = { season: new Float64Array(n), remainder: new Float64Array(n) };
  const cycles = new Float64Array(n + 2 * season);
  const low = new Float64Array(n);
  for (let round = 0; round < ROUNDS; round++) {
    for (let t = 0; t < n; t++) parts.remainder[t] = y[t] - trend[t];
    smoothPhases(parts.remainder, season, phases, cycles);
    lowPass.smooth(averaged(averaged(averaged(cycles, season), season), 3), low);
    for (let t = 0; t < n; t++) {
      parts.season[t] = cycles[season + t] - low[t];
      parts.remainder[t] = y[t] - parts.season[t];
    }
    trendSmoother.smooth(parts.remainder, trend);
  }
  for (let t = 0; t < n; t++) parts.remainder[t] -= trend[t];
  return parts;
}

/** Each phase of the season smoothed on its own, one cycle added at both ends. */
function smoothPhases(y: Float64Array, season: number, smoothers: ExtendedLoess[], out: Float64Array): void {
  const fewest = Math.floor(y.length / season);
  for (let phase = 0; phase < season; phase++) {
    const values = Float64Array.from(
      { length: Math.ceil((y.length - phase) / season) },
      (_, k) => y[phase + k * season],
    );
    const smooth = new Float64Array(values.length + 2);
    smoothers[values.length - fewest].smooth(values, smooth);
    for (let k = 0; k < smooth.length; k++) out[phase + k * season] = smooth[k];
  }
}

/** Means of consecutive values. */
function averaged(y: Float64Array, of: number): Float64Array {
  const out = new Float64Array(y.length - of + 1);
  let sum = 0;
  for (let t = 0; t < of; t++) sum += y[t];
  out[0] = sum / of;
  for (let t = 1; t < out.length; t++) {
    sum += y[t + of - 1] - y[t - 1];
    out[t] = sum / of;
  }
  return out;
}

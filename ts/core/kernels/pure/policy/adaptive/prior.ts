/** What is expected of a function before it has been seen much: the pure twin of `prior.rs` in `crates/policy`. */
import { ensure } from '../../check.js';
import { BINS } from './bins.js';

/** Bin offsets from the mean bin that a row of hazards covers, to each side. */
const REACH = 36;
const NEAR = 2 * REACH + 1;
/** 1 gap seen, 2 to 4, 5 and more. */
const STAGES = 3;
const CLASS = BINS + STAGES * NEAR;

/** How many numbers a prior has. */
export const PRIOR_LENGTH = 2 * CLASS;

/** Hazards per idle-time bin: `[level 0, upper levels][first gap by bin, then per stage by offset from the mean bin]`. */
export class Prior {
  #hazards: Float64Array;

  /** Errors: `BAD_ARGUMENT`. */
  constructor(hazards: Float64Array) {
    ensure(hazards.length === PRIOR_LENGTH, 'BAD_ARGUMENT', () => {
      return `policy parameter prior has ${hazards.length} hazards, expected ${PRIOR_LENGTH}`;
    });
    for (let i = 0; i < PRIOR_LENGTH; i++) {
      ensure(hazards[i] > 0 && hazards[i] < 1, 'BAD_ARGUMENT', () => {
        return `policy parameter prior[${i}] is ${hazards[i]}, expected above 0 and below 1`;
      });
    }
    this.#hazards = hazards;
  }

  /** Writes the hazard of each bin, for a level of which `seen` gaps are known with this mean bin. */
  row(upper: boolean, seen: number, meanBin: number, out: Float64Array): void {
    const first = upper ? CLASS : 0;
    const hazards = this.#hazards;
    if (seen === 0) {
      for (let bin = 0; bin < BINS; bin++) out[bin] = hazards[first + bin];
      return;
    }
    const stage = seen === 1 ? 0 : seen <= 4 ? 1 : 2;
    const centre = Math.min(Math.floor(meanBin + 0.5), BINS - 1);
    const row = first + BINS + stage * NEAR;
    for (let bin = 0; bin < BINS; bin++) {
      out[bin] = hazards[row + Math.min(Math.max(bin + REACH - centre, 0), NEAR - 1)];
    }
  }
}

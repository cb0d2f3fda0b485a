/** What is expected of a function before it has been seen much: the pure twin of `prior.rs` in `crates/policy`. */
import { ensure } from '../../check.js';
import { BINS } from './bins.js';
import { cellOf, centreOf, PRIOR_LENGTH, rowOf, rowStart, stageOf } from './prior-layout.js';

/** Hazards per idle-time bin, laid out as `prior-layout.ts` says. */
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

  /** Writes the hazard of each bin, for a level of which `seen` gaps are known with this mean of their bins' middles. */
  row(upper: boolean, seen: number, meanBin: number, out: Float64Array): void {
    const row = rowOf(upper ? 1 : 0, stageOf(seen));
    const start = rowStart(row);
    const centre = centreOf(meanBin);
    for (let bin = 0; bin < BINS; bin++) out[bin] = this.#hazards[start + cellOf(row, centre, bin)];
  }
}

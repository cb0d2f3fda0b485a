/** How well idle times were foretold: the negative logarithm of the probability of each one's bin, in nats. */
import type { LogLoss } from '../kernels/index.js';
import { ln } from '../kernels/pure/numeric.js';
import { BINS } from '../kernels/pure/policy/adaptive/bins.js';
import { cellOf, rowStart } from '../kernels/pure/policy/adaptive/prior-layout.js';
import type { GapRecords } from './gap-records.js';

/** As how many idle times what one begins with counts: as in the policy. */
const BEFORE_MASS = 2;

/** What one level's idle times were so far, by bin. */
class OwnGaps {
  #ended = new Float64Array(BINS);
  #reached = new Float64Array(BINS);
  #seen = 0;

  add(bin: number): void {
    for (let before = 0; before <= bin; before++) this.#reached[before]!++;
    this.#ended[bin]!++;
    this.#seen++;
  }

  probability(bin: number): number {
    return (this.#ended[bin]! + BEFORE_MASS / BINS) / (this.#seen + BEFORE_MASS);
  }

  hazard(bin: number, prior: number): number {
    return (this.#ended[bin]! + BEFORE_MASS * prior) / (this.#reached[bin]! + BEFORE_MASS);
  }
}

/** Losses in all, over a growing number of functions. */
export class LossSum {
  gaps = 0;
  #prior = 0;
  #ownGaps = 0;
  #priorAndOwnGaps = 0;

  /** Adds the idle times of the `f`th function, foretold under `hazards: [586]`. O(idle times x bins). */
  add(records: GapRecords, f: number, hazards: Float64Array): void {
    const levels: (OwnGaps | undefined)[] = [];
    for (let at = records.starts[f]!; at < records.starts[f + 1]!; at++) {
      const row = records.rows[at]!;
      const centre = records.centres[at]!;
      const bin = records.bins[at]!;
      const level = records.classes[at]!;
      let own = levels[level];
      if (own === undefined) {
        own = new OwnGaps();
        levels[level] = own;
      }
      const start = rowStart(row);
      const prior = (of: number): number => hazards[start + cellOf(row, centre, of)]!;
      const known = own;
      this.#prior += lossOf(bin, prior);
      this.#priorAndOwnGaps += lossOf(bin, (of) => known.hazard(of, prior(of)));
      this.#ownGaps -= ln(own.probability(bin));
      own.add(bin);
      this.gaps++;
    }
  }

  mean(): LogLoss {
    const { gaps } = this;
    return {
      prior: this.#prior / gaps,
      uniform: ln(BINS),
      ownGaps: this.#ownGaps / gaps,
      priorAndOwnGaps: this.#priorAndOwnGaps / gaps,
    };
  }
}

/** Past the bins before it, and into this one; none passes the last. */
function lossOf(bin: number, hazard: (bin: number) => number): number {
  let loss = 0;
  for (let before = 0; before < bin; before++) loss -= ln(1 - hazard(before));
  return bin < BINS - 1 ? loss - ln(hazard(bin)) : loss;
}

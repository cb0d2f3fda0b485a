/**
 * How well idle times were foretold: the negative logarithm of the probability of each one's bin, in nats; of one that went on when
 * the trace ended, of its bin or a later one.
 */
import type { LogLoss } from '../kernels/index.js';
import { ln } from '../kernels/pure/numeric.js';
import { BINS } from '../kernels/pure/policy/adaptive/bins.js';
import { PRIOR_GAPS } from '../kernels/pure/policy/adaptive/gaps.js';
import { cellOf, rowStart } from '../kernels/pure/policy/adaptive/prior-layout.js';
import type { GapRecords } from './gap-records.js';

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
    return (this.#ended[bin]! + PRIOR_GAPS / BINS) / (this.#seen + PRIOR_GAPS);
  }

  /** Of this bin or a later one: what reached it. */
  probabilityFrom(bin: number): number {
    return (this.#reached[bin]! + (PRIOR_GAPS * (BINS - bin)) / BINS) / (this.#seen + PRIOR_GAPS);
  }

  hazard(bin: number, prior: number): number {
    return (this.#ended[bin]! + PRIOR_GAPS * prior) / (this.#reached[bin]! + PRIOR_GAPS);
  }
}

/** Losses in all, over a growing number of functions. */
export class LossSum {
  gaps = 0;
  #prior = 0;
  #uniform = 0;
  #ownGaps = 0;
  #priorAndOwnGaps = 0;

  /** Adds the idle times of the `f`th function, foretold under `hazards: [586]`. O(idle times x bins). */
  add(records: GapRecords, f: number, hazards: Float64Array): void {
    const levels: (OwnGaps | undefined)[] = [];
    for (let at = records.starts[f]!; at < records.starts[f + 1]!; at++) {
      const hasEnded = records.ended[at] === 1;
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
      this.gaps++;
      this.#prior += lossOf(bin, hasEnded, prior);
      this.#priorAndOwnGaps += lossOf(bin, hasEnded, (of) => known.hazard(of, prior(of)));
      this.#ownGaps -= ln(hasEnded ? own.probability(bin) : own.probabilityFrom(bin));
      this.#uniform -= ln(hasEnded ? 1 / BINS : (BINS - bin) / BINS);
      if (hasEnded) own.add(bin);
    }
  }

  mean(): LogLoss {
    const { gaps } = this;
    return {
      prior: this.#prior / gaps,
      uniform: this.#uniform / gaps,
      ownGaps: this.#ownGaps / gaps,
      priorAndOwnGaps: this.#priorAndOwnGaps / gaps,
    };
  }
}

/** Past the bins before it, and where it ended there into this one; none passes the last. */
function lossOf(bin: number, hasEnded: boolean, hazard: (bin: number) => number): number {
  let loss = 0;
  for (let before = 0; before < bin; before++) loss -= ln(1 - hazard(before));
  return hasEnded && bin < BINS - 1 ? loss - ln(hazard(bin)) : loss;
}

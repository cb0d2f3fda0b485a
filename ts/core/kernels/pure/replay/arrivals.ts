/** A function's arrivals in blocks, so that a year of a busy function needs no more memory than an hour. */
import { eachCell } from '../../cells.js';
import { SplitMix64 } from '../numeric.js';
import { even, Poisson } from './spread.js';
import type { ReplayTrace } from './trace.js';

const BLOCK = 2048;
const ALL_ALIKE = new Uint32Array(0);

/** Arrivals `starts[0..count]` and, where they differ, their durations. */
export type Visit = (starts: Float64Array, count: number, durations: Uint32Array) => void;

/** Makes blocks; keeps its buffers from function to function. */
export class Arrivals {
  #starts = new Float64Array(2 * BLOCK);
  #poisson = new Poisson();

  each(trace: ReplayTrace, f: number, seed: number, visit: Visit): void {
    const from = trace.offsets[f];
    const to = trace.offsets[f + 1];
    if (trace.each !== undefined) {
      const { startMs, durationMs } = trace.each;
      for (let at = from; at < to; at += BLOCK) {
        const end = Math.min(at + BLOCK, to);
        visit(startMs.subarray(at, end), end - at, durationMs.subarray(at, end));
      }
    } else if (trace.counts !== undefined) {
      const { cells, poisson, index } = trace.counts;
      const random = new SplitMix64(seed, index[f]);
      const atRandom = poisson[f] !== 0;
      let filled = 0;
      eachCell(cells, from, to, (minute, count) => {
        this.#reserve(filled, count);
        if (atRandom) this.#poisson.minute(random, minute * 60_000, count, this.#starts, filled);
        else even(minute * 60_000, count, this.#starts, filled);
        filled += count;
        if (filled >= BLOCK) {
          visit(this.#starts, filled, ALL_ALIKE);
          filled = 0;
        }
      });
      if (filled > 0) visit(this.#starts, filled, ALL_ALIKE);
    }
  }

  #reserve(filled: number, more: number): void {
    if (filled + more <= this.#starts.length) return;
    const grown = new Float64Array(2 * (filled + more));
    grown.set(this.#starts.subarray(0, filled));
    this.#starts = grown;
  }
}

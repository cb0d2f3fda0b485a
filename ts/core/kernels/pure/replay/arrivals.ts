/** A function's arrivals in blocks, so that a year of a busy function needs no more memory than an hour. */
import { CellCursor } from '../../cells.js';
import { SplitMix64 } from '../numeric.js';
import { even, Poisson } from './spread.js';
import type { Counts, ReplayTrace } from './trace.js';

const BLOCK = 2048;
const ALL_ALIKE = new Uint32Array(0);

/** Arrivals `starts[0..count]`, ascending, and their durations, none where all are alike. Good until the next block is asked for. */
export interface Block {
  starts: Float64Array;
  count: number;
  durations: Uint32Array;
}

/** Makes blocks; keeps its buffers from function to function. */
export class Arrivals {
  #starts = new Float64Array(2 * BLOCK);
  #poisson = new Poisson();

  *blocks(trace: ReplayTrace, f: number, seed: number): Generator<Block, void> {
    if (trace.counts !== undefined) {
      yield* this.#laidOut(trace, trace.counts, f, seed);
    } else if (trace.each !== undefined) {
      const { startMs, durationMs } = trace.each;
      const to = trace.offsets[f + 1];
      for (let at = trace.offsets[f]; at < to; at += BLOCK) {
        const end = Math.min(at + BLOCK, to);
        yield { starts: startMs.subarray(at, end), count: end - at, durations: durationMs.subarray(at, end) };
      }
    }
  }

  *#laidOut(trace: ReplayTrace, counts: Counts, f: number, seed: number): Generator<Block, void> {
    const random = new SplitMix64(seed, counts.index[f]);
    const atRandom = counts.poisson[f] !== 0;
    const cells = new CellCursor(counts.cells, trace.offsets[f], trace.offsets[f + 1]);
    let filled = 0;
    while (cells.next()) {
      const { minute, count } = cells;
      this.#reserve(filled, count);
      if (atRandom) this.#poisson.minute(random, minute * 60_000, count, this.#starts, filled);
      else even(minute * 60_000, count, this.#starts, filled);
      filled += count;
      if (filled < BLOCK) continue;
      yield { starts: this.#starts, count: filled, durations: ALL_ALIKE };
      filled = 0;
    }
    if (filled > 0) yield { starts: this.#starts, count: filled, durations: ALL_ALIKE };
  }

  #reserve(filled: number, more: number): void {
    if (filled + more <= this.#starts.length) return;
    const grown = new Float64Array(2 * (filled + more));
    grown.set(this.#starts.subarray(0, filled));
    this.#starts = grown;
  }
}

/** A function's arrivals in blocks, so that a year of a busy function needs no more memory than an hour. */
import { CellCursor } from '../../cells.js';
import { SplitMix64 } from '../numeric.js';
import { COUNTING_SORT_FROM, even, Poisson } from './spread.js';
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
  /** Never holds a whole block when a minute is added, and of a minute at most a block or what is sorted at once. */
  #starts = new Float64Array(BLOCK + Math.max(BLOCK, COUNTING_SORT_FROM));
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
    const starts = this.#starts;
    let filled = 0;
    while (cells.next()) {
      const start = cells.minute * 60_000;
      const { count } = cells;
      if (atRandom && count >= COUNTING_SORT_FROM) {
        const times = this.#poisson.counts(random, count);
        for (let offset = 0; offset < times.length; offset++) {
          for (let left = times[offset]; left > 0; left--) {
            starts[filled++] = start + offset;
            if (filled < BLOCK) continue;
            yield { starts, count: filled, durations: ALL_ALIKE };
            filled = 0;
          }
        }
      } else if (atRandom) {
        this.#poisson.minute(random, start, count, starts, filled);
        filled += count;
      } else {
        for (let from = 0; from < count; from += BLOCK) {
          const to = Math.min(from + BLOCK, count);
          even(start, count, from, to, starts, filled);
          filled += to - from;
          if (filled < BLOCK) continue;
          yield { starts, count: filled, durations: ALL_ALIKE };
          filled = 0;
        }
      }
      if (filled < BLOCK) continue;
      yield { starts, count: filled, durations: ALL_ALIKE };
      filled = 0;
    }
    if (filled > 0) yield { starts, count: filled, durations: ALL_ALIKE };
  }
}

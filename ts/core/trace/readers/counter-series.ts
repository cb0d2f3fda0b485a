import { type IntervalCounts, WholeCalls } from './interval-counts.js';
import { Points } from './points.js';

/** A stretch of samples of one series in one file. */
interface Piece {
  firstMs: number;
  firstValue: number;
  lastMs: number;
  lastValue: number;
}

/** What takes the growth of a counter. */
type TakeGrowth = (fromMs: number, toMs: number, growth: number) => void;

/**
 * A counter's samples, file by file: what it grew by from one sample to the next. A counter that fell began again at 0. Of its first sample in all files
 * nobody knows what came before, unless the series itself began within the time that was looked at: then it began at 0. 40 bytes a file.
 */
export class CounterSeries {
  readonly #pieces: Piece[] = [];
  #piece: Piece | undefined;
  #samples = 0;
  restarts = 0;

  /** Begins a file's samples. */
  begin(): void {
    this.#piece = undefined;
  }

  /** Adds the next sample of the file; false when it is not later than the one before. */
  push(timeMs: number, value: number, take: TakeGrowth): boolean {
    const piece = this.#piece;
    if (piece === undefined) {
      this.#piece = { firstMs: timeMs, firstValue: value, lastMs: timeMs, lastValue: value };
      this.#pieces.push(this.#piece);
      this.#samples++;
      return true;
    }
    if (timeMs <= piece.lastMs) return false;
    this.#samples++;
    take(piece.lastMs, timeMs, this.#growth(piece.lastValue, value));
    piece.lastMs = timeMs;
    piece.lastValue = value;
    return true;
  }

  /**
   * Adds what lies between the files, and before the first sample where the series began later than `lookedFromMs`. Answers with the time at which two files
   * overlap, NaN where none do; with the calls before the first sample; and with how many samples are missing between the first and the last.
   */
  finish(
    lookedFromMs: number,
    stepMs: number,
    take: TakeGrowth,
  ): { overlapMs: number; began: number; missing: number } {
    this.#pieces.sort((a, b) => a.firstMs - b.firstMs);
    let samples = this.#samples;
    for (let at = 1; at < this.#pieces.length; at++) {
      const before = this.#pieces[at - 1];
      const piece = this.#pieces[at];
      if (piece.firstMs < before.lastMs) return { overlapMs: piece.firstMs, began: 0, missing: 0 };
      // Ranges of queries include both their ends.
      if (piece.firstMs === before.lastMs) {
        samples--;
        continue;
      }
      take(before.lastMs, piece.firstMs, this.#growth(before.lastValue, piece.firstValue));
    }
    const [first] = this.#pieces;
    if (first === undefined) return { overlapMs: Number.NaN, began: 0, missing: 0 };
    const missing = (this.#pieces.at(-1)!.lastMs - first.firstMs) / stepMs + 1 - samples;
    if (first.firstMs <= lookedFromMs) return { overlapMs: Number.NaN, began: 0, missing };
    take(Math.max(lookedFromMs, first.firstMs - stepMs), first.firstMs, first.firstValue);
    return { overlapMs: Number.NaN, began: first.firstValue, missing };
  }

  #growth(before: number, after: number): number {
    if (after >= before) return after - before;
    this.restarts++;
    return after;
  }
}

/** A series without a name, the result of an expression: what its values are shows when all are there. */
export class NamelessSeries {
  readonly f: number;
  readonly points = new Points();
  #last = Number.NaN;
  whole = true;
  changes = 0;
  falls = 0;

  constructor(f: number) {
    this.f = f;
  }

  push(timeMs: number, value: number): void {
    this.points.push(timeMs, value);
    if (!Number.isInteger(value)) this.whole = false;
    if (value < this.#last) this.falls++;
    if (value !== this.#last && !Number.isNaN(this.#last)) this.changes++;
    this.#last = value;
  }

  /** Adds the calls of a rate per second, that was measured up to each sample. */
  addRate(counts: IntervalCounts, stepMs: number): void {
    const calls = new WholeCalls();
    let lastMs = Number.NaN;
    this.points.eachByTime((timeMs, perSecond) => {
      if (timeMs !== lastMs) counts.add(this.f, timeMs - stepMs, timeMs, calls.take((perSecond * stepMs) / 1000));
      lastMs = timeMs;
    });
  }
}

import { stableOrder } from './stable-order.js';
import type { CallColumn } from './trace.js';

const SEGMENT = 1 << 16;

interface Segment {
  functions: Int32Array;
  startMs: Float64Array;
  durationMs: Uint32Array;
  columns: Map<CallColumn, Float64Array>;
}

/** Gathers calls in the order of their source, in segments that never move, and sorts them out per function at the end. */
export class CallLog {
  readonly #segments: Segment[] = [];
  readonly #columns = new Set<CallColumn>();
  #segment: Segment | undefined;
  #at = SEGMENT;
  firstStartMs = Number.POSITIVE_INFINITY;
  lastStartMs = Number.NEGATIVE_INFINITY;

  get calls(): number {
    return this.#segments.length * SEGMENT + this.#at - SEGMENT;
  }

  push(functionNumber: number, startMs: number, durationMs: number): void {
    if (this.#at === SEGMENT) this.#open();
    const segment = this.#segment as Segment;
    segment.functions[this.#at] = functionNumber;
    segment.startMs[this.#at] = startMs;
    segment.durationMs[this.#at] = durationMs;
    this.#at++;
    if (startMs < this.firstStartMs) this.firstStartMs = startMs;
    if (startMs > this.lastStartMs) this.lastStartMs = startMs;
  }

  /** Makes `column` one of the trace, whether a value comes or not. */
  declare(column: CallColumn): void {
    this.#columns.add(column);
  }

  /** Sets an optional column of the call that was pushed last. */
  set(column: CallColumn, value: number): void {
    const { columns } = this.#segment as Segment;
    let values = columns.get(column);
    if (values === undefined) {
      values = new Float64Array(SEGMENT).fill(Number.NaN);
      columns.set(column, values);
    }
    values[this.#at - 1] = value;
  }

  /** Gives the calls of function `f` to `numbers[f]`. */
  renumber(numbers: ArrayLike<number>): void {
    this.#each(({ functions }, length) => {
      for (let at = 0; at < length; at++) functions[at] = numbers[functions[at]];
    });
  }

  /** The calls of functions `0..functions`, each ascending by start (ties in the order they came), `originMs` taken off. */
  finish(
    functions: number,
    originMs: number,
  ): {
    offsets: Float64Array;
    startMs: Float64Array;
    durationMs: Uint32Array;
    columns: Partial<Record<CallColumn, Float64Array>>;
  } {
    const offsets = new Float64Array(functions + 1);
    this.#each((segment, length) => {
      for (let at = 0; at < length; at++) offsets[segment.functions[at] + 1]++;
    });
    for (let f = 0; f < functions; f++) offsets[f + 1] += offsets[f];
    const startMs = new Float64Array(this.calls);
    const durationMs = new Uint32Array(this.calls);
    this.#scatter(offsets, (segment, at, to) => {
      startMs[to] = segment.startMs[at] - originMs;
      durationMs[to] = segment.durationMs[at];
    });
    const columns: Partial<Record<CallColumn, Float64Array>> = {};
    for (const column of this.#columns) {
      const values = new Float64Array(this.calls);
      this.#scatter(offsets, (segment, at, to) => {
        values[to] = segment.columns.get(column)?.[at] ?? Number.NaN;
      });
      columns[column] = values;
    }
    for (let f = 0; f < functions; f++) {
      const from = offsets[f];
      const order = stableOrder(startMs, from, offsets[f + 1]);
      if (order === undefined) continue;
      for (const values of [startMs, durationMs, ...Object.values(columns)]) {
        const before = values.slice(from, offsets[f + 1]);
        for (let at = 0; at < order.length; at++) values[from + at] = before[order[at]];
      }
    }
    return { offsets, startMs, durationMs, columns };
  }

  #open(): void {
    this.#segment = {
      functions: new Int32Array(SEGMENT),
      startMs: new Float64Array(SEGMENT),
      durationMs: new Uint32Array(SEGMENT),
      columns: new Map(),
    };
    this.#segments.push(this.#segment);
    this.#at = 0;
  }

  #each(visit: (segment: Segment, length: number) => void): void {
    this.#segments.forEach((segment, index) => {
      visit(segment, index === this.#segments.length - 1 ? this.#at : SEGMENT);
    });
  }

  /** Visits every call with the place that it has among its function's. */
  #scatter(offsets: Float64Array, visit: (segment: Segment, at: number, to: number) => void): void {
    const next = offsets.slice();
    this.#each((segment, length) => {
      for (let at = 0; at < length; at++) visit(segment, at, next[segment.functions[at]]++);
    });
  }
}

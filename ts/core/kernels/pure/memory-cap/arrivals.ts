/** Calls of all functions in the order of time: minute after minute, as counts per minute have no finer order before they are laid out. */
import { CellCursor } from '../../cells.js';
import { SplitMix64 } from '../numeric.js';
import { Heap } from '../replay/heap.js';
import { COUNTING_SORT_FROM, even, Poisson } from '../replay/spread.js';
import { type ReplayTrace, streamOf } from '../replay/trace.js';

const MINUTE_MS = 60_000;

/** Calls in columns; `length` of them hold. Good until the next are asked for. */
export class Calls {
  at = new Float64Array(1 << 16);
  function = new Uint32Array(1 << 16);
  duration = new Uint32Array(1 << 16);
  length = 0;

  /** Makes room for `more` calls. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.at.length) return;
    const room = Math.max(needed, 2 * this.at.length);
    const grown = <T extends Float64Array | Uint32Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    this.at = grown(this.at, new Float64Array(room));
    this.function = grown(this.function, new Uint32Array(room));
    this.duration = grown(this.duration, new Uint32Array(room));
  }
}

/** Where a function's activity is. */
interface Cursor {
  cells: CellCursor | undefined;
  random: SplitMix64 | undefined;
  /** Of a trace of calls: the next one, and the end. */
  next: number;
  end: number;
  minute: number;
}

export class FleetArrivals {
  #trace: ReplayTrace;
  #cursors: Cursor[];
  /** The next minute with calls of each function that has some left. */
  #due = new Heap();
  #poisson = new Poisson();
  /** A minute's calls, function after function. */
  #unordered = new Calls();
  #ordered = new Calls();
  #places = new Uint32Array(MINUTE_MS + 1);

  constructor(trace: ReplayTrace, seed: number) {
    this.#trace = trace;
    this.#cursors = Array.from(trace.memoryMiB, (_, f): Cursor => {
      const next = trace.offsets[f];
      const end = trace.offsets[f + 1];
      if (trace.counts === undefined) return { cells: undefined, random: undefined, next, end, minute: 0 };
      const cells = new CellCursor(trace.counts.cells, next, end);
      return { cells, random: new SplitMix64(seed, streamOf(trace, f)), next, end, minute: 0 };
    });
    for (let f = 0; f < this.#cursors.length; f++) this.#schedule(f);
  }

  /** The calls of the next minutes, at least `enough` where so many are left; none once none is. */
  next(enough: number): Calls {
    const calls = this.#ordered;
    calls.length = 0;
    while (calls.length < enough && this.#due.length > 0) {
      const minute = this.#due.key;
      this.#unordered.length = 0;
      while (this.#due.key === minute) {
        const f = this.#due.pop();
        this.#layOut(f, minute);
        this.#schedule(f);
      }
      this.#order(minute);
    }
    return calls;
  }

  /** Finds the next minute in which function `f` is called. */
  #schedule(f: number): void {
    const cursor = this.#cursors[f];
    if (cursor.cells !== undefined) {
      if (cursor.cells.next()) this.#due.push(cursor.cells.minute, f);
    } else if (cursor.next < cursor.end) {
      this.#due.push(Math.floor(this.#trace.each!.startMs[cursor.next] / MINUTE_MS), f);
    }
  }

  /** Adds the calls of function `f` in the minute that is due. */
  #layOut(f: number, minute: number): void {
    const { cells, random } = this.#cursors[f];
    const calls = this.#unordered;
    const from = calls.length;
    if (cells !== undefined) {
      const { count } = cells;
      const start = minute * MINUTE_MS;
      calls.reserve(count);
      if (this.#trace.counts!.poisson[f] === 0) even(start, count, 0, count, calls.at, from);
      else if (count < COUNTING_SORT_FROM) this.#poisson.minute(random!, start, count, calls.at, from);
      else this.#layOutMany(random!, start, count, from);
      calls.length += count;
      calls.duration.fill(this.#trace.counts!.durationMs[f], from, calls.length);
    } else {
      this.#copy(this.#cursors[f], (minute + 1) * MINUTE_MS);
    }
    calls.function.fill(f, from, calls.length);
  }

  #layOutMany(random: SplitMix64, start: number, count: number, from: number): void {
    const times = this.#poisson.counts(random, count);
    let at = from;
    for (let offset = 0; offset < times.length; offset++) {
      for (let left = times[offset]; left > 0; left--) this.#unordered.at[at++] = start + offset;
    }
  }

  #copy(cursor: Cursor, endMs: number): void {
    const { startMs, durationMs } = this.#trace.each!;
    const calls = this.#unordered;
    while (cursor.next < cursor.end && startMs[cursor.next] < endMs) {
      calls.reserve(1);
      calls.at[calls.length] = startMs[cursor.next];
      calls.duration[calls.length++] = durationMs[cursor.next++];
    }
  }

  /** Appends the minute's calls in order; at one instant functions stay in the order of the trace. */
  #order(minute: number): void {
    const from = this.#unordered;
    const to = this.#ordered;
    const start = minute * MINUTE_MS;
    const places = this.#places.fill(0);
    to.reserve(from.length);
    for (let i = 0; i < from.length; i++) places[from.at[i] - start + 1]++;
    for (let offset = 0; offset < MINUTE_MS; offset++) places[offset + 1] += places[offset];
    for (let i = 0; i < from.length; i++) {
      const at = to.length + places[from.at[i] - start]++;
      to.at[at] = from.at[i];
      to.function[at] = from.function[i];
      to.duration[at] = from.duration[i];
    }
    to.length += from.length;
  }
}

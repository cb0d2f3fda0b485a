/** A trace laid out for replays: owns its arrays. */
import { eachCell } from '../../cells.js';
import type { TraceHandle } from '../../contract.js';
import { IsothermError } from '../../error.js';
import { ensure, nonNegative, whole } from '../check.js';

const MAX_MINUTES = 2 ** 31;
const MAX_U32 = 0xffff_ffff;

/** Counts per minute. */
export interface Counts {
  cells: Uint8Array;
  durationMs: Float64Array;
  poisson: Uint8Array;
  index: Float64Array;
}

/** Calls as they were. */
export interface Calls {
  startMs: Float64Array;
  durationMs: Uint32Array;
}

export class ReplayTrace implements TraceHandle {
  readonly horizonMs: number;
  readonly offsets: Float64Array;
  readonly memoryMiB: Float64Array;
  readonly counts: Counts | undefined;
  readonly each: Calls | undefined;
  /** Per function. */
  readonly calls: Float64Array;
  #closed = false;

  constructor(
    minutes: number,
    offsets: Float64Array,
    memoryMiB: Float64Array,
    calls: Float64Array,
    counts: Counts | undefined,
    each: Calls | undefined,
  ) {
    this.horizonMs = minutes * 60_000;
    this.offsets = offsets;
    this.memoryMiB = memoryMiB;
    this.calls = calls;
    this.counts = counts;
    this.each = each;
  }

  close(): void {
    this.#closed = true;
  }

  open(): this {
    if (this.#closed) throw new IsothermError('CLOSED_HANDLE', 'this handle was closed');
    return this;
  }
}

/** Which stream of random numbers is a function's: its row in the source, where that is known. */
export const streamOf = (trace: ReplayTrace, f: number): number => trace.counts?.index[f] ?? f;

function checkLength(name: string, length: number, expected: number): void {
  ensure(length === expected, 'BAD_LENGTH', () => `${name} has ${length} entries, expected ${expected}`);
}

function checkOffsets(offsets: Float64Array, functions: number, end: number): void {
  checkLength('offsets', offsets.length, functions + 1);
  let last = 0;
  offsets.forEach((offset, i) => {
    const fits = offset >= last && offset <= end && Math.floor(offset) === offset && (i > 0 || offset === 0);
    ensure(fits, 'BAD_ARGUMENT', () => `offsets[${i}] is ${offset}, expected whole, ascending from 0 to ${end}`);
    last = offset;
  });
  ensure(last === end, 'BAD_ARGUMENT', () => `offsets end at ${last}, expected ${end}`);
}

/** The calls in one function's cells. Errors: `BAD_ARGUMENT` where they are not well formed or leave the trace. */
function checkCells(cells: Uint8Array, from: number, to: number, minutes: number, f: number): number {
  let calls = 0;
  let last = -1;
  eachCell(cells, from, to, (minute, count) => {
    ensure(!Number.isNaN(minute + count), 'BAD_ARGUMENT', () => `cells of function ${f} end within a number`);
    ensure(
      minute > last && minute < minutes && count > 0 && count < 2 ** 32,
      'BAD_ARGUMENT',
      () => `cells of function ${f}: ${count} calls in minute ${minute}, expected 1..2^32 in ${last}..${minutes}`,
    );
    last = minute;
    calls += count;
  });
  return calls;
}

export function traceOfCounts(
  minutes: number,
  offsets: Float64Array,
  cells: Uint8Array,
  durationMs: Float64Array,
  memoryMiB: Float64Array,
  poisson: Uint8Array,
  index: Float64Array,
): ReplayTrace {
  const functions = memoryMiB.length;
  whole('minutes', minutes, 0, MAX_MINUTES);
  checkOffsets(offsets, functions, cells.length);
  for (let i = 0; i < functions; i++) nonNegative(`memoryMiB[${i}]`, memoryMiB[i]);
  checkLength('durationMs', durationMs.length, functions);
  checkLength('poisson', poisson.length, functions);
  checkLength('index', index.length, functions);
  for (let i = 0; i < functions; i++) {
    whole(`durationMs[${i}]`, durationMs[i], 0, MAX_U32);
    whole(`index[${i}]`, index[i], 0, MAX_U32);
  }
  const calls = memoryMiB.map((_, f) => checkCells(cells, offsets[f], offsets[f + 1], minutes, f));
  const counts = {
    cells: cells.slice(),
    durationMs: durationMs.slice(),
    poisson: poisson.slice(),
    index: index.slice(),
  };
  return new ReplayTrace(minutes, offsets.slice(), memoryMiB.slice(), calls, counts, undefined);
}

export function traceOfCalls(
  minutes: number,
  offsets: Float64Array,
  startMs: Float64Array,
  durationMs: Uint32Array,
  memoryMiB: Float64Array,
): ReplayTrace {
  const functions = memoryMiB.length;
  whole('minutes', minutes, 0, MAX_MINUTES);
  checkLength('durationMs', durationMs.length, startMs.length);
  checkOffsets(offsets, functions, startMs.length);
  for (let i = 0; i < functions; i++) nonNegative(`memoryMiB[${i}]`, memoryMiB[i]);
  const horizon = minutes * 60_000;
  for (let f = 0; f < functions; f++) {
    let last = -horizon - 1e15;
    for (let at = offsets[f]; at < offsets[f + 1]; at++) {
      const start = startMs[at];
      ensure(
        start >= last && start < horizon && Math.floor(start) === start,
        'BAD_ARGUMENT',
        () => `startMs[${at}] is ${start}, expected whole, ascending per function, before ${horizon}`,
      );
      last = start;
    }
  }
  const calls = memoryMiB.map((_, f) => offsets[f + 1] - offsets[f]);
  const each = { startMs: startMs.slice(), durationMs: durationMs.slice() };
  return new ReplayTrace(minutes, offsets.slice(), memoryMiB.slice(), calls, undefined, each);
}

/** A stretch of a trace as a trace of its own. */
import { IsothermError } from '../kernels/error.js';
import { CellWriter, eachCell } from './cells.js';
import type { CallsTrace, CountsTrace, Trace } from './trace.js';

const MINUTE_MS = 60_000;

/**
 * The calls of minutes `from..to`, with all functions: what was learnt on one part of a trace is judged on another.
 *
 * Errors: `OUT_OF_RANGE` unless `0 <= from < to <= minutes`, all whole. Complexity: O(cells), or O(functions log calls + calls kept).
 *
 * @example
 * const trace = generateTrace({ pattern: 'steady', functions: 1, days: 2, seed: 1 });
 * const first = sliceTrace(trace, 0, 1440);
 * first.minutes; // 1440
 * first.calls + sliceTrace(trace, 1440, 2880).calls === trace.calls; // true
 */
export function sliceTrace(trace: Trace, from: number, to: number): Trace {
  const fits = Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to && to <= trace.minutes;
  if (!fits) {
    throw new IsothermError('OUT_OF_RANGE', `minutes ${from}..${to}, expected whole ones within 0..${trace.minutes}`);
  }
  return trace.kind === 'counts' ? slicedCounts(trace, from, to) : slicedCalls(trace, from, to);
}

function shared({ functions, originMs }: Trace, from: number, to: number) {
  return { functions, minutes: to - from, originMs: originMs + from * MINUTE_MS };
}

function slicedCounts(trace: CountsTrace, from: number, to: number): CountsTrace {
  const { offsets, cells, minutes } = trace;
  const writer = new CellWriter(Math.ceil((cells.length * (to - from)) / minutes));
  let calls = 0;
  for (let f = 0; f + 1 < offsets.length; f++) {
    eachCell(cells, offsets[f]!, offsets[f + 1]!, (minute, count) => {
      if (minute < from || minute >= to) return;
      writer.push(minute - from, count);
      calls += count;
    });
    writer.endFunction();
  }
  return { kind: 'counts', ...shared(trace, from, to), calls, ...writer.finish() };
}

/** The first of `startMs[low..high]` that is not before `atMs`. */
function firstFrom(startMs: Float64Array, low: number, high: number, atMs: number): number {
  let before = low;
  let after = high;
  while (before < after) {
    const middle = (before + after) >> 1;
    if (startMs[middle]! < atMs) before = middle + 1;
    else after = middle;
  }
  return before;
}

function slicedCalls(trace: CallsTrace, from: number, to: number): CallsTrace {
  const { startMs, durationMs, columns } = trace;
  const functions = trace.offsets.length - 1;
  const offsets = new Float64Array(functions + 1);
  const begins = new Float64Array(functions);
  for (let f = 0; f < functions; f++) {
    const [low, high] = [trace.offsets[f]!, trace.offsets[f + 1]!];
    // A call that began before minute 0 belongs to the first stretch.
    begins[f] = from === 0 ? low : firstFrom(startMs, low, high, from * MINUTE_MS);
    offsets[f + 1] = offsets[f]! + firstFrom(startMs, begins[f]!, high, to * MINUTE_MS) - begins[f]!;
  }
  const kept = <T extends Float64Array | Uint32Array>(into: T, column: T): T => {
    for (let f = 0; f < functions; f++) {
      const begin = begins[f]!;
      into.set(column.subarray(begin, begin + offsets[f + 1]! - offsets[f]!), offsets[f]!);
    }
    return into;
  };
  const calls = offsets[functions]!;
  const shift = from * MINUTE_MS;
  return {
    kind: 'calls',
    ...shared(trace, from, to),
    calls,
    offsets,
    startMs: kept(new Float64Array(calls), startMs).map((at) => at - shift),
    durationMs: kept(new Uint32Array(calls), durationMs),
    columns: Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, kept(new Float64Array(calls), column)]),
    ),
  };
}

import { eachCell } from '../cells.js';
import type { CountsTrace } from '../trace.js';
import { CsvBytes, type TraceFile } from './csv-bytes.js';
import { JsonLineBytes } from './json-line-bytes.js';
import type { RowBytes, TableFormat } from './row-bytes.js';

const COLUMNS = ['function', 'timestamp', 'count', 'stepSeconds', 'durationMs', 'memoryMiB', 'trigger'];

/**
 * A trace as generic counts, a row per minute with calls: small where calls are rare. Times are epoch ms, or seconds from the
 * beginning where the trace has no date. `readTrace` gives back the same trace where indices are 0, 1, 2, …, but for the duration of functions
 * without calls: such a mean has nothing to weigh it.
 *
 * Memory: one function. Time: linear in the cells.
 *
 * @example
 * const { name, chunks } = writeCounts(trace);
 */
export function writeCounts(trace: CountsTrace, format: TableFormat = 'csv'): TraceFile {
  return { name: `counts.${format}`, chunks: rows(trace, format) };
}

function* rows(trace: CountsTrace, format: TableFormat): Generator<Uint8Array, void> {
  const { keys, durationMs, memoryMiB, trigger } = trace.functions;
  let out: RowBytes;
  if (format === 'jsonl') out = new JsonLineBytes(COLUMNS);
  else {
    out = new CsvBytes();
    for (const column of COLUMNS) out.text(column);
    out.endRow();
  }
  for (let f = 0; f < keys.length; f++) {
    const cells = cellsOf(trace, f);
    // A mean duration counts for the calls of its row: it stands in the first one that has any.
    const describing = cells.findIndex(({ count }) => count > 0);
    for (let c = 0; c < cells.length; c++) {
      const { minute, count } = cells[c];
      const at = Number.isNaN(trace.originMs) ? minute * 60 : trace.originMs + minute * 60000;
      out.text(keys[f]).count(at).count(count).count(60);
      out.number(c === describing ? durationMs[f] : Number.NaN);
      if (c === 0) out.number(memoryMiB[f]).text(trigger[f]);
      else out.number(Number.NaN).text('');
      out.endRow();
      const chunk = out.take();
      if (chunk !== undefined) yield chunk;
    }
  }
  const rest = out.take(true);
  if (rest !== undefined) yield rest;
}

/** Minutes with calls, and without: the first function's tell both ends of the trace, others' that there is such a function. */
function cellsOf(trace: CountsTrace, f: number): { minute: number; count: number }[] {
  const cells: { minute: number; count: number }[] = [];
  eachCell(trace.cells, trace.offsets[f], trace.offsets[f + 1], (minute, count) => cells.push({ minute, count }));
  if (f === 0 ? cells[0]?.minute !== 0 : cells.length === 0) cells.unshift({ minute: 0, count: 0 });
  const last = trace.minutes - 1;
  if (f === 0 && cells[cells.length - 1].minute < last) cells.push({ minute: last, count: 0 });
  return cells;
}

import type { CallColumn, CallsTrace } from '../trace.js';
import { CsvBytes, type TraceFile } from './csv-bytes.js';
import { JsonLineBytes } from './json-line-bytes.js';
import type { RowBytes, TableFormat } from './row-bytes.js';

const COLUMNS = ['function', 'timestamp', 'durationMs', 'trigger'];

/** Names of the optional columns where they are not those of the trace. */
const HEADERS: Partial<Record<CallColumn, string>> = { environment: 'environmentNumber' };

/**
 * A trace of calls as generic records, function by function, with all the columns that it has. Times are epoch ms, or seconds from the beginning where the trace has no
 * date. `readTrace` gives back the same trace where indices are 0, 1, 2, …, where the first minute begins at 0, and where a function's memory size is that of its first call that has one.
 *
 * Memory: a chunk. Time: linear in the calls.
 *
 * @example
 * const text = 'app,func,end_timestamp,duration\na,f,1.5,0.5\n';
 * const reading = await readTrace(bytesSource('one.csv', new TextEncoder().encode(text)));
 * writeRecords(reading.trace as CallsTrace, 'jsonl').name // 'records.jsonl'
 */
export function writeRecords(trace: CallsTrace, format: TableFormat = 'csv'): TraceFile {
  return { name: `records.${format}`, chunks: rows(trace, format) };
}

function* rows(trace: CallsTrace, format: TableFormat): Generator<Uint8Array, void> {
  const { keys, trigger, memoryMiB } = trace.functions;
  const own = Object.keys(trace.columns).sort() as CallColumn[];
  // A size that only the function has is a column too: records have no other place for it.
  const optional: CallColumn[] = own.includes('memoryMiB') ? own : [...own, 'memoryMiB'];
  const names = [...COLUMNS, ...optional.map((column) => HEADERS[column] ?? column)];
  let out: RowBytes;
  if (format === 'jsonl') out = new JsonLineBytes(names);
  else {
    out = new CsvBytes();
    for (const name of names) out.text(name);
    out.endRow();
  }
  const isDated = !Number.isNaN(trace.originMs);
  const originMs = isDated ? trace.originMs : wholeMinutesBefore(trace);
  for (let f = 0; f < keys.length; f++) {
    for (let call = trace.offsets[f]; call < trace.offsets[f + 1]; call++) {
      const isFirst = call === trace.offsets[f];
      out.text(keys[f]);
      const atMs = originMs + trace.startMs[call];
      out.number(isDated ? atMs : atMs / 1000);
      out.count(trace.durationMs[call]).text(isFirst ? trigger[f] : '');
      for (const column of optional) {
        const value = trace.columns[column]?.[call] ?? Number.NaN;
        const isMissingSize = column === 'memoryMiB' && isFirst && Number.isNaN(value);
        out.number(isMissingSize ? memoryMiB[f] : value);
      }
      out.endRow();
      const chunk = out.take();
      if (chunk !== undefined) yield chunk;
    }
  }
  const rest = out.take(true);
  if (rest !== undefined) yield rest;
}

/** Whole minutes, in ms, by which a trace without a date begins before its second 0: records have no times below. */
function wholeMinutesBefore({ offsets, startMs }: CallsTrace): number {
  let firstMs = 0;
  for (let f = 0; f + 1 < offsets.length; f++) {
    if (offsets[f] < offsets[f + 1]) firstMs = Math.min(firstMs, startMs[offsets[f]]);
  }
  return Math.ceil(-firstMs / 60000) * 60000;
}

import { CallLog } from '../call-log.js';
import { KeyTable } from '../key-table.js';
import { type CallsTrace, DEFAULT_MEMORY_MIB, roundHalfUp } from '../trace.js';
import type { ByteSource } from './byte-source.js';
import { type CsvRow, columnsByName, fieldText, readCsv } from './csv.js';
import { parseNumber } from './number-text.js';
import type { Reading } from './reading.js';
import { LONGEST_CALL_MS } from './records.js';

const EXPECTED_END = 'seconds from the beginning of the trace, >= 0';
const EXPECTED_DURATION = `seconds >= 0, up to ${LONGEST_CALL_MS / 1000}`;

/**
 * Reads the Azure 2021 schema: a call a row, in any order, seconds. A call starts at `end_timestamp - duration`; minute 0 is
 * trace second 0, whatever comes first.
 */
export async function readAzure2021(sources: readonly ByteSource[], reading: Reading): Promise<CallsTrace> {
  const keys = new KeyTable();
  const log = new CallLog();
  let sumMs = new Float64Array(1024);
  let calls = new Float64Array(1024);
  let early = 0;
  for (const source of sources) {
    await readCsv(source, reading, (header) => {
      const columns = columnsByName(header);
      const field = (name: string): number => columns.get(name) as number;
      const app = field('app');
      const func = field('func');
      const end = field('endtimestamp');
      const duration = field('duration');
      const rest = header.filter((_, f) => f !== app && f !== func && f !== end && f !== duration);
      if (rest.length > 0) reading.note(`${source.name}: columns not kept: ${rest.join(', ')}`);
      const reject = (row: CsvRow, f: number, problem: string, expected: string): false => {
        const place = { file: source.name, line: row.line, column: f + 1, name: header[f], text: fieldText(row, f) };
        reading.rejectField(problem === 'is not UTF-8' ? 'BAD_ROW' : 'BAD_NUMBER', place, problem, expected);
        return false;
      };
      return (row) => {
        const { bytes, view, start, end: stop } = row;
        const endS = parseNumber(bytes, start[end], stop[end]);
        if (!(endS >= 0 && endS < Number.POSITIVE_INFINITY)) return reject(row, end, problemOf(endS), EXPECTED_END);
        const durationS = parseNumber(bytes, start[duration], stop[duration]);
        const durationMs = roundHalfUp(durationS * 1000);
        if (!(durationS >= 0 && durationMs <= LONGEST_CALL_MS)) {
          return reject(row, duration, problemOf(durationS), EXPECTED_DURATION);
        }
        keys.begin();
        keys.part(view, start[app], stop[app]);
        keys.part(view, start[func], stop[func]);
        const f = keys.intern();
        if (f < 0) return reject(row, func, 'is not UTF-8', 'text in UTF-8');
        if (f >= sumMs.length) {
          sumMs = doubled(sumMs);
          calls = doubled(calls);
        }
        const startMs = roundHalfUp((endS - durationS) * 1000);
        if (startMs < 0) early++;
        log.push(f, startMs, durationMs);
        sumMs[f] += durationMs;
        calls[f]++;
        return true;
      };
    });
  }
  const functions = keys.keys.length;
  reading.note(
    `functions without a memory size (the schema has none), taken to hold ${DEFAULT_MEMORY_MIB} MiB: {n}`,
    functions,
  );
  reading.note('calls that start before trace second 0 and keep their negative start: {n}', early);
  return {
    kind: 'calls',
    functions: {
      keys: keys.keys,
      durationMs: Float64Array.from({ length: functions }, (_, f) => roundHalfUp(sumMs[f] / calls[f])),
      memoryMiB: new Float64Array(functions).fill(DEFAULT_MEMORY_MIB),
      trigger: new Array<string>(functions).fill(''),
      index: Float64Array.from({ length: functions }, (_, f) => f),
    },
    minutes: Math.max(1, Math.floor(log.lastStartMs / 60000) + 1),
    originMs: Number.NaN,
    calls: log.calls,
    ...log.finish(functions, 0),
  };
}

function problemOf(value: number): string {
  if (Number.isNaN(value)) return 'is not a number';
  return value < 0 ? 'is negative' : 'is out of range';
}

function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * values.length);
  larger.set(values);
  return larger;
}

import { IsothermError } from '../../kernels/error.js';
import { KeyTable } from '../key-table.js';
import type { ByteSource } from '../readers/byte-source.js';
import { type CsvRow, columnsByName, fieldText, plainName, readCsv } from '../readers/csv.js';
import { parseNumber } from '../readers/number-text.js';
import { type BadRow, fileError, Reading, type ReadSettings } from '../readers/reading.js';
import { Clock, EXPECTED_TIME } from '../readers/time-text.js';
import { RESPONSE_COLUMNS, type Responses } from './records.js';

/** Records, and what was left out. */
export interface ResponsesReading {
  responses: Responses;
  /** The first 1000 rows that were left out. */
  bad: BadRow[];
  /** All rows that were left out. */
  badRows: number;
}

/** A column of numbers: what a value must be. */
interface NumberColumn {
  column: (typeof RESPONSE_COLUMNS)[number];
  values: number[];
  most: number;
  expected: string;
}

const EXPECTED_COLD = '0, 1, true or false';

/**
 * Reads call records from CSV with the columns FunctionID, Timestamp (epoch seconds or ms, or ISO 8601), ResponseTime (ms), CPUUtilization and
 * MemoryUtilization (percent), ColdStart (0, 1, true, false), ColdStartLatency (ms), ThrottlingRate and ErrorRate (0..1), in any order; plain or gzip.
 *
 * Errors: BAD_HEADER, EMPTY_INPUT and BAD_GZIP for the file; BAD_ROW, BAD_NUMBER, BAD_TIME, TIME_ORDER (times may not go back) for rows, left out
 * with `skipBad`; each with file, line and field. ABORTED. Time: linear in the bytes.
 *
 * @example
 * const { responses } = await readResponses(bytesSource('responses.csv', bytes));
 */
export async function readResponses(source: ByteSource, settings: ReadSettings = {}): Promise<ResponsesReading> {
  const reading = new Reading(settings);
  reading.expectBytes([source]);
  const file = source.name;
  const functions = new KeyTable();
  const functionOf: number[] = [];
  const timestampMs: number[] = [];
  const coldStart: number[] = [];
  const clock = new Clock();
  const ms = { most: Number.MAX_VALUE, expected: 'milliseconds >= 0' };
  const percent = { most: 100, expected: 'percent, 0..100' };
  const share = { most: 1, expected: 'a share, 0..1' };
  const numbers: NumberColumn[] = [
    { column: 'ResponseTime', values: [], ...ms },
    { column: 'CPUUtilization', values: [], ...percent },
    { column: 'MemoryUtilization', values: [], ...percent },
    { column: 'ColdStartLatency', values: [], ...ms },
    { column: 'ThrottlingRate', values: [], ...share },
    { column: 'ErrorRate', values: [], ...share },
  ];
  const found = new Float64Array(numbers.length);

  await readCsv(source, reading, (header) => {
    const columns = columnsByName(header);
    const missing = RESPONSE_COLUMNS.filter((column) => !columns.has(plainName(column)));
    if (missing.length > 0) {
      const expected = `the columns ${RESPONSE_COLUMNS.join(', ')}`;
      throw fileError('BAD_HEADER', file, `the header lacks ${missing.join(', ')}`, expected);
    }
    const fieldOf = (column: (typeof RESPONSE_COLUMNS)[number]): number => columns.get(plainName(column)) as number;
    const fields = numbers.map(({ column }) => fieldOf(column));
    const idField = fieldOf('FunctionID');
    const timeField = fieldOf('Timestamp');
    const coldField = fieldOf('ColdStart');
    const place = (row: CsvRow, field: number) => {
      return { file, line: row.line, column: field + 1, name: header[field], text: fieldText(row, field) };
    };
    return (row) => {
      for (let n = 0; n < numbers.length; n++) {
        const field = fields[n];
        const value = parseNumber(row.bytes, row.start[field], row.end[field]);
        if (!(value >= 0 && value <= numbers[n].most)) {
          const problem = Number.isNaN(value) ? 'is not a number' : value < 0 ? 'is negative' : 'is out of range';
          reading.rejectField('BAD_NUMBER', place(row, field), problem, numbers[n].expected);
          return false;
        }
        found[n] = value;
      }
      const cold = flagOf(fieldText(row, coldField));
      if (cold === undefined) {
        reading.rejectField('BAD_NUMBER', place(row, coldField), 'is neither true nor false', EXPECTED_COLD);
        return false;
      }
      const kind = clock.kind ?? 'any';
      const time = clock.ofBytes(row.bytes, row.start[timeField], row.end[timeField]);
      if (Number.isNaN(time)) {
        reading.rejectField('BAD_TIME', place(row, timeField), 'is not a time', EXPECTED_TIME[kind]);
        return false;
      }
      if (time < (timestampMs.at(-1) ?? Number.NEGATIVE_INFINITY)) {
        const expected = 'a time at or after that of the record before';
        reading.rejectField('TIME_ORDER', place(row, timeField), 'goes back in time', expected);
        return false;
      }
      functions.begin();
      functions.part(row.view, row.start[idField], row.end[idField]);
      const f = functions.intern();
      if (f < 0) {
        reading.rejectRow('BAD_ROW', file, row.line, 'the function is not UTF-8', 'text in UTF-8');
        return false;
      }
      functionOf.push(f);
      timestampMs.push(time);
      coldStart.push(cold);
      for (let n = 0; n < numbers.length; n++) numbers[n].values.push(found[n]);
      return true;
    };
  });
  if (functionOf.length === 0) {
    throw new IsothermError('EMPTY_INPUT', `${file}: no records; expected at least one`, {
      place: { file, expected: 'at least one record' },
    });
  }
  const [responseMs, cpuPercent, memoryPercent, coldStartMs, throttlingRate, errorRate] = numbers.map(({ values }) =>
    Float64Array.from(values),
  );
  return {
    responses: {
      functionIds: functions.keys,
      functionOf: Uint32Array.from(functionOf),
      timestampMs: Float64Array.from(timestampMs),
      responseMs,
      cpuPercent,
      memoryPercent,
      coldStart: Uint8Array.from(coldStart),
      coldStartMs,
      throttlingRate,
      errorRate,
    },
    bad: reading.bad,
    badRows: reading.badRows,
  };
}

function flagOf(text: string): 0 | 1 | undefined {
  const plain = text.trim().toLowerCase();
  if (plain === '1' || plain === 'true') return 1;
  if (plain === '0' || plain === 'false') return 0;
  return undefined;
}

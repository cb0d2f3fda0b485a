import type { ByteSource } from './byte-source.js';
import type { RowSink } from './generic-rows.js';
import { readLines } from './lines.js';
import { fileError, type Reading } from './reading.js';
import { ValueFields } from './value-fields.js';

const EXPECTED_LINE = 'a JSON object on one line';

/** Reads a JSON Lines file (an object a line) into a sink; blank lines are passed over and counted. */
export async function readJsonLines(source: ByteSource, reading: Reading, sink: RowSink): Promise<void> {
  const file = source.name;
  sink.open(file);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const row = new ValueFields();
  const fieldOf = new Map<string, number>();
  let line = 0;
  let blank = 0;
  const take = (bytes: Uint8Array, number: number): void => {
    line = number;
    const object = parseObject(decoder, bytes);
    if (object === 'blank') blank++;
    else if (object === undefined) {
      reading.rejectRow('BAD_ROW', file, line, 'the line is no JSON object', EXPECTED_LINE);
    } else {
      row.values.fill(undefined);
      row.line = line;
      for (const name of Object.keys(object)) {
        let field = fieldOf.get(name);
        if (field === undefined) {
          field = sink.admit(name);
          fieldOf.set(name, field);
        }
        row.values[field] = object[name];
      }
      if (sink.take(row)) reading.rows++;
    }
  };
  await readLines(source, reading, EXPECTED_LINE, take);
  reading.note(`${file}: blank lines: {n}`, blank);
  if (line === blank) throw fileError('EMPTY_INPUT', file, 'the file is empty', EXPECTED_LINE);
  sink.close();
}

function parseObject(decoder: TextDecoder, bytes: Uint8Array): Record<string, unknown> | 'blank' | undefined {
  try {
    const text = decoder.decode(bytes);
    if (text.trim() === '') return 'blank';
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

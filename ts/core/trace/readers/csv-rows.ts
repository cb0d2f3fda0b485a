import type { KeyTable } from '../key-table.js';
import type { ByteSource } from './byte-source.js';
import { type CsvRow, fieldText, readCsv } from './csv.js';
import type { RowFields, RowSink } from './generic-rows.js';
import { parseNumber } from './number-text.js';
import type { Reading } from './reading.js';
import type { Clock } from './time-text.js';

/** Reads a generic CSV file into a sink. */
export async function readCsvRows(source: ByteSource, reading: Reading, sink: RowSink): Promise<void> {
  sink.open(source.name);
  const fields = new CsvFields();
  await readCsv(source, reading, (header) => {
    for (const name of header) sink.admit(name);
    return (row) => {
      fields.row = row;
      fields.line = row.line;
      return sink.take(fields);
    };
  });
  sink.close();
}

class CsvFields implements RowFields {
  row!: CsvRow;
  line = 0;

  column(field: number): number {
    return field + 1;
  }

  isAbsent(): boolean {
    return false;
  }

  isEmpty(field: number): boolean {
    return this.row.start[field] === this.row.end[field];
  }

  number(field: number): number {
    return parseNumber(this.row.bytes, this.row.start[field], this.row.end[field]);
  }

  flag(field: number): number {
    return flagOf(this.text(field));
  }

  time(field: number, clock: Clock): number {
    return clock.ofBytes(this.row.bytes, this.row.start[field], this.row.end[field]);
  }

  text(field: number): string {
    return fieldText(this.row, field);
  }

  keyPart(field: number, keys: KeyTable): void {
    keys.part(this.row.view, this.row.start[field], this.row.end[field]);
  }
}

/** 1 and 0 for true and false in their usual spellings, NaN for anything else. */
export function flagOf(text: string): number {
  const plain = text.trim().toLowerCase();
  if (plain === 'true' || plain === '1') return 1;
  return plain === 'false' || plain === '0' ? 0 : Number.NaN;
}

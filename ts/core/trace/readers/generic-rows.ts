import type { ErrorCode } from '../../kernels/error.js';
import { KeyTable } from '../key-table.js';
import { DEFAULT_MEMORY_MIB } from '../trace.js';
import type { Reading } from './reading.js';
import { columnOf, type RecordColumn, type RecordRole } from './record-columns.js';
import { Clock, EXPECTED_TIME } from './time-text.js';

/** The fields of one row, by number, whatever kind of file it is in. */
export interface RowFields {
  /** Line of a text file, row of a Parquet file; from 1. */
  line: number;
  /** Position of a field for messages, from 1; 0 where fields have no order. */
  column(field: number): number;
  /** True where there is no field; a CSV row has all of them, if only as nothing between two commas. */
  isAbsent(field: number): boolean;
  /** True where there is no value. */
  isEmpty(field: number): boolean;
  /** NaN for what is no number. */
  number(field: number): number;
  /** 0 or 1; NaN for what is neither true nor false. */
  flag(field: number): number;
  /** Whole ms; NaN for what is no time. */
  time(field: number, clock: Clock): number;
  text(field: number): string;
  /** Appends the field to the key under construction. */
  keyPart(field: number, keys: KeyTable): void;
}

/** What takes the rows of generic files. */
export interface RowSink {
  /** Begins a file. */
  open(file: string): void;
  /** Admits a column and answers with its field number: 0, 1, … within the file. */
  admit(name: string): number;
  /** Takes a row; false when it left the row out (and said so). */
  take(row: RowFields): boolean;
  /** Ends the file. */
  close(): void;
}

const ABSENT = -1;

/** What the generic formats share: columns by role, checked fields, functions with their key, memory and trigger. */
export abstract class GenericRows implements RowSink {
  readonly keys = new KeyTable();
  protected readonly reading: Reading;
  protected clock = new Clock();
  protected file = '';
  /** True for times with a date, false for seconds from a beginning; all files must agree. */
  protected dated: boolean | undefined;
  #names: string[] = [];
  #columns: (RecordColumn | undefined)[] = [];
  #fieldOf = new Map<RecordRole, number>();
  #leftOut: string[] = [];
  readonly #memoryMiB: number[] = [];
  readonly #trigger: string[] = [];

  constructor(reading: Reading) {
    this.reading = reading;
  }

  abstract take(row: RowFields): boolean;

  open(file: string): void {
    this.file = file;
    this.clock = new Clock();
    this.#names = [];
    this.#columns = [];
    this.#fieldOf = new Map();
    this.#leftOut = [];
  }

  admit(name: string): number {
    const column = columnOf(name);
    const field = this.#names.push(name) - 1;
    this.#columns.push(column);
    if (column === undefined || column.role === 'text' || this.#fieldOf.has(column.role) || !this.uses(column.role)) {
      this.#leftOut.push(name);
    } else {
      this.#fieldOf.set(column.role, field);
      if (column.assumed !== undefined) {
        this.reading.note(`${this.file}: column '${name}' names no unit and is read as ${column.assumed}`);
      }
    }
    return field;
  }

  close(): void {
    if (this.#leftOut.length > 0) {
      this.reading.note(`${this.file}: columns not kept: ${this.#leftOut.join(', ')}`);
    }
    this.reading.note(`${this.file}: times without a zone, read as UTC: {n}`, this.clock.withoutZone);
    if (this.clock.kind === 'seconds') {
      this.reading.note(`${this.file}: times are read as seconds from the beginning of the trace, which has no date`);
    }
  }

  /** Whether the format has a use for the role. */
  protected abstract uses(role: RecordRole): boolean;

  /** Field of a role, or below 0. */
  protected field(role: RecordRole): number {
    return this.#fieldOf.get(role) ?? ABSENT;
  }

  /** True where the row has a value for the role. */
  protected has(row: RowFields, role: RecordRole): boolean {
    const field = this.field(role);
    return field >= 0 && !row.isEmpty(field);
  }

  /** Whole ms of the row's time; NaN after a complaint. */
  protected time(row: RowFields): number {
    const field = this.field('timestamp');
    if (field < 0 || row.isAbsent(field)) return this.lacks(row, 'timestamp', EXPECTED_TIME[this.clock.kind ?? 'any']);
    const ms = row.time(field, this.clock);
    if (Number.isNaN(ms)) {
      return this.reject('BAD_TIME', row, field, 'is not a time', EXPECTED_TIME[this.clock.kind ?? 'any']);
    }
    const dated = this.clock.kind !== 'seconds';
    this.dated ??= dated;
    if (this.dated !== dated) {
      const expected = dated ? 'seconds from the beginning, as in the files before' : 'a date, as in the files before';
      return this.reject('BAD_TIME', row, field, 'does not fit the other files', expected);
    }
    return ms;
  }

  /** A number >= 0 in the unit of its role; NaN after a complaint. */
  protected number(row: RowFields, role: RecordRole, expected: string, isRight: (value: number) => boolean): number {
    const field = this.field(role);
    if (field < 0 || row.isAbsent(field)) return this.lacks(row, role, expected);
    const given = row.number(field);
    const value = given * (this.#columns[field] as RecordColumn).scale;
    if (isRight(value)) return value;
    const problem = Number.isNaN(value) ? 'is not a number' : value < 0 ? 'is negative' : 'is out of range';
    return this.reject('BAD_NUMBER', row, field, problem, expected);
  }

  /** 0 or 1; NaN after a complaint. */
  protected flag(row: RowFields, role: RecordRole): number {
    const field = this.field(role);
    const value = row.flag(field);
    if (Number.isNaN(value)) this.reject('BAD_NUMBER', row, field, 'is neither true nor false', 'true, false, 1 or 0');
    return value;
  }

  /** Number of the row's function; below 0 after a complaint. The row must be right otherwise: it is counted here. */
  protected functionOf(row: RowFields): number {
    const field = this.field('function');
    if (field < 0 || row.isEmpty(field)) {
      this.lacks(row, 'function', 'the name of a function');
      return ABSENT;
    }
    this.keys.begin();
    if (this.has(row, 'app')) row.keyPart(this.field('app'), this.keys);
    row.keyPart(field, this.keys);
    const number = this.keys.intern();
    if (number < 0) this.reject('BAD_ROW', row, field, 'is not UTF-8', 'text in UTF-8');
    return number;
  }

  /** Keeps the first memory size and the first trigger of a function. */
  protected keepFacts(row: RowFields, functionNumber: number, memoryMiB: number): void {
    if (!Number.isNaN(memoryMiB)) this.#memoryMiB[functionNumber] ??= memoryMiB;
    if (this.has(row, 'trigger')) this.#trigger[functionNumber] ??= row.text(this.field('trigger'));
  }

  /** Columns of the function table, with a note on what was assumed. */
  protected facts(): { memoryMiB: Float64Array; trigger: string[] } {
    const functions = this.keys.keys.length;
    let without = 0;
    const memoryMiB = Float64Array.from({ length: functions }, (_, f) => {
      if (this.#memoryMiB[f] === undefined) without++;
      return this.#memoryMiB[f] ?? DEFAULT_MEMORY_MIB;
    });
    this.reading.note(`functions without a memory size, taken to hold ${DEFAULT_MEMORY_MIB} MiB: {n}`, without);
    return { memoryMiB, trigger: Array.from({ length: functions }, (_, f) => this.#trigger[f] ?? '') };
  }

  protected reject(code: ErrorCode, row: RowFields, field: number, problem: string, expected: string): number {
    const place = { file: this.file, line: row.line, column: row.column(field), name: this.#names[field] };
    this.reading.rejectField(code, { ...place, text: row.text(field) }, problem, expected);
    return Number.NaN;
  }

  protected lacks(row: RowFields, role: RecordRole, expected: string): number {
    this.reading.rejectRow('BAD_ROW', this.file, row.line, `the row has no ${role}`, expected);
    return Number.NaN;
  }
}

import { type ErrorCode, type InputPlace, IsothermError } from '../../kernels/error.js';
import type { ObservedStarts } from '../start-times.js';
import type { ByteSource } from './byte-source.js';

/** A row that was left out because `skipBad` said so. */
export interface BadRow {
  code: ErrorCode;
  file: string;
  /** Line of a text file, row of a Parquet file; from 1. */
  line: number;
  /** Field of the row, from 1; absent where the row as a whole is wrong or the fields have no order. */
  column?: number;
  expected: string;
  message: string;
}

/** How far reading has come, in bytes as they lie in the sources. */
export interface ReadProgress {
  bytes: number;
  /** NaN where a source does not know its size. */
  totalBytes: number;
  rows: number;
}

export interface ReadSettings {
  skipBad?: boolean;
  onProgress?: (progress: ReadProgress) => void;
  signal?: AbortSignal;
}

/** Where in a row something is wrong. */
export interface FieldPlace {
  file: string;
  line: number;
  /** From 1; 0 where fields have no order. */
  column: number;
  name: string;
  text: string;
}

const LISTED_BAD_ROWS = 1000;
const SHOWN_CHARACTERS = 60;

/** One run of a reader: counts rows, keeps or throws what is wrong, gathers notes, tells progress. */
export class Reading {
  rows = 0;
  badRows = 0;
  readonly bad: BadRow[] = [];
  readonly notes: string[] = [];
  /** What the source counted of starts beside its calls, by function. */
  starts: ObservedStarts[] | undefined;
  readonly #settings: ReadSettings;
  #bytes = 0;
  #totalBytes = Number.NaN;

  constructor(settings: ReadSettings) {
    this.#settings = settings;
  }

  /** Sets what progress counts against. */
  expectBytes(sources: readonly ByteSource[]): void {
    this.#bytes = 0;
    this.#totalBytes = sources.reduce((sum, source) => sum + (source.size ?? Number.NaN), 0);
  }

  /** Counts bytes that arrived; stops here when the caller wants to stop. */
  readonly received = (bytes: number): void => {
    if (this.#settings.signal?.aborted === true) {
      throw new IsothermError('ABORTED', 'reading was stopped', { cause: this.#settings.signal.reason });
    }
    this.#bytes += bytes;
    // The footer of a Parquet file is read more than once.
    if (this.#bytes > this.#totalBytes) this.#bytes = this.#totalBytes;
    this.#settings.onProgress?.({ bytes: this.#bytes, totalBytes: this.#totalBytes, rows: this.rows });
  };

  /** Adds a note when `count` is above 0; `{n}` in it becomes the count. */
  note(text: string, count = 1): void {
    if (count > 0) this.notes.push(text.replaceAll('{n}', count.toLocaleString('en-US')));
  }

  /** Leaves out a row because of one field: throws, or keeps the complaint with `skipBad`. */
  rejectField(code: ErrorCode, place: FieldPlace, problem: string, expected: string): void {
    const shown = place.text.length > SHOWN_CHARACTERS ? `${place.text.slice(0, SHOWN_CHARACTERS)}…` : place.text;
    const where = place.column > 0 ? `column ${place.column} (${place.name})` : place.name;
    this.#reject(
      code,
      { file: place.file, line: place.line, expected, ...(place.column > 0 && { column: place.column }) },
      `${where}: '${shown}' ${problem}`,
    );
  }

  /** Leaves out a row that is wrong as a whole. */
  rejectRow(code: ErrorCode, file: string, line: number, problem: string, expected: string, column?: number): void {
    this.#reject(code, { file, line, expected, ...(column !== undefined && { column }) }, problem);
  }

  #reject(code: ErrorCode, place: Required<Pick<InputPlace, 'line' | 'expected'>> & InputPlace, problem: string): void {
    const message = `${place.file}:${place.line}: ${problem}; expected ${place.expected}`;
    if (this.#settings.skipBad !== true) throw new IsothermError(code, message, { place });
    this.badRows++;
    if (this.bad.length < LISTED_BAD_ROWS) this.bad.push({ code, ...place, message });
  }
}

/** An error about a file as a whole. */
export function fileError(code: ErrorCode, file: string, problem: string, expected: string, cause?: unknown) {
  return new IsothermError(code, `${file}: ${problem}; expected ${expected}`, { cause, place: { file, expected } });
}

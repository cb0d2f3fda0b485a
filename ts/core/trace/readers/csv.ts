import { type ByteSource, plainBytes } from './byte-source.js';
import { ByteWindow } from './byte-window.js';
import { fileError, type Reading } from './reading.js';

const COMMA = 44;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;
const HIGH_BITS = 0x80808080 | 0;

/** The longest row: a quote that is never closed is found here, not at the end of a big file. */
export const LONGEST_ROW_BYTES = 1 << 24;

/** A row as byte ranges: field `f` is `bytes[start[f]..end[f]]`, quotes taken off. Valid until the next row. */
export interface CsvRow {
  bytes: Uint8Array;
  /** The same bytes. */
  view: DataView;
  start: Int32Array;
  end: Int32Array;
  /** Line that the row begins in, from 1. */
  line: number;
  /** Number of the row below the header, from 0; rows that are left out count. */
  number: number;
}

const WHOLE = 0;
const PARTIAL = 1;
const MALFORMED = 2;

/**
 * Splits CSV (RFC 4180: quotes, CRLF, a last line without an end; also a byte order mark) into fields without making a
 * string. Works on a window that holds whole rows.
 */
class RowScanner implements CsvRow {
  bytes = new Uint8Array(0);
  view = new DataView(this.bytes.buffer);
  start = new Int32Array(64);
  end = new Int32Array(64);
  fields = 0;
  line = 1;
  number = -1;
  /** Lines that the row spans. */
  lines = 1;
  /** First byte behind the row. */
  next = 0;
  /** Field with text behind its closing quote, from 1. */
  badField = 0;
  #escaped = false;

  /** Scans the row at `window.at`; partial when its end is not in the window yet. */
  scan(window: ByteWindow): number {
    const { bytes, view, to } = window;
    let start = this.start;
    let end = this.end;
    let field = 0;
    let at = window.at;
    const words = to - 3;
    this.bytes = bytes;
    this.view = view;
    this.lines = 1;
    this.#escaped = false;
    this.badField = 0;
    for (;;) {
      if (field === start.length) {
        this.#grow();
        start = this.start;
        end = this.end;
      }
      if (bytes[at] === QUOTE && at < to) {
        const close = this.#quoted(bytes, at + 1, to);
        if (close < 0) return PARTIAL;
        start[field] = at + 1;
        end[field] = close;
        at = close + 1;
        if (bytes[at] === CARRIAGE_RETURN && bytes[at + 1] === LINE_FEED && at + 1 < to) at++;
        else if (bytes[at] !== COMMA && bytes[at] !== LINE_FEED) this.badField ||= field + 1;
        while (bytes[at] !== COMMA && bytes[at] !== LINE_FEED) at++;
      } else {
        start[field] = at;
        // Commas and line ends are below every letter and digit. In four bytes at a time: adding 127 - 44 to the low
        // seven bits of a byte sets its high bit when it is above a comma, unless it is set already.
        while (at < words) {
          const word = view.getInt32(at, true);
          if (((((word & 0x7f7f7f7f) + 0x53535353) | 0 | word) & HIGH_BITS) !== HIGH_BITS) break;
          at += 4;
        }
        for (let byte = bytes[at]; byte > COMMA || (byte !== COMMA && byte !== LINE_FEED); byte = bytes[++at]);
        end[field] = at;
      }
      field++;
      if (bytes[at] === COMMA) {
        at++;
        continue;
      }
      if (at >= to) return PARTIAL;
      const last = field - 1;
      if (end[last] > start[last] && end[last] === at && bytes[at - 1] === CARRIAGE_RETURN) end[last]--;
      this.next = at + 1;
      this.fields = field;
      if (this.badField > 0) return MALFORMED;
      if (this.#escaped) this.#unescape();
      return WHOLE;
    }
  }

  /** Position of the closing quote of the field whose text begins at `from`; -1 when it is not in the window. */
  #quoted(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    for (;;) {
      while (at < to && bytes[at] !== QUOTE) if (bytes[at++] === LINE_FEED) this.lines++;
      // The byte behind a quote decides what the quote is; it must be there.
      if (at + 1 >= to) return -1;
      if (bytes[at + 1] !== QUOTE) return at;
      this.#escaped = true;
      at += 2;
    }
  }

  /** Turns doubled quotes into one, in place: the row is whole, so nobody scans these bytes again. */
  #unescape(): void {
    const bytes = this.bytes;
    for (let field = 0; field < this.fields; field++) {
      const from = this.start[field];
      if (bytes[from - 1] !== QUOTE) continue;
      let to = from;
      for (let at = from; at < this.end[field]; at++) {
        bytes[to++] = bytes[at];
        if (bytes[at] === QUOTE) at++;
      }
      this.end[field] = to;
    }
  }

  #grow(): void {
    const start = new Int32Array(2 * this.start.length);
    const end = new Int32Array(2 * this.end.length);
    start.set(this.start);
    end.set(this.end);
    this.start = start;
    this.end = end;
  }
}

/** Takes a row of the right length; false when it left the row out (and said so). */
export type TakeRow = (row: CsvRow) => boolean;

/**
 * Reads a CSV file row by row. `open` gets the header and answers with what takes the rows.
 * Errors: EMPTY_INPUT without a header; BAD_ROW for a row of another length than the header's or with a broken quote.
 * Answers with the number of rows, those that were left out included.
 */
export async function readCsv(
  source: ByteSource,
  reading: Reading,
  open: (header: string[]) => TakeRow,
): Promise<number> {
  const file = source.name;
  const window = new ByteWindow(plainBytes(source, reading.received));
  const scanner = new RowScanner();
  let take: TakeRow | undefined;
  let width = 0;
  let blank = 0;
  let ended = false;
  const row = (state: number): void => {
    if (state === MALFORMED) {
      const expected = 'a comma or the end of the line behind a closing quote';
      rejectOrThrowHeader(scanner.line, 'there is text behind a closing quote', expected, scanner.badField);
    } else if (scanner.fields === 1 && scanner.start[0] === scanner.end[0]) blank++;
    else if (take === undefined) {
      width = scanner.fields;
      take = open(headerOf(scanner));
    } else {
      scanner.number++;
      if (scanner.fields !== width) {
        const expected = `${width} fields, as in the header`;
        reading.rejectRow('BAD_ROW', file, scanner.line, `the row has ${scanner.fields} fields`, expected);
      } else if (take(scanner)) reading.rows++;
    }
  };
  const rejectOrThrowHeader = (line: number, problem: string, expected: string, column?: number): void => {
    if (take === undefined) throw fileError('BAD_HEADER', file, `line ${line}: ${problem}`, expected);
    scanner.number++;
    reading.rejectRow('BAD_ROW', file, line, problem, expected, column);
  };
  try {
    await skipByteOrderMark(window);
    for (;;) {
      while (window.at < window.to) {
        const state = scanner.scan(window);
        if (state === PARTIAL) break;
        row(state);
        window.at = scanner.next;
        scanner.line += scanner.lines;
      }
      const unread = window.to - window.at;
      if (unread > LONGEST_ROW_BYTES || (ended && unread > 0)) {
        const problem = ended ? 'a quote is never closed' : `the row is longer than ${LONGEST_ROW_BYTES} bytes`;
        rejectOrThrowHeader(scanner.line, problem, 'a closing quote and the end of the line');
        // Reading goes on in the next line, as if the quote had been an ordinary character.
        const lineEnd = window.bytes.indexOf(LINE_FEED, window.at);
        window.at = Math.min(lineEnd + 1, window.to);
        scanner.line++;
      } else if (ended) break;
      else if (!(await window.more())) {
        ended = true;
        window.closeLastLine();
      }
    }
  } finally {
    await window.close();
  }
  if (take === undefined) throw fileError('EMPTY_INPUT', file, 'the file is empty', 'a header and rows');
  reading.note(`${file}: blank lines: {n}`, blank);
  return scanner.number + 1;
}

async function skipByteOrderMark(window: ByteWindow): Promise<void> {
  while (window.to - window.at < 3) if (!(await window.more())) return;
  const [a, b, c] = window.bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) window.at = 3;
}

const decoder = new TextDecoder();

function headerOf(row: RowScanner): string[] {
  return Array.from({ length: row.fields }, (_, field) => fieldText(row, field).trim());
}

/** A field as a string. */
export function fieldText(row: CsvRow, field: number): string {
  return decoder.decode(row.bytes.subarray(row.start[field], row.end[field]));
}

/** Numbers of the header's fields by name, whatever the case and with or without `_`, `-` and blanks. */
export function columnsByName(header: readonly string[]): Map<string, number> {
  const columns = new Map<string, number>();
  header.forEach((name, field) => {
    const plain = plainName(name);
    if (!columns.has(plain)) columns.set(plain, field);
  });
  return columns;
}

/** A column name without case, `_`, `-` and blanks. */
export function plainName(name: string): string {
  return name.replace(/[\s_-]/g, '').toLowerCase();
}

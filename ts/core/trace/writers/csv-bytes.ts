import type { RowBytes } from './row-bytes.js';

/** One file of a trace that is written: its name and its bytes, to be taken once. */
export interface TraceFile {
  name: string;
  chunks: Iterable<Uint8Array>;
}

const CHUNK = 1 << 16;
const COMMA = 44;
const LINE_FEED = 10;
const ZERO = 48;

/** Builds CSV (RFC 4180) as bytes; `take` hands out what is there once it is a chunk. */
export class CsvBytes implements RowBytes {
  #bytes = new Uint8Array(2 * CHUNK);
  #length = 0;
  #rowBegins = true;
  readonly #encoder = new TextEncoder();

  /** Appends a field. */
  text(value: string): this {
    this.#separate();
    const quoted = /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
    const bytes = this.#encoder.encode(quoted);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  number(value: number): this {
    return this.text(Number.isNaN(value) ? '' : String(value));
  }

  /** Appends a field of digits; `value` is whole, at least 0. */
  count(value: number): this {
    this.#separate();
    this.#reserve(20);
    let digits = 1;
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
    let rest = value;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const tens = Math.floor(rest / 10);
      this.#bytes[at] = ZERO + rest - 10 * tens;
      rest = tens;
    }
    this.#length += digits;
    return this;
  }

  endRow(): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = LINE_FEED;
    this.#rowBegins = true;
  }

  /** What was built so far when it fills a chunk, else undefined; with `all`, whatever there is. */
  take(all = false): Uint8Array | undefined {
    if (this.#length === 0 || (!all && this.#length < CHUNK)) return undefined;
    const chunk = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return chunk;
  }

  #separate(): void {
    if (this.#rowBegins) {
      this.#rowBegins = false;
      return;
    }
    this.#reserve(1);
    this.#bytes[this.#length++] = COMMA;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(2 * (this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

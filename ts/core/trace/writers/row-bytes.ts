/** Builds a table as bytes, field by field in the order of its columns. */
export interface RowBytes {
  /** Appends a field of text; '' is no value. */
  text(value: string): this;
  /** Appends a field of digits; `value` is whole, at least 0. */
  count(value: number): this;
  /** Appends any finite number; NaN is no value. */
  number(value: number): this;
  endRow(): void;
  /** What was built so far when it fills a chunk, else undefined; with `all`, whatever there is. */
  take(all?: boolean): Uint8Array | undefined;
}

/** How a table is written. */
export type TableFormat = 'csv' | 'jsonl';

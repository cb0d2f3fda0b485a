import type { RowBytes } from './row-bytes.js';

const CHUNK = 1 << 16;

/** Builds JSON Lines as bytes: an object a row, without the fields that have no value. */
export class JsonLineBytes implements RowBytes {
  readonly #columns: readonly string[];
  readonly #encoder = new TextEncoder();
  #text = '';
  #row: string[] = [];
  #field = 0;

  constructor(columns: readonly string[]) {
    this.#columns = columns.map((name) => JSON.stringify(name));
  }

  text(value: string): this {
    return this.#append(value === '' ? '' : JSON.stringify(value));
  }

  count(value: number): this {
    return this.#append(String(value));
  }

  number(value: number): this {
    return this.#append(Number.isNaN(value) ? '' : String(value));
  }

  endRow(): void {
    this.#text += `{${this.#row.join(',')}}\n`;
    this.#row = [];
    this.#field = 0;
  }

  take(all = false): Uint8Array | undefined {
    if (this.#text === '' || (!all && this.#text.length < CHUNK)) return undefined;
    const chunk = this.#encoder.encode(this.#text);
    this.#text = '';
    return chunk;
  }

  #append(json: string): this {
    const name = this.#columns[this.#field++];
    if (json !== '') this.#row.push(`${name}:${json}`);
    return this;
  }
}

/**
 * Counts per minute as bytes: for every minute with calls a pair of LEB128 numbers, the minutes since the previous such
 * minute (the first counts from minute -1) and the calls. Two bytes for most minutes of most functions.
 */

/** Appends the cells of function after function; the buffer grows by half beyond the bytes expected. */
export class CellWriter {
  #bytes: Uint8Array;
  #length = 0;
  #minute = -1;
  #offsets: number[] = [0];

  constructor(expectedBytes = 1 << 16) {
    this.#bytes = new Uint8Array(expectedBytes + 20);
  }

  /** `minute` must be above the last one of the same function, `count` at least 1. */
  push(minute: number, count: number): void {
    if (this.#length + 20 > this.#bytes.length) {
      const grown = new Uint8Array(Math.ceil(this.#bytes.length * 1.5) + 20);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#varint(minute - this.#minute);
    this.#varint(count);
    this.#minute = minute;
  }

  /** Closes the function whose cells were pushed. */
  endFunction(): void {
    this.#offsets.push(this.#length);
    this.#minute = -1;
  }

  finish(): { offsets: Float64Array; cells: Uint8Array } {
    // A buffer that is largely full is not copied: the cells of a large fleet are most of the memory there is.
    const full = this.#length * 5 >= this.#bytes.length * 3;
    const cells = full ? this.#bytes.subarray(0, this.#length) : this.#bytes.slice(0, this.#length);
    return { offsets: Float64Array.from(this.#offsets), cells };
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }
}

export { eachCell } from '../kernels/cells.js';

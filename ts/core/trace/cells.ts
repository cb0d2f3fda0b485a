/**
 * Counts per minute as bytes: for every minute with calls a pair of LEB128 numbers, the minutes since the previous such
 * minute (the first counts from minute -1) and the calls. Two bytes for most minutes of most functions.
 */

/** Appends the cells of function after function; the buffer grows by half. */
export class CellWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  #minute = -1;
  #offsets: number[] = [0];

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
    return { offsets: Float64Array.from(this.#offsets), cells: this.#bytes.slice(0, this.#length) };
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

/** Calls `visit(minute, count)` for each cell in `cells[from..to]`. */
export function eachCell(
  cells: Uint8Array,
  from: number,
  to: number,
  visit: (minute: number, count: number) => void,
): void {
  let at = from;
  let minute = -1;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = cells[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  while (at < to) {
    minute += varint();
    visit(minute, varint());
  }
}

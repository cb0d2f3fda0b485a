/**
 * Reads calls per minute packed as bytes: pairs of LEB128 numbers, the minutes since the previous pair's (the first counts
 * from minute -1) and the calls.
 */

/** Goes through the pairs in `cells[from..to]`. A number cut off by the end is NaN. */
export class CellCursor {
  minute = -1;
  count = 0;
  #cells: Uint8Array;
  #at: number;
  #to: number;

  constructor(cells: Uint8Array, from: number, to: number) {
    this.#cells = cells;
    this.#at = from;
    this.#to = to;
  }

  /** Moves to the next pair; false when there is none. */
  next(): boolean {
    if (this.#at >= this.#to) return false;
    this.minute += this.#number();
    this.count = this.#number();
    return true;
  }

  #number(): number {
    if (this.#at >= this.#to) return Number.NaN;
    const first = this.#cells[this.#at++];
    if (first < 128) return first;
    let value = first - 128;
    for (let scale = 128; this.#at < this.#to; scale *= 128) {
      const byte = this.#cells[this.#at++];
      if (byte < 128) return value + byte * scale;
      value += (byte - 128) * scale;
    }
    return Number.NaN;
  }
}

/** Calls `visit(minute, count)` for each pair in `cells[from..to]`. */
export function eachCell(
  cells: Uint8Array,
  from: number,
  to: number,
  visit: (minute: number, count: number) => void,
): void {
  const cursor = new CellCursor(cells, from, to);
  while (cursor.next()) visit(cursor.minute, cursor.count);
}

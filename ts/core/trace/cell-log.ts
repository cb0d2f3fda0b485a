/**
 * Counts per minute of many functions whose rows come in any order, each function's own in ascending time. Every function
 * has a chain of slices of a shared pool, each twice as long as the one before: memory stays near that of the cells
 * themselves, with a hundred rows as with a billion.
 */
const BLOCK_BITS = 20;
const BLOCK = 1 << BLOCK_BITS;
const SMALLEST = 16;
const LARGEST = 4096;
/** Bytes at the end of a slice that hold the address of the next one. */
const LINK = 4;
const NONE = -1;

/** Calls that one cell may hold: kernels count them in 32 bits. */
export const LARGEST_COUNT = 2 ** 32 - 1;

interface Chain {
  head: number;
  /** Where the next byte goes. */
  write: number;
  /** End of the last slice's cells. */
  end: number;
  /** Size of the last slice, link included. */
  size: number;
  /** Bytes of cells. */
  bytes: number;
  firstMinute: number;
  writtenMinute: number;
  /** The cell that is being added up. */
  minute: number;
  count: number;
}

export class CellLog {
  readonly #blocks: Uint8Array<ArrayBuffer>[] = [];
  /** First free address of the pool. */
  #free = 0;
  readonly #chains: Chain[] = [];
  #calls = 0;
  firstMinute = Number.POSITIVE_INFINITY;

  /** Adds calls to a minute, at or after the function's latest; false when the minute would then hold too many. */
  add(functionNumber: number, minute: number, count: number): boolean {
    if (count === 0) return true;
    const chain = this.#chains[functionNumber] ?? this.#admit(functionNumber);
    if (chain.minute === minute) {
      if (chain.count + count > LARGEST_COUNT) return false;
      chain.count += count;
      return true;
    }
    this.#flush(chain);
    chain.minute = minute;
    chain.count = count;
    if (minute < this.firstMinute) this.firstMinute = minute;
    return true;
  }

  /** The cells of functions `0..functions`, minutes counted from `originMinute`, and all calls; ends the log. */
  finish(functions: number, originMinute: number): { offsets: Float64Array; cells: Uint8Array; calls: number } {
    const offsets = new Float64Array(functions + 1);
    for (let f = 0; f < functions; f++) {
      const chain = this.#chains[f] ?? this.#admit(f);
      this.#flush(chain);
      offsets[f + 1] = offsets[f] + chain.bytes;
      if (chain.bytes === 0) continue;
      const first = chain.firstMinute + 1;
      offsets[f + 1] += varintLength(first - originMinute) - varintLength(first);
    }
    const cells = new Uint8Array(offsets[functions]);
    for (let f = 0; f < functions; f++) {
      if (this.#chains[f].bytes > 0) this.#copy(this.#chains[f], originMinute, cells, offsets[f]);
    }
    return { offsets, cells, calls: this.#calls };
  }

  #admit(functionNumber: number): Chain {
    while (this.#chains.length <= functionNumber) {
      this.#chains.push({
        head: NONE,
        write: NONE,
        end: NONE,
        size: 0,
        bytes: 0,
        firstMinute: NONE,
        writtenMinute: NONE,
        minute: NONE,
        count: 0,
      });
    }
    return this.#chains[functionNumber];
  }

  #flush(chain: Chain): void {
    if (chain.count === 0) return;
    if (chain.bytes === 0) chain.firstMinute = chain.minute;
    this.#varint(chain, chain.minute - chain.writtenMinute);
    this.#varint(chain, chain.count);
    chain.writtenMinute = chain.minute;
    this.#calls += chain.count;
    chain.count = 0;
  }

  #varint(chain: Chain, value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#put(chain, (rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.#put(chain, rest);
  }

  #put(chain: Chain, byte: number): void {
    if (chain.write === chain.end) this.#extend(chain);
    this.#blocks[chain.write >>> BLOCK_BITS][chain.write & (BLOCK - 1)] = byte;
    chain.write++;
    chain.bytes++;
  }

  /** Gives the chain its next slice. */
  #extend(chain: Chain): void {
    const size = chain.head === NONE ? SMALLEST : Math.min(2 * chain.size, LARGEST);
    // A slice never lies across blocks; what is left of a block that is too full stays unused.
    if (this.#free + size > this.#blocks.length * BLOCK) {
      this.#free = this.#blocks.length * BLOCK;
      this.#blocks.push(new Uint8Array(BLOCK));
    }
    const from = this.#free;
    this.#free += size;
    if (chain.head === NONE) chain.head = from;
    else this.#link(chain.end).setUint32(0, from);
    chain.write = from;
    chain.end = from + size - LINK;
    chain.size = size;
  }

  #link(address: number): DataView {
    return new DataView(this.#blocks[address >>> BLOCK_BITS].buffer, address & (BLOCK - 1), LINK);
  }

  /** Copies a chain; its first cell, which counts from minute -1, is written anew. */
  #copy(chain: Chain, originMinute: number, to: Uint8Array, offset: number): void {
    let at = offset;
    let first = chain.firstMinute + 1 - originMinute;
    while (first >= 128) {
      to[at++] = (first % 128) + 128;
      first = Math.floor(first / 128);
    }
    to[at++] = first;
    let size = SMALLEST;
    let from = chain.head;
    let skip = varintLength(chain.firstMinute + 1);
    let left = chain.bytes;
    for (;;) {
      const length = Math.min(left, size - LINK);
      const begin = (from & (BLOCK - 1)) + skip;
      const end = (from & (BLOCK - 1)) + length;
      to.set(this.#blocks[from >>> BLOCK_BITS].subarray(begin, end), at);
      at += end - begin;
      left -= length;
      if (left === 0) return;
      from = this.#link(from + size - LINK).getUint32(0);
      size = Math.min(2 * size, LARGEST);
      skip = 0;
    }
  }
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++;
  return length;
}

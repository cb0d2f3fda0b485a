/**
 * Numbers for names: the same bytes always get the same number, and a string is made only once per name. A name has parts
 * (owner, app, function) that are compared part by part.
 */
const PART_END = 0xff; // Never occurs in UTF-8: ['a', 'bc'] and ['ab', 'c'] stay apart.

export class KeyTable {
  /** The name of each number: its parts with `/` between them. */
  readonly keys: string[] = [];
  readonly #numberOfKey = new Map<string, number>();
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #encoder = new TextEncoder();

  // The key under construction; padded with zeros to whole words, hashed and compared a word at a time.
  #scratch = new Uint8Array(1 << 10);
  #scratchWords = new Int32Array(this.#scratch.buffer);
  #length = 0;
  #parts = 0;

  // What was interned, by entry: its words lie one after another in `#arena`.
  #arena = new Int32Array(1 << 12);
  #arenaLength = 0;
  #entries = 0;
  #entryFrom = new Int32Array(256);
  #entryBytes = new Int32Array(256);
  #entryHash = new Int32Array(256);
  #entryNumber = new Int32Array(256);
  // Open addressing; an entry's number plus 1, 0 where free; never more than half full.
  #slots = new Int32Array(512);

  /** Begins a key. */
  begin(): void {
    this.#length = 0;
    this.#parts = 0;
  }

  /** Appends a part. */
  part(bytes: Uint8Array, from: number, to: number): void {
    let length = this.#length;
    if (length + (to - from) + 8 > this.#scratch.length) this.#growScratch(length + (to - from) + 8);
    const scratch = this.#scratch;
    if (this.#parts++ > 0) scratch[length++] = PART_END;
    for (let at = from; at < to; at++) scratch[length++] = bytes[at];
    this.#length = length;
  }

  /** Appends a part given as text. */
  partText(text: string): void {
    const bytes = this.#encoder.encode(text);
    this.part(bytes, 0, bytes.length);
  }

  /** The number of the key; a new one when it was not seen before; -1 when it is not UTF-8. */
  intern(): number {
    const slot = this.#slot();
    const entry = this.#slots[slot] - 1;
    return entry >= 0 ? this.#entryNumber[entry] : this.#add(slot);
  }

  /** The number of the key, -1 when it was not interned. */
  find(): number {
    const entry = this.#slots[this.#slot()] - 1;
    return entry >= 0 ? this.#entryNumber[entry] : -1;
  }

  #hash = 0;

  #slot(): number {
    const length = this.#length;
    const words = (length + 3) >> 2;
    this.#scratch.fill(0, length, words << 2);
    const key = this.#scratchWords;
    let hash = length;
    for (let at = 0; at < words; at++) {
      hash = Math.imul(hash ^ key[at], 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    this.#hash = hash;
    const arena = this.#arena;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const entry = this.#slots[slot] - 1;
      if (entry < 0) return slot;
      if (this.#entryHash[entry] === hash && this.#entryBytes[entry] === length) {
        const from = this.#entryFrom[entry];
        let at = 0;
        while (at < words && arena[from + at] === key[at]) at++;
        if (at === words) return slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  #add(slot: number): number {
    let key: string;
    try {
      key = this.#text();
    } catch {
      return -1;
    }
    // Two spellings can give one name: an app column in one file, `app/function` in another.
    let number = this.#numberOfKey.get(key);
    if (number === undefined) {
      number = this.keys.length;
      this.keys.push(key);
      this.#numberOfKey.set(key, number);
    }
    const words = (this.#length + 3) >> 2;
    if (this.#arenaLength + words > this.#arena.length) {
      this.#arena = grown(this.#arena, Math.max(this.#arenaLength + words, 2 * this.#arena.length));
    }
    this.#arena.set(this.#scratchWords.subarray(0, words), this.#arenaLength);
    if (this.#entries === this.#entryFrom.length) this.#growEntries();
    const entry = this.#entries++;
    this.#entryFrom[entry] = this.#arenaLength;
    this.#entryBytes[entry] = this.#length;
    this.#entryHash[entry] = this.#hash;
    this.#entryNumber[entry] = number;
    this.#arenaLength += words;
    this.#slots[slot] = entry + 1;
    if (2 * this.#entries > this.#slots.length) this.#rehash();
    return number;
  }

  /** The parts with `/` between them; `/` and `%` within a part are escaped where there are several. */
  #text(): string {
    const parts: string[] = [];
    let from = 0;
    while (from <= this.#length) {
      let to = this.#scratch.indexOf(PART_END, from);
      if (to < 0 || to > this.#length) to = this.#length;
      parts.push(this.#decoder.decode(this.#scratch.subarray(from, to)));
      from = to + 1;
    }
    if (parts.length !== this.#parts) throw new TypeError('a part has the byte 0xff');
    if (parts.length === 1) return parts[0];
    return parts.map((part) => part.replaceAll('%', '%25').replaceAll('/', '%2F')).join('/');
  }

  #rehash(): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    const mask = this.#slots.length - 1;
    for (let entry = 0; entry < this.#entries; entry++) {
      let slot = this.#entryHash[entry] & mask;
      while (this.#slots[slot] > 0) slot = (slot + 1) & mask;
      this.#slots[slot] = entry + 1;
    }
  }

  #growEntries(): void {
    const length = 2 * this.#entryFrom.length;
    this.#entryFrom = grown(this.#entryFrom, length);
    this.#entryBytes = grown(this.#entryBytes, length);
    this.#entryHash = grown(this.#entryHash, length);
    this.#entryNumber = grown(this.#entryNumber, length);
  }

  #growScratch(length: number): void {
    const scratch = new Uint8Array((2 * length + 3) & ~3);
    scratch.set(this.#scratch.subarray(0, this.#length));
    this.#scratch = scratch;
    this.#scratchWords = new Int32Array(scratch.buffer);
  }
}

function grown(from: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(length);
  to.set(from);
  return to;
}

/**
 * Numbers for names: the same bytes always get the same number, and a string is made only once per name. A name has parts
 * (owner, app, function) that are compared part by part: ['a', 'bc'] and ['ab', 'c'] stay apart.
 */
export class KeyTable {
  /** The name of each number: its parts with `/` between them. */
  readonly keys: string[] = [];
  readonly #numberOfKey = new Map<string, number>();
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #encoder = new TextEncoder();
  readonly #encoded = new Map<string, DataView>();

  // The key under construction: where its parts lie, and the hash so far.
  #parts = 0;
  readonly #views: DataView[] = [];
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  #hash = 0;

  // What was interned, by entry: number of parts, then of each its length and its words, the last padded with zeros.
  #arena = new Int32Array(1 << 12);
  #arenaLength = 0;
  #entries = 0;
  #entryFrom = new Int32Array(256);
  #entryHash = new Int32Array(256);
  #entryNumber = new Int32Array(256);
  // Open addressing; an entry plus 1, 0 where free; never more than half full.
  #slots = new Int32Array(512);

  /** Begins a key. */
  begin(): void {
    this.#parts = 0;
    this.#hash = 0;
  }

  /** Appends the part `view[from..to]`, which must stay as it is until the key is interned or found. */
  part(view: DataView, from: number, to: number): void {
    // Four bytes at a time, and a tail that is padded: as they lie in the arena.
    let hash = this.#hash ^ (to - from);
    let at = from;
    for (const whole = to - 4; at <= whole; at += 4) {
      hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash ^ tailWord(view, at, to), 0x85ebca6b);
    this.#hash = hash ^ (hash >>> 13);
    this.#views[this.#parts] = view;
    this.#from[this.#parts] = from;
    this.#to[this.#parts] = to;
    this.#parts++;
  }

  /** Appends a part given as text; its bytes are kept, as the same few names come again and again. */
  partText(text: string): void {
    let view = this.#encoded.get(text);
    if (view === undefined) {
      const { buffer, byteOffset, length } = this.#encoder.encode(text);
      view = new DataView(buffer, byteOffset, length);
      this.#encoded.set(text, view);
    }
    this.part(view, 0, view.byteLength);
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

  /** The slot that holds the key, or the free one where it belongs. */
  #slot(): number {
    const mask = this.#slots.length - 1;
    let slot = this.#hash & mask;
    for (;;) {
      const entry = this.#slots[slot] - 1;
      if (entry < 0 || (this.#entryHash[entry] === this.#hash && this.#matches(this.#entryFrom[entry]))) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #matches(entryFrom: number): boolean {
    const arena = this.#arena;
    let word = entryFrom;
    if (arena[word++] !== this.#parts) return false;
    for (let p = 0; p < this.#parts; p++) {
      const view = this.#views[p];
      const to = this.#to[p];
      let at = this.#from[p];
      if (arena[word++] !== to - at) return false;
      for (const whole = to - 4; at <= whole; at += 4) if (arena[word++] !== view.getInt32(at, true)) return false;
      if (arena[word++] !== tailWord(view, at, to)) return false;
    }
    return true;
  }

  #add(slot: number): number {
    const key = this.#text();
    if (key === undefined) return -1;
    // Two spellings can give one name: an app column in one file, `app/function` in another.
    let number = this.#numberOfKey.get(key);
    if (number === undefined) {
      number = this.keys.length;
      this.keys.push(key);
      this.#numberOfKey.set(key, number);
    }
    if (this.#entries === this.#entryFrom.length) this.#growEntries();
    const entry = this.#entries++;
    this.#entryFrom[entry] = this.#arenaLength;
    this.#entryHash[entry] = this.#hash;
    this.#entryNumber[entry] = number;
    this.#store();
    this.#slots[slot] = entry + 1;
    if (2 * this.#entries > this.#slots.length) this.#rehash();
    return number;
  }

  #store(): void {
    let words = 1;
    for (let p = 0; p < this.#parts; p++) words += 2 + ((this.#to[p] - this.#from[p]) >> 2);
    if (this.#arenaLength + words > this.#arena.length) {
      this.#arena = grown(this.#arena, 2 * (this.#arenaLength + words));
    }
    let word = this.#arenaLength;
    this.#arena[word++] = this.#parts;
    for (let p = 0; p < this.#parts; p++) {
      const view = this.#views[p];
      const to = this.#to[p];
      let at = this.#from[p];
      this.#arena[word++] = to - at;
      for (; at <= to - 4; at += 4) this.#arena[word++] = view.getInt32(at, true);
      this.#arena[word++] = tailWord(view, at, to);
    }
    this.#arenaLength = word;
  }

  /** The parts with `/` between them; `/` and `%` within a part are escaped where there are several. */
  #text(): string | undefined {
    const parts: string[] = [];
    for (let p = 0; p < this.#parts; p++) {
      const { buffer, byteOffset } = this.#views[p];
      const bytes = new Uint8Array(buffer, byteOffset + this.#from[p], this.#to[p] - this.#from[p]);
      try {
        parts.push(this.#decoder.decode(bytes));
      } catch {
        return undefined;
      }
    }
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
    this.#entryHash = grown(this.#entryHash, length);
    this.#entryNumber = grown(this.#entryNumber, length);
  }
}

/** The up to three bytes behind the whole words of a part. */
function tailWord(view: DataView, from: number, to: number): number {
  let word = 0;
  for (let at = to - 1; at >= from; at--) word = (word << 8) | view.getUint8(at);
  return word;
}

function grown(from: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(length);
  to.set(from);
  return to;
}

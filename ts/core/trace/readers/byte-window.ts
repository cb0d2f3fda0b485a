/**
 * A stretch of a byte stream with whole records in it: the unread rest of one chunk is moved to the front before the next
 * is appended, so that a record never lies across chunks. `bytes[to]` is a line feed that is not part of the data: scans
 * need no other bound.
 */
const LINE_FEED = 10;

export class ByteWindow {
  bytes = new Uint8Array(1 << 16);
  view = new DataView(this.bytes.buffer);
  /** First unread byte. */
  at = 0;
  /** End of the data. */
  to = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.bytes[0] = LINE_FEED;
  }

  /**
   * Appends at least as many bytes as are unread, so that scanning a long record again and again stays linear in its
   * length. False at the end of the stream.
   */
  async more(): Promise<boolean> {
    const unread = this.to - this.at;
    this.bytes.copyWithin(0, this.at, this.to);
    this.at = 0;
    this.to = unread;
    do {
      const next = await this.#chunks.next();
      if (next.done === true) {
        this.bytes[this.to] = LINE_FEED;
        return this.to > unread;
      }
      this.#append(next.value);
    } while (this.to - unread < unread || this.to === unread);
    return true;
  }

  /** Ends the data with a line feed where the last line has none; the stream must be at its end. */
  closeLastLine(): void {
    if (this.to > this.at && this.bytes[this.to - 1] !== LINE_FEED) this.#append(Uint8Array.of(LINE_FEED));
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  #append(chunk: Uint8Array): void {
    const to = this.to + chunk.length;
    if (to >= this.bytes.length) {
      const grown = new Uint8Array(Math.max(to + 1, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, this.to));
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    this.bytes.set(chunk, this.to);
    this.to = to;
    this.bytes[to] = LINE_FEED;
  }
}

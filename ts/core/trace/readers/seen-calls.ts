/**
 * Remembers which calls came already by 63 bits of a hash of their request id and time: 16 to 32 bytes a call, and among 10^8 calls one chance
 * in 1,800 that any two are taken for one.
 */
export class SeenCalls {
  // Open addressing; both words 0 where free; never more than half full.
  #high = new Int32Array(1024);
  #low = new Int32Array(1024);
  #count = 0;

  /** True when the call did not come before. A retry has its first attempt's request id, but another time. */
  add(requestId: string, endMs: number): boolean {
    let high = 0x243f6a88 ^ endMs;
    let low = 0x85a308d3 ^ (endMs / 4294967296);
    for (let at = 0; at < requestId.length; at++) {
      const code = requestId.charCodeAt(at);
      high = Math.imul(high ^ code, 0x9e3779b1);
      low = Math.imul(low ^ code, 0x85ebca6b) ^ (low >>> 15);
      high ^= high >>> 13;
    }
    high = mixed(high ^ (low << 7));
    low = mixed(low ^ high) | 1;
    if (!insert(this.#high, this.#low, high, low)) return false;
    if (2 * ++this.#count > this.#high.length) this.#grow();
    return true;
  }

  #grow(): void {
    const high = new Int32Array(2 * this.#high.length);
    const low = new Int32Array(2 * this.#low.length);
    for (let slot = 0; slot < this.#low.length; slot++) {
      if (this.#low[slot] !== 0) insert(high, low, this.#high[slot], this.#low[slot]);
    }
    this.#high = high;
    this.#low = low;
  }
}

/** The last mixing of MurmurHash3: every bit of the word moves every bit. */
function mixed(word: number): number {
  let bits = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

function insert(highs: Int32Array, lows: Int32Array, high: number, low: number): boolean {
  const mask = highs.length - 1;
  let slot = (high ^ (low >>> 7)) & mask;
  while (lows[slot] !== 0) {
    if (lows[slot] === low && highs[slot] === high) return false;
    slot = (slot + 1) & mask;
  }
  highs[slot] = high;
  lows[slot] = low;
  return true;
}

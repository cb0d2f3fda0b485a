/**
 * splitmix64 on two 32-bit halves: JavaScript has no fast 64-bit integer. A product by a 64-bit constant is put together
 * from 16-bit pieces; what falls off the top is not computed.
 */

/**
 * The one seeded generator: splitmix64, the same draws as `SplitMix64` of `crates/numeric`.
 *
 * The constructor takes the halves of the first state: the stream of function `index` under `seed` (both
 * 0..4294967295), whose state is `seed * 2^32 + index`, is `new SplitMix64(seed, index)`. About 10 ns a draw.
 * Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
 *
 * @example
 * const random = new SplitMix64(0, 1);
 * random.next(); // random.high >>> 0 and random.low >>> 0 are the halves of 10451216379200822465
 */
export class SplitMix64 {
  /** The upper 32 bits of the last draw, as a signed integer (`>>> 0` for 0..4294967295). */
  high = 0;
  /** The lower 32 bits of the last draw, as a signed integer. */
  low = 0;
  #high: number;
  #low: number;

  constructor(high: number, low: number) {
    this.#high = high | 0;
    this.#low = low | 0;
  }

  /** The upper half of where the stream is: a generator made with both halves goes on from here. */
  get stateHigh(): number {
    return this.#high >>> 0;
  }

  /** The lower half of where the stream is. */
  get stateLow(): number {
    return this.#low >>> 0;
  }

  /** Draws 64 bits into `high` and `low`. */
  next(): void {
    const low = (this.#low + 0x7f4a7c15) | 0;
    const high = (this.#high + 0x9e3779b9 + (low >>> 0 < 0x7f4a7c15 ? 1 : 0)) | 0;
    this.#low = low;
    this.#high = high;

    let zLow = low ^ ((low >>> 30) | (high << 2));
    let zHigh = high ^ (high >>> 30);
    let a = zLow & 0xffff;
    let b = zLow >>> 16;
    let middle = (Math.imul(b, 0xe5b9) + (Math.imul(a, 0xe5b9) >>> 16)) | 0;
    let cross = (Math.imul(a, 0x1ce4) + (middle & 0xffff)) | 0;
    zHigh =
      (Math.imul(b, 0x1ce4) +
        (middle >>> 16) +
        (cross >>> 16) +
        Math.imul(zHigh, 0x1ce4e5b9) +
        Math.imul(zLow, 0xbf58476d)) |
      0;
    zLow = Math.imul(zLow, 0x1ce4e5b9);

    zLow ^= (zLow >>> 27) | (zHigh << 5);
    zHigh ^= zHigh >>> 27;
    a = zLow & 0xffff;
    b = zLow >>> 16;
    middle = (Math.imul(b, 0x11eb) + (Math.imul(a, 0x11eb) >>> 16)) | 0;
    cross = (Math.imul(a, 0x1331) + (middle & 0xffff)) | 0;
    zHigh =
      (Math.imul(b, 0x1331) +
        (middle >>> 16) +
        (cross >>> 16) +
        Math.imul(zHigh, 0x133111eb) +
        Math.imul(zLow, 0x94d049bb)) |
      0;
    zLow = Math.imul(zLow, 0x133111eb);

    this.low = zLow ^ ((zLow >>> 31) | (zHigh << 1));
    this.high = zHigh ^ (zHigh >>> 31);
  }

  /** The next draw modulo 60000: the ms within a minute of a call spread at random. */
  remainder60000(): number {
    this.next();
    return remainder60000(this.high, this.low);
  }

  /**
   * The next `count` draws modulo 60000 into `out[from..from + count]`: `remainder60000` in a loop, but a third faster,
   * because the state stays in registers.
   */
  fillRemainders60000(out: Int32Array, from: number, count: number): void {
    let low = this.#low;
    let high = this.#high;
    const end = from + count;
    for (let at = from; at < end; at++) {
      low = (low + 0x7f4a7c15) | 0;
      high = (high + 0x9e3779b9 + (low >>> 0 < 0x7f4a7c15 ? 1 : 0)) | 0;

      let zLow = low ^ ((low >>> 30) | (high << 2));
      let zHigh = high ^ (high >>> 30);
      let a = zLow & 0xffff;
      let b = zLow >>> 16;
      let middle = (Math.imul(b, 0xe5b9) + (Math.imul(a, 0xe5b9) >>> 16)) | 0;
      let cross = (Math.imul(a, 0x1ce4) + (middle & 0xffff)) | 0;
      zHigh =
        (Math.imul(b, 0x1ce4) +
          (middle >>> 16) +
          (cross >>> 16) +
          Math.imul(zHigh, 0x1ce4e5b9) +
          Math.imul(zLow, 0xbf58476d)) |
        0;
      zLow = Math.imul(zLow, 0x1ce4e5b9);

      zLow ^= (zLow >>> 27) | (zHigh << 5);
      zHigh ^= zHigh >>> 27;
      a = zLow & 0xffff;
      b = zLow >>> 16;
      middle = (Math.imul(b, 0x11eb) + (Math.imul(a, 0x11eb) >>> 16)) | 0;
      cross = (Math.imul(a, 0x1331) + (middle & 0xffff)) | 0;
      zHigh =
        (Math.imul(b, 0x1331) +
          (middle >>> 16) +
          (cross >>> 16) +
          Math.imul(zHigh, 0x133111eb) +
          Math.imul(zLow, 0x94d049bb)) |
        0;
      zLow = Math.imul(zLow, 0x133111eb);

      const folded = ((zHigh ^ (zHigh >>> 31)) >>> 0) * 47296 + ((zLow ^ ((zLow >>> 31) | (zHigh << 1))) >>> 0);
      out[at] = folded - Math.floor((folded + 0.5) * 0.000016666666666666667) * 60000;
    }
    this.#low = low;
    this.#high = high;
  }

  /** A number in [0, 1) from the upper 53 bits of the next draw: `(draw >>> 11) * 2^-53`. */
  unit(): number {
    this.next();
    return ((this.high >>> 0) * 0x200000 + (this.low >>> 11)) * 1.1102230246251565e-16;
  }

  /** A whole number in 0..`count - 1`, `count` in 1..2^32: the upper half of the next draw times `count`, over 2^32. */
  below(count: number): number {
    this.next();
    // Below 2^53 only for count <= 2^21; above it the product is rounded, the same way in every engine.
    return Math.floor((this.high >>> 0) * 2.3283064365386963e-10 * count);
  }
}

/**
 * `(high * 2^32 + low) mod 60000`, exactly, of two halves taken as unsigned.
 *
 * 2^32 leaves 47296, so the sum below has the same remainder and is under 2^48, where doubles are whole; the half
 * added before the multiplication keeps its rounding from crossing a multiple of 60000.
 *
 * @example
 * remainder60000(0, 60001) // 1
 */
export function remainder60000(high: number, low: number): number {
  const folded = (high >>> 0) * 47296 + (low >>> 0);
  return folded - Math.floor((folded + 0.5) * 0.000016666666666666667) * 60000;
}

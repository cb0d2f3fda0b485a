/** States as bytes: little endian, no padding, the same on every backend. */
import { IsothermError } from '../error.js';
import type { WarmInterval } from '../policy-interface.js';

/** Infinity as bytes: a quarter of the largest signed 64-bit integer. */
const FOREVER = 0x1fff_ffff_ffff_ffffn;
/** "No instant" as bytes. */
const NONE = -0x8000_0000_0000_0000n;

/** Numbers one behind the other. */
export class StateWriter {
  #bytes = new Uint8Array(64);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  u8(value: number): void {
    const at = this.#advance(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#advance(2);
    this.#view.setUint16(at, value, true);
  }

  f32(value: number): void {
    const at = this.#advance(4);
    this.#view.setFloat32(at, value, true);
  }

  u32(value: number): void {
    const at = this.#advance(4);
    this.#view.setUint32(at, value, true);
  }

  u64(value: number): void {
    this.#i64(BigInt(value));
  }

  i64(value: number): void {
    this.#i64(BigInt(value));
  }

  f64(value: number): void {
    const at = this.#advance(8);
    this.#view.setFloat64(at, value, true);
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte, least first. */
  whole(value: number): void {
    let left = value;
    while (left >= 0x80) {
      this.u8((left % 0x80) + 0x80);
      left = Math.floor(left / 0x80);
    }
    this.u8(left);
  }

  /** Bytes behind their number. */
  part(bytes: Uint8Array): void {
    this.whole(bytes.length);
    this.raw(bytes);
  }

  /** Bytes whose number is known. */
  raw(bytes: Uint8Array): void {
    const at = this.#advance(bytes.length);
    this.#bytes.set(bytes, at);
  }

  instant(value: number | undefined): void {
    this.#i64(value === undefined ? NONE : BigInt(value));
  }

  interval(interval: WarmInterval): void {
    this.#i64(BigInt(interval.prewarmMs));
    this.#i64(interval.keepAliveMs === Number.POSITIVE_INFINITY ? FOREVER : BigInt(interval.keepAliveMs));
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #i64(value: bigint): void {
    const at = this.#advance(8);
    this.#view.setBigInt64(at, value, true);
  }

  #advance(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}

/** Takes numbers off the front; running out throws a RangeError, as `DataView` does. */
export class StateReader {
  #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#view.byteLength - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A count that is exact in a float. */
  count(): number {
    return this.#exact(this.#view.getBigUint64(this.#advance(8), true), 0);
  }

  f64(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  /** As `StateWriter.whole` wrote it, at most `most`. */
  whole(most = Number.MAX_SAFE_INTEGER): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.u8();
      value += (byte % 0x80) * scale;
      if (value > most) break;
      if (byte < 0x80) return value;
      if (scale > 2 ** 49) break;
    }
    throw new IsothermError('BAD_STATE', `state has a number above ${most}`);
  }

  /** As `StateWriter.part` wrote them; a copy. */
  part(): Uint8Array<ArrayBuffer> {
    return this.raw(this.whole(this.left));
  }

  raw(count: number): Uint8Array<ArrayBuffer> {
    if (count > this.left) throw new RangeError('state ends too early');
    const at = this.#advance(count);
    return new Uint8Array(this.#view.buffer as ArrayBuffer, this.#view.byteOffset + at, count).slice();
  }

  /** A number from 0 to `most`. */
  f32Within(most: number): number {
    const value = this.#view.getFloat32(this.#advance(4), true);
    if (value >= 0 && value <= most) return value;
    throw new IsothermError('BAD_STATE', `policy state has ${value}, expected 0 to ${most}`);
  }

  /** A number that is neither negative nor without end. */
  amount(): number {
    const value = this.f64();
    if (value >= 0 && value < Number.POSITIVE_INFINITY) return value;
    throw new IsothermError('BAD_STATE', `policy state has ${value}, expected at least 0`);
  }

  /** An amount, or infinity for what cannot be bought. */
  price(): number {
    const value = this.f64();
    if (value >= 0) return value;
    throw new IsothermError('BAD_STATE', `policy state has ${value}, expected at least 0`);
  }

  instant(): number | undefined {
    const value = this.#view.getBigInt64(this.#advance(8), true);
    return value === NONE ? undefined : this.#exact(value, -Number.MAX_SAFE_INTEGER);
  }

  /** An instant that must be there. */
  time(): number {
    const at = this.instant();
    if (at !== undefined) return at;
    throw new IsothermError('BAD_STATE', 'policy state lacks an instant');
  }

  /** A time that is not negative. */
  span(): number {
    return this.#exact(this.#view.getBigInt64(this.#advance(8), true), 0);
  }

  interval(): WarmInterval {
    const prewarmMs = this.span();
    const keepAlive = this.#view.getBigInt64(this.#advance(8), true);
    return { prewarmMs, keepAliveMs: keepAlive === FOREVER ? Number.POSITIVE_INFINITY : this.#exact(keepAlive, 0) };
  }

  #exact(value: bigint, least: number): number {
    const number = Number(value);
    if (number >= least && number <= Number.MAX_SAFE_INTEGER) return number;
    throw new IsothermError('BAD_STATE', `policy state has ${value}, expected ${least} to 2^53 - 1`);
  }

  #advance(count: number): number {
    const at = this.#at;
    this.#at += count;
    return at;
  }
}

/** Reads all of `bytes`, the state of a `what`. Errors: `BAD_STATE` for bytes that are too few or too many, too. */
export function readState<T>(what: string, bytes: Uint8Array, read: (from: StateReader) => T): T {
  const from = new StateReader(bytes);
  let value: T;
  try {
    value = read(from);
  } catch (cause) {
    if (cause instanceof RangeError) throw new IsothermError('BAD_STATE', `${what} state ends too early`, { cause });
    throw cause;
  }
  if (from.left > 0) throw new IsothermError('BAD_STATE', `${what} state has ${from.left} bytes too many`);
  return value;
}

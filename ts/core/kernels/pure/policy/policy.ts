/** What a policy is asked, for one function: the pure twin of the trait in `crates/policy`. */
import { IsothermError } from '../../error.js';
import type { Policy, Start, WarmInterval } from '../../policy-interface.js';

export type { Counts, Policy, Start, WarmInterval } from '../../policy-interface.js';

/** A policy of ours: one that can be saved, and that says what it has learnt. */
export interface KernelPolicy extends Policy {
  seen(): number[];
  save(out: StateWriter): void;
}

export const NO_STARTS: readonly Start[] = [];

/** Infinity as bytes: a quarter of the largest signed 64-bit integer. */
const FOREVER = 0x1fff_ffff_ffff_ffffn;
/** "No instant" as bytes. */
const NONE = -0x8000_0000_0000_0000n;

/** Policies' state as bytes: little endian, no padding, the same on every backend. */
export class StateWriter {
  #bytes: number[] = [];
  #eight = new DataView(new ArrayBuffer(8));

  u8(value: number): void {
    this.#bytes.push(value);
  }

  u16(value: number): void {
    this.#eight.setUint16(0, value, true);
    this.#append(2);
  }

  f32(value: number): void {
    this.#eight.setFloat32(0, value, true);
    this.#append(4);
  }

  u32(value: number): void {
    this.#eight.setUint32(0, value, true);
    this.#append(4);
  }

  u64(value: number): void {
    this.#i64(BigInt(value));
  }

  i64(value: number): void {
    this.#i64(BigInt(value));
  }

  f64(value: number): void {
    this.#eight.setFloat64(0, value, true);
    this.#append(8);
  }

  instant(value: number | undefined): void {
    this.#i64(value === undefined ? NONE : BigInt(value));
  }

  interval(interval: WarmInterval): void {
    this.#i64(BigInt(interval.prewarmMs));
    this.#i64(interval.keepAliveMs === Number.POSITIVE_INFINITY ? FOREVER : BigInt(interval.keepAliveMs));
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #i64(value: bigint): void {
    this.#eight.setBigInt64(0, value, true);
    this.#append(8);
  }

  #append(count: number): void {
    for (let i = 0; i < count; i++) this.#bytes.push(this.#eight.getUint8(i));
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

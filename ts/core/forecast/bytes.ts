/** States as bytes: little endian, no padding, read back with every length checked. */
import { IsothermError } from '../kernels/index.js';

type NumberArray = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Typed arrays are copied as they lie in memory: every engine there is runs on little-endian machines. */
const bytesOf = (array: NumberArray): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** The buffer of the last writer that has finished: states are written one after another, and are of a size. */
let spare = new Uint8Array(1 << 15);

export class ByteWriter {
  #bytes = spare;
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  constructor() {
    spare = new Uint8Array(0);
  }

  u8(value: number): void {
    const at = this.#advance(1);
    this.#view.setUint8(at, value);
  }

  f64(value: number): void {
    const at = this.#advance(8);
    this.#view.setFloat64(at, value, true);
  }

  array(values: NumberArray): void {
    const bytes = bytesOf(values);
    const at = this.#advance(bytes.length);
    this.#bytes.set(bytes, at);
  }

  finish(): Uint8Array<ArrayBuffer> {
    const state = this.#bytes.slice(0, this.#length);
    if (this.#bytes.length > spare.length) spare = this.#bytes;
    this.#bytes = new Uint8Array(0);
    return state;
  }

  /** Before the buffer is used: it may be another one then. */
  #advance(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}

/** Takes numbers off the front. Errors: `BAD_STATE`. */
export class ByteReader {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(most = 255): number {
    const value = this.#view.getUint8(this.#advance(1));
    this.check(value <= most, `${value}, expected 0 to ${most}`);
    return value;
  }

  /** A number from 0 to `most`. */
  f64(most: number): number {
    const value = this.#view.getFloat64(this.#advance(8), true);
    this.check(value >= 0 && value <= most, `${value}, expected 0 to ${most}`);
    return value;
  }

  /** A whole number from 0 to `most`. */
  count(most = Number.MAX_SAFE_INTEGER): number {
    const value = this.f64(most);
    this.check(Number.isInteger(value), `${value}, expected a whole number`);
    return value;
  }

  fill<T extends NumberArray>(values: T): T {
    const bytes = bytesOf(values);
    const at = this.#advance(bytes.length);
    bytes.set(this.#bytes.subarray(at, at + bytes.length));
    return values;
  }

  /** Nothing may be left. */
  end(): void {
    const left = this.#bytes.length - this.#at;
    this.check(left === 0, `${left} bytes too many`);
  }

  /** `what` the state has that it must not have. */
  check(isRight: boolean, what: string): void {
    if (!isRight) throw new IsothermError('BAD_STATE', `forecast state has ${what}`);
  }

  #advance(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) throw new IsothermError('BAD_STATE', 'forecast state ends too early');
    this.#at = at + count;
    return at;
  }
}

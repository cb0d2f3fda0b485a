/** Arrays that the estimators of advantages read and write where they lie, on every backend. */
import { kernels, translated } from './backend.js';
import type { ArrayHandle } from './contract.js';
import { IsothermError } from './error.js';
import { whole } from './pure/check.js';

const TYPES = { f32: Float32Array, f64: Float64Array, u8: Uint8Array } as const;

/** Numbers of single or double precision, or flags. */
export interface KernelArrayTypes {
  f32: Float32Array<ArrayBuffer>;
  f64: Float64Array<ArrayBuffer>;
  u8: Uint8Array<ArrayBuffer>;
}

/** An array where the backend in use computes. Close it, or let `using` do so. */
export class KernelArray<Type extends keyof KernelArrayTypes> {
  readonly length: number;
  #type: Type;
  #handle: ArrayHandle | undefined;
  #view: KernelArrayTypes[Type] | undefined;

  constructor(type: Type, length: number) {
    this.length = length;
    this.#type = type;
    const bytes = length * TYPES[type].BYTES_PER_ELEMENT;
    this.#handle = translated(() => kernels().arrayOpen?.(bytes)) ?? ordinary(bytes);
  }

  /**
   * The numbers. Ask again after any other call: on WASM memory moves when it grows, and what was asked for before is then empty. What an estimator gives back
   * of such a call is what lies there now.
   *
   * Errors: `CLOSED_HANDLE`.
   */
  get array(): KernelArrayTypes[Type] {
    const handle = this.#handle;
    if (handle === undefined) throw new IsothermError('CLOSED_HANDLE', 'this array was closed');
    const { buffer } = handle;
    if (this.#view?.buffer !== buffer) {
      this.#view = new TYPES[this.#type](buffer, handle.byteOffset, this.length) as KernelArrayTypes[Type];
    }
    return this.#view;
  }

  /** Frees it; `array` then fails with `CLOSED_HANDLE`, and what it gave before must not be used. */
  close(): void {
    this.#handle?.close();
    this.#handle = undefined;
    this.#view = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

type Written = Float32Array | Float64Array;

/**
 * Runs what writes to arrays, and gives `out`, which has them. Those that lie in a backend's memory which grew meanwhile have no length any more: then it is another
 * `out`, with the same numbers as they lie now.
 */
export function written<Out extends object>(out: Out, arrays: Readonly<Record<string, Written>>, run: () => void): Out {
  const { arrayMemory } = kernels();
  if (arrayMemory === undefined) {
    translated(run);
    return out;
  }
  const places = Object.entries(arrays).map(([name, array]) => {
    return { name, array, byteOffset: array.byteOffset, length: array.length };
  });
  translated(run);
  const moved = places.filter(({ array, length }) => array.length !== length);
  if (moved.length === 0) return out;
  const memory = arrayMemory();
  const there = moved.map(({ name, array, byteOffset, length }) => {
    const Numbers = array.constructor as Float64ArrayConstructor;
    return [name, new Numbers(memory, byteOffset, length)];
  });
  return { ...out, ...Object.fromEntries(there) };
}

const ordinary = (bytes: number): ArrayHandle => ({ buffer: new ArrayBuffer(bytes), byteOffset: 0, close() {} });

/**
 * Makes an array, all zero, that `generalizedAdvantage` and its like neither copy in nor out.
 *
 * On WASM it lies in the module's memory, and saves most of the time that these take there; elsewhere it is an array like any other. Other kernels take its
 * numbers as a copy only: give them `array.slice()`.
 *
 * @param type `f32`, `f64`, or `u8` for flags.
 * @param length how many numbers, up to 2^31 bytes of them.
 * @throws IsothermError `OUT_OF_RANGE`; `INTERNAL` where there is no room.
 *
 * Complexity: O(length).
 *
 * @example
 * using rewards = kernelArray('f32', 3);
 * using returns = kernelArray('f32', 3);
 * rewards.array.set([1, 1, 1]);
 * const rollout = { nextValues: new Float32Array(3), terminated: [0, 0, 1], steps: 3, envs: 1, gamma: 0.5 };
 * discountedReturns({ ...rollout, rewards: rewards.array }, returns.array); // [1.75, 1.5, 1]
 */
export function kernelArray<Type extends keyof KernelArrayTypes>(type: Type, length: number): KernelArray<Type> {
  return new KernelArray(type, whole('length', length, 0, 2 ** 31 / TYPES[type].BYTES_PER_ELEMENT));
}

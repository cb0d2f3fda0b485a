/** Arrays in the memory of the WASM module, and others for the time of a call. */
import type { ArrayHandle } from './contract.js';
import { fromBackend, IsothermError } from './error.js';
import * as core from './wasm/core.js';

type Numbers = Float32Array | Float64Array | Uint8Array;

/** What `reserve` aligns to. */
const ALIGNMENT = 16;

const padded = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** The module's memory; its buffer is another one once it has grown. */
let memory: WebAssembly.Memory | undefined;

/** What arrays of the module lie in now. */
export function buffer(): ArrayBuffer {
  memory ??= core.moduleMemory() as WebAssembly.Memory;
  return memory.buffer as ArrayBuffer;
}

/** The module was started afresh, with other memory. */
export function forgetMemory(): void {
  memory = undefined;
}

function reserved(bytes: number): number {
  const place = core.reserve(bytes);
  if (place !== 0) return place;
  throw new IsothermError('INTERNAL', `the WASM module has no room for ${bytes} bytes`);
}

/** Room in the module's memory. `isOpen` says whether it is still the memory that the room is in. */
export class WasmArray implements ArrayHandle {
  readonly byteOffset: number;
  #bytes: number;
  #isOpen: () => boolean;

  constructor(bytes: number, isOpen: () => boolean) {
    this.#bytes = bytes;
    this.#isOpen = isOpen;
    this.byteOffset = reserved(bytes);
    new Uint8Array(buffer(), this.byteOffset, bytes).fill(0);
  }

  get buffer(): ArrayBuffer {
    if (!this.#isOpen()) throw new IsothermError('CLOSED_HANDLE', 'this handle was closed');
    return buffer();
  }

  close(): void {
    if (this.#isOpen()) core.release(this.byteOffset, this.#bytes);
    this.#isOpen = () => false;
  }
}

/**
 * Calls a kernel with the place and the length of each array, then the scalars. Arrays in the module's memory stay where they are; others are
 * copied in, where the kernel reads them, and out, where it writes them: the last `outputs` of them.
 */
export function inPlace(
  kernel: (...numbers: never[]) => void,
  arrays: readonly Numbers[],
  outputs: number,
  readsOutputs: boolean,
  ...scalars: number[]
): void {
  const own = buffer();
  const numbers: number[] = [];
  let bytes = 0;
  // Before room is made: memory that grows leaves arrays in it without length or place.
  for (const array of arrays) {
    if (array.buffer === own || array.length === 0) numbers.push(array.byteOffset, array.length);
    else {
      numbers.push(-1 - bytes, array.length);
      bytes += padded(array.byteLength);
    }
  }
  const call = kernel as unknown as (...numbers: number[]) => void;
  if (bytes === 0) {
    call(...numbers, ...scalars);
    return;
  }
  const room = reserved(bytes);
  const outside = arrays.map((_, i) => numbers[2 * i] < 0);
  const firstOutput = arrays.length - outputs;
  const there = new Uint8Array(buffer());
  for (let i = 0; i < arrays.length; i++) {
    if (!outside[i]) continue;
    numbers[2 * i] = room - 1 - numbers[2 * i];
    if (i < firstOutput || readsOutputs) there.set(bytesOf(arrays[i]), numbers[2 * i]);
  }
  const copyOut = (): void => {
    const after = new Uint8Array(buffer());
    for (let i = firstOutput; i < arrays.length; i++) {
      const at = numbers[2 * i];
      if (outside[i]) bytesOf(arrays[i]).set(after.subarray(at, at + arrays[i].byteLength));
    }
  };
  try {
    call(...numbers, ...scalars);
  } catch (thrown) {
    // Nothing is called in a module that trapped. A kernel that refuses numbers has written all there is; one that refuses sizes nothing.
    if (thrown instanceof WebAssembly.RuntimeError) throw thrown;
    if (fromBackend(thrown).code === 'NOT_FINITE') copyOut();
    core.release(room, bytes);
    throw thrown;
  }
  copyOut();
  core.release(room, bytes);
}

const bytesOf = ({ buffer: from, byteOffset, byteLength }: Numbers): Uint8Array =>
  new Uint8Array(from, byteOffset, byteLength);

/** The kernel contract: arrays where a backend computes. */

/** Room for numbers where a backend computes, all zero at first; owned by the backend that made it. */
export interface ArrayHandle {
  /** What it lies in: another one once that had to grow. */
  readonly buffer: ArrayBuffer;
  readonly byteOffset: number;
  close(): void;
}

export interface ArrayKernels {
  /** Room for so many bytes that kernels take without copying; absent where they take every array so. */
  arrayOpen?(bytes: number): ArrayHandle;
  /** What such room lies in now; absent with `arrayOpen`. */
  arrayMemory?(): ArrayBuffer;
}

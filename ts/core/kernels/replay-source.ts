/** What is replayed, as the kernels take it. */
import type { Kernels, TraceHandle } from './contract.js';
import { IsothermError } from './error.js';

/** Calls per minute as the kernels take them; see `ReplayKernels.traceOfCounts`. */
export interface ReplayCounts {
  kind: 'counts';
  minutes: number;
  offsets: Float64Array;
  cells: Uint8Array;
  durationMs: Float64Array;
  memoryMiB: Float64Array;
  poisson: Uint8Array;
  index: Float64Array;
  /** Start time of each function, whole ms; those of the settings when left out. */
  coldStartMs?: Float64Array;
}

/** Calls as the kernels take them; see `ReplayKernels.traceOfCalls`. */
export interface ReplayCalls {
  kind: 'calls';
  minutes: number;
  offsets: Float64Array;
  startMs: Float64Array;
  durationMs: Uint32Array;
  memoryMiB: Float64Array;
  /** Start time of each function, whole ms; those of the settings when left out. */
  coldStartMs?: Float64Array;
}

export type ReplaySource = ReplayCounts | ReplayCalls;

export function openTrace(inUse: Kernels, source: ReplaySource): TraceHandle {
  const { minutes, offsets, durationMs, memoryMiB } = source;
  return source.kind === 'counts'
    ? inUse.traceOfCounts(minutes, offsets, source.cells, source.durationMs, memoryMiB, source.poisson, source.index)
    : inUse.traceOfCalls(minutes, offsets, source.startMs, durationMs as Uint32Array, memoryMiB);
}

export function checkThreads(threads: number): void {
  if (Number.isInteger(threads) && threads >= 1 && threads <= 1024) return;
  throw new IsothermError('OUT_OF_RANGE', `threads is ${threads}, expected a whole number in 1..=1024`);
}

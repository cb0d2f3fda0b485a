/** The kernel contract: replays of all functions on one memory. */
import type { TraceHandle } from './replay.js';

/** A replay under memory caps that is under way, owned by the backend that made it. */
export interface MemoryCapHandle {
  close(): void;
}

/** Per plan and function: cold starts, dropped calls, evictions, idle ms, and ms of the dropped calls. */
export const MEMORY_CAP_COLUMNS = 5;

/** All functions in the order of time on one memory. */
export interface MemoryCapKernels {
  /**
   * `plans` is a row of `[eviction, keepAliveMs, memoryCapMiB]` each: eviction 0 takes the least recently used idle instance,
   * 1 is greedy dual and knows no keep-alive time; `settings` as of `replay`. Nothing is replayed yet.
   */
  memoryCapOpen(trace: TraceHandle, plans: Float64Array, settings: Float64Array): MemoryCapHandle;
  /** Replays the next calls, some 65,000 or a minute of them, under all plans; how many, 0 once none is left. */
  memoryCapAdvance(handle: MemoryCapHandle, threads: number): number;
  /** Writes `out: [plans, functions, MEMORY_CAP_COLUMNS]`; once, when no call is left. */
  memoryCapFinish(handle: MemoryCapHandle, out: Float64Array): void;
}

/** Fleets as the replay kernels take them, and what a backend makes of one. */
import { translated } from '../../ts/core/kernels/backend.js';
import { REPLAY_COLUMNS, type ReplayKernels, type TraceHandle } from '../../ts/core/kernels/contract.js';
import {
  type BoundSpec,
  IsothermError,
  type PolicySpec,
  type ReplayCalls,
  type ReplayCounts,
  type ReplaySettings,
  type ReplaySource,
} from '../../ts/core/kernels/index.js';
import { encodePolicy } from '../../ts/core/kernels/policy.js';

export type Plan = PolicySpec | BoundSpec;

export interface Fleet {
  source: ReplaySource;
  settings: ReplaySettings;
  policies: Plan[];
}

export const open = (backend: ReplayKernels, source: ReplaySource): TraceHandle => {
  const { minutes, offsets, memoryMiB } = source;
  return source.kind === 'counts'
    ? backend.traceOfCounts(minutes, offsets, source.cells, source.durationMs, memoryMiB, source.poisson, source.index)
    : backend.traceOfCalls(minutes, offsets, source.startMs, source.durationMs, memoryMiB);
};

export const rowsOf = (policies: readonly Plan[]): Float64Array =>
  Float64Array.from(policies.map(encodePolicy).flatMap((row) => [row.length, ...row]));

export const numbersOf = (settings: ReplaySettings): Float64Array => {
  const { coldStartMs, tickMs, seed, idleUsdPerGbS, coldStartUsdPerS, preWarmShare } = settings;
  return Float64Array.of(coldStartMs, tickMs, seed, idleUsdPerGbS, coldStartUsdPerS, preWarmShare);
};

/** Functions `from..to` on one backend, as bits. */
export function bits(
  backend: ReplayKernels,
  { source, settings, policies }: Fleet,
  from: number,
  to: number,
  threads: number,
) {
  const handle = open(backend, source);
  const out = new Float64Array(policies.length * (to - from) * REPLAY_COLUMNS).fill(-1);
  backend.replay(handle, rowsOf(policies), numbersOf(settings), from, to, threads, out);
  handle.close();
  return [...new BigUint64Array(out.buffer)];
}

export const CALLS: ReplayCalls = {
  kind: 'calls',
  minutes: 2,
  offsets: Float64Array.of(0, 2, 3),
  startMs: Float64Array.of(0, 2000, 1000),
  durationMs: Uint32Array.of(1000, 1000, 5),
  memoryMiB: Float64Array.of(128, 256),
};

export const COUNTS: ReplayCounts = {
  kind: 'counts',
  minutes: 3,
  offsets: Float64Array.of(0, 4, 6),
  // 3 calls in minute 0 and 200 in minute 2 are five bytes; here 3 and 100, then 1 call in minute 1.
  cells: Uint8Array.of(1, 3, 2, 100, 2, 1),
  durationMs: Float64Array.of(1000, 0),
  memoryMiB: Float64Array.of(128, 256),
  poisson: Uint8Array.of(0, 1),
  index: Float64Array.of(0, 1),
};

export const SETTINGS: ReplaySettings = {
  coldStartMs: 1000,
  tickMs: 60_000,
  seed: 1,
  idleUsdPerGbS: 4.1667e-6,
  coldStartUsdPerS: 5e-4,
  preWarmShare: 0.1,
};

/** What a replay gives, or the code and the sentence of its error. */
export function answer(run: () => unknown): unknown {
  try {
    return translated(run);
  } catch (thrown) {
    if (!(thrown instanceof IsothermError)) throw thrown;
    return { code: thrown.code, message: thrown.message };
  }
}

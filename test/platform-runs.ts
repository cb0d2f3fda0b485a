/** Platform replays on a backend of one's choice. */
import { type Kernels, PLATFORM_COLUMNS } from '../ts/core/kernels/contract.js';
import type {
  DurationQuantiles,
  PlatformColumn,
  PlatformRun,
  ReplayCalls,
  ReplaySource,
} from '../ts/core/kernels/index.js';
import { encodeRuns } from '../ts/core/kernels/platform-settings.js';
import { openTrace } from '../ts/core/kernels/replay-source.js';

export interface Call {
  startMs: number;
  durationMs: number;
}

/** One function; calls ascend by start. */
export const sourceOfCalls = (minutes: number, calls: readonly Call[]): ReplayCalls => ({
  kind: 'calls',
  minutes,
  offsets: Float64Array.of(0, calls.length),
  startMs: Float64Array.from(calls, ({ startMs }) => startMs),
  durationMs: Uint32Array.from(calls, ({ durationMs }) => durationMs),
  memoryMiB: Float64Array.of(128),
});

export interface PlatformJob {
  source: ReplaySource;
  runs: readonly PlatformRun[];
  seed?: number;
  durations?: DurationQuantiles;
  readyStepMs?: number;
  threads?: number;
}

const NONE = new Float64Array(0);

/** What the kernel writes: figures, then ready ms. */
export function platformNumbers(backend: Kernels, job: PlatformJob): [Float64Array, Float64Array] {
  const { source, runs, seed = 1, durations, readyStepMs = 0, threads = 1 } = job;
  const steps = readyStepMs > 0 ? Math.ceil((source.minutes * 60_000) / readyStepMs) : 0;
  const out = new Float64Array(runs.length * PLATFORM_COLUMNS.length).fill(-1);
  const ready = new Float64Array(runs.length * steps).fill(-1);
  const handle = openTrace(backend, source);
  try {
    const { shares = NONE, ms = NONE } = durations ?? {};
    backend.platformReplay(handle, encodeRuns(runs), seed, shares, ms, readyStepMs, threads, out, ready);
  } finally {
    handle.close();
  }
  return [out, ready];
}

/** The figures of the first run by name. */
export function platformFigures(backend: Kernels, job: PlatformJob): Record<PlatformColumn, number> {
  const [out] = platformNumbers(backend, job);
  return Object.fromEntries(PLATFORM_COLUMNS.map((name, i) => [name, out[i]])) as Record<PlatformColumn, number>;
}

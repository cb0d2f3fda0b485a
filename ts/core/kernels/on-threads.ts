/** Runs a replay on the native backend's threads, so that the event loop stays free. */
import type { AsyncOptions } from './async.js';
import { translated } from './backend.js';
import type { Kernels, ReplayProgress, TraceHandle } from './contract.js';
import { aborted, fromBackend } from './error.js';
import { openTrace, type ReplaySource } from './replay-source.js';

const PROGRESS_EVERY_MS = 50;

type Start = (handle: TraceHandle, progress: ReplayProgress) => Promise<Float64Array>;

/**
 * What `start` promises, told about every 50 ms against `total` and stopped when the signal asks; undefined, at once, where the backend
 * has no threads.
 */
export function onThreads(
  inUse: Kernels,
  source: ReplaySource,
  total: number,
  start: Start | undefined,
  options: AsyncOptions,
): Promise<Float64Array> | undefined {
  if (options.signal?.aborted) throw aborted(options.signal);
  const { replayProgress } = inUse;
  return replayProgress && start && watched(inUse, source, total, start, replayProgress(), options);
}

async function watched(
  inUse: Kernels,
  source: ReplaySource,
  total: number,
  start: Start,
  progress: ReplayProgress,
  { signal, onProgress }: AsyncOptions,
): Promise<Float64Array> {
  const handle = translated(() => openTrace(inUse, source));
  const cancel = (): void => progress.cancel();
  const timer = setInterval(() => onProgress?.(progress.calls(), total), PROGRESS_EVERY_MS);
  signal?.addEventListener('abort', cancel);
  try {
    const out = await start(handle, progress);
    onProgress?.(total, total);
    return out;
  } catch (thrown) {
    throw fromBackend(thrown);
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', cancel);
    handle.close();
  }
}

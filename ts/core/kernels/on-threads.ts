/** Runs a replay on the native backend's threads, so that the event loop stays free. */
import type { AsyncOptions } from './async.js';
import { translated } from './backend.js';
import type { Kernels, ReplayProgress, TraceHandle } from './contract.js';
import { aborted, fromBackend } from './error.js';
import { openTrace, type ReplaySource } from './replay-source.js';

const PROGRESS_EVERY_MS = 50;

/** What `start` promises, told about every 50 ms against `total` and stopped when the signal asks; undefined where the backend has no threads. */
export async function onThreads(
  inUse: Kernels,
  source: ReplaySource,
  total: number,
  start: ((handle: TraceHandle, progress: ReplayProgress) => Promise<Float64Array>) | undefined,
  { signal, onProgress }: AsyncOptions,
): Promise<Float64Array | undefined> {
  if (signal?.aborted) throw aborted(signal);
  if (inUse.replayProgress === undefined || start === undefined) return undefined;
  const handle = translated(() => openTrace(inUse, source));
  const progress = inUse.replayProgress();
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

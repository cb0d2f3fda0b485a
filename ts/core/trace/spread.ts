/** How the calls of a minute lie within it, where a trace tells only how many there were. */
import type { ReplaySource } from '../kernels/index.js';
import type { Trace } from './trace.js';

export type Spread = 'even' | 'poisson' | 'trigger';

export const SPREADS: readonly Spread[] = ['even', 'poisson', 'trigger'];

/** The trace as the kernels take it. */
export function replaySource(trace: Trace, spread: Spread): ReplaySource {
  const { memoryMiB, durationMs, index, trigger } = trace.functions;
  const { minutes, offsets } = trace;
  if (trace.kind === 'calls') {
    return { kind: 'calls', minutes, offsets, startMs: trace.startMs, durationMs: trace.durationMs, memoryMiB };
  }
  const atRandom = (of: string): boolean => spread === 'poisson' || (spread === 'trigger' && of !== 'timer');
  const poisson = Uint8Array.from(trigger, (of) => Number(atRandom(of)));
  return { kind: 'counts', minutes, offsets, cells: trace.cells, durationMs, memoryMiB, poisson, index };
}

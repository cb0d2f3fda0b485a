/** The demand of a trace's functions, from the same arrivals that a replay makes. */
import { type Demand, DemandRecorder } from '../../decide/advise/demand.js';
import { STEP_MS } from '../../decide/advise/setting.js';
import { Arrivals } from '../../kernels/pure/replay/arrivals.js';
import { type ReplayTrace, traceOfCalls, traceOfCounts } from '../../kernels/pure/replay/trace.js';
import type { Trace } from '../../trace/index.js';
import { replaySource, type Spread } from '../replay.js';

/** Calls between two pauses: some milliseconds. */
const PAUSE_CALLS = 200_000;

/** Reads functions one after another; keeps its buffers. */
export class DemandReader {
  #arrivals = new Arrivals();
  #laidOut: ReplayTrace;
  #durationMs: Float64Array | undefined;
  #steps: number;
  #seed: number;
  #keepAliveMs: number;

  constructor(trace: Trace, spread: Spread, seed: number, keepAliveMs: number) {
    const source = replaySource(trace, spread);
    const { minutes, offsets, memoryMiB } = source;
    this.#laidOut =
      source.kind === 'counts'
        ? traceOfCounts(minutes, offsets, source.cells, source.durationMs, memoryMiB, source.poisson, source.index)
        : traceOfCalls(minutes, offsets, source.startMs, source.durationMs, memoryMiB);
    this.#durationMs = source.kind === 'counts' ? source.durationMs : undefined;
    this.#steps = Math.ceil((minutes * 60_000) / STEP_MS);
    this.#seed = seed;
    this.#keepAliveMs = keepAliveMs;
  }

  /** The demand of function `f`; pauses now and then with the calls read since, so that a busy function does not hold up the rest. O(calls). */
  *read(f: number): Generator<number, Demand> {
    let since = 0;
    const alike = this.#durationMs?.[f];
    const recorder = new DemandRecorder(this.#steps, STEP_MS, this.#keepAliveMs, alike !== undefined);
    for (const { starts, count, durations } of this.#arrivals.blocks(this.#laidOut, f, this.#seed)) {
      if (alike !== undefined) for (let i = 0; i < count; i++) recorder.call(starts[i]!, alike);
      else for (let i = 0; i < count; i++) recorder.call(starts[i]!, durations[i]!);
      since += count;
      if (since < PAUSE_CALLS) continue;
      yield since;
      since = 0;
    }
    yield since;
    return recorder.finish();
  }
}

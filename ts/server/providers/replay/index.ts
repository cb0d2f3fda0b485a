/** A trace as if it happened now: through the same interface, on a clock of its own. */
import { IsothermError } from 'isotherm/kernels';
import { type CallsTrace, type CountsTrace, eachCell, type Trace } from 'isotherm/trace';
import { MINUTE_MS } from '../../time.js';
import { callOfTrace } from '../call-of-trace.js';
import { type Clock, VirtualClock } from '../clock.js';
import type { CallSample, CountSample, Observation, Sample } from '../observation.js';
import type { Observer } from '../observer.js';

export interface ReplaySettings {
  trace: Trace;
  /** Trace time over clock time, above 0; Infinity for as fast as the loop takes it. */
  speed: number;
  /** Where the clock begins, epoch ms; where the trace begins if that is later, or left out. */
  startMs?: number;
  /** How a trace that has counts per minute is given: as counts, or as single calls that are spread evenly over each minute. */
  as?: 'counts' | 'calls';
}

/** An observer of a trace, with the clock that its loop lives by. */
export interface ReplayObserver extends Observer {
  readonly endMs: number;
  /** Epoch ms of the trace's minute 0; 0 where the trace tells no date. */
  readonly originMs: number;
  readonly clock: Clock;
}

/**
 * Plays a trace: observed at any time, it gives what the trace has there. Memory: of counts, 12 bytes for each minute of a function with calls, beside the trace.
 *
 * Errors: BAD_ARGUMENT for a speed that is not above 0.
 */
export function replayObserver({ trace, speed, startMs, as = 'counts' }: ReplaySettings): ReplayObserver {
  const originMs = Number.isNaN(trace.originMs) ? 0 : trace.originMs;
  const clock = new VirtualClock(Math.max(originMs, startMs ?? originMs), speed);
  const player = trace.kind === 'calls' ? new CallPlayer(trace, originMs) : new CountPlayer(trace, originMs, as);
  let lastAnswerMs: number | null = null;
  return {
    name: 'replay',
    lagMs: 0,
    originMs,
    endMs: originMs + trace.minutes * MINUTE_MS,
    clock,
    beginMs: async () => originMs,
    async *observe(fromMs, toMs, signal): AsyncGenerator<Observation> {
      if (signal.aborted) throw new IsothermError('ABORTED', 'observing was stopped', { cause: signal.reason });
      lastAnswerMs = clock.now();
      yield* player.between(fromMs, toMs);
    },
    health: () => ({ degraded: null, clock: null, clockSkewMs: null, lastAnswerMs, restarts: 0, badSamples: 0 }),
    close: async () => {},
  };
}

/** Where each function is: time mostly goes on, and what lies behind is not looked through again. */
class Cursors {
  readonly #offsets: ArrayLike<number>;
  readonly #at: Float64Array;
  #nextMs = Number.NEGATIVE_INFINITY;

  constructor(offsets: ArrayLike<number>) {
    this.#offsets = offsets;
    this.#at = new Float64Array(offsets.length - 1);
  }

  /** Readies for `[fromMs, toMs)`; from the beginning if that lies before what was asked for last. */
  begin(fromMs: number, toMs: number): void {
    if (fromMs < this.#nextMs || this.#nextMs === Number.NEGATIVE_INFINITY) {
      for (let f = 0; f < this.#at.length; f++) this.#at[f] = this.#offsets[f]!;
    }
    this.#nextMs = toMs;
  }

  at(f: number): number {
    return this.#at[f]!;
  }

  move(f: number, to: number): void {
    this.#at[f] = to;
  }
}

class CallPlayer {
  readonly #trace: CallsTrace;
  readonly #originMs: number;
  readonly #cursors: Cursors;

  constructor(trace: CallsTrace, originMs: number) {
    this.#trace = trace;
    this.#originMs = originMs;
    this.#cursors = new Cursors(trace.offsets);
  }

  between(fromMs: number, toMs: number): Sample[] {
    const { functions, offsets, startMs } = this.#trace;
    const samples: CallSample[] = [];
    this.#cursors.begin(fromMs, toMs);
    for (let f = 0; f < functions.keys.length; f++) {
      let call = this.#cursors.at(f);
      const end = offsets[f + 1]!;
      for (; call < end && startMs[call]! + this.#originMs < toMs; call++) {
        if (startMs[call]! + this.#originMs >= fromMs) samples.push(callOfTrace(this.#trace, f, call, this.#originMs));
      }
      this.#cursors.move(f, call);
    }
    // Stable: calls of one function and time stay in the order of the trace.
    return samples.sort((a, b) => a.atMs - b.atMs);
  }
}

class CountPlayer {
  readonly #trace: CountsTrace;
  readonly #originMs: number;
  readonly #as: 'counts' | 'calls';
  readonly #offsets: number[] = [0];
  readonly #minutes: Uint32Array;
  readonly #counts: Float64Array;
  readonly #cursors: Cursors;

  constructor(trace: CountsTrace, originMs: number, as: 'counts' | 'calls') {
    this.#trace = trace;
    this.#originMs = originMs;
    this.#as = as;
    const { offsets, cells } = trace;
    let pairs = 0;
    const each = (visit: (f: number, minute: number, count: number) => void): void => {
      for (let f = 0; f < offsets.length - 1; f++) {
        eachCell(cells, offsets[f]!, offsets[f + 1]!, (minute, count) => visit(f, minute, count));
      }
    };
    each(() => pairs++);
    this.#minutes = new Uint32Array(pairs);
    this.#counts = new Float64Array(pairs);
    let at = 0;
    for (let f = 0; f < offsets.length - 1; f++) {
      eachCell(cells, offsets[f]!, offsets[f + 1]!, (minute, count) => {
        this.#minutes[at] = minute;
        this.#counts[at++] = count;
      });
      this.#offsets.push(at);
    }
    this.#cursors = new Cursors(this.#offsets);
  }

  between(fromMs: number, toMs: number): Sample[] {
    const samples: Sample[] = [];
    this.#cursors.begin(fromMs, toMs);
    for (let f = 0; f < this.#trace.functions.keys.length; f++) {
      let pair = this.#cursors.at(f);
      for (; pair < this.#offsets[f + 1]!; pair++) {
        const minuteMs = this.#originMs + this.#minutes[pair]! * MINUTE_MS;
        if (minuteMs >= toMs) break;
        if (minuteMs + MINUTE_MS > fromMs) this.#give(samples, f, minuteMs, this.#counts[pair]!, fromMs, toMs);
        // A minute that goes on after this time is looked at again.
        if (minuteMs + MINUTE_MS > toMs) break;
      }
      this.#cursors.move(f, pair);
    }
    return samples.sort((a, b) => timeOf(a) - timeOf(b));
  }

  /** The part of a minute that lies within: nobody knows its other calls yet. */
  #give(samples: Sample[], f: number, minuteMs: number, count: number, fromMs: number, toMs: number): void {
    const { keys, durationMs, memoryMiB } = this.#trace.functions;
    const own = { functionKey: keys[f]!, durationMs: durationMs[f]!, memoryMiB: memoryMiB[f]! };
    const first = firstAt(count, fromMs - minuteMs);
    const end = firstAt(count, toMs - minuteMs);
    if (this.#as === 'calls') {
      for (let i = first; i < end; i++) samples.push({ kind: 'call', atMs: minuteMs + evenly(count, i), ...own });
      return;
    }
    if (end === first) return;
    const sample: CountSample = {
      kind: 'count',
      fromMs: Math.max(fromMs, minuteMs),
      toMs: Math.min(toMs, minuteMs + MINUTE_MS),
      calls: end - first,
      ...own,
    };
    samples.push(sample);
  }
}

const timeOf = (sample: Sample): number => (sample.kind === 'call' ? sample.atMs : sample.fromMs);

/** When call `i` of a minute with `count` calls comes, ms from its beginning: `even` of docs/replay.md. */
const evenly = (count: number, i: number): number => Math.floor(((2 * i + 1) * 30_000) / count);

/** The first call of a minute that comes at `ms` from its beginning or later. */
function firstAt(count: number, ms: number): number {
  if (ms <= 0) return 0;
  if (ms >= MINUTE_MS) return count;
  let i = Math.max(0, Math.floor((ms * count) / MINUTE_MS - 1));
  while (i < count && evenly(count, i) < ms) i++;
  return i;
}

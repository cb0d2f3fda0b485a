/** Functions under control, fed the calls of a trace or of a test tick by tick. */
import {
  CONTROL_DEFAULTS,
  type ControlSetting,
  FunctionControl,
  type TickInput,
  type TickResult,
} from '../ts/core/evaluate/index.js';
import { Arrivals } from '../ts/core/kernels/pure/replay/arrivals.js';
import { traceOfCounts } from '../ts/core/kernels/pure/replay/trace.js';
import type { CallsTrace, CountsTrace } from '../ts/core/trace/index.js';
import { replaySource } from '../ts/core/trace/spread.js';

export interface Call {
  startMs: number;
  durationMs: number;
}

export const settingOf = (some: Partial<ControlSetting> = {}): ControlSetting => ({
  ...CONTROL_DEFAULTS,
  functionKey: 'app/one',
  memoryMiB: 512,
  ...some,
});

export const inputOf = (calls: readonly Call[], more: Partial<TickInput> = {}): TickInput => ({
  startMs: Float64Array.from(calls, ({ startMs }) => startMs),
  durationMs: Uint32Array.from(calls, ({ durationMs }) => durationMs),
  ...more,
});

/** Calls by tick, those of ticks after the last one left out. */
export function byTick(calls: readonly Call[], tickMs: number, lastTick: number): Call[][] {
  const ticks: Call[][] = Array.from({ length: lastTick + 1 }, () => []);
  for (const call of calls) ticks[Math.floor(call.startMs / tickMs) + 1]?.push(call);
  return ticks;
}

/** Runs a control to the last tick; `before` may give another one for each tick. */
export function run(
  control: FunctionControl,
  calls: readonly Call[],
  lastTick: number,
  visit: (tick: number, result: TickResult, control: FunctionControl) => FunctionControl | undefined = () => undefined,
): FunctionControl {
  let current = control;
  byTick(calls, control.setting.tickMs, lastTick).forEach((some, tick) => {
    const result = current.tick(tick, some.length === 0 ? undefined : inputOf(some));
    current = visit(tick, result, current) ?? current;
  });
  return current;
}

/** Saved and loaded; the old one is closed. */
export function reloaded(control: FunctionControl): FunctionControl {
  const next = FunctionControl.load(control.setting, control.save());
  control.close();
  return next;
}

/** One function's calls as a trace. */
export function traceOf(calls: readonly Call[], minutes: number, memoryMiB: number): CallsTrace {
  return {
    kind: 'calls',
    functions: {
      keys: ['app/one'],
      durationMs: Float64Array.of(0),
      memoryMiB: Float64Array.of(memoryMiB),
      trigger: [''],
      index: Float64Array.of(0),
    },
    minutes,
    originMs: Number.NaN,
    calls: calls.length,
    offsets: Float64Array.of(0, calls.length),
    startMs: Float64Array.from(calls, ({ startMs }) => startMs),
    durationMs: Uint32Array.from(calls, ({ durationMs }) => durationMs),
    columns: {},
  };
}

/** The calls of one function of a trace of counts, as a replay of seed 1 lays them out. */
export function* laidOut(trace: CountsTrace): Generator<{ f: number; startMs: Float64Array; durationMs: number }> {
  const source = replaySource(trace, 'trigger');
  if (source.kind !== 'counts') return;
  const { minutes, offsets, cells, durationMs, memoryMiB, poisson, index } = source;
  const laid = traceOfCounts(minutes, offsets, cells, durationMs, memoryMiB, poisson, index);
  for (let f = 0; f < memoryMiB.length; f++) {
    const startMs = new Float64Array(laid.calls[f]!);
    let at = 0;
    for (const { starts, count } of new Arrivals().blocks(laid, f, 1)) {
      startMs.set(starts.subarray(0, count), at);
      at += count;
    }
    yield { f, startMs, durationMs: durationMs[f]! };
  }
}

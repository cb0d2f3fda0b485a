/** What each of some windows would have come to for each function of a trace. */
import type { WindowChoices } from '../decide/index.js';
import { type AsyncOptions, type PolicySpec, replayFunctions, replayFunctionsAsync } from '../kernels/index.js';
import type { Trace } from '../trace/index.js';
import { callsPerFunction } from './activity.js';
import { fleetSource, type ReplayOptions, type ReplayPlan, replayPlan } from './replay.js';
import { gbSeconds } from './totals.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** From letting go at once to a day, ms. */
export const FLEET_WINDOWS_MS: readonly number[] = [
  ...[0, 5, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 20, 30, 60, 120, 240, 480, 1440].map((minutes) => minutes * MINUTE_MS),
];

export interface WindowChoicesOptions extends Omit<ReplayOptions, 'policies' | 'prices' | 'about'> {
  /** Whole ms, infinity allowed; `FLEET_WINDOWS_MS` when left out. */
  windowsMs?: readonly number[];
}

interface Plan {
  replay: ReplayPlan;
  windowsMs: readonly number[];
  specs: PolicySpec[];
}

function planOf({ windowsMs = FLEET_WINDOWS_MS, ...options }: WindowChoicesOptions): Plan {
  const specs = windowsMs.map((keepAliveMs): PolicySpec => ({ kind: 'window', keepAliveMs }));
  return { replay: replayPlan({ ...options, policies: [] }), windowsMs, specs };
}

/**
 * Replays a trace under every one of some windows, and says what each came to per function: what `fleetWindows` chooses from.
 *
 * A function's arrivals are made once and fed to all windows; the figures are those of `replay` under `fixed-…`, exactly.
 *
 * Errors: as `replay`. Complexity: O(calls) per window. Source: `docs/replay.md`.
 *
 * @example
 * const choices = windowChoices(trace, { windowsMs: [0, 600_000] });
 * choices.coldStarts.length; // 2
 */
export function windowChoices(trace: Trace, options: WindowChoicesOptions = {}): WindowChoices {
  const { replay, windowsMs, specs } = planOf(options);
  const source = fleetSource(trace, replay);
  const out = replayFunctions(source, specs, replay.settings, replay.threads);
  return columns(trace, windowsMs, callsPerFunction(trace), out);
}

/** `windowChoices` that leaves the event loop free; progress in calls. Errors: as `windowChoices`, and `ABORTED`. */
export async function windowChoicesAsync(
  trace: Trace,
  options: WindowChoicesOptions = {},
  asyncOptions: AsyncOptions = {},
): Promise<WindowChoices> {
  const { replay, windowsMs, specs } = planOf(options);
  const source = fleetSource(trace, replay);
  const calls = callsPerFunction(trace);
  const out = await replayFunctionsAsync(source, specs, replay.settings, replay.threads, calls, asyncOptions);
  return columns(trace, windowsMs, calls, out);
}

const COLUMNS = 4;

/** From `[windows, functions, 4]` to columns `[functions, windows]`. */
function columns(trace: Trace, windowsMs: readonly number[], calls: Float64Array, out: Float64Array): WindowChoices {
  const { keys, memoryMiB } = trace.functions;
  const functions = keys.length;
  const windows = windowsMs.length;
  const idleGbS = new Float64Array(functions * windows);
  const coldStarts = new Float64Array(functions * windows);
  for (let f = 0; f < functions; f++) {
    for (let w = 0; w < windows; w++) {
      const from = (w * functions + f) * COLUMNS;
      coldStarts[f * windows + w] = out[from]!;
      idleGbS[f * windows + w] = gbSeconds(out[from + 2]!, memoryMiB[f]!);
    }
  }
  return { functionKeys: keys, calls, windowsMs: Float64Array.from(windowsMs), idleGbS, coldStarts };
}

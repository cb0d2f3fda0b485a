/** One call of a trace as a sample. */
import type { CallColumn, CallsTrace } from 'isotherm/trace';
import type { CallSample } from './observation.js';

/** Call `call` of function `f`; `originMs` is when minute 0 of the trace was. What the call says of itself goes before what is said of its function. */
export function callOfTrace(trace: CallsTrace, f: number, call: number, originMs: number): CallSample {
  const { functions, startMs, durationMs, columns } = trace;
  const known = (name: CallColumn): number | undefined => {
    const value = columns[name]?.[call];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  };
  const initMs = known('initMs');
  const coldStart = known('coldStart');
  const error = known('error');
  return {
    kind: 'call',
    functionKey: functions.keys[f]!,
    atMs: originMs + startMs[call]!,
    durationMs: durationMs[call]!,
    memoryMiB: known('memoryMiB') ?? functions.memoryMiB[f]!,
    ...(initMs !== undefined && { initMs }),
    ...(coldStart !== undefined && { coldStart: coldStart === 1 }),
    ...(error !== undefined && { error: error === 1 }),
  };
}

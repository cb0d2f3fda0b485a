/** Calls and busy time per function of a trace. */
import { eachCell, type Trace } from '../trace/index.js';

/** `[functions]`. */
export function callsPerFunction(trace: Trace): Float64Array {
  const { offsets } = trace;
  const calls = new Float64Array(offsets.length - 1);
  for (let f = 0; f < calls.length; f++) {
    if (trace.kind === 'calls') {
      calls[f] = offsets[f + 1]! - offsets[f]!;
    } else {
      let sum = 0;
      eachCell(trace.cells, offsets[f]!, offsets[f + 1]!, (_, count) => {
        sum += count;
      });
      calls[f] = sum;
    }
  }
  return calls;
}

/** All durations of each function, ms: `[functions]`. */
export function durationSums(trace: Trace, calls: Float64Array): Float64Array {
  if (trace.kind === 'counts') return calls.map((count, f) => count * trace.functions.durationMs[f]!);
  return calls.map((_, f) => {
    let sum = 0;
    for (let at = trace.offsets[f]!; at < trace.offsets[f + 1]!; at++) sum += trace.durationMs[at]!;
    return sum;
  });
}

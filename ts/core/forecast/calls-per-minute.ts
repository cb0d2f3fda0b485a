import { eachCell, type Trace } from '../trace/index.js';

const MINUTE_MS = 60_000;

/**
 * The calls of function `f` in each minute of a trace: `[minutes]`. O(minutes + calls).
 *
 * @example
 * const trace = generateTrace({ pattern: 'timer', functions: 1, days: 1, seed: 1 });
 * callsPerMinute(trace, 0).length // 1440
 */
export function callsPerMinute(trace: Trace, f: number): Float64Array {
  const counts = new Float64Array(trace.minutes);
  const [from, to] = [trace.offsets[f]!, trace.offsets[f + 1]!];
  if (trace.kind === 'counts') {
    eachCell(trace.cells, from, to, (minute, calls) => {
      counts[minute] = calls;
    });
  } else {
    for (let i = from; i < to; i++) counts[Math.floor(trace.startMs[i]! / MINUTE_MS)]! += 1;
  }
  return counts;
}

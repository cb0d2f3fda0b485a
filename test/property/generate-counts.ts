/** Figures of a synthetic trace's functions, for the tests of the generator. */
import { type CountsTrace, eachCell } from '../../ts/core/trace/index.js';

/** Calls of a function, minute by minute. */
export function perMinute(trace: CountsTrace, f: number): Float64Array {
  const counts = new Float64Array(trace.minutes);
  eachCell(trace.cells, trace.offsets[f]!, trace.offsets[f + 1]!, (minute, count) => {
    counts[minute] = count;
  });
  return counts;
}

export function callsOf(trace: CountsTrace, f: number): number {
  let calls = 0;
  eachCell(trace.cells, trace.offsets[f]!, trace.offsets[f + 1]!, (_, count) => {
    calls += count;
  });
  return calls;
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Population variance. */
export function variance(values: ArrayLike<number>): number {
  const center = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - center) ** 2;
  return sum / values.length;
}

/** Variance over mean of the calls per minute: 1 for a Poisson process. */
export function dispersion(counts: ArrayLike<number>): number {
  return variance(counts) / mean(counts);
}

/** Coefficient of variation of the times between calls, spread evenly within their minute; NaN below three calls. */
export function gapVariation(trace: CountsTrace, f: number): number {
  let last = Number.NaN;
  let gaps = 0;
  let sum = 0;
  let squares = 0;
  eachCell(trace.cells, trace.offsets[f]!, trace.offsets[f + 1]!, (minute, count) => {
    const step = 1 / count;
    const first = minute + step / 2;
    if (!Number.isNaN(last)) {
      gaps++;
      sum += first - last;
      squares += (first - last) ** 2;
    }
    gaps += count - 1;
    sum += (count - 1) * step;
    squares += (count - 1) * step * step;
    last = first + (count - 1) * step;
  });
  if (gaps < 2) return Number.NaN;
  const center = sum / gaps;
  return Math.sqrt(Math.max(0, squares / gaps - center * center)) / center;
}

/** Mean calls of the minutes that `takes` accepts. */
export function meanOver(counts: ArrayLike<number>, takes: (minute: number) => boolean): number {
  let sum = 0;
  let minutes = 0;
  for (let minute = 0; minute < counts.length; minute++) {
    if (!takes(minute)) continue;
    sum += counts[minute]!;
    minutes++;
  }
  return sum / minutes;
}

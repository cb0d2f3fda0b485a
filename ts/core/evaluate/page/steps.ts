/** A timeline's series: runs of equal steps, unpacked, averaged and widened to what a chart has pixels for. */
import type { PageTimeline } from '../page-data.js';

/** Runs of `[value, steps]` as one value per step. */
export function unpack(runs: readonly number[]): number[] {
  const values: number[] = [];
  for (let i = 0; i < runs.length; i += 2) for (let n = 0; n < runs[i + 1]!; n++) values.push(runs[i]!);
  return values;
}

/** Mean of the steps `from..to` over time: the last step of a trace may be cut short by its end. */
export function meanOf(
  values: readonly number[],
  stepMinutes: number,
  minutes: number,
  from = 0,
  to = values.length,
): number {
  let sum = 0;
  let time = 0;
  for (let i = from; i < to; i++) {
    const length = Math.min(stepMinutes, minutes - i * stepMinutes);
    sum += values[i]! * length;
    time += length;
  }
  return time > 0 ? sum / time : 0;
}

/**
 * The same timeline in at most `atMost` steps, each the mean of the steps that it covers.
 *
 * @example
 * widen({ function: 0, stepMinutes: 1, steps: 4, calls: [1, 1, 3, 3], warm: {} }, 4, 2).calls // [2, 1, 3, 1]
 */
export function widen(timeline: PageTimeline, minutes: number, atMost: number): PageTimeline {
  const by = Math.ceil(timeline.steps / Math.max(1, atMost));
  if (by <= 1) return timeline;
  const steps = Math.ceil(timeline.steps / by);
  const wider = (runs: readonly number[]): number[] => {
    const values = unpack(runs);
    const out: number[] = [];
    for (let step = 0; step < steps; step++) {
      const to = Math.min((step + 1) * by, values.length);
      out.push(meanOf(values, timeline.stepMinutes, minutes, step * by, to), 1);
    }
    return out;
  };
  const warm = Object.fromEntries(Object.entries(timeline.warm).map(([name, runs]) => [name, wider(runs)]));
  return { ...timeline, stepMinutes: timeline.stepMinutes * by, steps, calls: wider(timeline.calls), warm };
}

/** A day of steady functions: work enough to see progress and to be stopped. */
import type { ReplayCounts } from '../../ts/core/kernels/index.js';

export const MINUTES = 1440;

export function steadyDay(functions: number, callsAMinute: number): ReplayCounts {
  const each = Uint8Array.from({ length: 2 * MINUTES }, (_, i) => (i % 2 === 0 ? 1 : callsAMinute));
  const cells = new Uint8Array(functions * each.length);
  for (let f = 0; f < functions; f++) cells.set(each, f * each.length);
  return {
    kind: 'counts',
    minutes: MINUTES,
    offsets: Float64Array.from({ length: functions + 1 }, (_, f) => f * each.length),
    cells,
    durationMs: new Float64Array(functions).fill(700),
    memoryMiB: new Float64Array(functions).fill(128),
    poisson: new Uint8Array(functions).fill(1),
    index: Float64Array.from({ length: functions }, (_, f) => f),
  };
}

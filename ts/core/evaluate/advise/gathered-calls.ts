/** A function's recorded calls, gathered by what is billed and by how long callers waited. */
import type { CallGroup } from '../../decide/index.js';
import type { CallsTrace } from '../../trace/index.js';

export interface GatheredCalls {
  /** Calls that say whether they were cold, those that were, and what these waited in all. */
  told: number;
  coldStarts: number;
  waitMs: number;
  /** Nearest rank, over the calls that say; NaN without. */
  latencyP99Ms: number;
  /** All calls, by duration and init. */
  groups: Omit<CallGroup, 'onReady'>[];
}

/** O(n log n) in the function's calls; `coldStartMs` stands for an init that a cold call does not tell. */
export function gatheredCalls(
  { columns, offsets, durationMs }: CallsTrace,
  f: number,
  coldStartMs: number,
): GatheredCalls {
  const latencies: number[] = [];
  const groups = new Map<string, Omit<CallGroup, 'onReady'>>();
  let coldStarts = 0;
  let waitMs = 0;
  for (let call = offsets[f]!; call < offsets[f + 1]!; call++) {
    const cold = columns.coldStart?.[call] ?? Number.NaN;
    const told = columns.initMs?.[call] ?? Number.NaN;
    const initMs = cold !== 1 ? 0 : Number.isNaN(told) ? coldStartMs : told;
    const duration = durationMs[call]!;
    if (!Number.isNaN(cold)) latencies.push(initMs + duration);
    if (cold === 1) {
      coldStarts++;
      waitMs += initMs;
    }
    const key = `${duration} ${initMs}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { calls: 1, durationMs: duration, initMs });
    else group.calls++;
  }
  const sorted = Float64Array.from(latencies).sort();
  const latencyP99Ms = sorted[Math.ceil(0.99 * sorted.length) - 1] ?? Number.NaN;
  return { told: sorted.length, coldStarts, waitMs, latencyP99Ms, groups: [...groups.values()] };
}

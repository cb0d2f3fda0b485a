/** Columns over functions, summed. */
import { quantile } from '../kernels/pure/numeric.js';
import type { PolicyColumns, PolicyTotals, ReplayPrices } from './report-model.js';

const gbS = (ms: number, memoryMiB: number): number => (ms * memoryMiB) / 1024 / 1000;

const sum = (column: Float64Array): number => column.reduce((total, value) => total + value, 0);

/** Sums run over functions in the order of the trace, so that they are the same bits everywhere. */
export function policyTotals(
  columns: PolicyColumns,
  calls: Float64Array,
  durationsMs: Float64Array,
  memoryMiB: Float64Array,
  coldStartsMs: Float64Array,
  { idleUsdPerGbS, coldStartUsdPerS, preWarmShare }: ReplayPrices,
): PolicyTotals {
  let allCalls = 0;
  let coldStarts = 0;
  let preWarms = 0;
  let idleGbS = 0;
  let busyGbS = 0;
  let waitMs = 0;
  let waiting = 0;
  /** Start times of cold starts, and the priced share of those of pre-warms. */
  let startedMs = 0;
  const rates: number[] = [];
  for (let f = 0; f < calls.length; f++) {
    allCalls += calls[f]!;
    coldStarts += columns.coldStarts[f]!;
    preWarms += columns.preWarms[f]!;
    idleGbS += gbS(columns.idleMs[f]!, memoryMiB[f]!);
    const served = durationsMs[f]! - (columns.memoryCap?.droppedMs[f] ?? 0);
    const coldMs = columns.coldStarts[f]! * coldStartsMs[f]!;
    busyGbS += gbS(served + coldMs, memoryMiB[f]!);
    waitMs += coldMs;
    if (coldMs > 0) waiting += columns.coldStarts[f]!;
    startedMs += (columns.coldStarts[f]! + columns.preWarms[f]! * preWarmShare) * coldStartsMs[f]!;
    if (calls[f]! > 0) rates.push(columns.coldStarts[f]! / calls[f]!);
  }
  const sorted = Float64Array.from(rates).sort();
  const perCall = (total: number): number => (allCalls > 0 ? total / allCalls : 0);
  return {
    calls: allCalls,
    coldStarts,
    preWarms,
    idleGbS,
    busyGbS,
    objectiveUsd: idleGbS * idleUsdPerGbS + (startedMs * coldStartUsdPerS) / 1000,
    coldRate: { p50: quantile(sorted, 0.5), p75: quantile(sorted, 0.75), p90: quantile(sorted, 0.9) },
    wait: { meanMs: perCall(waitMs), share: perCall(waiting) },
    ...(columns.memoryCap === undefined
      ? {}
      : { memoryCap: { dropped: sum(columns.memoryCap.dropped), evictions: sum(columns.memoryCap.evictions) } }),
  };
}

/** What a replayed fleet would have been billed. */
import { type BillModel, billFleet, type CallGroup, type FleetBill, type Usage } from '../decide/index.js';
import { IsothermError } from '../kernels/index.js';
import type { Trace } from '../trace/index.js';
import { callsPerFunction } from './activity.js';
import type { ReplayResult } from './report-model.js';

/** Calls of function `f` by duration: providers round each call by itself. */
function callsByDuration(trace: Trace, f: number, calls: number): Map<number, number> {
  if (trace.kind === 'counts') return new Map(calls > 0 ? [[trace.functions.durationMs[f]!, calls]] : []);
  const counts = new Map<number, number>();
  for (let at = trace.offsets[f]!; at < trace.offsets[f + 1]!; at++) {
    const duration = trace.durationMs[at]!;
    counts.set(duration, (counts.get(duration) ?? 0) + 1);
  }
  return counts;
}

/** What a replay has for every policy alike: calls by duration, per function. */
function sharedCalls(result: ReplayResult, trace: Trace): Map<number, number>[] {
  const { keys } = trace.functions;
  const counts = callsPerFunction(trace);
  const alike = result.functionKeys.length === keys.length && result.functionKeys.every((key, f) => key === keys[f]);
  if (!alike || !result.functionCalls.every((count, f) => count === counts[f])) {
    throw new IsothermError('BAD_ARGUMENT', 'the trace is not the one that was replayed');
  }
  return keys.map((_, f) => callsByDuration(trace, f, counts[f]!));
}

function policyUsage(result: ReplayResult, trace: Trace, durations: Map<number, number>[], policy: string): Usage[] {
  const columns = result.columns[policy];
  if (columns === undefined) {
    const names = Object.keys(result.columns).join(', ');
    throw new IsothermError('UNKNOWN_POLICY', `'${policy}' was not replayed; there are ${names}`);
  }
  const { functionCalls, functionColdStartMs } = result;
  const periodMs = trace.minutes * 60_000;
  return durations.map((counts, f) => {
    const served = functionCalls[f]! - (columns.memoryCap?.dropped[f] ?? 0);
    const servedShare = functionCalls[f]! > 0 ? served / functionCalls[f]! : 0;
    const coldShare = served > 0 ? columns.coldStarts[f]! / served : 0;
    const coldStartMs = functionColdStartMs[f]!;
    const calls: CallGroup[] = [];
    let warmMs = 0;
    for (const [durationMs, called] of counts) {
      const count = called * servedShare;
      const cold = count * coldShare;
      const warm = count - cold;
      warmMs += warm * durationMs;
      if (warm > 0) calls.push({ calls: warm, durationMs, initMs: 0, onReady: true });
      if (cold > 0) calls.push({ calls: cold, durationMs, initMs: coldStartMs, onReady: false });
    }
    const idleMs = columns.idleMs[f]!;
    const instances = (idleMs + warmMs) / periodMs;
    return {
      periodMs,
      memoryMiB: trace.functions.memoryMiB[f]!,
      calls,
      ready: instances > 0 ? [{ fromMs: 0, toMs: periodMs, instances }] : [],
      preWarmMs: columns.preWarms[f]! * coldStartMs,
      idleMs,
    };
  });
}

/**
 * What each function used under a replayed policy, as the bills take it: `[functions]`.
 *
 * Cold starts, and calls dropped under a memory cap, fall on calls of every length alike, as a replay does not keep which calls were cold. Warm calls are taken to be on instances kept ready, as many
 * on average as idled or served them; cold ones are not.
 *
 * Errors: `UNKNOWN_POLICY` for a policy that was not replayed; `BAD_ARGUMENT` for a trace that is not the result's. Complexity: O(calls).
 *
 * @example
 * replayUsage(result, trace, 'fixed-10min').length; // 1
 */
export function replayUsage(result: ReplayResult, trace: Trace, policy: string): Usage[] {
  return policyUsage(result, trace, sharedCalls(result, trace), policy);
}

const REPLAYED = [
  'Instances are as large as the memory that the trace has: sizes that are configured are larger as a rule.',
  'Cold starts fall on calls of every length alike.',
];
const FOLLOWED =
  'Instances kept ready follow the policy one by one, without steps of time or whole numbers: a lower bound for settings that a platform takes.';

/**
 * What a replay would have been billed under a provider's model, by policy: the fleet's bill and each function's part.
 *
 * Where a platform bills no idle memory, or lets nobody set how long instances stay, the bill's assumptions say so: its total is then not a price of the policy.
 *
 * @param trace The trace that was replayed.
 *
 * Errors: as `replayUsage` and `billFleet`. Complexity: O(calls + policies x functions x unlike durations).
 *
 * @example
 * Object.keys(billReplay(result, trace, lambdaOnDemand())).length === Object.keys(result.policies).length; // true
 */
export function billReplay(result: ReplayResult, trace: Trace, model: BillModel): Record<string, FleetBill> {
  const durations = sharedCalls(result, trace);
  const bills: Record<string, FleetBill> = {};
  for (const policy of Object.keys(result.columns)) {
    const fleet = billFleet(policyUsage(result, trace, durations, policy), model);
    fleet.bill.assumptions.push(...REPLAYED, ...(model.idle === 'ready' ? [FOLLOWED] : []));
    bills[policy] = fleet;
  }
  return bills;
}

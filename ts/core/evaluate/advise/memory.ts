/** Memory sizes compared where a function ran with several: what another size does to durations cannot be known otherwise. */
import type { AdviceTarget } from '../../decide/advise/target.js';
import type { BillModel } from '../../decide/index.js';
import type { CallsTrace, Trace } from '../../trace/index.js';

/** Fewer calls of a size say nothing about it. */
const FEWEST_CALLS = 100;

/** A size that saves less is not worth a change. */
const LEAST_SAVING = 0.05;

/** One size of a function, from its warm calls without error. */
export interface MemorySize {
  memoryMiB: number;
  calls: number;
  meanMs: number;
  usdPerMillionCalls: number;
}

export interface MemoryAdvice {
  key: string;
  /** The size of its latest call. */
  present: MemorySize;
  /** The cheapest size. */
  cheapest: MemorySize;
}

function sizesOf(trace: CallsTrace, memoryMiB: Float64Array, f: number, model: BillModel): Map<number, MemorySize> {
  const { columns, offsets, durationMs } = trace;
  const seen = new Map<number, Map<number, number>>();
  for (let call = offsets[f]!; call < offsets[f + 1]!; call++) {
    const size = memoryMiB[call]!;
    // Of a call that was cold or failed the duration says something else.
    if (!(size > 0) || columns.coldStart?.[call] === 1 || columns.error?.[call] === 1) continue;
    const durations = seen.get(size) ?? new Map<number, number>();
    seen.set(size, durations.set(durationMs[call]!, (durations.get(durationMs[call]!) ?? 0) + 1));
  }
  const sizes = new Map<number, MemorySize>();
  for (const [size, durations] of seen) {
    let calls = 0;
    let sumMs = 0;
    for (const [ms, count] of durations) {
      calls += count;
      sumMs += ms * count;
    }
    if (calls < FEWEST_CALLS) continue;
    const groups = [...durations].map(([ms, count]) => ({ calls: count, durationMs: ms, initMs: 0, onReady: false }));
    const usage = { periodMs: 1, memoryMiB: size, calls: groups, ready: [], preWarmMs: 0, idleMs: 0 };
    const usd = model.price(model.meter(usage), 1).reduce((sum, line) => sum + line.usd, 0);
    sizes.set(size, { memoryMiB: size, calls, meanMs: sumMs / calls, usdPerMillionCalls: (usd / calls) * 1e6 });
  }
  return sizes;
}

/**
 * Functions that ran with several memory sizes of which another one than the present is cheaper by a twentieth and more. Sizes were tried at
 * different times, so that what else changed between them is in the figures. O(calls).
 */
export function memoryAdvice(trace: Trace, target: AdviceTarget, model: BillModel): MemoryAdvice[] {
  if (target !== 'lambda-pc' || trace.kind !== 'calls') return [];
  const { memoryMiB } = trace.columns;
  if (memoryMiB === undefined) return [];
  return trace.functions.keys.flatMap((key, f): MemoryAdvice[] => {
    const [from, to] = [trace.offsets[f]!, trace.offsets[f + 1]!];
    const sizes = to > from ? sizesOf(trace, memoryMiB, f, model) : new Map<number, MemorySize>();
    const present = sizes.get(memoryMiB[to - 1]!);
    if (present === undefined || sizes.size < 2) return [];
    const cheapest = [...sizes.values()].reduce((a, b) => (b.usdPerMillionCalls < a.usdPerMillionCalls ? b : a));
    const isWorth = cheapest.usdPerMillionCalls <= present.usdPerMillionCalls * (1 - LEAST_SAVING);
    return isWorth ? [{ key, present, cheapest }] : [];
  });
}

/** Whether some function ran with two sizes often enough to compare them. */
export function hasSizes(trace: Trace, model: BillModel): boolean {
  if (trace.kind !== 'calls' || trace.columns.memoryMiB === undefined) return false;
  const { memoryMiB } = trace.columns;
  return trace.functions.keys.some((_, f) => sizesOf(trace, memoryMiB, f, model).size > 1);
}

/** Fits the prior of the adaptive policy to a trace. */
import { type AsyncOptions, IsothermError, type LogLoss } from '../kernels/index.js';
import { ROWS } from '../kernels/pure/policy/adaptive/prior-layout.js';
import { Arrivals } from '../kernels/pure/replay/arrivals.js';
import { ConstantBusy, EachBusy } from '../kernels/pure/replay/busy.js';
import { traceOfCalls, traceOfCounts } from '../kernels/pure/replay/trace.js';
import type { Trace } from '../trace/index.js';
import { replaySource, SPREADS, type Spread } from '../trace/spread.js';
import { GapRecords } from './gap-records.js';
import { countFunction, type HazardCounts, noCounts, sumOfCounts } from './hazard-counts.js';
import { LevelGaps } from './level-gaps.js';
import { LossSum } from './log-loss.js';
import { smoothed } from './smooth.js';

/** Into how many folds functions are parted for cross-validation. */
export const FOLDS = 5;

/** The fold of a function, from its row in the source: the same in any part of a trace. */
export const foldOf = (index: number): number => index % FOLDS;

export interface FitOptions {
  /** How the calls of a minute lie within it; `trigger` (timers evenly, others at random) when left out. */
  spread?: Spread;
  /** 0..4294967295; 1 when left out. */
  seed?: number;
}

/** A prior, and what it is worth. */
export interface PriorFit {
  /** `[586]`: fitted on all functions. */
  hazards: Float64Array;
  /** `[5][586]`: the `k`th is fitted on all functions but those of fold `k` (row in the source modulo 5). */
  folds: Float64Array[];
  /** How the calls of a minute were laid; `recorded` where the trace has the calls themselves. */
  spread: Spread | 'recorded';
  seed: number;
  /** Idle times that count, in all and by row: level 0 before any is known, after 1, after 2 to 4, after 5; the same of levels above. */
  gaps: number;
  rowGaps: number[];
  /** Those of them that went on when the trace ended: as long at least. */
  openGaps: number;
  /** Of every idle time under the prior of its function's fold: nats per idle time. */
  logLoss: LogLoss;
}

/**
 * Fits hazards to the idle times of a trace's functions, pooled over functions, and cross-validates them over five folds of functions.
 *
 * @param trace Functions and their calls, as `readTrace` or `generateTrace` give it.
 * @returns Hazards (586 probabilities; `docs/prior.md` has their order), those of each fold, and losses in nats.
 *
 * Errors: `BAD_ARGUMENT` (an unknown spread; idle times in fewer than two folds), `OUT_OF_RANGE`.
 * Complexity: O(calls); memory O(functions). Source: `docs/prior.md`.
 *
 * @example
 * const { hazards, logLoss } = fitPrior(generateTrace({ pattern: 'calibrated', functions: 20, days: 1, seed: 1 }));
 * hazards.length; // 586
 * logLoss.prior < logLoss.uniform; // true
 */
export function fitPrior(trace: Trace, options: FitOptions = {}): PriorFit {
  const steps = collecting(trace, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return fitted(trace, options, step.value);
  }
}

/** `fitPrior` that gives way to other work now and then; progress in calls. Errors: as `fitPrior`, and `ABORTED`. */
export async function fitPriorAsync(
  trace: Trace,
  options: FitOptions = {},
  { signal, onProgress }: AsyncOptions = {},
): Promise<PriorFit> {
  const steps = collecting(trace, options);
  for (;;) {
    if (signal?.aborted) throw new IsothermError('ABORTED', 'the fit was stopped', { cause: signal.reason });
    const step = steps.next();
    if (step.done) return fitted(trace, options, step.value);
    onProgress?.(step.value, trace.calls);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** Calls between two steps: some tens of milliseconds. */
const STEP_CALLS = 500_000;

/** Walks every function; gives the calls done so far now and then. */
function* collecting(trace: Trace, { spread = 'trigger', seed = 1 }: FitOptions): Generator<number, GapRecords> {
  if (!SPREADS.includes(spread)) {
    throw new IsothermError('BAD_ARGUMENT', `spread is '${spread}', expected ${SPREADS.join(', ')}`);
  }
  if (!(Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff)) {
    throw new IsothermError('OUT_OF_RANGE', `seed is ${seed}, expected a whole number, 0..4294967295`);
  }
  const source = replaySource(trace, spread);
  const { minutes, offsets, durationMs, memoryMiB } = source;
  const laidOut =
    source.kind === 'counts'
      ? traceOfCounts(minutes, offsets, source.cells, source.durationMs, memoryMiB, source.poisson, source.index)
      : traceOfCalls(minutes, offsets, source.startMs, source.durationMs, memoryMiB);
  const records = new GapRecords();
  const arrivals = new Arrivals();
  let calls = 0;
  let nextStep = STEP_CALLS;
  for (let f = 0; f < memoryMiB.length; f++) {
    const busy = source.kind === 'counts' ? new ConstantBusy(0) : new EachBusy(0);
    const gaps = new LevelGaps(records, busy, source.kind === 'counts' ? durationMs[f]! : 0);
    for (const { starts, count, durations } of arrivals.blocks(laidOut, f, seed)) {
      gaps.feed(starts, count, durations);
      calls += count;
      if (calls < nextStep) continue;
      nextStep = calls + STEP_CALLS;
      yield calls;
    }
    gaps.finish(laidOut.horizonMs);
    records.endFunction(trace.functions.index[f]!);
  }
  return records;
}

function fitted(trace: Trace, { spread = 'trigger', seed = 1 }: FitOptions, records: GapRecords): PriorFit {
  const parts = Array.from({ length: FOLDS }, noCounts);
  const functions = records.index.length;
  for (let f = 0; f < functions; f++) countFunction(records, f, parts[foldOf(records.index[f]!)]!);
  if (parts.filter(knowsSomething).length < 2) {
    const problem = 'calls that reuse an instance are in fewer than two of the five folds of functions';
    throw new IsothermError('BAD_ARGUMENT', `${problem}; expected a trace of more functions or days`);
  }
  const folds = parts.map((out) => smoothed(sumOfCounts(parts.filter((part) => part !== out))));
  const losses = new LossSum();
  for (let f = 0; f < functions; f++) losses.add(records, f, folds[foldOf(records.index[f]!)]!);
  const rowGaps = new Array<number>(ROWS).fill(0);
  for (let at = 0; at < records.length; at++) rowGaps[records.rows[at]!]!++;
  return {
    hazards: smoothed(sumOfCounts(parts)),
    folds,
    spread: trace.kind === 'calls' ? 'recorded' : spread,
    seed,
    gaps: losses.gaps,
    openGaps: losses.gaps - records.ended.subarray(0, records.length).reduce((sum, ended) => sum + ended, 0),
    rowGaps,
    logLoss: losses.mean(),
  };
}

const knowsSomething = ({ ended }: HazardCounts): boolean => ended.some((count) => count > 0);

/** Tries settings on functions: fitted on what comes before a part, replayed on the part. */
import { type Demand, joined, stepsOf } from '../../decide/advise/demand.js';
import { priced, runningSums } from '../../decide/advise/ready-count.js';
import { readyTerms } from '../../decide/advise/ready-terms.js';
import { STEP_MS } from '../../decide/advise/setting.js';
import type { TargetTerms } from '../../decide/advise/target.js';
import type { BillModel } from '../../decide/index.js';
import type { PlatformOutcomes, PlatformRun } from '../../kernels/index.js';
import type { Trace } from '../../trace/index.js';
import { callsByDuration } from '../bill.js';
import { type Candidate, candidates } from './candidates.js';
import type { Tried } from './choice.js';
import type { DemandReader } from './demand.js';
import { RunBook, runOutcome } from './run-book.js';
import { type Metered, metered, usageOf } from './runs.js';
import type { Parts } from './split.js';

/** What was tried for a function, per price. */
export interface Trial {
  /** On the part that chooses, and on the part that judges. */
  choose: Tried[][];
  judge: Tried[][];
  /** Fitted on the whole trace. */
  final: Candidate[][];
}

/** Work for whoever drives it: replay runs on a part, or tell how far it is. */
export type TrialRequest =
  | { kind: 'replay'; part: Trace; runs: PlatformRun[]; readyStepMs?: number; from: number; to: number }
  | { kind: 'progress'; done: number };

export interface TrialPlan {
  parts: Parts;
  originMs: number;
  terms: TargetTerms;
  model: BillModel;
  prices: readonly number[];
  /** `[functions]`, whole ms. */
  coldStartMs: Float64Array;
  readers: { [Part in keyof Parts]: DemandReader };
  calls: { [Part in keyof Parts]: Float64Array };
}

const ON_DEMAND: Candidate = { setting: { kind: 'on-demand' }, variant: '' };

interface Fitted {
  choose: Candidate[][];
  judge: Candidate[][];
  final: Candidate[][];
}

/** Candidates of one function on each part; pauses with the calls read since. O(calls + prices x steps). */
function* fit(plan: TrialPlan, f: number): Generator<number, Fitted> {
  const { parts, readers, terms, model, prices, originMs, calls } = plan;
  const first: Demand = yield* readers.fit.read(f);
  const known = joined(first, yield* readers.choose.read(f));
  const whole = joined(known, yield* readers.judge.read(f));
  const memoryMiB = parts.fit.functions.memoryMiB[f]!;
  const coldStartMs = plan.coldStartMs[f]!;
  const durations = new Map(callsByDuration(parts.fit, f, calls.fit[f]!));
  for (const [ms, count] of callsByDuration(parts.choose, f, calls.choose[f]!)) {
    durations.set(ms, (durations.get(ms) ?? 0) + count);
  }
  const groups = [...durations].map(([durationMs, count]) => ({ durationMs, calls: count }));
  const saved = readyTerms({ memoryMiB, coldStartMs, durations: groups }, model);
  const [a, b, c] = [stepsOf(first), stepsOf(known), stepsOf(whole)];
  const sums = runningSums(whole);
  const on = (from: number, to: number) =>
    prices.map((coldStartUsdPerS) => {
      const withPrices = priced(whole, saved, (coldStartUsdPerS * coldStartMs) / 1000, sums);
      return candidates(withPrices, { from, to, originMs }, terms);
    });
  return { choose: on(a, b), judge: on(b, c), final: on(c, c) };
}

function* replayed(
  plan: TrialPlan,
  part: 'choose' | 'judge',
  functions: readonly number[],
  fitted: readonly Fitted[],
  from: number,
  to: number,
): Generator<TrialRequest, Tried[][][], PlatformOutcomes | undefined> {
  const { terms, model, coldStartMs, parts, calls } = plan;
  const book = new RunBook(terms);
  const places = functions.map((f, i) =>
    fitted[i]![part].map((found) => found.map((candidate) => book.add(f, candidate, coldStartMs[f]!))),
  );
  const trace = parts[part];
  const { given, chosen } = book.runs;
  const share = chosen.length / (given.length + chosen.length);
  const middle = to - (to - from) * share;
  const outcomes = {
    given: (yield { kind: 'replay', part: trace, runs: given, from, to: middle })!,
    chosen:
      chosen.length === 0
        ? undefined
        : yield { kind: 'replay', part: trace, runs: chosen, readyStepMs: STEP_MS, from: middle, to },
  };
  return functions.map((f, i) => {
    const durations = callsByDuration(trace, f, calls[part][f]!);
    const periodMs = trace.minutes * 60_000;
    const billed = { periodMs, memoryMiB: trace.functions.memoryMiB[f]!, coldStartMs: coldStartMs[f]!, durations };
    const known = new Map<string, Metered>();
    return fitted[i]![part].map((found, price) =>
      found.map((candidate, k) => {
        const { of, run } = places[i]![price]![k]!;
        const key = `${of} ${run}`;
        let own = known.get(key);
        if (own === undefined) {
          const { outcome, readyPerStep } = runOutcome(outcomes[of]!, run);
          own = metered(usageOf(candidate, outcome, readyPerStep, billed, terms), outcome, model, terms);
          known.set(key, own);
        }
        // The numbers per step are spent; the setting stays.
        return { candidate: { setting: candidate.setting, variant: candidate.variant }, ...own };
      }),
    );
  });
}

/**
 * Tries settings on a chunk of functions; those not `worthTrying` are replayed with nothing ready.
 *
 * @param from Progress at the beginning and, `to`, at the end.
 */
export function* tryFunctions(
  plan: TrialPlan,
  functions: readonly number[],
  worthTrying: (f: number) => boolean,
  from: number,
  to: number,
): Generator<TrialRequest, Trial[], PlatformOutcomes | undefined> {
  const nothing: Candidate[][] = plan.prices.map(() => [ON_DEMAND]);
  const fitted: Fitted[] = [];
  const third = (to - from) / 3;
  let read = 0;
  for (const f of functions) {
    if (!worthTrying(f)) {
      fitted.push({ choose: nothing, judge: nothing, final: nothing });
      continue;
    }
    const work = fit(plan, f);
    let step = work.next();
    for (; step.done !== true; step = work.next()) {
      read += step.value;
      yield { kind: 'progress', done: from + (third * read) / Math.max(1, to - from) };
    }
    fitted.push(step.value);
  }
  const choose = yield* replayed(plan, 'choose', functions, fitted, from + third, from + 1.5 * third);
  const judge = yield* replayed(plan, 'judge', functions, fitted, from + 1.5 * third, to);
  return fitted.map(({ final }, i) => ({
    choose: choose[i]!,
    judge: judge[i]!,
    final: final.map((found) => found.map(({ setting, variant }): Candidate => ({ setting, variant }))),
  }));
}

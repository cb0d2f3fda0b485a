/** Advice for a trace: settings that a platform takes, what each would have been billed, and which to set; judged on a part they were not fitted on. */
import { keepsNothing, type SettingKind } from '../../decide/advise/setting.js';
import { type AsyncOptions, backendInfo, IsothermError, type PlatformOutcomes, VERSION } from '../../kernels/index.js';
import type { StartTime, Trace } from '../../trace/index.js';
import { callsPerFunction } from '../activity.js';
import { type PlatformOptions, replayPlatformRuns, replayPlatformRunsAsync } from '../platform.js';
import { likewise } from './candidates.js';
import { type Chosen, choosePrice, chosenOf, frontierOf, isReached, type PriceChoice, totalsOf } from './conclude.js';
import { memoryAdvice } from './memory.js';
import type { Advice, FunctionAdvice } from './model.js';
import { adviceAssumptions, adviceNotes } from './notes.js';
import { type AdviseOptions, type Prepared, prepare, unworthy } from './plan.js';
import { recordedStarts } from './recorded.js';
import { billed } from './runs.js';
import { type Trial, type TrialRequest, tryFunctions } from './trial.js';

/** So few calls of a function wait that nobody notices. */
const WARM_COLD_RATE = 0.001;

/** Steps of all functions of a chunk together: bounds the memory that settings tried take. */
const CHUNK_STEPS = 500_000;

const STEP_MINUTES = 5;

function* trials(prepared: Prepared): Generator<TrialRequest, Trial[], PlatformOutcomes | undefined> {
  const { plan } = prepared;
  const { calls, parts } = plan;
  const functions = calls.judge.length;
  const size = Math.max(16, Math.floor(CHUNK_STEPS / Math.ceil(parts.judge.minutes / STEP_MINUTES)));
  const found: Trial[] = [];
  let done = 0;
  for (let from = 0; from < functions; from += size) {
    const chunk = Array.from({ length: Math.min(size, functions - from) }, (_, i) => from + i);
    const all = chunk.reduce((sum, f) => sum + calls.fit[f]! + calls.choose[f]! + calls.judge[f]!, 0);
    found.push(...(yield* tryFunctions(plan, chunk, (f) => unworthy(prepared, f) === undefined, done, done + all)));
    done += all;
  }
  return found;
}

function functionAdvice(
  prepared: Prepared,
  trial: Trial,
  f: number,
  { choose, judge }: Chosen,
  choice: PriceChoice,
): FunctionAdvice {
  const { plan } = prepared;
  const { keys, trigger, memoryMiB } = plan.parts.fit.functions;
  const final = likewise(trial.final[choice.ofFunction(f)]!, choose.candidate).setting;
  const onDemand = trial.judge[choice.ofFunction(f)]![0]!.figures;
  const before = trial.choose[choice.ofFunction(f)]![0]!.figures;
  const wasWarm = before.coldStarts <= WARM_COLD_RATE * before.calls;
  const leftAlone =
    unworthy(prepared, f) ?? (keepsNothing(final) ? (wasWarm ? 'already-warm' : 'saves-nothing') : undefined);
  return {
    key: keys[f]!,
    trigger: trigger[f]!,
    memoryMiB: memoryMiB[f]!,
    coldStartMs: plan.coldStartMs[f]!,
    callsSeen: plan.calls.fit[f]! + plan.calls.choose[f]!,
    setting: final,
    ...(leftAlone !== undefined && { leftAlone }),
    onDemand,
    advised: judge.figures,
    judged: judge.candidate.setting,
  };
}

function countSources(starts: readonly StartTime[]): Advice['startTimes'] {
  const counts = new Map<string, number>();
  for (const { source } of starts) counts.set(source, (counts.get(source) ?? 0) + 1);
  return [...counts].map(([source, functions]) => ({ source, functions }));
}

function conclude(trace: Trace, prepared: Prepared, tried: readonly Trial[]): Advice {
  const { plan, goal, split, options } = prepared;
  const { terms, model, prices, parts } = plan;
  const account = { model, periodMs: parts.judge.minutes * 60_000 };
  const choice = choosePrice(tried, prices, goal, { model, periodMs: parts.choose.minutes * 60_000 });
  const advised = chosenOf(tried, prices, choice);
  const judged = advised.map(({ judge }) => judge);
  const settings: Advice['settings'] = { advised: totalsOf(judged, account) };
  const tries = (kind: SettingKind): boolean =>
    tried.some(({ judge }) => judge.some((found) => found.some(({ candidate }) => candidate.setting.kind === kind)));
  for (const kind of terms.kinds.filter(tries)) {
    const own = chosenOf(tried, prices, choice, ['on-demand', kind]);
    settings[kind] = totalsOf(
      own.map(({ judge }) => judge),
      account,
    );
  }
  const lines = (kinds?: readonly ['on-demand']) =>
    billed(
      chosenOf(tried, prices, choice, kinds).map(({ judge }) => judge.quantities),
      model,
      account.periodMs,
    );
  return {
    target: terms.target,
    about: terms.about,
    trace: {
      ...{ title: 'a trace', format: '', digest: '', ...options.about },
      functions: trace.functions.keys.length,
      minutes: trace.minutes,
      calls: trace.calls,
    },
    originMs: trace.originMs,
    spread: trace.kind === 'calls' ? 'recorded' : prepared.spread,
    seed: prepared.seed,
    split,
    goal,
    isReached: isReached(
      goal,
      judged.map(({ figures }) => figures),
    ),
    coldStartUsdPerS: choice.fleet === null ? null : prices[choice.fleet]!,
    prices: { source: model.prices.source, date: model.prices.date, region: model.prices.region },
    recorded: recordedStarts({
      ...{ whole: trace, judge: parts.judge, coldStartMs: plan.coldStartMs, observed: options.observed, model },
      ...{ calls: callsPerFunction(trace), format: options.about?.format ?? '', target: terms.target },
    }),
    settings,
    bill: { onDemand: lines(['on-demand']), advised: lines() },
    frontier: frontierOf(tried, prices, choice, account),
    functions: advised.map((chosen, f) => functionAdvice(prepared, tried[f]!, f, chosen, choice)),
    memory: memoryAdvice(trace, terms.target, model),
    notes: adviceNotes(trace, terms, model),
    assumptions: adviceAssumptions(trace, prepared, model),
    startTimes: countSources(prepared.starts),
    keepAlive: prepared.keepAlive,
    backend: backendInfo().backend,
    version: VERSION,
  };
}

/**
 * Advises how many instances to keep ready for each function of a trace, and when: settings are fitted on the first half, the better ones chosen there, and judged on the second.
 *
 * @param trace At least four hours of calls.
 *
 * Errors: `BAD_ARGUMENT` for a trace that is too short or an unknown target, `OUT_OF_RANGE`, `NOT_FINITE`.
 * Complexity: O(calls x settings tried). Source: `docs/advise.md`.
 *
 * @example
 * const day = generateTrace({ pattern: 'diurnal', functions: 2, days: 1, seed: 1 });
 * advise(day, { target: 'lambda-pc', coldStartMs: 800 }).functions.length; // 2
 */
export function advise(trace: Trace, options: AdviseOptions): Advice {
  const prepared = prepare(trace, options);
  const work = trials(prepared);
  let step = work.next();
  while (step.done !== true) {
    const { value } = step;
    step = work.next(
      value.kind === 'replay'
        ? replayPlatformRuns(value.part, value.runs, platformOptions(prepared, value))
        : undefined,
    );
  }
  return conclude(trace, prepared, step.value);
}

const platformOptions = (
  { replay }: Prepared,
  { readyStepMs }: Extract<TrialRequest, { kind: 'replay' }>,
): PlatformOptions => ({ ...replay, ...(readyStepMs !== undefined && { readyStepMs }) });

/** `advise` that leaves the event loop free; progress in calls. Errors: as `advise`, and `ABORTED`. */
export async function adviseAsync(
  trace: Trace,
  options: AdviseOptions,
  asyncOptions: AsyncOptions = {},
): Promise<Advice> {
  const { signal, onProgress } = asyncOptions;
  const prepared = prepare(trace, options);
  const work = trials(prepared);
  const tell = (done: number): void => onProgress?.(done, trace.calls);
  let step = work.next();
  let pausedAt = 0;
  let turns = 0;
  while (step.done !== true) {
    if (signal?.aborted) throw new IsothermError('ABORTED', 'the work was cancelled', { cause: signal.reason });
    const { value } = step;
    if (value.kind === 'progress') {
      tell(value.done);
      // A pause after each function would take longer than the work for most.
      if (value.done - pausedAt > PAUSE_CALLS || ++turns % PAUSE_TURNS === 0) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        pausedAt = value.done;
      }
      step = work.next();
      continue;
    }
    const { part, runs, from, to } = value;
    const within = (done: number, total: number): void => tell(from + ((to - from) * done) / Math.max(1, total));
    const how = { onProgress: within, ...(signal !== undefined && { signal }) };
    step = work.next(await replayPlatformRunsAsync(part, runs, platformOptions(prepared, value), how));
  }
  tell(trace.calls);
  return conclude(trace, prepared, step.value);
}

/** Calls, and functions, between two pauses, in which Ctrl-C has its turn. */
const PAUSE_CALLS = 50_000;
const PAUSE_TURNS = 100;

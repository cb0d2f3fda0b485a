/** What advice is asked for, with everything filled in and checked. */
import { type AdviceTarget, targetTerms } from '../../decide/advise/target.js';
import { azureFlex, type BillModel, cloudRun, kubernetes, lambdaProvisioned } from '../../decide/index.js';
import { IsothermError } from '../../kernels/index.js';
import { type ObservedStarts, type StartTime, startTimes, type Trace } from '../../trace/index.js';
import { callsPerFunction } from '../activity.js';
import type { PlatformOptions } from '../platform.js';
import { SPREADS, type Spread } from '../replay.js';
import type { TraceSummary } from '../report-model.js';
import { wholeStartTimes } from '../start-times.js';
import { type AdviceGoal, PRICE_SWEEP } from './choice.js';
import { DemandReader } from './demand.js';
import { type KeepAlive, keepAliveOf } from './keep-alive.js';
import type { LeftAlone } from './model.js';
import { TARGET_PLATFORMS } from './platforms.js';
import { partsOf, type Split, splitOf } from './split.js';
import type { TrialPlan } from './trial.js';

export interface AdviseOptions {
  target: AdviceTarget;
  /** How waiting is weighed against the bill; the knee of the frontier when left out. */
  goal?: AdviceGoal;
  /** Prices of the platform; list prices of its first region when left out, for Knative those of `KNATIVE_NODE`. Without free allowance. */
  model?: BillModel;
  /** How the calls of a minute lie within it; `trigger` when left out. */
  spread?: Spread;
  /** 0..4294967295; 1 when left out. */
  seed?: number;
  /** How long every function takes to start, whole ms; when left out as `startTimes` has it for the platform. */
  coldStartMs?: number;
  /** Instead of `coldStartMs` a start time for each function, as `startTimes` gives them: their medians count. */
  startTimes?: readonly StartTime[];
  /** What the source counted of starts beside its calls, by function: `starts` of a reading. Of calls that say themselves whether they were cold it is not needed. */
  observed?: readonly (ObservedStarts | undefined)[];
  /** Threads of the native backend; 1 when left out. The figures do not depend on it. */
  threads?: number;
  /** What the trace is, for people and reports. */
  about?: Partial<Pick<TraceSummary, 'title' | 'format' | 'digest'>>;
}

/** A cluster's node where the user names none. */
export const KNATIVE_NODE = { usdPerHour: 0.192, vcpu: 4, memoryGiB: 16 } as const;

const ASSUMED_NODE = {
  source: 'an assumed node of 4 vCPU and 16 GiB at 0.192 USD an hour',
  date: 'assumed',
  region: 'yours may differ',
};

const MODELS: Record<AdviceTarget, () => BillModel> = {
  'lambda-pc': () => lambdaProvisioned(),
  flex: () => azureFlex(),
  'cloud-run': () => cloudRun(),
  knative: () => kubernetes({ node: KNATIVE_NODE, vcpu: 0, source: ASSUMED_NODE }),
};

/** With fewer calls before the judged part there is nothing to fit. */
const FEWEST_CALLS = 20;

export interface Prepared {
  plan: TrialPlan;
  options: AdviseOptions;
  goal: AdviceGoal;
  starts: readonly StartTime[];
  keepAlive: KeepAlive;
  replay: PlatformOptions;
  spread: Spread;
  seed: number;
  split: Split;
}

export function prepare(trace: Trace, options: AdviseOptions): Prepared {
  const { target, goal = { kind: 'knee' }, spread = 'trigger', seed = 1, threads = 1, coldStartMs } = options;
  if (!SPREADS.includes(spread)) {
    throw new IsothermError('BAD_ARGUMENT', `spread is '${spread}', expected ${SPREADS.join(', ')}`);
  }
  if (coldStartMs !== undefined && !(Number.isInteger(coldStartMs) && coldStartMs >= 0 && coldStartMs < 2 ** 32)) {
    throw new IsothermError('OUT_OF_RANGE', `coldStartMs is ${coldStartMs}, expected a whole number in 0..=4294967295`);
  }
  checkStartTimes(trace, options);
  checkGoal(goal);
  const split = splitOf(trace.minutes);
  const keepAlive = keepAliveOf(trace, split.judgeFrom, targetTerms(target), options.about?.format ?? '');
  const terms = { ...targetTerms(target), keepAliveMs: keepAlive.ms };
  const parts = partsOf(trace, split);
  const platform = TARGET_PLATFORMS[target];
  const given: StartTime | undefined =
    coldStartMs === undefined
      ? undefined
      : {
          from: 'assumed',
          medianMs: coldStartMs,
          p90Ms: Number.NaN,
          count: 0,
          source: `${coldStartMs} ms, as asked for`,
        };
  const starts =
    given === undefined
      ? (options.startTimes ?? startTimes(trace, platform === undefined ? {} : { platform }))
      : trace.functions.keys.map(() => given);
  const reader = (part: Trace): DemandReader => new DemandReader(part, spread, seed, terms.keepAliveMs);
  const { fit, choose, judge } = parts;
  return {
    plan: {
      parts,
      originMs: trace.originMs,
      terms,
      model: options.model ?? MODELS[target](),
      prices: goal.kind === 'price' ? withPrice(goal.coldStartUsdPerS) : PRICE_SWEEP,
      coldStartMs: wholeStartTimes(starts),
      readers: { fit: reader(fit), choose: reader(choose), judge: reader(judge) },
      calls: { fit: callsPerFunction(fit), choose: callsPerFunction(choose), judge: callsPerFunction(judge) },
    },
    options,
    goal,
    starts,
    keepAlive,
    replay: { spread, seed, threads },
    spread,
    seed,
    split,
  };
}

/** The sweep with a price of the user's in its place. */
const withPrice = (own: number): number[] => [...new Set([...PRICE_SWEEP, own])].sort((a, b) => a - b);

function checkStartTimes({ functions }: Trace, { startTimes, coldStartMs }: AdviseOptions): void {
  if (startTimes === undefined) return;
  if (coldStartMs !== undefined) {
    throw new IsothermError('BAD_ARGUMENT', 'coldStartMs and startTimes are both given; expected one of them');
  }
  const wanted = functions.keys.length;
  if (startTimes.length === wanted) return;
  throw new IsothermError('BAD_LENGTH', `startTimes has ${startTimes.length} entries, expected ${wanted}`);
}

function checkGoal(goal: AdviceGoal): void {
  const inRange = (name: string, value: number, most: number): void => {
    if (Number.isFinite(value) && value >= 0 && value <= most) return;
    throw new IsothermError('OUT_OF_RANGE', `${name} is ${value}, expected 0 to ${most}`);
  };
  if (goal.kind === 'price') inRange('coldStartUsdPerS', goal.coldStartUsdPerS, 1e9);
  else if (goal.kind === 'cold-rate') inRange('most', goal.most, 1);
  else if (goal.kind === 'p99') inRange('ms', goal.ms, 1e12);
}

/** Why a function is not worth trying, from what is known before the judged part. */
export function unworthy({ plan }: Prepared, f: number): LeftAlone | undefined {
  const { calls, parts, model } = plan;
  const seen = calls.fit[f]! + calls.choose[f]!;
  if (seen + calls.judge[f]! === 0) return 'no-calls';
  if (seen < FEWEST_CALLS) return 'few-calls';
  return parts.fit.functions.memoryMiB[f]! > model.maxMemoryMiB ? 'too-large' : undefined;
}

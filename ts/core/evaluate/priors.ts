/** Which prior the adaptive policies of a replay begin with. */
import {
  ADAPTIVE_PRIOR,
  type AdaptivePrior,
  type AsyncOptions,
  IsothermError,
  type PriorCard,
} from '../kernels/index.js';
import { foldOf } from '../learn/fit-prior.js';
import { fitPrior, fitPriorAsync } from '../learn/index.js';
import type { Trace } from '../trace/index.js';
import type { Spread } from '../trace/spread.js';

/**
 * `default` is the one that comes with Isotherm, `cv5` five of this very trace: each function begins with the one that was fitted on the
 * functions of the other four folds.
 */
export type PriorChoice = 'default' | 'cv5' | AdaptivePrior;

/** What a result says of the prior behind it. */
export interface PriorUsed {
  from: 'default' | 'cv5' | 'given';
  /** What it was fitted on, for people. */
  fittedOn: string;
  /** SHA-256 of its hazards, as its card has it; absent where each fold of functions has its own. */
  sha256?: string;
  /** Whether this trace helped to fit the prior that it was replayed with: figures then promise too much. */
  inSample: boolean;
}

const BEGIN_WITH_A_PRIOR: ReadonlySet<string> = new Set(['adaptive', 'adaptive-keepalive']);

/** Whether a policy of this kind begins with a prior. */
export const takesPrior = ({ kind }: { kind: string }): boolean => BEGIN_WITH_A_PRIOR.has(kind);

/** The spec with what it begins with. */
export const withPrior = <T>(spec: T, prior: Float64Array): T => ({ ...spec, prior });

/** The prior of a replay, as its plan has it. */
export interface PriorPlan {
  used: PriorUsed;
  /** Absent where each fold of functions has its own. */
  hazards?: Float64Array;
  spread: Spread;
  seed: number;
}

/** By digest where the trace comes with one, else by size: another trace of as many functions, minutes and calls is hardly met. */
function isOf(card: PriorCard, trace: Trace, digest: string): boolean {
  const { functions, minutes, calls } = card.data;
  const isAsLarge = trace.functions.keys.length === functions && trace.minutes === minutes && trace.calls === calls;
  return digest === '' || card.data.digest === '' ? isAsLarge : digest === card.data.digest;
}

/** What is chosen, or where nothing is: the shipped prior, cross-validated on the trace that it is from. Errors: `BAD_ARGUMENT`. */
export function priorPlan(
  trace: Trace,
  choice: PriorChoice | undefined,
  { digest, spread, seed }: { digest: string; spread: Spread; seed: number },
): PriorPlan {
  const known = choice === undefined || choice === 'default' || choice === 'cv5' || typeof choice === 'object';
  if (!known) throw new IsothermError('BAD_ARGUMENT', `prior is '${choice}', expected default, cv5 or a prior`);
  if (choice === 'cv5' || (choice === undefined && isOf(ADAPTIVE_PRIOR.card, trace, digest))) {
    return { used: { from: 'cv5', fittedOn: 'this trace', inSample: false }, spread, seed };
  }
  const { card, hazards } = typeof choice === 'object' ? choice : ADAPTIVE_PRIOR;
  const from = typeof choice === 'object' ? 'given' : 'default';
  const { sha256 } = card;
  const used = { from, fittedOn: card.data.title, sha256, inSample: isOf(card, trace, digest) } as const;
  return { used, hazards: Float64Array.from(hazards), spread, seed };
}

/** Priors by fold, kept as long as their trace: receipts and timelines ask for them again and again. */
const FITTED = new WeakMap<Trace, Map<string, Float64Array[]>>();

function kept(trace: Trace, { spread, seed }: PriorPlan): Float64Array[] | undefined {
  return FITTED.get(trace)?.get(`${spread} ${seed}`);
}

function keep(trace: Trace, { spread, seed }: PriorPlan, folds: Float64Array[]): Float64Array[] {
  const ofTrace = FITTED.get(trace) ?? new Map<string, Float64Array[]>();
  FITTED.set(trace, ofTrace.set(`${spread} ${seed}`, folds));
  return folds;
}

/** `[5][586]`: the prior of each fold. Errors: as `fitPrior`. */
export function foldPriors(trace: Trace, plan: PriorPlan): Float64Array[] {
  const { spread, seed } = plan;
  return kept(trace, plan) ?? keep(trace, plan, fitPrior(trace, { spread, seed }).folds);
}

/** `foldPriors` that gives way to other work. Errors: also `ABORTED`. */
export async function foldPriorsAsync(trace: Trace, plan: PriorPlan, signal?: AbortSignal): Promise<Float64Array[]> {
  const { spread, seed } = plan;
  const options: AsyncOptions = signal === undefined ? {} : { signal };
  return kept(trace, plan) ?? keep(trace, plan, (await fitPriorAsync(trace, { spread, seed }, options)).folds);
}

/** What function `f` begins with. */
export function priorOf(trace: Trace, f: number, plan: PriorPlan): Float64Array {
  return plan.hazards ?? foldPriors(trace, plan)[foldOf(trace.functions.index[f]!)]!;
}

/** The prior in a sentence. */
export function priorSentence({ from, fittedOn, inSample }: PriorUsed): string {
  if (from === 'cv5') {
    return 'The prior of each function was fitted on functions of the other folds: cross-validated over five.';
  }
  const origin = from === 'default' ? `the one that comes with Isotherm (${fittedOn})` : `of ${fittedOn}`;
  const flattery = inSample ? ' It was fitted on this very trace: elsewhere, expect less.' : '';
  return `The prior is ${origin}.${flattery}`;
}

/** The runs that a chunk of functions needs: settings that come out alike at several prices are replayed once. */
import { STEP_MS } from '../../decide/advise/setting.js';
import type { TargetTerms } from '../../decide/advise/target.js';
import { PLATFORM_COLUMNS } from '../../kernels/contract.js';
import type { PlatformOutcomes, PlatformRun } from '../../kernels/index.js';
import type { Candidate } from './candidates.js';
import { type Outcome, platformSettings } from './runs.js';

/** Whether two candidates ask the same of the platform. */
function alike(a: Candidate, b: Candidate): boolean {
  if (a.setting.kind !== b.setting.kind) return false;
  if (a.counts !== undefined && b.counts !== undefined) {
    return a.counts.every((count, step) => count === b.counts![step]);
  }
  if (a.setting.kind !== 'target-tracking' || b.setting.kind !== 'target-tracking') return true;
  const { utilisation, min, max } = a.setting;
  return utilisation === b.setting.utilisation && min === b.setting.min && max === b.setting.max;
}

/** A run's outcome, and where the platform chose the numbers, these per step. */
export interface RunOutcome {
  outcome: Outcome;
  readyPerStep?: Float64Array;
}

/** Gathers the runs of function after function. */
export class RunBook {
  /** Runs that say themselves how many instances are ready, and those where the platform chooses. */
  readonly runs: { given: PlatformRun[]; chosen: PlatformRun[] } = { given: [], chosen: [] };
  #known: { candidate: Candidate; of: 'given' | 'chosen'; run: number }[] = [];
  #function = -1;
  #terms: TargetTerms;

  constructor(terms: TargetTerms) {
    this.#terms = terms;
  }

  /** Where the outcome of a candidate will be; the candidates of one function come together. */
  add(f: number, candidate: Candidate, coldStartMs: number): { of: 'given' | 'chosen'; run: number } {
    if (f !== this.#function) this.#known = [];
    this.#function = f;
    const known = this.#known.find((one) => alike(one.candidate, candidate));
    if (known !== undefined) return known;
    // What Knative's autoscaler chooses is billed as time in all, without steps.
    const isChosen = candidate.setting.kind === 'target-tracking' && this.#terms.target !== 'knative';
    const of = isChosen ? 'chosen' : 'given';
    const settings = platformSettings(candidate, this.#terms, coldStartMs);
    const added = { candidate, of, run: this.runs[of].push({ function: f, settings }) - 1 } as const;
    this.#known.push(added);
    return added;
  }
}

/** The outcome of one run. */
export function runOutcome(outcomes: PlatformOutcomes, run: number): RunOutcome {
  const columns = PLATFORM_COLUMNS.map((name) => [name, outcomes.columns[name][run]!]);
  const outcome = Object.fromEntries(columns) as Outcome;
  const steps = outcomes.readyMsPerStep.length / outcomes.columns.calls.length;
  if (steps === 0) return { outcome };
  const perStep = outcomes.readyMsPerStep.subarray(run * steps, (run + 1) * steps);
  return { outcome, readyPerStep: perStep.map((ms) => ms / STEP_MS) };
}

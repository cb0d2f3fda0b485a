/** The answer in sentences. Each claim is a comparison of two replayed figures and says no more than they do. */
import { count, counted, duration, percent, usd } from '../decide/figures.js';
import { priorSentence } from './priors.js';
import type { ReplayResult } from './report-model.js';
import { BASELINE, BOUND, cheapestRunnable, type Standing, standings } from './standings.js';
import { targetSentence } from './target-outcome.js';

export interface Headline {
  /** What the reader came for. */
  answer: string;
  /** What it costs elsewhere: functions made worse, cold starts. Empty when there is nothing to compare. */
  losses: string;
  /** How far the clairvoyant references are. Empty when none was replayed. */
  bound: string;
  /** Which targets for cold calls were met or missed, and by how much. Empty where no policy has one. */
  targets: string;
  /** Calls that got no memory under a cap: they are in no figure. Empty when there are none. */
  dropped: string;
  /** Which prior the adaptive policies began with. Empty where none was replayed. */
  prior: string;
}

export function headline(result: ReplayResult): Headline {
  const all = standings(result);
  const prior = result.prior === undefined ? '' : priorSentence(result.prior);
  const aside = { targets: targetsMet(all, result), dropped: droppedCalls(all), prior };
  const best = cheapestRunnable(all);
  const baseline = all.find(({ name }) => name === BASELINE);
  if (best === undefined) {
    const answer = 'No policy that a platform could run for each function by itself was replayed.';
    return { answer, losses: '', bound: '', ...aside };
  }
  const reference = baseline ?? best;
  const bound = toTheBound(all, reference);
  return { ...againstBaseline(all, best, baseline), bound, ...aside };
}

function targetsMet(all: readonly Standing[], { trace }: ReplayResult): string {
  const said = all.flatMap(({ name, target, totals: { coldStarts, calls } }) => {
    if (target === undefined) return [];
    return [targetSentence(name, target, calls > 0 ? coldStarts / calls : 0, trace.functions)];
  });
  return said.join(' ');
}

function droppedCalls(all: readonly Standing[]): string {
  const parts = all.flatMap(({ name, totals: { memoryCap } }) =>
    memoryCap !== undefined && memoryCap.dropped > 0 ? [`${name} ${counted(memoryCap.dropped, 'call')}`] : [],
  );
  return parts.length === 0 ? '' : `Dropped for want of memory, and in no figure: ${parts.join(', ')}.`;
}

function againstBaseline(
  all: readonly Standing[],
  best: Standing,
  baseline: Standing | undefined,
): Pick<Headline, 'answer' | 'losses'> {
  const runnable = all.filter(({ kind }) => kind === 'fixed' || kind === 'adaptive');
  const cost = usd(best.totals.objectiveUsd);
  if (baseline === undefined) {
    const of =
      runnable.length > 1 ? `Of ${runnable.length} policies, ${best.name} costs least here` : `${best.name} costs`;
    return { answer: `${of}: ${cost}.`, losses: '' };
  }
  if (best !== baseline) {
    const saved = 1 - best.totals.objectiveUsd / baseline.totals.objectiveUsd;
    return {
      answer: `Against ${BASELINE}, ${best.name} would cut the cost by ${percent(saved)}: ${cost} instead of ${usd(baseline.totals.objectiveUsd)}.`,
      losses: `${functionsMoved(best)} ${coldStartsMoved(best, baseline)}`,
    };
  }
  const next = cheapestRunnable(runnable.filter((one) => one !== baseline));
  if (next === undefined) return { answer: `${BASELINE} costs ${cost} here.`, losses: '' };
  const others = runnable.length - 1;
  return {
    answer: `${others === 1 ? `${next.name} does not beat` : `None of ${others} other policies beats`} ${BASELINE} on cost here: ${cost}.`,
    losses: `The next, ${next.name}, costs ${dearer(next, baseline)} (${usd(next.totals.objectiveUsd)}). ${functionsMoved(next)} ${coldStartsMoved(next, baseline)}`,
  };
}

function dearer({ totals }: Standing, { totals: than }: Standing): string {
  return than.objectiveUsd > 0 ? `${percent(totals.objectiveUsd / than.objectiveUsd - 1)} more` : 'more';
}

function functionsMoved({ worseFunctions, betterFunctions }: Standing): string {
  return `It makes ${counted(betterFunctions, 'function')} cheaper and ${count(worseFunctions)} dearer.`;
}

function coldStartsMoved({ totals }: Standing, { totals: from }: Standing): string {
  const change =
    totals.coldStarts === from.coldStarts ? 'stay at' : totals.coldStarts > from.coldStarts ? 'rise from' : 'fall from';
  const figures =
    totals.coldStarts === from.coldStarts
      ? count(from.coldStarts)
      : `${count(from.coldStarts)} to ${count(totals.coldStarts)}`;
  const [before, after] = [duration(from.wait.meanMs), duration(totals.wait.meanMs)];
  const wait = before === after ? `stays at ${before}` : `goes from ${before} to ${after}`;
  return `Cold starts ${change} ${figures}, the mean added wait ${wait}.`;
}

function toTheBound(all: readonly Standing[], from: Standing): string {
  const clairvoyant = all.find(({ name }) => name === BOUND);
  const prewarm = all.find(({ name }) => name === `${BOUND}-prewarm`);
  const apart = ({ totals }: Standing): string => {
    const less = 1 - totals.objectiveUsd / from.totals.objectiveUsd;
    return less >= 0 ? `${percent(less)} less` : `${percent(-less)} more`;
  };
  const parts: string[] = [];
  if (clairvoyant !== undefined) parts.push(`${apart(clairvoyant)} by keep-alive alone`);
  if (prewarm !== undefined) parts.push(`${apart(prewarm)} with pre-warming`);
  if (parts.length === 0 || !(from.totals.objectiveUsd > 0)) return '';
  return `Knowing every arrival in advance, one would pay ${parts.join(', and ')} (against ${from.name}).`;
}

/** Moves, terms and reasons of a placement as people read them. */

import { percent, threeDigits } from '../../core/decide/figures.js';
import { PLACEMENT_TERM_MEANINGS, PLACEMENT_TERMS } from '../../core/decide/placement/input.js';
import type { PlacementDecision, PlacementStep, PlacementTerms } from '../api/schemas/placement.js';

export { PLACEMENT_TERMS };

/** `$1.20/h`, `31.0 s/h`. */
export function termFigure(term: (typeof PLACEMENT_TERMS)[number], value: number): string {
  const { unit } = PLACEMENT_TERM_MEANINGS[term];
  const figure = threeDigits(value);
  return unit.startsWith('USD') ? `$${figure}${unit.slice(3)}` : `${figure}\u00a0${unit}`;
}

export const termMeaning = (term: (typeof PLACEMENT_TERMS)[number]): string => PLACEMENT_TERM_MEANINGS[term].about;

export const STEP_WORDS: Readonly<Record<PlacementStep['why'], string>> = {
  new: 'it is new',
  limit: 'where it is it passes a limit',
  gain: 'it gains enough',
  together: 'it goes with one that gains',
  detour: 'on its way, so that others can change places',
};

export const STAYING_WORDS: Readonly<Record<string, string>> = {
  'small gain': 'too little would be gained',
  'cool-down': 'moved a short time ago',
  'enough moves': 'comes with a later decision',
  'no way': 'no way that passes no limit',
  paused: 'paused',
};

export const BOUND_WORDS: Readonly<Record<PlacementDecision['limits'][number], string>> = {
  leastGain: 'the gain that a move has to have',
  coolDownMs: 'the time that a function stays after a move',
  mostMoves: 'the moves of one decision',
  capacity: 'what nodes and sums have left',
  paused: 'a pause',
};

const TERMS_NAMED = 2;

/** What a move changes most, each term against its own size. */
export function stepChanges({ before, after }: Pick<PlacementStep, 'before' | 'after'>): string {
  if (before === null) return '';
  const share = (term: keyof PlacementTerms): number => {
    const most = Math.max(before[term], after[term]);
    return most > 0 ? (before[term] - after[term]) / most : 0;
  };
  return PLACEMENT_TERMS.filter((term) => term !== 'migration' && Math.abs(share(term)) > 0.01)
    .sort((a, b) => Math.abs(share(b)) - Math.abs(share(a)))
    .slice(0, TERMS_NAMED)
    .map((term) => `${term} ${termFigure(term, before[term])} → ${termFigure(term, after[term])}`)
    .join('; ');
}

/** Less is of the sums of floats. */
const GAP_ROUNDING = 1e-9;

export const gapWords = (gap: number): string =>
  gap < GAP_ROUNDING ? 'the best there is' : `at most ${percent(gap)} of the cost too much`;

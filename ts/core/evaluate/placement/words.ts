/** A placement in words. */

import { counted, duration, percent, threeDigits } from '../../decide/figures.js';
import { factorsOf } from '../../decide/placement/build.js';
import { PLACEMENT_TERM_MEANINGS, PLACEMENT_TERMS, type Term } from '../../decide/placement/input.js';
import type { Placed, PlacedFunction } from '../../decide/placement/place.js';

/** Of the cost: a gap of less is of the sums of floats. */
export const GAP_ROUNDING = 1e-9;
const MILLIONTH = 1e-6;

/** `$1.20/h`, `31.0 s/h`. */
export function termFigure(term: Term, value: number): string {
  const { unit } = PLACEMENT_TERM_MEANINGS[term];
  const figure = threeDigits(value);
  return unit.startsWith('USD') ? `$${figure}${unit.slice(3)}` : `${figure}\u00a0${unit}`;
}

export interface PlacementHeadline {
  /** What the placement is worth. */
  answer: string;
  /** Terms that it makes worse; '' for none. */
  losses: string;
  /** How far from the best it can be. */
  bound: string;
}

/**
 * What a placement comes to in three sentences.
 *
 * Complexity: O(functions).
 *
 * @example
 * const nodes = [{ name: 'dublin', tier: 'cloud', provider: 'aws', region: 'eu-west-1', vcpu: 8, memoryGib: 32 }];
 * const placed = placeFunctions(parsePlacement(nodes, [{ name: 'checkout', memoryMiB: 512, vcpu: 1, node: 'dublin' }]));
 * placed.isPlaced && placementHeadline(placed).answer; // '1 function stays where it is.'
 */
export function placementHeadline(placed: Placed): PlacementHeadline {
  const { functions, cost, costBefore, before, wasAllowed } = placed;
  const moved = functions.filter(({ isMoved }) => isMoved).length;
  return {
    answer: answerOf(functions.length, moved, cost, costBefore, wasAllowed),
    losses: before === null ? '' : lossesOf(placed),
    bound: boundOf(placed),
  };
}

function answerOf(all: number, moved: number, cost: number, before: number | null, wasAllowed: boolean | null): string {
  if (before === null) return `${counted(all, 'function')} placed${moved > 0 ? `, of which ${moved} move` : ''}.`;
  if (moved === 0) return all === 1 ? '1 function stays where it is.' : `All ${all} functions stay where they are.`;
  const what = `Moving ${moved} of ${counted(all, 'function')}`;
  const change = changeOf(cost, before);
  if (wasAllowed !== false) return `${what} ${change}.`;
  const kept = 'keeps limits that are broken today';
  return cost < before ? `${what} ${change}, and ${kept}.` : `${what} ${kept}, and ${change}.`;
}

function changeOf(cost: number, before: number): string {
  if (cost < before) return `cuts the cost by ${percent(1 - cost / before)}`;
  if (cost === before) return 'leaves the cost as it is';
  return `raises the cost ${before > 0 ? `by ${percent(cost / before - 1)}` : `from 0 to ${threeDigits(cost)}`}`;
}

function lossesOf({ terms, before }: Placed): string {
  // Nobody counts what moving disturbs as something that was better before.
  const worse = PLACEMENT_TERMS.filter((term) => term !== 'migration' && terms[term] > before![term] * (1 + 1e-9));
  if (worse.length === 0) return '';
  const list = worse.map(
    (term) => `${term} ${termFigure(term, terms[term])} instead of ${termFigure(term, before![term])}`,
  );
  return `What grows: ${list.join(', ')}.`;
}

function boundOf({ proof, gap, bound, cost }: Placed): string {
  if (proof === 'assignment')
    return 'Nodes hold so many functions, whichever they are: this is the best placement there is, exactly.';
  if (proof === 'search') return 'Everything that could be better was tried: this is the best placement there is.';
  if (gap <= GAP_ROUNDING) return 'This is the best placement there is: the bound proves it.';
  if (gap <= MILLIONTH) return 'The bound proves that no other placement saves more than a millionth of the cost.';
  const least = `${threeDigits(cost)}, and no placement within the limits is below ${threeDigits(bound)}`;
  return `At most ${percent(gap)} of the cost could be saved by any other placement: it is ${least}.`;
}

export interface Move {
  name: string;
  from: string;
  to: string;
  /** By how much its own cost falls; negative: it makes room for others. */
  gain: number;
  /** The same over its cost before. */
  share: number;
  why: string;
}

const REASONS = 2;

/** The functions that move, those first that gain most. */
export function movesOf(placed: Placed): Move[] {
  const factors = factorsOf(placed.weights, placed.scales);
  return placed.functions
    .flatMap((one): Move[] => {
      if (!one.isMoved || one.from === null || one.costBefore === null) return [];
      const gain = one.costBefore - one.cost;
      const share = one.costBefore > 0 ? gain / one.costBefore : 0;
      return [{ name: one.name, from: one.from, to: one.node, gain, share, why: whyOf(one, gain, factors) }];
    })
    .sort((a, b) => b.gain - a.gain);
}

function whyOf(one: PlacedFunction, gain: number, factors: Record<Term, number>): string {
  const change = (term: Term): number => factors[term] * (one.before![term] - one.terms[term]);
  const gained = PLACEMENT_TERMS.filter((term) => change(term) > 0).sort((a, b) => change(b) - change(a));
  const words = gained
    .slice(0, REASONS)
    .map((term) =>
      term === 'latency' && one.roundTripBeforeMs !== null
        ? `users ${duration(one.roundTripBeforeMs)} → ${duration(one.roundTripMs)}`
        : `${term} ${termFigure(term, one.before![term])} → ${termFigure(term, one.terms[term])}`,
    );
  if (gain <= 0) words.unshift('makes room for others, or keeps a limit');
  return words.join('; ');
}

/** A decision about placement: its moves, what it was chosen over, and the proof. */

import { count, percent, threeDigits } from '../../core/decide/figures.js';
import { insteadWords } from '../../core/decide/placement/rolling/words.js';
import type { PlacementAlternative, PlacementReceipt, PlacementStep } from '../api/schemas/placement.js';
import { h } from './dom.js';
import {
  BOUND_WORDS,
  PLACEMENT_TERMS,
  STAYING_WORDS,
  STEP_WORDS,
  stepChanges,
  termFigure,
  termMeaning,
} from './placement-words.js';
import { proof } from './proof.js';
import { Table } from './table.js';
import { capital, moment, sentence, shortKey } from './words.js';

export function stepsTable(caption: string): Table<PlacementStep> {
  return new Table<PlacementStep>({
    caption,
    isWide: true,
    columns: [
      { title: 'Function', cell: ({ name }) => ({ text: shortKey(name), title: name }) },
      { title: 'From', cell: ({ from }) => from ?? 'nowhere', isText: true },
      { title: 'To', cell: ({ to }) => to, isText: true },
      { title: 'Why', cell: ({ why }) => capital(STEP_WORDS[why]), isText: true },
      { title: 'What changes', cell: (step) => stepChanges(step), isText: true, isMinor: true },
    ],
    keyOf: ({ name, from, to }) => JSON.stringify([name, from, to]),
    empty: 'Nothing was moved.',
  });
}

/** Terms down, placements across. */
export function termsTable(): Table<(typeof PLACEMENT_TERMS)[number]> & {
  of(all: readonly PlacementAlternative[]): void;
} {
  let all: readonly PlacementAlternative[] = [];
  const figure = (name: PlacementAlternative['name']) => (term: (typeof PLACEMENT_TERMS)[number]) => {
    const one = all.find((other) => other.name === name);
    return one === undefined ? '–' : termFigure(term, one.terms[term]);
  };
  const table = new Table<(typeof PLACEMENT_TERMS)[number]>({
    caption: 'What placements come to, term by term',
    columns: [
      { title: 'Term', cell: (term) => ({ text: capital(term), title: termMeaning(term) }) },
      { title: 'As it was', cell: figure('as it is') },
      { title: 'After the moves', cell: figure('after the moves') },
      { title: 'Best that was found', cell: figure('the best that was found') },
    ],
    keyOf: (term) => term,
    empty: 'No placement keeps all limits.',
  });
  return Object.assign(table, {
    of(alternatives: readonly PlacementAlternative[]): void {
      all = alternatives;
      table.show(alternatives.length === 0 ? [] : PLACEMENT_TERMS);
    },
  });
}

/** `show` fills its tables, once it is in the page: how wide they are is known there. */
export function placementCard(receipt: PlacementReceipt): { element: HTMLElement; show(): void } {
  const { steps, staying, alternatives, bound, conflicts, fleet, setting, limits } = receipt;
  const moves = stepsTable('Moves, in their order');
  const terms = termsTable();
  const reasons = Object.entries(staying.reasons).map(
    ([why, functions]) => `${count(functions)}: ${STAYING_WORDS[why] ?? why}`,
  );
  const costs = alternatives.map(
    ({ name, cost, gap }) => `${name} ${threeDigits(cost)}, of which at most ${percent(gap)} is too much`,
  );
  const others = receipt.otherMoves.map(
    ({ instead, cost }) => `${insteadWords(instead, steps)} at a cost of ${threeDigits(cost)}`,
  );
  const element = h(
    'div',
    { class: 'receipt' },
    h('p', { class: 'decided' }, receipt.reason),
    ...conflicts.map((words) => h('p', {}, words)),
    ...(reasons.length === 0
      ? []
      : [h('p', {}, h('b', {}, 'Staying though better elsewhere: '), sentence(reasons.join('; ')))]),
    h(
      'p',
      {},
      h('b', {}, 'Limits: '),
      limits.length === 0
        ? 'None kept a move back.'
        : `Moves are kept back by ${limits.map((limit) => BOUND_WORDS[limit]).join(', ')}.`,
    ),
    proof(receipt.id),
    h('h2', {}, 'Moves, each when the one before is done'),
    moves.element,
    h('h2', {}, 'What it comes to'),
    terms.element,
    h(
      'p',
      { class: 'note' },
      bound === null ? '' : sentence(`cost ${costs.join('; ')}; none within the limits is below ${threeDigits(bound)}`),
    ),
    ...(others.length === 0
      ? []
      : [h('p', { class: 'note' }, h('b', {}, 'Instead, all others as they are: '), `${others.join('; ')}.`)]),
    h('details', {}, h('summary', {}, 'Rules, weights and limits'), h('pre', {}, JSON.stringify(setting, null, 2))),
    h(
      'p',
      { class: 'note' },
      `Receipt ${receipt.id}, ${moment(receipt.atMs)}, tick ${receipt.tick}; ${count(fleet.functions)} functions on ${count(fleet.nodes)} nodes; seed ${receipt.seed}, ${receipt.backend}, version ${receipt.version}; inputs `,
      h('code', { title: receipt.inputsDigest }, `sha256 ${receipt.inputsDigest.slice(0, 16)}…`),
    ),
  );
  return {
    element,
    show() {
      moves.show(steps);
      terms.of(alternatives);
    },
  };
}

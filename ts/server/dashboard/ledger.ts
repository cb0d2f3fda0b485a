/** What it came to, and what of that was saved or lost: gains and losses in the same size. */
import { count, percent, threeDigits, usd } from '../../core/decide/figures.js';
import type { Savings, Totals } from '../api/schemas/figures.js';
import { h, put, setAttribute } from './dom.js';
import { GB_HOURS, waited } from './words.js';

interface Entry {
  name: string;
  value(totals: Totals): number;
  figure(value: number): string;
  more: string;
  less: string;
}

const ENTRIES: readonly Entry[] = [
  { name: 'Cost', value: ({ objectiveUsd }) => objectiveUsd, figure: usd, less: 'saved', more: 'lost' },
  { name: 'Cold starts', value: ({ coldStarts }) => coldStarts, figure: count, less: 'avoided', more: 'added' },
  { name: 'Waiting for starts', value: ({ waitMs }) => waitMs, figure: waited, less: 'avoided', more: 'added' },
  {
    name: `Idle memory, ${GB_HOURS}`,
    value: ({ idleGbHours }) => idleGbHours,
    figure: threeDigits,
    less: 'saved',
    more: 'lost',
  },
  {
    name: 'CO₂ equivalent',
    value: ({ carbonGco2e }) => carbonGco2e,
    figure: (value) => (value >= 1000 ? `${threeDigits(value / 1000)}\u00a0kg` : `${threeDigits(value)}\u00a0g`),
    less: 'saved',
    more: 'lost',
  },
];

export const AGAINST_NAMES: Readonly<Record<Savings['against'], string>> = {
  'fixed-10min replayed': 'fixed-10min',
  'provider reported': 'as reported',
  mixed: 'compared',
};

/** The same behind a figure: `426 with fixed-10min`. */
export const AGAINST_PHRASES: Readonly<Record<Savings['against'], string>> = {
  'fixed-10min replayed': 'with fixed-10min',
  'provider reported': 'as the provider reports',
  mixed: 'in what it is compared with',
};

/** What ours is compared with, in a sentence. */
export const AGAINST_WORDS: Readonly<Record<Savings['against'], string>> = {
  'fixed-10min replayed': 'a fixed keep-alive of 10 minutes, replayed over the same calls',
  'provider reported': 'the cold starts that the provider reports',
  mixed: 'the cold starts that the provider reports, and a fixed keep-alive of 10 minutes where it reports none',
};

/** Of the two sides. */
interface Names {
  ours: string;
  compared: string;
}

interface Tile {
  element: HTMLElement;
  show(ours: Totals, compared: Totals, names: Names): void;
}

function tile({ name, value, figure, more, less }: Entry): Tile {
  const big = h('span', { class: 'big' });
  const change = h('span', { class: 'change' });
  const share = h('span', { class: 'share' });
  const bar = (kind: string) => {
    const fill = h('i', { class: `fill ${kind}` });
    const label = h('span', { class: 'whose' });
    const number = h('span', { class: 'number' });
    return {
      fill,
      label,
      number,
      element: h('div', { class: 'bar' }, label, number, h('span', { class: 'track' }, fill)),
    };
  };
  const us = bar('ours');
  const them = bar('theirs');
  const element = h(
    'li',
    { class: 'tile' },
    h('h2', {}, name),
    h('p', {}, big, ' ', change, ' ', share),
    us.element,
    them.element,
  );
  return {
    element,
    show(ours, compared, names) {
      const [a, b] = [value(ours), value(compared)];
      const saved = b - a;
      put(big, figure(a));
      put(change, saved === 0 ? 'no difference' : `${figure(Math.abs(saved))} ${saved > 0 ? less : more}`);
      put(share, saved === 0 || b === 0 ? '' : `${percent(Math.abs(saved) / b)} ${saved > 0 ? 'less' : 'more'}`);
      setAttribute(element, 'data-tone', saved < 0 ? 'loss' : saved > 0 ? 'gain' : 'same');
      put(us.label, names.ours);
      put(us.number, figure(a));
      put(them.label, names.compared);
      put(them.number, figure(b));
      const most = Math.max(a, b);
      us.fill.style.transform = `scaleX(${most === 0 ? 0 : a / most})`;
      them.fill.style.transform = `scaleX(${most === 0 ? 0 : b / most})`;
    },
  };
}

export class Ledger {
  readonly element: HTMLElement;
  readonly #tiles = ENTRIES.map(tile);

  constructor(label: string) {
    this.element = h('ul', { class: 'ledger', 'aria-label': label }, ...this.#tiles.map(({ element }) => element));
  }

  show(
    { ours, compared, saved }: { ours: Totals; compared: Totals; saved: Savings },
    names: Names = { ours: 'Isotherm', compared: AGAINST_NAMES[saved.against] },
  ): void {
    for (const one of this.#tiles) one.show(ours, compared, names);
  }
}

/** A saved sum as a sentence's end: `saved $0.702 (30.1 %)`. */
export function savedWords(saved: number, of: number): string {
  const share = of === 0 ? '' : ` (${percent(Math.abs(saved) / of)})`;
  return saved < 0 ? `lost ${usd(-saved)}${share}` : `saved ${usd(saved)}${share}`;
}

/** Where the money goes: by part, by day, and the functions that gained and lost most. */
import { count, percent, usd } from '../../../core/decide/figures.js';
import type { Totals } from '../../api/schemas/figures.js';
import type { FunctionRow } from '../../api/schemas/functions.js';
import type { Summary, SummaryDay } from '../../api/schemas/overview.js';
import type { Page as Listed } from '../../api/schemas/pages.js';
import { get } from '../api.js';
import { h, put } from '../dom.js';
import { AGAINST_WORDS, Ledger, savedWords } from '../ledger.js';
import { legend } from '../legend.js';
import { NOTHING_YET, waysToCalls } from '../nothing-yet.js';
import { type Page, route } from '../page.js';
import { Table } from '../table.js';
import { day, shortKey } from '../words.js';

const SHOWN = 10;

export interface CostPart {
  name: string;
  ours: number;
  compared: number;
}

const PARTS: readonly (readonly [string, (totals: Totals) => number])[] = [
  ['Keeping instances warm', ({ idleUsd }) => idleUsd],
  ['Waiting for cold starts', ({ coldStartUsd }) => coldStartUsd],
  ['Starts ahead of calls', ({ preWarmUsd }) => preWarmUsd],
  ['In sum', ({ objectiveUsd }) => objectiveUsd],
];

/** Both sides, part by part. */
export const costParts = (ours: Totals, compared: Totals): CostPart[] =>
  PARTS.map(([name, value]) => ({ name, ours: value(ours), compared: value(compared) }));

export function saved(value: number) {
  if (value === 0) return { text: 'none', tone: 'muted' as const };
  return value > 0
    ? { text: `${usd(value)} saved`, tone: 'gain' as const }
    : { text: `${usd(-value)} lost`, tone: 'loss' as const };
}

export function costPage(): Page {
  const headline = h('h1');
  const lead = h('p', { class: 'lead' });
  const ledger = new Ledger('Saved and lost so far');
  const parts = new Table<CostPart>({
    caption: 'Cost by part',
    columns: [
      { title: 'Part', cell: ({ name }) => name },
      { title: 'Isotherm', cell: ({ ours }) => usd(ours) },
      { title: 'Compared', cell: ({ compared }) => usd(compared), isMinor: true },
      { title: 'Difference', cell: ({ ours, compared }) => saved(compared - ours) },
    ],
    keyOf: ({ name }) => name,
    empty: '',
  });
  const days = new Table<SummaryDay>({
    caption: 'Cost by day',
    columns: [
      { title: 'Day', cell: ({ fromMs }) => day(fromMs), isShort: true },
      { title: 'Isotherm', cell: ({ ours }) => usd(ours.objectiveUsd) },
      { title: 'Compared', cell: ({ compared }) => usd(compared.objectiveUsd), isMinor: true },
      { title: 'Difference', cell: (one) => saved(one.saved.objectiveUsd) },
      {
        title: 'Share',
        cell: (one) =>
          one.compared.objectiveUsd === 0 ? '–' : percent(one.saved.objectiveUsd / one.compared.objectiveUsd),
        isMinor: true,
      },
    ],
    keyOf: ({ fromMs }) => String(fromMs),
    empty: 'The first day has not closed a tick yet.',
  });
  const most = functionsTable('Functions that saved most', 'No function has saved anything yet.');
  const least = functionsTable('Functions that lost most', 'No function has lost anything.');
  const ways = waysToCalls();
  const figures = h(
    'div',
    {},
    lead,
    ledger.element,
    h(
      'div',
      { class: 'grid' },
      h('section', {}, h('h2', {}, 'What the cost is made of'), parts.element),
      h('section', {}, h('h2', {}, 'By day'), days.element),
      h('section', {}, h('h2', {}, 'Saved most'), most.element),
      h('section', {}, h('h2', {}, 'Lost most'), least.element),
    ),
    legend('cost', 'cold start', 'fixed-10min'),
  );
  return {
    title: 'Cost Analysis',
    element: h('div', {}, headline, ways, figures),
    async refresh(signal) {
      const [summary, top, bottom] = await Promise.all([
        get<Summary>('summary', {}, signal),
        get<Listed<FunctionRow>>('functions', { sort: '-savedUsd', limit: SHOWN }, signal),
        get<Listed<FunctionRow>>('functions', { sort: 'savedUsd', limit: SHOWN }, signal),
      ]);
      const { ours, compared } = summary;
      const words = `Isotherm would have ${savedWords(summary.saved.objectiveUsd, compared.objectiveUsd)}`;
      const isEmpty = ours.calls === 0;
      ways.hidden = !isEmpty;
      figures.hidden = isEmpty;
      put(headline, isEmpty ? NOTHING_YET : words);
      put(
        lead,
        `The cost counts idle memory, waiting for cold starts and starts ahead, at the configured prices: ${usd(ours.objectiveUsd)} against ${usd(compared.objectiveUsd)} with ${AGAINST_WORDS[summary.saved.against]}.`,
      );
      ledger.show(summary);
      parts.show(costParts(ours, compared));
      days.show(summary.days.toReversed());
      most.show(top.items.filter(({ savedUsd }) => savedUsd > 0));
      least.show(bottom.items.filter(({ savedUsd }) => savedUsd < 0));
    },
  };
}

function functionsTable(caption: string, empty: string): Table<FunctionRow> {
  return new Table<FunctionRow>({
    caption,
    columns: [
      { title: 'Function', cell: ({ functionKey }) => ({ text: shortKey(functionKey), title: functionKey }) },
      { title: 'Calls', cell: ({ calls }) => count(calls), isMinor: true },
      { title: 'Saved or lost', cell: ({ savedUsd }) => saved(savedUsd) },
    ],
    keyOf: ({ functionKey }) => functionKey,
    hrefOf: ({ functionKey }) => route.function(functionKey),
    empty,
  });
}

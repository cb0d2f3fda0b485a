/** Every function: searched, sorted, page by page. */
import { count, counted, threeDigits } from '../../../core/decide/figures.js';
import type { FunctionRow } from '../../api/schemas/functions.js';
import type { Status } from '../../api/schemas/overview.js';
import type { FunctionsQuery, Page as Listed } from '../../api/schemas/pages.js';
import { get } from '../api.js';
import { h, put } from '../dom.js';
import { legend } from '../legend.js';
import { type Page, route, type Surroundings } from '../page.js';
import { Pager } from '../pager.js';
import { Table } from '../table.js';
import { shortKey } from '../words.js';
import { saved } from './cost.js';

const ON_A_PAGE = 50;
const TYPING_MS = 200;

type Sort = NonNullable<FunctionsQuery['sort']>;

const SORTS: readonly (readonly [Sort, string])[] = [
  ['-calls', 'most calls'],
  ['-callsPerMinute', 'most calls now'],
  ['-coldStarts', 'most cold starts'],
  ['-savedUsd', 'saved most'],
  ['savedUsd', 'lost most'],
  ['-desiredInstances', 'most desired instances'],
  ['-lastCallMs', 'called last'],
  ['functionKey', 'name'],
];

const STATES: readonly (readonly [NonNullable<FunctionsQuery['state']> | '', string])[] = [
  ['', 'all'],
  ['gap', 'without data now'],
  ['demoted', 'with a demoted model'],
  ['paused', 'paused'],
];

export function functionsPage({ changed }: Surroundings): Page {
  const headline = h('h1');
  let timer = 0;
  const restart = () => {
    pager.reset();
    changed();
  };
  const search = h('input', {
    type: 'search',
    id: 'search',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'part of a name',
    oninput: () => {
      clearTimeout(timer);
      timer = window.setTimeout(restart, TYPING_MS);
    },
  });
  const sort = h(
    'select',
    { id: 'sort', onchange: restart },
    ...SORTS.map(([value, label]) => h('option', { value }, label)),
  );
  const state = h(
    'select',
    { id: 'state', onchange: restart },
    ...STATES.map(([value, label]) => h('option', { value }, label)),
  );
  const pager = new Pager(['Back', 'More functions'], changed);
  const table = new Table<FunctionRow>({
    caption: 'Functions',
    isWide: true,
    columns: [
      {
        title: 'Function',
        cell: ({ functionKey, paused, demoted, gap }) => ({
          text: shortKey(functionKey),
          title: functionKey,
          marks: [paused ? 'paused' : '', demoted ? 'model demoted' : '', gap ? 'no data' : ''].filter(Boolean),
        }),
      },
      { title: 'Calls a minute', cell: ({ callsPerMinute }) => threeDigits(callsPerMinute) },
      {
        title: 'Forecast',
        cell: ({ predictedPerMinute }) => (predictedPerMinute === null ? '–' : threeDigits(predictedPerMinute)),
        isMinor: true,
      },
      { title: 'Calls', cell: ({ calls }) => count(calls), isMinor: true },
      { title: 'Cold starts', cell: ({ coldStarts }) => count(coldStarts), isMinor: true },
      { title: 'Compared', cell: ({ comparedColdStarts }) => count(comparedColdStarts), isMinor: true },
      { title: 'Desired instances', cell: ({ desiredInstances }) => count(desiredInstances), isMinor: true },
      { title: 'Model', cell: ({ model }) => model ?? '–', isMinor: true, isText: true, isName: true },
      { title: 'Saved or lost', cell: ({ savedUsd }) => saved(savedUsd) },
    ],
    keyOf: ({ functionKey }) => functionKey,
    hrefOf: ({ functionKey }) => route.function(functionKey),
    empty: 'None has come yet: a function is known from its first call on.',
  });
  return {
    title: 'Functions',
    element: h(
      'div',
      {},
      headline,
      h(
        'form',
        { class: 'tools', role: 'search', onsubmit: (event: Event) => event.preventDefault() },
        h('label', {}, 'Search', search),
        h('label', {}, 'Show', state),
        h('label', {}, 'Order', sort),
      ),
      h('section', {}, table.element, pager.element),
      legend('forecast', 'cold start', 'desired', 'demoted', 'cost', 'fixed-10min'),
    ),
    async refresh(signal, status: Status) {
      const q = search.value.trim();
      const query = {
        q: q === '' ? undefined : q,
        state: state.value === '' ? undefined : state.value,
        sort: sort.value,
        cursor: pager.cursor,
        limit: ON_A_PAGE,
      };
      const { items, nextCursor } = await get<Listed<FunctionRow>>('functions', query, signal);
      put(headline, status.functions === 0 ? 'No function is known yet' : counted(status.functions, 'function'));
      table.show(items, noneWords(q, state.value));
      pager.show(nextCursor);
    },
    search() {
      search.focus();
      search.select();
      return true;
    },
    close: () => clearTimeout(timer),
  };
}

/** Why the list is empty, where that is not for want of calls. */
function noneWords(q: string, state: string): string | undefined {
  const is = STATES.find(([value]) => value === state)![1];
  if (q !== '') return `No function${state === '' ? '' : ` ${is}`} has ${JSON.stringify(q)} in its name.`;
  return state === '' ? undefined : `There is no function ${is}.`;
}

/** Cold starts: ours against what they are compared with, by time, day and function. */
import { count, counted, percent, threeDigits } from '../../../core/decide/figures.js';
import type { FunctionRow } from '../../api/schemas/functions.js';
import type { Summary, SummaryDay } from '../../api/schemas/overview.js';
import type { Page as Listed } from '../../api/schemas/pages.js';
import { get } from '../api.js';
import { coldChart, showCold } from '../charts.js';
import { h, put } from '../dom.js';
import { AGAINST_PHRASES } from '../ledger.js';
import { legend } from '../legend.js';
import { NOTHING_YET, waysToCalls } from '../nothing-yet.js';
import { type Page, route } from '../page.js';
import { Table } from '../table.js';
import { day, shortKey, waited } from '../words.js';

const SHOWN = 20;

export function coldStartsPage(): Page {
  const headline = h('h1');
  const lead = h('p', { class: 'lead' });
  const chart = coldChart();
  const days = new Table<SummaryDay>({
    caption: 'Cold starts by day',
    columns: [
      { title: 'Day', cell: ({ fromMs }) => day(fromMs), isShort: true },
      { title: 'Calls', cell: ({ ours }) => count(ours.calls), isMinor: true },
      { title: 'Isotherm', cell: ({ ours }) => count(ours.coldStarts) },
      { title: 'Compared', cell: ({ compared }) => count(compared.coldStarts), isMinor: true },
      { title: 'Difference', cell: ({ saved }) => fewer(saved.coldStarts) },
      { title: 'Calls waited', cell: ({ ours }) => waited(ours.waitMs), isMinor: true },
    ],
    keyOf: ({ fromMs }) => String(fromMs),
    empty: 'The first day has not closed a tick yet.',
  });
  const functions = new Table<FunctionRow>({
    caption: 'Functions with the most cold starts',
    columns: [
      { title: 'Function', cell: ({ functionKey }) => ({ text: shortKey(functionKey), title: functionKey }) },
      { title: 'Calls', cell: ({ calls }) => count(calls), isMinor: true },
      { title: 'Isotherm', cell: ({ coldStarts }) => count(coldStarts) },
      { title: 'Compared', cell: ({ comparedColdStarts }) => count(comparedColdStarts), isMinor: true },
      { title: 'Difference', cell: ({ coldStarts, comparedColdStarts }) => fewer(comparedColdStarts - coldStarts) },
      {
        title: 'Of its calls',
        cell: ({ coldStarts, calls }) => (calls === 0 ? '–' : percent(coldStarts / calls)),
        isMinor: true,
      },
    ],
    keyOf: ({ functionKey }) => functionKey,
    hrefOf: ({ functionKey }) => route.function(functionKey),
    empty: 'No function is known yet.',
  });
  const ways = waysToCalls();
  const figures = h(
    'div',
    {},
    chart.element,
    h('section', {}, h('h2', {}, 'Which functions start cold most'), functions.element),
    h('section', {}, h('h2', {}, 'By day'), days.element),
    legend('cold start', 'keep-alive', 'fixed-10min'),
  );
  return {
    title: 'Cold Start Analytics',
    element: h('div', {}, headline, ways, lead, figures),
    async refresh(signal) {
      const [summary, { items }] = await Promise.all([
        get<Summary>('summary', {}, signal),
        get<Listed<FunctionRow>>('functions', { sort: '-coldStarts', limit: SHOWN }, signal),
      ]);
      const { ours, compared, saved } = summary;
      const against = AGAINST_PHRASES[saved.against];
      const isEmpty = ours.calls === 0;
      ways.hidden = !isEmpty;
      figures.hidden = isEmpty;
      put(
        headline,
        isEmpty
          ? NOTHING_YET
          : `${percent(ours.coldStarts / ours.calls)} of calls started cold, ${percent(compared.coldStarts / ours.calls)} ${against}`,
      );
      const { coldStarts: less } = saved;
      const difference = less === 0 ? 'as many' : `${count(Math.abs(less))} ${less < 0 ? 'more' : 'fewer'}`;
      const per =
        ours.coldStarts === 0
          ? ''
          : ` A cold start makes its call wait ${threeDigits(ours.waitMs / ours.coldStarts / 1000)} s in the mean.`;
      put(
        lead,
        isEmpty
          ? ''
          : `${counted(ours.coldStarts, 'cold start')}, and ${count(compared.coldStarts)} ${against}: ${difference}. ${counted(ours.preWarms, 'instance')} would have been started ahead of calls.${per}`,
      );
      showCold(chart, summary.recent, saved);
      functions.show(items);
      days.show(summary.days.toReversed());
    },
    close: () => chart.close(),
  };
}

function fewer(saved: number) {
  if (saved === 0) return { text: 'none', tone: 'muted' as const };
  return saved > 0
    ? { text: `${count(saved)} fewer`, tone: 'gain' as const }
    : { text: `${count(-saved)} more`, tone: 'loss' as const };
}

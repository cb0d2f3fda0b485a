/** Warm instances against those that work. */
import { count, counted, percent, threeDigits } from '../../../core/decide/figures.js';
import type { FunctionRow } from '../../api/schemas/functions.js';
import type { Summary } from '../../api/schemas/overview.js';
import type { Page as Listed } from '../../api/schemas/pages.js';
import { get } from '../api.js';
import { poolChart, showPool } from '../charts.js';
import { h, put } from '../dom.js';
import { AGAINST_NAMES } from '../ledger.js';
import { legend } from '../legend.js';
import { NOTHING_YET, waysToCalls } from '../nothing-yet.js';
import { type Page, route } from '../page.js';
import { Table } from '../table.js';
import { GB_HOURS, shortKey } from '../words.js';

const SHOWN = 20;

export function utilizationPage(): Page {
  const headline = h('h1');
  const lead = h('p', { class: 'lead' });
  const chart = poolChart(260);
  const functions = new Table<FunctionRow>({
    caption: 'Functions with the most instances',
    columns: [
      { title: 'Function', cell: ({ functionKey }) => ({ text: shortKey(functionKey), title: functionKey }) },
      { title: 'Calls a minute', cell: ({ callsPerMinute }) => threeDigits(callsPerMinute) },
      {
        title: 'Forecast',
        cell: ({ predictedPerMinute }) => (predictedPerMinute === null ? '–' : threeDigits(predictedPerMinute)),
        isMinor: true,
      },
      { title: 'Desired instances', cell: ({ desiredInstances }) => count(desiredInstances) },
    ],
    keyOf: ({ functionKey }) => functionKey,
    hrefOf: ({ functionKey }) => route.function(functionKey),
    empty: 'No function is known yet.',
  });
  const ways = waysToCalls();
  const figures = h(
    'div',
    {},
    lead,
    chart.element,
    h('section', {}, h('h2', {}, 'Functions with the most desired instances'), functions.element),
    legend('desired', 'warm', 'busy', 'pool', 'forecast', 'fixed-10min'),
  );
  return {
    title: 'Resource Utilization',
    element: h('div', {}, headline, ways, figures),
    async refresh(signal) {
      const [summary, { items }] = await Promise.all([
        get<Summary>('summary', {}, signal),
        get<Listed<FunctionRow>>('functions', { sort: '-desiredInstances', limit: SHOWN }, signal),
      ]);
      const { ours, compared, saved, instances } = summary;
      const less = compared.idleGbHours - ours.idleGbHours;
      const share = compared.idleGbHours === 0 ? '' : ` (${percent(Math.abs(less) / compared.idleGbHours)})`;
      const isEmpty = ours.calls === 0;
      ways.hidden = !isEmpty;
      figures.hidden = isEmpty;
      put(
        headline,
        isEmpty
          ? NOTHING_YET
          : `${threeDigits(ours.idleGbHours)}\u00a0${GB_HOURS} lay idle, ${threeDigits(Math.abs(less))}\u00a0${GB_HOURS}${share} ${less < 0 ? 'more' : 'less'} than with ${AGAINST_NAMES[saved.against]}`,
      );
      put(
        lead,
        `Now ${counted(instances.desired, 'instance')} ${instances.desired === 1 ? 'is' : 'are'} desired, ${count(instances.pool)} of them in pools; ${count(instances.busy)} ${instances.busy === 1 ? 'was' : 'were'} busy at the end of the last tick.`,
      );
      showPool(chart, summary.recent, summary.toMs);
      functions.show(items);
    },
    close: () => chart.close(),
  };
}

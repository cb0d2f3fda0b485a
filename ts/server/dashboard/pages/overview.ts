/** What it would have saved so far, and whether to believe it. */
import { counted, percent } from '../../../core/decide/figures.js';
import type { PlaneEvent } from '../../api/schemas/events.js';
import type { Summary } from '../../api/schemas/overview.js';
import type { Page as Listed } from '../../api/schemas/pages.js';
import { get } from '../api.js';
import { callsChart, coldChart, poolChart, showCalls, showCold, showPool } from '../charts.js';
import { h, put } from '../dom.js';
import { EventList } from '../event-list.js';
import { FirstSteps } from '../first-steps.js';
import { AGAINST_WORDS, Ledger, savedWords } from '../ledger.js';
import { legend } from '../legend.js';
import { NOTHING_YET } from '../nothing-yet.js';
import type { Page } from '../page.js';
import { long } from '../words.js';
import { demotedWords, earlyWords } from './accuracy.js';

export function overviewPage(): Page {
  const headline = h('h1');
  const basis = h('p', { class: 'lead' });
  const belief = h('p', { class: 'lead' });
  const ledger = new Ledger('Saved and lost so far');
  const calls = callsChart();
  const cold = coldChart();
  const pool = poolChart();
  const events = new EventList('Quiet so far: nothing was demoted, missing, paused or changed.');
  const steps = new FirstSteps();
  const words = legend(
    'cost',
    'cold start',
    'fixed-10min',
    'forecast',
    'interval',
    'desired',
    'warm',
    'busy',
    'demoted',
  );
  const figures = [...[ledger, calls, cold, pool].map((one) => one.element), words];
  const element = h(
    'div',
    {},
    headline,
    basis,
    belief,
    ledger.element,
    h(
      'div',
      { class: 'grid' },
      steps.element,
      calls.element,
      cold.element,
      pool.element,
      h('section', {}, h('h2', {}, 'Latest events'), events.element),
    ),
    words,
  );
  return {
    title: 'Overview',
    element,
    async refresh(signal, status) {
      const [summary, { items }] = await Promise.all([
        get<Summary>('summary', {}, signal),
        get<Listed<PlaneEvent>>('events', { limit: 200 }, signal),
      ]);
      put(headline, headlineOf(summary));
      put(basis, basisOf(summary));
      put(belief, beliefOf(summary));
      const isEmpty = summary.functions === 0;
      steps.element.hidden = !isEmpty;
      for (const one of figures) one.hidden = isEmpty;
      if (isEmpty) steps.show(status);
      ledger.show(summary);
      showCalls(calls, summary.recent, summary.toMs);
      showCold(cold, summary.recent, summary.saved);
      showPool(pool, summary.recent, summary.toMs);
      events.show(items);
    },
    close() {
      for (const chart of [calls, cold, pool]) chart.close();
    },
  };
}

function headlineOf({ saved, compared, ours }: Summary): string {
  if (ours.calls === 0) return NOTHING_YET;
  const words = `Isotherm would have ${savedWords(saved.objectiveUsd, compared.objectiveUsd)}`;
  if (saved.coldStarts === 0) return words;
  const starts = counted(Math.abs(saved.coldStarts), 'cold start');
  const isGain = saved.coldStarts > 0;
  const join = isGain === saved.objectiveUsd >= 0 ? 'and' : 'but';
  return `${words}, ${join} ${isGain ? 'avoided' : 'added'} ${starts}`;
}

function basisOf({ fromMs, toMs, functions, ours, saved }: Summary): string {
  if (fromMs === null || toMs === null)
    return 'In shadow: it decides and records, and touches nothing. The first tick is awaited.';
  if (functions === 0) return 'In shadow: it decides and records, and touches nothing.';
  return `In shadow for ${long(toMs - fromMs)}, over ${counted(ours.calls, 'call')} to ${counted(functions, 'function')}. Compared with ${AGAINST_WORDS[saved.against]}.`;
}

function beliefOf({ functions, forecasts }: Summary): string {
  const { coverage, blocks, demoted } = forecasts;
  if (functions === 0) return '';
  if (coverage === null) return 'Its forecasts are not scored yet: that begins with the first ten minutes.';
  const held = `Its intervals held ${percent(coverage)} of ${counted(blocks, 'ten-minute count')}`;
  const early = earlyWords(forecasts);
  if (early !== undefined) return `${held}. ${early} ${demotedWords(demoted)}`;
  const how = coverage < 0.85 ? 'too narrow' : coverage > 0.97 ? 'wide' : 'about right';
  return `${held}, and shall hold 90\u00a0%: they are ${how}. ${demotedWords(demoted)}`;
}

/** Whether the forecasts are right: by model, and what was done about those that are not. */
import { count, counted, percent, threeDigits } from '../../../core/decide/figures.js';
import { ERRORS_OF_AN_INTERVAL } from '../../../core/forecast/conformal.js';
import { MODEL_WORDS } from '../../../core/forecast/model-words.js';
import type { PlaneEvent } from '../../api/schemas/events.js';
import type { Summary } from '../../api/schemas/overview.js';
import type { Page as Listed } from '../../api/schemas/pages.js';
import { get } from '../api.js';
import { callsChart, showCalls } from '../charts.js';
import { h, put, setAttribute } from '../dom.js';
import { EventList } from '../event-list.js';
import { legend } from '../legend.js';
import { waysToCalls } from '../nothing-yet.js';
import type { Page } from '../page.js';
import { type Cell, Table } from '../table.js';

type ModelRow = Summary['forecasts']['models'][number];

/** Below this a model is not trusted. */
const LEAST = 0.75;

/** How a model comes to be used. */
export const CHOICE_WORDS =
  'Each function has its own. Another one takes its place once its mean error, weighted towards the last hours, is smaller by a fifth; smaller differences are let be.';

/** `isLearning`: there are too few errors for what it promises. */
export function coverageCell(coverage: number | null, isLearning: boolean): Cell {
  if (coverage === null) return { text: 'not yet', tone: 'muted' };
  const text = percent(coverage);
  if (isLearning) return { text, tone: 'muted', marks: ['learning'] };
  return coverage < LEAST ? { text, tone: 'loss', marks: ['too low'] } : { text };
}

type Learnt = Pick<ModelRow, 'functions' | 'learning'>;

const isMostlyLearning = ({ functions, learning }: Learnt): boolean => 2 * learning > functions;

const fleetOf = ({ models, learning }: Summary['forecasts']): Learnt => ({
  functions: models.reduce((sum, { functions }) => sum + functions, 0),
  learning,
});

/** What there is to say while most functions have too few errors to make an interval of. */
export function earlyWords(forecasts: Summary['forecasts']): string | undefined {
  const fleet = fleetOf(forecasts);
  if (!isMostlyLearning(fleet)) return undefined;
  const { functions, learning } = fleet;
  const have =
    learning === functions ? 'no function has so many' : `${count(learning)} of ${count(functions)} have fewer`;
  return `A function's interval comes from its own past errors and needs ${ERRORS_OF_AN_INTERVAL} of them to hold 90\u00a0%; so far ${have}.`;
}

/** A model of another version may have no words here. */
export const modelWords = (model: string): string => (MODEL_WORDS as Record<string, string>)[model] ?? '';

export function demotedWords(functions: number): string {
  if (functions === 0) return 'No function has its model demoted now.';
  return `${counted(functions, 'function')} ${functions === 1 ? 'has its' : 'have their'} model demoted now.`;
}

export function accuracyPage(): Page {
  const headline = h('h1');
  const lead = h('p', { class: 'lead' });
  const needle = h('i', { class: 'needle' });
  const scaleText = h('p', { class: 'note' });
  const scale = h(
    'div',
    { class: 'scale', role: 'img' },
    h('span', { class: 'trusted' }),
    h('span', { class: 'promised' }),
    needle,
    h('span', { class: 'tick-0' }, '0 %'),
    h('span', { class: 'tick-75' }, '75 %'),
    h('span', { class: 'tick-90' }, '90 %'),
  );
  const calls = callsChart(220);
  const models = new Table<ModelRow>({
    caption: 'Models in use, with their error and coverage',
    columns: [
      { title: 'Model', cell: ({ model }) => model },
      { title: 'Its forecast of a minute', cell: ({ model }) => modelWords(model), isText: true, isMinor: true },
      { title: 'Functions', cell: ({ functions }) => count(functions) },
      { title: 'Learning', cell: ({ learning }) => count(learning), isMinor: true },
      { title: 'Blocks scored', cell: ({ blocks }) => count(blocks), isMinor: true },
      {
        title: 'Mean error, calls in 10\u00a0min',
        cell: ({ meanAbsoluteError }) => (meanAbsoluteError === null ? '–' : threeDigits(meanAbsoluteError)),
      },
      {
        title: 'In the 90\u00a0% interval',
        cell: (row) => coverageCell(row.coverage, isMostlyLearning(row)),
      },
    ],
    keyOf: ({ model }) => model,
    empty: 'No model is in use yet: the first comes with the first calls.',
  });
  const events = new EventList('No model was demoted or promoted.');
  const ways = waysToCalls();
  const figures = h(
    'div',
    {},
    h('section', {}, h('h2', {}, 'Coverage: what the intervals promise, and what they held'), scale, scaleText),
    calls.element,
    h('section', {}, h('h2', {}, 'Models in use'), h('p', { class: 'note' }, CHOICE_WORDS), models.element),
    h('section', {}, h('h2', {}, 'Demotions and promotions'), events.element),
    legend('forecast', 'actual', 'block', 'interval', 'coverage', 'mean error', 'learning', 'demoted'),
  );
  return {
    title: 'Prediction Accuracy',
    element: h('div', {}, headline, lead, ways, figures),
    async refresh(signal) {
      const [summary, demoted, promoted] = await Promise.all([
        get<Summary>('summary', {}, signal),
        get<Listed<PlaneEvent>>('events', { kind: 'demoted', limit: 10 }, signal),
        get<Listed<PlaneEvent>>('events', { kind: 'promoted', limit: 10 }, signal),
      ]);
      const { forecasts } = summary;
      const { coverage, meanAbsoluteError, blocks } = forecasts;
      const early = earlyWords(forecasts);
      const isEmpty = summary.functions === 0;
      ways.hidden = !isEmpty;
      figures.hidden = isEmpty;
      put(
        headline,
        coverage === null
          ? 'The forecasts are not scored yet'
          : `${percent(coverage)} of actual ten-minute counts lay in ${early === undefined ? 'the 90\u00a0% interval' : 'intervals that are still being learnt'}`,
      );
      put(
        lead,
        meanAbsoluteError === null
          ? 'Each function is scored every ten minutes, on what was forecast before.'
          : `Over ${counted(blocks, 'recent block')} of ten minutes the mean error was ${threeDigits(meanAbsoluteError)} calls. ${demotedWords(forecasts.demoted)}`,
      );
      needle.hidden = coverage === null;
      needle.style.insetInlineStart = `${(coverage ?? 0) * 100}%`;
      setAttribute(
        scale,
        'aria-label',
        coverage === null ? 'No coverage yet' : `Coverage ${percent(coverage)}, promised 90 %`,
      );
      const rule = `A model is trusted while its intervals hold 75\u00a0% or more of the counts of the last four hours; they promise 90\u00a0%.`;
      put(scaleText, coverage === null || early === undefined ? rule : `${rule} ${early}`);
      showCalls(calls, summary.recent, summary.toMs);
      models.show(forecasts.models);
      events.show([...demoted.items, ...promoted.items].sort((a, b) => b.id - a.id));
    },
    close: () => calls.close(),
  };
}

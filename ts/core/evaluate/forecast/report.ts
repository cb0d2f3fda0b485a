/** The HTML report of a forecast: fan charts, and how every model did. One file that needs nothing else. */

import { count, counted, percent, span, threeDigits } from '../../decide/figures.js';
import { BLOCK_MINUTES } from '../../forecast/blocks.js';
import type { ForecastScores, ForecastTrial } from '../../forecast/index.js';
import { hasInterval, type Outlook, thinness } from '../../forecast/outlook.js';
import { VERSION } from '../../kernels/index.js';
import { text } from '../html.js';
import { reportPage } from '../report-page.js';
import { fanChart } from './fan-chart.js';
import { scoreSections } from './score-sections.js';

export interface ForecastReport {
  trace: { title: string; functions: number; calls: number; minutes: number; digest: string };
  /** As it was asked for. */
  model: string;
  /** The horizon. */
  minutes: number;
  outlooks: readonly Outlook[];
  /** Where models were scored. */
  trial: ForecastTrial | undefined;
  scores: ForecastScores | undefined;
}

export interface ForecastReportOptions {
  /** The built style sheet of reports: `dist/evaluate/page/page.css`, as text. */
  style: string;
  /** What makes the report again. */
  command: string;
}

/** The report as a self-contained HTML document that asks no network for anything. O(functions + models). */
export function renderForecast(report: ForecastReport, { style, command }: ForecastReportOptions): string {
  const { trace, model, minutes, outlooks, trial, scores } = report;
  const isScored = trial !== undefined && scores?.series.some(({ isScored }) => isScored) === true;
  const badges = [
    counted(trace.functions, 'function'),
    counted(trace.calls, 'call'),
    span(trace.minutes),
    `model: ${model}`,
  ];
  return reportPage({
    title: 'forecast',
    kind: 'forecast report',
    answer: text(answer(outlooks, minutes)),
    leads: [...thinness(outlooks, minutes), ...(isScored ? [scoreLead(scores, model)] : [])].map(text),
    badges: { label: 'What was forecast', items: badges.map((one) => `<li class="badge">${text(one)}</li>`).join('') },
    main: {
      className: 'forecast',
      html: `${fans(outlooks, minutes)}\n${isScored ? scoreSections(scores, trial, model) : ''}`,
    },
    origin: {
      command,
      rows: [
        ['Trace', `${trace.title}, SHA-256 ${trace.digest}`],
        ['Software', `isotherm ${VERSION}`],
      ],
      note: 'Three significant digits are shown; <code>--json</code> writes the exact ones.',
    },
    style,
  });
}

function answer(outlooks: readonly Outlook[], minutes: number): string {
  const [first] = outlooks;
  if (first === undefined) return 'There is no function to forecast.';
  const { calls, interval } = wholeOf(first, minutes);
  const who = outlooks.length === 1 ? first.function : `the busiest function, ${first.function}`;
  return `Forecast for ${who}: ${calls} calls in the next ${span(minutes)}, ${interval === null ? 'with too little to go by for an interval' : `${interval} in nine cases of ten`}.`;
}

/** All minutes together; the interval is null where there is too little to make one of. */
function wholeOf({ levels }: Outlook, minutes: number): { calls: string; interval: string | null } {
  const whole = levels.find(({ level }) => level === minutes)!;
  const { calls, quantiles } = whole;
  const interval = `${threeDigits(quantiles[0]![0]!)} to ${threeDigits(quantiles.at(-1)![0]!)}`;
  return { calls: threeDigits(calls[0]!), interval: hasInterval(whole) ? interval : null };
}

/** The model beside the one of the others that was wrong by least over all series, be that better or worse. */
function scoreLead({ means }: ForecastScores, model: string): string {
  const error = (name: string): number => means[name]!.wape10!;
  const [best] = Object.keys(means)
    .filter((name) => name !== model)
    .sort((a, b) => error(a) - error(b));
  const words = error(model) <= error(best!) ? 'the least wrong of the others' : 'a less wrong one';
  return `Over the last part of the trace, ${model} was wrong by ${percent(error(model))} of the calls by ten minutes; ${words}, ${best}, by ${percent(error(best!))}.`;
}

function fans(outlooks: readonly Outlook[], minutes: number): string {
  const charts = outlooks.map((one) => {
    const { calls, interval } = wholeOf(one, minutes);
    const by = one.demotedFrom === null ? one.model : `${one.model}, as ${one.demotedFrom} is not trusted`;
    const words = `${calls} calls in the next ${span(minutes)}${interval === null ? '' : `, ${interval}`}; by ${by}`;
    return `<h3>${text(one.function)}</h3><p class="note">${text(words)}</p><figure class="chart">${fanChart(one)}</figure>`;
  });
  return `<section aria-labelledby="fans-title">
<h2 id="fans-title">${outlooks.length > 1 ? `The next ${span(minutes)} of the ${count(outlooks.length)} busiest functions` : `The next ${span(minutes)}`}</h2>
<p class="note">${legend(outlooks)}</p>
${charts.join('\n')}
</section>`;
}

/** What a fan has; of a trace that is too short for intervals, no more than lines. */
function legend(outlooks: readonly Outlook[]): string {
  const hasFan = outlooks.some(({ levels }) => levels.some((one) => one.level === BLOCK_MINUTES && hasInterval(one)));
  const fan = '; dashes: the median; dark and light: half and nine tenths of cases';
  return `Calls by ten minutes. Line: actual calls, and the forecast${hasFan ? fan : ''}.`;
}

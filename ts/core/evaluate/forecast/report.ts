/** The HTML report of a forecast: fan charts, and how every model did. One file that needs nothing else. */
import type { ForecastScores, ForecastTrial } from '../../forecast/index.js';
import type { Outlook } from '../../forecast/outlook.js';
import { VERSION } from '../../kernels/index.js';
import { count, counted, percent, span, threeDigits } from '../figures.js';
import { text } from '../html.js';
import { reportPage } from '../report-page.js';
import { fanChart } from './fan-chart.js';
import { scoreSections } from './score-sections.js';

export interface ForecastReport {
  trace: { title: string; functions: number; calls: number; minutes: number; digest: string };
  /** As it was asked for. */
  model: string;
  /** Minutes. */
  horizon: number;
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
  const { trace, model, horizon, outlooks, trial, scores } = report;
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
    answer: text(answer(outlooks, horizon)),
    leads: isScored ? [text(scoreLead(scores, model))] : [],
    badges: { label: 'What was forecast', items: badges.map((one) => `<li class="badge">${text(one)}</li>`).join('') },
    main: {
      className: 'forecast',
      html: `${fans(outlooks, horizon)}\n${isScored ? scoreSections(scores, trial, model) : ''}`,
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

function answer(outlooks: readonly Outlook[], horizon: number): string {
  const [first] = outlooks;
  if (first === undefined) return 'There is no function to forecast.';
  const { calls, quantiles } = first.levels.find(({ level }) => level === horizon)!;
  const interval = `${threeDigits(quantiles[0]![0]!)} to ${threeDigits(quantiles.at(-1)![0]!)}`;
  const who = outlooks.length === 1 ? first.function : `The busiest function, ${first.function},`;
  return `${who} is expected to be called ${threeDigits(calls[0]!)} times in the next ${span(horizon)}, ${interval} in nine cases of ten.`;
}

/** The model beside the best other one over all series, be that better or worse. */
function scoreLead({ means }: ForecastScores, model: string): string {
  const error = (name: string): number => means[name]!.wape10!;
  const [best] = Object.keys(means)
    .filter((name) => name !== model)
    .sort((a, b) => error(a) - error(b));
  const words = error(model) <= error(best!) ? 'the best other model' : 'a better one';
  return `Over the last part of the trace, ${model} was wrong by ${percent(error(model))} of the calls by ten minutes; ${words}, ${best}, by ${percent(error(best!))}.`;
}

function fans(outlooks: readonly Outlook[], horizon: number): string {
  const charts = outlooks.map((one) => {
    const { calls, quantiles } = one.levels.find(({ level }) => level === horizon)!;
    const by = one.demotedFrom === null ? one.model : `${one.model}, as ${one.demotedFrom} is not trusted`;
    const words = `${threeDigits(calls[0]!)} calls in the next ${span(horizon)}, ${threeDigits(quantiles[0]![0]!)} to ${threeDigits(quantiles.at(-1)![0]!)}; by ${by}`;
    return `<h3>${text(one.function)}</h3><p class="note">${text(words)}</p><figure class="chart">${fanChart(one)}</figure>`;
  });
  return `<section aria-labelledby="fans-title">
<h2 id="fans-title">${outlooks.length > 1 ? `The next ${span(horizon)} of the ${count(outlooks.length)} busiest functions` : `The next ${span(horizon)}`}</h2>
<p class="note">Calls by ten minutes. Line: what came, and what is expected; dashes: the median; dark and light: half and nine tenths of cases.</p>
${charts.join('\n')}
</section>`;
}

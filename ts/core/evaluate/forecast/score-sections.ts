/** How every model did on a trace: figures, errors by horizon, calibration, wins and losses. */

import { count, counted, percent, threeDigits } from '../../decide/figures.js';
import type { ForecastScores, ForecastTrial } from '../../forecast/index.js';
import { modelLosses, modelRecord } from '../../forecast/record.js';
import { AHEAD_MINUTES, SCORED_QUANTILES } from '../../forecast/scores.js';
import { text } from '../html.js';
import { lineChart, type ModelLine } from './line-chart.js';

/** Lines of a chart beside the model that is looked at. */
const MOST_LINES = 4;
const MOST_LOSSES = 20;
const COVERAGES = ['cov.05_10', 'cov.5_10', 'cov.833_10', 'cov.9_10', 'cov.95_10', 'cov.99_10'];

export function scoreSections(scores: ForecastScores, trial: ForecastTrial, model: string): string {
  const { means } = scores;
  const names = Object.keys(means).sort((a, b) => means[a]!.wape10! - means[b]!.wape10!);
  const others = names.filter((name) => name !== model);
  // ARIMA is shown whether it is among the best or not.
  const chosen = new Set([model, ...others.slice(0, MOST_LINES), ...others.filter((name) => name === 'arima')]);
  const kindOf = (name: string) => (name === model ? 'subject' : name === 'arima' ? 'arima' : 'other');
  const lines = (figures: readonly string[]): ModelLine[] =>
    names
      .filter((name) => chosen.has(name))
      .map((name) => ({ name, kind: kindOf(name), values: figures.map((figure) => means[name]![figure]!) }));
  const ahead = lineChart(
    lines(AHEAD_MINUTES.map((minutes) => `ahead${minutes}`)),
    AHEAD_MINUTES.map((minutes) => [minutes, String(minutes)]),
    'minutes ahead',
  );
  const calibration = lineChart(
    lines(COVERAGES),
    SCORED_QUANTILES.map((q) => [q, q < 0.9 || q === 0.99 ? percent(q) : '']),
    'quantile',
    SCORED_QUANTILES,
  );
  return `${scoreTable(scores, trial, names, model)}
<section aria-labelledby="ahead-title"><h2 id="ahead-title">Wrong by, of the calls of ten minutes, by how far ahead they are</h2><figure class="chart">${ahead}</figure></section>
<section aria-labelledby="calibration-title"><h2 id="calibration-title">How many totals of ten minutes lay at or below each quantile</h2><p class="note">Dashes: as many as should.</p><figure class="chart">${calibration}</figure></section>
${recordSection(scores, model)}`;
}

function scoreTable(
  { series, means }: ForecastScores,
  trial: ForecastTrial,
  names: readonly string[],
  model: string,
): string {
  const scored = series.filter(({ isScored }) => isScored).length;
  const most = Math.max(...names.map((name) => means[name]!.wape10!));
  const rows = names.map((name) => {
    const { wape60, wape10, wape1, cap_q, int90_10 } = means[name]!;
    const bar = `<span class="bar ${name === model ? 'after' : 'before'}" style="width:${((100 * wape10!) / most).toFixed(1)}%"></span>`;
    const cells = [percent(wape60!), percent(wape10!), percent(wape1!), threeDigits(cap_q!), percent(int90_10!)];
    return `<tr${name === model ? ' class="subject"' : ''}><th scope="row">${text(name)}</th><td class="bars">${bar}</td>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const head = ['per hour', '10 min', 'minute', '5:1 cost', '90 % held'].map(
    (title) => `<th scope="col">${title}</th>`,
  );
  return `<section aria-labelledby="scores-title">
<h2 id="scores-title">What each model was wrong by, of all calls</h2>
<p class="note">Made each hour of the last ${count((trial.testTo - trial.testFrom) / 60)} h for the next one from what was before it; mean over ${counted(scored, 'function')}. 5:1 cost: per call, where capacity for a call too few costs five times one too many. 90 % held: of the totals of ten minutes, within the interval.</p>
<table class="terms"><thead><tr><th scope="col">Model</th><td></td>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>
</section>`;
}

function recordSection(scores: ForecastScores, model: string): string {
  const rows = modelRecord(scores, model).map(
    ({ against, better, worse, same }) =>
      `<tr><th scope="row">${text(against)}</th><td>${better}</td><td>${worse}</td><td>${same}</td></tr>`,
  );
  const losses = modelLosses(scores, model);
  const lost = losses
    .slice(0, MOST_LOSSES)
    .map(
      ({ name, best, error, bestError }) =>
        `<tr><th scope="row">${text(name)}</th><td>${percent(error)}</td><td>${percent(bestError)}</td><td>${text(best)}</td></tr>`,
    );
  const lossTable =
    lost.length === 0
      ? ''
      : `<h3>Where it lost most, of ${count(losses.length)}</h3><div class="scroll"><table><thead><tr><th scope="col">Function</th><th scope="col">${text(model)}</th><th scope="col">Least</th><th scope="col">By, in hindsight</th></tr></thead><tbody>${lost.join('')}</tbody></table></div>`;
  return `<section aria-labelledby="record-title">
<h2 id="record-title">On how many functions ${text(model)} was wrong by less, by more and by as much</h2>
<table><thead><tr><th scope="col">Against</th><th scope="col">Less</th><th scope="col">More</th><th scope="col">Same</th></tr></thead><tbody>${rows.join('')}</tbody></table>
${lossTable}
</section>`;
}

/** Forecasts and their scores on one screen of a terminal. */
import { count, NO_FIGURE, percent, span, threeDigits } from '../decide/figures.js';
import type { ForecastScores, ForecastTrial, LevelForecast } from '../forecast/index.js';
import { hasInterval, type Outlook } from '../forecast/outlook.js';
import { modelLosses, modelRecord } from '../forecast/record.js';
import { AHEAD_MINUTES } from '../forecast/scores.js';
import { aligned, shortened } from './columns.js';

const NAME_WIDTH = 40;

/** A number of calls that are forecast, not counted. */
const calls = (forecast: number): string =>
  forecast < 1000 ? String(Number(forecast.toPrecision(3))) : threeDigits(forecast);

const between = (forecast: LevelForecast, block: number): string => {
  const { quantiles } = forecast;
  return hasInterval(forecast) ? `${calls(quantiles[0]![block]!)} .. ${calls(quantiles.at(-1)![block]!)}` : NO_FIGURE;
};

const modelWords = ({ model, demotedFrom }: Outlook): string =>
  demotedFrom === null ? model : `${model} (${demotedFrom} is not trusted)`;

const levelOf = ({ levels }: Outlook, minutes: number): LevelForecast => levels.find(({ level }) => level === minutes)!;

/** One function: a line per ten minutes, and the whole. */
export function outlookTable(outlook: Outlook, minutes: number): string[] {
  const tens = levelOf(outlook, 10);
  const whole = levelOf(outlook, minutes);
  const rows = [['minutes', 'calls', '90 %']];
  tens.calls.forEach((forecast, i) => {
    rows.push([`${i * 10} to ${(i + 1) * 10}`, calls(forecast), between(tens, i)]);
  });
  if (minutes > 10) rows.push(['together', calls(whole.calls[0]!), between(whole, 0)]);
  return [`${outlook.function}, by ${modelWords(outlook)}:`, ...aligned(rows).map((line) => `  ${line}`)];
}

/** Several functions: a line each. */
export function outlooksTable(outlooks: readonly Outlook[], minutes: number): string[] {
  const rows = [['function', 'next 10 min', '90 %', `next ${span(minutes).replace('\u00a0', ' ')}`, '90 %', 'by']];
  for (const one of outlooks) {
    const [ten, whole] = [levelOf(one, 10), levelOf(one, minutes)];
    const name = shortened(one.function, NAME_WIDTH);
    rows.push([
      name,
      calls(ten.calls[0]!),
      between(ten, 0),
      calls(whole.calls[0]!),
      between(whole, 0),
      modelWords(one),
    ]);
  }
  return aligned(rows);
}

type Column = readonly [title: string, figure: string];

const AHEAD_FIGURES: readonly Column[] = AHEAD_MINUTES.map((minutes) => [String(minutes), `ahead${minutes}`]);
const CALIBRATION_FIGURES: readonly Column[] = [
  ['5 %', 'cov.05_10'],
  ['50 %', 'cov.5_10'],
  ['83 %', 'cov.833_10'],
  ['90 %', 'cov.9_10'],
  ['95 %', 'cov.95_10'],
  ['99 %', 'cov.99_10'],
];
const MOST_LOSSES = 5;

const SCORES: readonly [title: string, figure: string, words: (value: number) => string][] = [
  ['per hour', 'wape60', percent],
  ['per 10 min', 'wape10', percent],
  ['per minute', 'wape1', percent],
  ['5:1 cost', 'cap_q', threeDigits],
  ['90 % held', 'int90_10', percent],
];

/** How wrong each model was, the least wrong over ten minutes first. */
export function scoresTable(scores: ForecastScores, trial: ForecastTrial, model: string): string[] {
  const { series, means } = scores;
  const scored = series.filter(({ isScored }) => isScored).length;
  const hours = (trial.testTo - trial.testFrom) / 60;
  if (scored === 0) return [`No function has 100 calls in the last ${count(hours)} h: forecasts are not scored.`];
  const names = Object.keys(means).sort((a, b) => means[a]!.wape10! - means[b]!.wape10!);
  const rows = [['model', ...SCORES.map(([title]) => title)]];
  for (const name of names) {
    const cells = SCORES.map(([, figure, words]) => words(means[name]![figure]!).replace('\u00a0', ' '));
    rows.push([name, ...cells]);
  }
  const of = scored === 1 ? 'one function' : `${count(scored)} functions`;
  return [
    `Calls that forecasts were wrong by, of all calls; made each hour of the last ${count(hours)} h for the next one, mean over ${of}:`,
    ...aligned(rows),
    'per hour, 10 min, minute: by totals of so long. 5:1 cost: per call, where capacity for a call too few costs five times one too many.',
    '90 % held: of the totals of ten minutes, within the interval.',
    '',
    'Wrong by, of totals of ten minutes, so many minutes ahead:',
    ...figuresTable(names, means, AHEAD_FIGURES),
    '',
    'Totals of ten minutes at or below the quantile:',
    ...figuresTable(names, means, CALIBRATION_FIGURES),
    '',
    ...recordLines(scores, model),
  ];
}

/** A line per model, a column per figure. */
function figuresTable(names: readonly string[], means: ForecastScores['means'], figures: readonly Column[]): string[] {
  const rows = names.map((name) => [
    name,
    ...figures.map(([, figure]) => percent(means[name]![figure]!).replace('\u00a0', ' ')),
  ]);
  return aligned([['model', ...figures.map(([title]) => title)], ...rows]);
}

/** Wins and losses of a model against the others. */
function recordLines(scores: ForecastScores, model: string): string[] {
  const rows = modelRecord(scores, model).map(({ against, better, worse, same }) => [
    against,
    ...[better, worse, same].map(String),
  ]);
  const losses = modelLosses(scores, model);
  const worst = losses
    .slice(0, MOST_LOSSES)
    .map(({ name, best, error, bestError }) => [
      shortened(name, NAME_WIDTH),
      ...[percent(error), `${percent(bestError)} by ${best}`].map((words) => words.replaceAll('\u00a0', ' ')),
    ]);
  return [
    `Functions on which ${model} was wrong by less, by more and by as much, over ten minutes:`,
    ...aligned([['against', 'less', 'more', 'same'], ...rows]),
    ...(worst.length === 0
      ? []
      : ['', `Where ${model} lost most, of ${count(losses.length)}; which is best there is known in hindsight only:`]),
    ...aligned(worst),
  ];
}

/** Said where there is nothing to score on. */
export const TOO_SHORT = `The trace is shorter than four hours: forecasts are not scored (${NO_FIGURE}).`;

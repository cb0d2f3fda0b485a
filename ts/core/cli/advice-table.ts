/** Advice on one screen of a terminal. */
import { SETTING_KINDS } from '../decide/advise/setting.js';
import { count, counted, duration, NO_FIGURE, percent, span, usd } from '../decide/figures.js';
import { describeSetting } from '../decide/index.js';
import { adviceHeadline, changes, curveNote, LEFT_ALONE, leftAlone } from '../evaluate/advise/headline.js';
import { keepAliveSentence } from '../evaluate/advise/keep-alive.js';
import type { Advice, FrontierPoint, SettingTotals } from '../evaluate/advise/model.js';
import { inAMonth, likeTheLast, monthsOf } from '../evaluate/advise/month.js';
import { aligned, shortened, wrap } from './columns.js';

export interface AdviceTableOptions {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
}

const WIDEST = 100;
const FUNCTIONS_SHOWN = 8;
const NAMED = 2;

/** The advice as text; ends without a line break. */
export function renderAdvice(advice: Advice, { color, width }: AdviceTableOptions): string {
  const paint = (code: string, text: string): string => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const screen = Math.min(width, WIDEST);
  const { answer, losses, today, how } = adviceHeadline(advice);
  const dim = (line: string): string => paint('2', line);
  const mark = (line: string, isMarked: boolean): string => (isMarked ? paint('1;33', `▸ ${line}`) : `  ${line}`);
  const [titles, ...rows] = fitting([TITLES, ...settingRows(advice)], screen - 2);
  const lines = [
    paint('1', advice.trace.title),
    ...facts(advice).flatMap((line) => wrap(line, screen)),
    '',
    `In ${likeTheLast(advice.split)}:`,
    dim(`  ${titles}`),
    ...rows.map((row, i) => mark(row, i === 0)),
    ...frontier(advice, mark, dim),
    ...(curveNote(advice) === '' ? [] : wrap(curveNote(advice), screen - 2).map((line) => dim(`  ${line}`))),
    ...functionRows(advice, screen, dim),
    '',
    ...wrap(answer, screen).map((line) => paint('1', line)),
    ...[losses, today, how].filter((text) => text !== '').flatMap((text) => wrap(text, screen)),
    ...alone(advice, screen),
    ...advice.memory.map(
      ({ key, present, cheapest }) =>
        `Memory of ${shortened(key, 30)}: ${cheapest.memoryMiB} instead of ${present.memoryMiB} MB: ${usd(cheapest.usdPerMillionCalls)} instead of ${usd(present.usdPerMillionCalls)} a million calls, ${duration(cheapest.meanMs)} instead of ${duration(present.meanMs)}.`,
    ),
    ...advice.notes.flatMap((note) => wrap(note, screen).map(dim)),
  ];
  return lines.join('\n').replaceAll('\u00a0', ' ');
}

function facts({ trace, about, prices, startTimes, keepAlive, spread, seed }: Advice): string[] {
  const how = spread === 'recorded' ? 'calls as recorded' : `spread ${spread}, seed ${seed}`;
  const [most] = [...startTimes].sort((a, b) => b.functions - a.functions);
  const others = startTimes.length > 1 ? `, and ${startTimes.length - 1} more` : '';
  return [
    `${counted(trace.functions, 'function')}, ${counted(trace.calls, 'call')}, ${span(trace.minutes)}; ${how}`,
    `${about}; ${prices.source}, ${prices.region}, ${prices.date}`,
    ...(most === undefined ? [] : [`Start times: ${most.source}${others}`]),
    keepAliveSentence(keepAlive),
  ];
}

const TITLES = ['setting', 'bill', 'cold starts', 'of calls', 'pre-warms', 'mean wait', 'mean P99', 'functions'];

/** What a narrow screen does without, in this order. */
const DISPENSABLE = ['functions', 'mean P99', 'pre-warms', 'of calls'];

/** The rows aligned, without the dispensable columns for which there is no room. */
function fitting(rows: readonly string[][], room: number): string[] {
  let kept = rows;
  for (const title of DISPENSABLE) {
    if (Math.max(...aligned(kept).map((line) => line.length)) <= room) break;
    const column = kept[0]!.indexOf(title);
    kept = kept.map((row) => row.toSpliced(column, 1));
  }
  return aligned(kept);
}

/** The figures of a part as those of a month like it. */
function cellsOf(name: string, totals: SettingTotals, months: number): string[] {
  const { usdPerMonth, coldStarts, calls, preWarms, meanWaitMs, p99Ms, functionsReady } = totals;
  return [
    name,
    usd(usdPerMonth),
    count(inAMonth(coldStarts, months)),
    percent(calls > 0 ? coldStarts / calls : 0),
    count(inAMonth(preWarms, months)),
    duration(meanWaitMs),
    duration(p99Ms),
    count(functionsReady),
  ];
}

/** What the data record of today. */
function recordedCells({ recorded }: Advice): string[][] {
  if (recorded === null) return [];
  const { minutes, usd: bill, coldStarts, calls, meanWaitMs, p99Ms } = recorded;
  const months = monthsOf({ judgeFrom: 0, minutes });
  return [
    [
      ...['today, recorded', usd(bill / months), count(inAMonth(coldStarts, months)), percent(coldStarts / calls)],
      ...[NO_FIGURE, duration(meanWaitMs), duration(p99Ms), NO_FIGURE],
    ],
  ];
}

function settingRows(advice: Advice): string[][] {
  const { settings, split } = advice;
  const months = monthsOf(split);
  const kinds = SETTING_KINDS.flatMap((kind) => {
    const totals = settings[kind];
    return totals === undefined ? [] : [cellsOf(kind, totals, months)];
  });
  return [cellsOf('advised', settings.advised, months), ...recordedCells(advice), ...kinds];
}

/** What the last cold starts spared cost each, from the point before. */
function marginal(point: FrontierPoint, before: FrontierPoint | undefined): string {
  if (before === undefined || point.coldStarts >= before.coldStarts) return NO_FIGURE;
  const each = (point.usd - before.usd) / (before.coldStarts - point.coldStarts);
  return each < 0 ? `saves ${usd(-each)}` : usd(each);
}

function frontier(
  { frontier: points, split }: Advice,
  mark: (line: string, isMarked: boolean) => string,
  dim: (line: string) => string,
): string[] {
  // Prices at which nothing changes are one point.
  const unlike = points.filter((point, i) => point.isAdvised || i === 0 || point.usd !== points[i - 1]!.usd);
  if (unlike.length === 0) return [];
  const months = monthsOf(split);
  const rows = unlike.map((point, i) => [
    point.coldStartUsdPerS === 0 ? 'bill alone' : usd(point.coldStartUsdPerS),
    usd(point.usd / months),
    count(inAMonth(point.coldStarts, months)),
    duration(point.meanWaitMs),
    marginal(point, unlike[i - 1]),
  ]);
  const titles = ['a second of waiting at', 'bill', 'cold starts', 'mean wait', 'each one spared'];
  const [head, ...lines] = aligned([titles, ...rows]);
  return ['', dim(`  ${head}`), ...lines.map((line, i) => mark(line, unlike[i]!.isAdvised))];
}

function functionRows(advice: Advice, screen: number, dim: (line: string) => string): string[] {
  const changed = changes(advice);
  if (changed.length === 0) return [];
  const months = monthsOf(advice.split);
  const cold = (all: number): string => count(inAMonth(all, months));
  const rows = changed
    .slice(0, FUNCTIONS_SHOWN)
    .map(({ key, setting, onDemand, advised }) => [
      shortened(key, Math.max(16, screen - 78)),
      describeSetting(setting),
      `${usd(onDemand.usd / months)} → ${usd(advised.usd / months)}`,
      `${cold(onDemand.coldStarts)} → ${cold(advised.coldStarts)}`,
      `${duration(onDemand.latencyP99Ms)} → ${duration(advised.latencyP99Ms)}`,
    ]);
  const [head, ...lines] = aligned([['function', 'set', 'bill', 'cold starts', 'P99'], ...rows]);
  const more =
    changed.length > rows.length ? [dim(`  and ${changed.length - rows.length} more (--config, --json)`)] : [];
  return ['', dim(`  ${head}`), ...lines.map((line) => `  ${line}`), ...more];
}

function alone(advice: Advice, screen: number): string[] {
  const groups = leftAlone(advice).map(({ reason, keys }) => {
    const named = keys.slice(0, NAMED).map((key) => shortened(key, 24));
    const more = keys.length > NAMED ? ', …' : '';
    return `${keys.length} ${LEFT_ALONE[reason]} (${named.join(', ')}${more})`;
  });
  return groups.length === 0 ? [] : wrap(`Left alone: ${groups.join('; ')}.`, screen);
}

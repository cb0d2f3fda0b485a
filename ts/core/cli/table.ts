/** The replay's result on one screen of a terminal. */

import { count, counted, duration, gbHours, NO_FIGURE, ratio, span, usd } from '../decide/figures.js';
import type { PolicyKind } from '../decide/index.js';
import { headline } from '../evaluate/headline.js';
import type { ReplayResult } from '../evaluate/report-model.js';
import { BASELINE, BOUND, cheapestRunnable, type Standing, standings } from '../evaluate/standings.js';
import { originSentence, startTimeWords } from '../evaluate/start-times.js';
import { wrap } from './columns.js';

export interface TableOptions {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
}

interface Column {
  /** Over two lines. */
  title: readonly [string, string];
  /** Of columns with the same rank all go, the highest first, until the table fits. */
  leaves: number;
  cell: (one: Standing) => string;
}

const RATIO_TITLE: Column['title'] = ['× clair-', 'voyant'];

const COLUMNS: readonly Column[] = [
  { title: ['cold', 'starts'], leaves: 0, cell: ({ totals }) => count(totals.coldStarts) },
  { title: ['idle', 'GB-h'], leaves: 1, cell: ({ totals }) => gbHours(totals.idleGbS) },
  { title: ['added', 'wait'], leaves: 3, cell: ({ totals }) => duration(totals.wait.meanMs) },
  { title: ['', 'cost'], leaves: 0, cell: ({ totals }) => usd(totals.objectiveUsd) },
  { title: RATIO_TITLE, leaves: 2, cell: ({ ratioToClairvoyant }) => ratio(ratioToClairvoyant) },
  {
    title: ['worse than', BASELINE],
    leaves: 4,
    cell: ({ name, worseFunctions }) => (name === BASELINE ? NO_FIGURE : count(worseFunctions)),
  },
];

const GROUPS: Record<PolicyKind, string> = {
  fixed: '',
  adaptive: '',
  capped: 'all functions on one memory',
  hindsight: 'chosen with this trace known',
  bound: 'bounds: know every arrival',
};

const WIDEST = 100;

/** The table with what was replayed above and the answer below; ends without a line break. */
export function renderTable(result: ReplayResult, { color, width }: TableOptions): string {
  const paint = (code: string, text: string): string => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const screen = Math.min(width, WIDEST);
  const all = standings(result);
  const subject = cheapestRunnable(all);
  const nameWidth = Math.max('policy'.length, ...all.map(({ name }) => name.length));
  const columns = fitting(all, screen - nameWidth - 2);
  const row = (name: string, cells: readonly string[]): string =>
    `  ${name.padEnd(nameWidth)}${cells.map((cell, i) => cell.padStart(columns[i]!.width + 2)).join('')}`;
  const rule = (title: string): string => {
    const length = nameWidth + columns.reduce((sum, column) => sum + column.width + 2, 0);
    return paint(
      '2',
      `  ${title === '' ? '' : `${title} `}${'─'.repeat(Math.max(0, length - (title === '' ? 0 : title.length + 1)))}`,
    );
  };

  const { trace } = result;
  const spread = result.spread === 'recorded' ? 'calls as recorded' : `spread ${result.spread}, seed ${result.seed}`;
  const lines = [
    paint('1', trace.title),
    `${counted(trace.functions, 'function')}, ${counted(trace.calls, 'call')}, ${span(trace.minutes)}; ${spread}, ${startTimeWords(result.startTimes)}`,
    ...whereFrom(result),
    `backend ${result.backend}, ${counted(result.threads, 'thread')}`,
  ].flatMap((line) => wrap(line, screen));
  for (const i of [0, 1] as const) {
    lines.push(
      paint(
        '2',
        row(
          i === 0 ? '' : 'policy',
          columns.map(({ title }) => title[i]),
        ),
      ),
    );
  }
  let group: string | undefined;
  for (const one of all) {
    if (group !== GROUPS[one.kind]) lines.push(rule(GROUPS[one.kind]));
    group = GROUPS[one.kind];
    const text = row(
      one.name,
      columns.map(({ cell }) => cell(one)),
    );
    lines.push(one === subject ? paint('1;33', `▸${text.slice(1)}`) : one.kind === 'bound' ? paint('2;3', text) : text);
  }
  lines.push('');
  const { answer, losses, bound, targets, dropped, prior } = headline(result);
  lines.push(...wrap(answer, screen).map((line) => paint('1', line)));
  for (const text of [losses, targets, bound, boundWords(columns, all), dropped, prior, missing(columns)])
    if (text !== '') lines.push(...wrap(text, screen));
  return lines.join('\n').replaceAll('\u00a0', ' ');
}

/** What a column is a multiple of, where it is shown and there is such a policy. */
function boundWords(columns: readonly Column[], all: readonly Standing[]): string {
  const isShown = columns.some(({ title }) => title === RATIO_TITLE) && all.some(({ name }) => name === BOUND);
  return isShown ? `× ${BOUND}: the cost as a multiple of that of the best keep-alive with every arrival known.` : '';
}

/** Where start times are from, unless the line above says it all. */
function whereFrom({ startTimes }: ReplayResult): string[] {
  const isSaid = startTimes.every(({ from }) => from === 'given' || from === 'assumed');
  return isSaid ? [] : startTimes.map(originSentence);
}

function missing(columns: readonly Column[]): string {
  const left = COLUMNS.filter(({ title }) => !columns.some((column) => column.title === title));
  return left.length === 0 ? '' : `Left out for want of room: ${left.map(({ title }) => title.join(' ')).join(', ')}.`;
}

/** The columns that fit in `room` characters, the dispensable ones left out. */
function fitting(all: readonly Standing[], room: number): (Column & { width: number })[] {
  let kept = COLUMNS.map((column) => ({
    ...column,
    width: Math.max(...column.title.map((line) => line.length), ...all.map((one) => column.cell(one).length)),
  }));
  for (let rank = 4; rank > 0 && kept.reduce((sum, { width }) => sum + width + 2, 0) > room; rank--) {
    kept = kept.filter(({ leaves }) => leaves < rank);
  }
  return kept;
}

/** The report's section on the bill and the advice: static, so that it is read without a script; the chart is drawn by the page. */
import { SETTING_KINDS } from '../../decide/advise/setting.js';
import { count, duration, NO_FIGURE, percent, usd } from '../../decide/figures.js';
import { type BillLine, configuration, describeSetting } from '../../decide/index.js';
import { text } from '../html.js';
import { adviceHeadline, changes, LEFT_ALONE, leftAlone } from './headline.js';
import type { Advice, RecordedStarts, SettingTotals } from './model.js';
import { inAMonth, likeTheLast, monthsOf } from './month.js';

/** Functions whose settings the page lists; the JSON has all. */
const FUNCTIONS_LISTED = 100;

/** Names that the page lists per reason. */
const NAMES_LISTED = 500;

/** Functions whose commands the page shows. */
const COMMANDS_SHOWN = 5;

/** What the page's chart draws. */
export interface PageAdvice {
  /** The month that the figures are of: 'a month like the last 12 h'. */
  month: string;
  points: { name: string; usdPerMonth: number; coldStarts: number }[];
  frontier: { usdPerMonth: number; coldStarts: number }[];
}

const kindsOf = ({ settings }: Advice): [string, SettingTotals][] => [
  ['advised', settings.advised],
  ...SETTING_KINDS.flatMap((kind): [string, SettingTotals][] => {
    const totals = settings[kind];
    return totals === undefined ? [] : [[kind, totals]];
  }),
];

export function pageAdvice(advice: Advice): PageAdvice {
  const months = monthsOf(advice.split);
  const cold = (all: number): number => inAMonth(all, months);
  return {
    month: likeTheLast(advice.split),
    points: kindsOf(advice).map(([name, { usdPerMonth, coldStarts }]) => {
      return { name, usdPerMonth, coldStarts: cold(coldStarts) };
    }),
    frontier: advice.frontier.map((point) => ({ usdPerMonth: point.usd / months, coldStarts: cold(point.coldStarts) })),
  };
}

interface Cell {
  shown: string;
  /** In full, where what is shown is rounded. */
  exact?: number;
}

const figure = (shown: string, exact: number): Cell => ({ shown, exact });

function table(
  label: string,
  titles: readonly string[],
  rows: readonly { head: string; cells: readonly Cell[] }[],
): string {
  const head = titles.map((title) => `<th role="columnheader" scope="col">${text(title)}</th>`).join('');
  const body = rows
    .map(({ head: name, cells }) => {
      const own = cells.map(({ shown, exact }, i) => {
        const known = exact !== undefined && Number.isFinite(exact) ? ` title="${exact}" data-exact="${exact}"` : '';
        return `<td role="cell" data-label="${text(titles[i + 1]!)}"${known}>${text(shown)}</td>`;
      });
      return `<tr role="row"><th role="rowheader" scope="row">${text(name)}</th>${own.join('')}</tr>`;
    })
    .join('\n');
  return `<table role="table" class="policies" aria-label="${text(label)}">
<thead role="rowgroup"><tr role="row">${head}</tr></thead>
<tbody role="rowgroup">${body}</tbody>
</table>`;
}

function settingsTable(advice: Advice): string {
  const { split, recorded } = advice;
  const months = monthsOf(split);
  const monthly = (all: number, over: number): Cell => figure(count(inAMonth(all, over)), all / over);
  const rate = (cold: number, calls: number): Cell => figure(percent(calls > 0 ? cold / calls : 0), cold / calls);
  const time = (ms: number): Cell => figure(duration(ms), ms);
  const [advised, ...kinds] = kindsOf(advice).map(([head, totals]) => ({
    head,
    cells: [
      figure(usd(totals.usdPerMonth), totals.usdPerMonth),
      monthly(totals.coldStarts, months),
      rate(totals.coldStarts, totals.calls),
      monthly(totals.preWarms, months),
      time(totals.meanWaitMs),
      time(totals.p99Ms),
      figure(count(totals.functionsReady), totals.functionsReady),
    ],
  }));
  const today = recorded === null ? [] : [recordedRow(recorded, monthly, rate, time)];
  const titles = ['Bill', 'Cold starts', 'Of calls', 'Pre-warms', 'Mean wait', 'Mean P99', 'Functions'];
  return table('Settings judged', [sentenceCase(likeTheLast(split)), ...titles], [advised!, ...today, ...kinds]);
}

function recordedRow(
  { minutes, usd: bill, coldStarts, calls, meanWaitMs, p99Ms }: RecordedStarts,
  monthly: (all: number, over: number) => Cell,
  rate: (cold: number, calls: number) => Cell,
  time: (ms: number) => Cell,
): { head: string; cells: Cell[] } {
  const months = monthsOf({ judgeFrom: 0, minutes });
  const none: Cell = { shown: NO_FIGURE };
  const cells = [figure(usd(bill / months), bill / months), monthly(coldStarts, months), rate(coldStarts, calls)];
  return { head: 'today, recorded', cells: [...cells, none, time(meanWaitMs), time(p99Ms), none] };
}

const sentenceCase = (words: string): string => words[0]!.toUpperCase() + words.slice(1);

function billTable(advice: Advice): string {
  const months = monthsOf(advice.split);
  const meters = new Map<string, { name: string; before: number; after: number }>();
  const add = (lines: readonly BillLine[], of: 'before' | 'after'): void => {
    for (const { meter, name, usd: amount } of lines) {
      const own = meters.get(meter) ?? { name, before: 0, after: 0 };
      own[of] += amount / months;
      meters.set(meter, own);
    }
  };
  add(advice.bill.onDemand, 'before');
  add(advice.bill.advised, 'after');
  const rows = [...meters.values()].map(({ name, before, after }) => ({ head: name, cells: [before, after] }));
  const sum = (at: 0 | 1): number => rows.reduce((all, { cells }) => all + cells[at]!, 0);
  return table(
    'Bill',
    ['A month', 'Nothing ready', 'Advised'],
    [...rows, { head: 'Sum', cells: [sum(0), sum(1)] }].map(({ head, cells }) => ({
      head,
      cells: cells.map((amount) => figure(usd(amount), amount)),
    })),
  );
}

function functionsTable(advice: Advice): string {
  const months = monthsOf(advice.split);
  const cold = (all: number): string => count(inAMonth(all, months));
  const changed = changes(advice);
  if (changed.length === 0) return '';
  const rows = changed.slice(0, FUNCTIONS_LISTED).map(({ key, setting, onDemand, advised }) => ({
    head: key,
    cells: [
      { shown: describeSetting(setting) },
      { shown: `${usd(onDemand.usd / months)} → ${usd(advised.usd / months)}` },
      { shown: `${cold(onDemand.coldStarts)} → ${cold(advised.coldStarts)}` },
      { shown: `${duration(onDemand.latencyP99Ms)} → ${duration(advised.latencyP99Ms)}` },
    ],
  }));
  const more =
    changed.length > rows.length
      ? `<p class="note">And ${changed.length - rows.length} more: the JSON has all.</p>`
      : '';
  const titles = [`Function, in ${likeTheLast(advice.split)}`, 'Set', 'Bill', 'Cold starts', 'P99'];
  return `<details><summary>Functions to change: ${changed.length}</summary><div class="scroll">${table('Functions to change', titles, rows)}</div>${more}</details>`;
}

const alone = (advice: Advice): string =>
  leftAlone(advice)
    .map(({ reason, keys }) => {
      const names = keys.slice(0, NAMES_LISTED).map((key) => `<code>${text(key)}</code>`);
      const more = keys.length > names.length ? ` and ${keys.length - names.length} more` : '';
      return `<details><summary>Left alone, ${text(LEFT_ALONE[reason])}: ${keys.length}</summary><p class="names">${names.join(' ')}${more}</p></details>`;
    })
    .join('\n');

function commands(advice: Advice): string {
  const shown = changes(advice).slice(0, COMMANDS_SHOWN);
  if (shown.length === 0) return '';
  const [script] = configuration(advice.target, shown);
  return `<details><summary>How to set it: the first ${shown.length}; <code>isotherm advise --config</code> writes all</summary><pre><code>${text(script!.text)}</code></pre></details>`;
}

const list = (items: readonly string[]): string => `<ul>${items.map((item) => `<li>${text(item)}</li>`).join('')}</ul>`;

/** The section as HTML; `chart` is what holds the drawing. O(functions). */
export function adviceSection(advice: Advice): string {
  const { answer, losses, today, how } = adviceHeadline(advice);
  const { prices } = advice;
  const reached = [losses, today, how].filter((paragraph) => paragraph !== '');
  return `<section aria-labelledby="advice-title">
<h2 id="advice-title">${text(answer)}</h2>
<p class="note">${text(advice.about)}. ${text(prices.source)}, ${text(prices.region)}, ${text(prices.date)}.</p>
${reached.map((paragraph) => `<p>${text(paragraph)}</p>`).join('\n')}
<figure id="advice" class="chart" aria-labelledby="advice-title"></figure>
${settingsTable(advice)}
<h3>The bill, and what is on it</h3>
${billTable(advice)}
${functionsTable(advice)}
${commands(advice)}
${alone(advice)}
<details><summary>What this rests on, and what cannot be set or known</summary>${list([...advice.notes, ...advice.assumptions])}</details>
</section>`;
}

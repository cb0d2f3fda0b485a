/** The HTML report: one file that needs nothing else. What the page says stands in it as text; its script draws the charts. */

import { count, counted, duration, gbHours, ratio, span, usd } from '../decide/figures.js';
import type { PolicyKind } from '../decide/index.js';
import type { Advice } from './advise/model.js';
import { adviceSection } from './advise/section.js';
import { headline } from './headline.js';
import { text } from './html.js';
import { type PageData, pageData } from './page-data.js';
import type { PriceCurve } from './price-sweep.js';
import type { FunctionTimeline, ReplayResult } from './report-model.js';
import { type ReportPage, reportPage } from './report-page.js';
import { BASELINE, BOUND, cheapestRunnable, KINDS, type Standing, standings } from './standings.js';
import { originSentence, startTimeWords } from './start-times.js';

/** The built page: `dist/evaluate/page/page.js` and `page.css`, as text. */
export interface PageAssets {
  script: string;
  style: string;
}

/** What a report has beside its replay. */
export interface ReportExtras {
  advice?: Advice;
  curves?: readonly PriceCurve[];
}

/**
 * The report of one replay as a self-contained HTML document that asks no network for anything.
 *
 * `timelines` are those of the functions that `timelineFunctions` names; `command` is what reproduces the result.
 * With `advice` it has a section on the bill and the advice, with `curves` (of `priceSweep`) these on the plane.
 * `UNKNOWN_FUNCTION` for a timeline of a function that was not replayed. O(policies x functions x log functions).
 *
 * @example
 * const html = renderReport(result, timelines, { script, style }, 'isotherm replay trace.csv --seed 1');
 */
export function renderReport(
  result: ReplayResult,
  timelines: readonly FunctionTimeline[],
  assets: PageAssets,
  command: string,
  { advice, curves }: ReportExtras = {},
): string {
  const all = standings(result);
  const data = pageData(result, timelines, { ...(advice && { advice }), ...(curves && { curves }) });
  const { answer, losses, bound, targets, dropped, prior } = headline(result);
  const names = all.map(({ name }) => name);
  return reportPage({
    title: result.trace.title,
    kind: 'replay report',
    answer: sentence(answer, names),
    leads: [...[losses, targets, dropped, bound].map((raw) => sentence(raw, names)), text(prior)],
    badges: { label: 'What was replayed', items: badges(result) },
    main: {
      html: [table(all, data), advice === undefined ? '' : adviceSection(advice), sections(data)].join('\n'),
    },
    origin: originOf(result, command),
    style: assets.style,
    script: { data: inlineJson(data), source: assets.script },
  });
}

/** Marks the policies' names, which stay on one line. */
function sentence(raw: string, names: readonly string[]): string {
  const escaped = names.map((name) => text(name).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return text(raw).replace(
    new RegExp(`(?<![\\w-])(?:${escaped.join('|')})(?![\\w@-])`, 'g'),
    '<span class="name">$&</span>',
  );
}

/** JSON that no string in it can end the script element early: `<` never appears. */
function inlineJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function badges(result: ReplayResult): string {
  const { trace } = result;
  const spreads = {
    recorded: 'calls as recorded',
    even: 'calls spread evenly in their minute',
    poisson: 'calls at random in their minute',
    trigger: 'timers evenly, other calls at random in their minute',
  };
  const items = [
    `<li class="badge source">${text(trace.title)}</li>`,
    ...[
      counted(trace.functions, 'function'),
      counted(trace.calls, 'call'),
      span(trace.minutes),
      spreads[result.spread],
      startTimeWords(result.startTimes),
    ].map((item) => `<li class="badge">${text(item)}</li>`),
  ];
  return items.join('');
}

const KIND_TITLES: Record<PolicyKind, string> = {
  fixed: 'One window for all functions',
  adaptive: 'Decide from what they have seen',
  capped: 'All functions on one memory: idle instances go to make room',
  hindsight: 'Chosen with this trace known: not available in advance',
  bound: 'Bounds: know every arrival',
};

function table(all: readonly Standing[], data: PageData): string {
  const columns = [
    ['Cold starts', 'Calls that found no warm instance'],
    ['Idle GB-h', 'Memory held warm without a call'],
    ['Added wait', 'Mean over all calls'],
    ['Cost', 'Idle memory, cold starts and pre-warms at the prices below, USD'],
    [`× ${BOUND}`, `Cost over ${BOUND}'s`],
    ['Made worse', `Functions that cost more than under ${BASELINE}`],
  ] as const;
  const groups = KINDS.map((kind) => ({ kind, rows: all.filter((one) => one.kind === kind) })).filter(
    ({ rows }) => rows.length > 0,
  );
  const body = groups
    .map(
      ({ kind, rows }) =>
        `<tbody role="rowgroup" class="${kind}"><tr role="row" class="group"><th role="rowheader" scope="rowgroup" colspan="7">${KIND_TITLES[kind]}</th></tr>${rows
          .map((one) => tableRow(one, columns, data))
          .join('')}</tbody>`,
    )
    .join('\n');
  return `<section aria-labelledby="policies-title">
<h2 id="policies-title">What each policy costs</h2>
<table role="table" class="policies">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Policy</th>${columns
    .map(([name, meaning]) => `<th role="columnheader" scope="col" title="${text(meaning)}">${text(name)}</th>`)
    .join('')}</tr></thead>
${body}
</table>
<p class="note">Point at a figure for the exact one, at a policy for what it does.</p>
</section>`;
}

function tableRow(one: Standing, columns: readonly (readonly [string, string])[], data: PageData): string {
  const { totals } = one;
  const cells: [string, number][] = [
    [count(totals.coldStarts), totals.coldStarts],
    [gbHours(totals.idleGbS), totals.idleGbS / 3600],
    [duration(totals.wait.meanMs), totals.wait.meanMs],
    [usd(totals.objectiveUsd), totals.objectiveUsd],
    [ratio(one.ratioToClairvoyant), one.ratioToClairvoyant],
    one.name === BASELINE ? ['–', Number.NaN] : [count(one.worseFunctions), one.worseFunctions],
  ];
  const marks = [
    ...(one.name === data.subject ? ['<span class="mark subject">cheapest</span>'] : []),
    ...(one.name === BASELINE ? ['<span class="mark">baseline</span>'] : []),
    ...(one.target === undefined
      ? []
      : [`<span class="mark">target ${one.target.isReached ? 'met' : 'missed'}</span>`]),
  ];
  return `<tr role="row" class="policy${one.name === data.subject ? ' subject' : ''}"><th role="rowheader" scope="row"><span class="name" title="${text(one.about)}">${text(one.name)}</span>${marks.join('')}</th>${cells
    .map(([shown, exact], i) => {
      const known = Number.isFinite(exact) ? ` title="${exact}" data-exact="${exact}"` : '';
      return `<td role="cell" data-label="${text(columns[i]![0])}"${known}>${shown}</td>`;
    })
    .join('')}</tr>`;
}

function sections(data: PageData): string {
  const figure = (
    id: string,
    fallback: string,
    controls = '',
    after = '',
  ): string => `<section aria-labelledby="${id}-title">
<h2 id="${id}-title">${fallback}</h2>
<p class="note" id="${id}-note"></p>
${controls}<figure id="${id}" class="chart" aria-labelledby="${id}-title"></figure>${after}
</section>`;
  const parts = [
    figure('plane', 'Idle memory against cold starts'),
    figure(
      'rates',
      'Cold-start rates over functions',
      '<div class="chips" data-chips role="group" aria-label="Policies shown"></div>',
    ),
  ];
  if (data.regret !== undefined) {
    const names = Object.keys(data.regret);
    const options = names
      .map((name) => `<option${name === data.reference ? ' selected' : ''}>${text(name)}</option>`)
      .join('');
    parts.push(
      figure(
        'regret',
        'Where the cost above clairvoyant arises',
        `<p class="controls"><label for="regret-policy">Policy</label> <select id="regret-policy">${options}</select></p>`,
        '<details id="regret-details"><summary>The worst as a table, with full names</summary><div class="scroll"></div></details>',
      ),
    );
  }
  if (data.timelines.length > 0) {
    parts.push(
      figure(
        'timeline',
        'Warm instances and calls of a function',
        '<p class="controls"><label for="timeline-function">Function</label> <select id="timeline-function"></select></p><div class="chips" data-chips role="group" aria-label="Policies shown"></div>',
      ),
    );
  }
  return `<noscript><p class="note">The charts need JavaScript; the table above does not.</p></noscript>${parts.join('\n')}`;
}

/** 'cold starts 16 ms to 2.53 s. Start times of 3 functions: …; …'. */
function startTimeText({ startTimes }: ReplayResult): string {
  return `${startTimeWords(startTimes)}. ${startTimes.map(originSentence).join('; ')}`;
}

function originOf(result: ReplayResult, command: string): ReportPage['origin'] {
  const { trace, prices } = result;
  const subject = cheapestRunnable(standings(result));
  const rows: [string, string][] = [
    ['Trace', trace.format === '' ? trace.title : `${trace.title}, format ${trace.format}`],
    ['Digest of the input', trace.digest === '' ? 'not given' : trace.digest],
    ['Size', `${trace.functions} functions, ${trace.calls} calls, ${trace.minutes} minutes`],
    ['Spread, seed', `${result.spread}, ${result.seed}`],
    ['Start times', startTimeText(result)],
    ['Tick', `${result.tickMs} ms`],
    [
      'Prices',
      `idle ${prices.idleUsdPerGbS} USD per GB-s; cold start ${prices.coldStartUsdPerS} USD per second of start; pre-warm ${prices.preWarmShare} of a cold start`,
    ],
    [
      'Software',
      `isotherm ${result.version}, ${result.backend} backend, ${result.threads} ${result.threads === 1 ? 'thread' : 'threads'}`,
    ],
  ];
  return {
    command,
    rows,
    note: `A replay says what would have happened on this trace with these prices${
      subject === undefined
        ? ''
        : '; the cheapest policy was picked on the same trace, and another one may pick another'
    }. Three significant digits are shown; <code>--json</code> writes the exact ones.`,
  };
}

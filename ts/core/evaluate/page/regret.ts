/** The functions where a policy loses most against clairvoyant. */
import * as Plot from '@observablehq/plot';
import { count, percent, usd } from '../../decide/figures.js';
import type { PageData, RegretRow } from '../page-data.js';
import { BOUND } from '../standings.js';
import { AXIS, axisFigure, TIP, tickCount } from './axis.js';
import type { Look } from './look.js';
import { fitText, textWidth } from './svg.js';

export interface FunctionNames {
  short: readonly string[];
  /** Whether a function has a timeline to show. */
  hasTimeline: (position: number) => boolean;
}

export function regretTitle(data: PageData, policy: string): string {
  const { totalUsd, losingFunctions, holdFourFifths } = data.regret![policy]!;
  if (losingFunctions === 0) return `No function costs more under ${policy} than under ${BOUND}`;
  return `${count(holdFourFifths)} of ${count(losingFunctions)} losing functions hold 80 % of what ${policy} costs above ${BOUND} (${usd(totalUsd)})`;
}

export function drawRegret(
  data: PageData,
  looks: Map<string, Look>,
  names: FunctionNames,
  policy: string,
  width: number,
  choose: (position: number) => void,
): Element {
  const { worst, totalUsd } = data.regret![policy]!;
  const rows = worst.slice(0, width < 480 ? 10 : 15);
  const label = (row: RegretRow): string => `${usd(row.regretUsd)} (${percent(row.regretUsd / totalUsd)})`;
  const shorts = rows.map((row) => fitText(names.short[row.function]!, width * 0.35));
  const marginLeft = Math.ceil(Math.max(40, ...shorts.map(textWidth))) + 16;
  const svg = Plot.plot({
    width,
    height: 56 + Math.max(rows.length, 1) * 24,
    marginLeft,
    marginRight: 128,
    marginTop: 8,
    marginBottom: 40,
    ariaLabel: regretTitle(data, policy),
    x: { domain: [0, Math.max(rows[0]?.regretUsd ?? 0, 1e-12)] },
    y: { domain: rows.map((_, i) => i), padding: 0.3 },
    marks: [
      Plot.axisX({
        ...AXIS,
        label: `Cost above ${BOUND}'s (USD) →`,
        labelAnchor: 'right',
        ticks: tickCount(width - marginLeft - 128),
        tickFormat: axisFigure,
      }),
      Plot.axisY({
        ...AXIS,
        color: 'var(--ink)',
        label: null,
        tickFormat: (i: number) => shorts[i]!,
      }),
      Plot.barX(rows, {
        x: 'regretUsd',
        y: (_: RegretRow, i: number) => i,
        fill: looks.get(policy)!.color,
        rx2: 2,
      }),
      Plot.text(rows, {
        x: 'regretUsd',
        y: (_: RegretRow, i: number) => i,
        text: label,
        textAnchor: 'start',
        dx: 6,
        fontSize: 12,
        fill: 'var(--ink)',
      }),
      Plot.tip(
        rows,
        Plot.pointerY({
          x: 'regretUsd',
          y: (_: RegretRow, i: number) => i,
          title: (row: RegretRow) =>
            [
              names.short[row.function],
              `cost ${usd(row.objectiveUsd)}, ${BOUND} ${usd(row.objectiveUsd - row.regretUsd)}`,
              `cold starts ${count(row.coldStarts)}, ${BOUND} ${count(row.boundColdStarts)}`,
              names.hasTimeline(row.function) ? 'press for its timeline' : 'no timeline in this report',
            ].join('\n'),
          ...TIP,
        }),
      ),
    ],
  });
  svg.querySelectorAll('[aria-label=bar] > *').forEach((bar, i) => {
    const row = rows[i]!;
    if (!names.hasTimeline(row.function)) return;
    bar.setAttribute('role', 'button');
    bar.setAttribute('tabindex', '0');
    bar.setAttribute('aria-label', `${names.short[row.function]}: ${label(row)}, show its timeline`);
    bar.addEventListener('click', () => choose(row.function));
    bar.addEventListener('keydown', (event) => {
      const { key } = event as KeyboardEvent;
      if (key !== 'Enter' && key !== ' ') return;
      event.preventDefault();
      choose(row.function);
    });
  });
  return svg;
}

export function regretTable(
  data: PageData,
  names: FunctionNames,
  policy: string,
  choose: (position: number) => void,
): HTMLTableElement {
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  for (const title of ['Function', 'Calls', 'Cold starts', `${BOUND}'s`, 'Cost', `Above ${BOUND}`]) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = title;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of data.regret![policy]!.worst) {
    const { key, calls } = data.functions[row.function]!;
    const line = body.insertRow();
    const name = document.createElement('th');
    name.scope = 'row';
    if (names.hasTimeline(row.function)) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = key;
      button.addEventListener('click', () => choose(row.function));
      name.append(button);
    } else name.textContent = key;
    line.append(name);
    for (const figure of [
      count(calls),
      count(row.coldStarts),
      count(row.boundColdStarts),
      usd(row.objectiveUsd),
      usd(row.regretUsd),
    ]) {
      line.insertCell().textContent = figure;
    }
  }
  return table;
}

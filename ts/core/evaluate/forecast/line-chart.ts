/** Lines of several models over one axis, each with its name at its end. */
import { percent } from '../../decide/figures.js';
import { text } from '../html.js';
import { type Frame, gridOf, pathOf, roundAbove, xOf, yOf } from './plot.js';

const FRAME: Frame = { width: 720, height: 260, left: 56, right: 120, top: 12, bottom: 36 };
const LINE_HEIGHT = 15;

export interface ModelLine {
  name: string;
  /** Shares. */
  values: readonly number[];
  /** What is looked at, what it is compared with, and the rest. */
  kind: 'subject' | 'arima' | 'other';
}

/** `ticks`: places on the axis with their words; `bound`: where a perfect model's line is. */
export function lineChart(
  lines: readonly ModelLine[],
  ticks: readonly (readonly [at: number, words: string])[],
  axis: string,
  bound?: readonly number[],
): string {
  const xs = ticks.map(([at]) => at);
  const x = { from: Math.min(0, ...xs), to: Math.max(...xs) };
  const y = { from: 0, to: bound === undefined ? roundAbove(Math.max(...lines.flatMap(({ values }) => values))) : 1 };
  const points = (values: readonly number[]) =>
    pathOf(values.map((value, i) => [xOf(FRAME, x, xs[i]!), yOf(FRAME, y, value)] as const));
  const ideal = bound === undefined ? '' : `<path class="bound" d="${points(bound)}"/>`;
  const drawn = lines.map(({ values, kind }) => `<path class="line ${kind}" d="${points(values)}"/>`);
  const words = ticks.map(
    ([at, label]) =>
      `<text class="axis" x="${xOf(FRAME, x, at)}" y="${FRAME.height - 20}" text-anchor="middle">${text(label)}</text>`,
  );
  const middle = (FRAME.left + FRAME.width - FRAME.right) / 2;
  return `<svg class="models" viewBox="0 0 ${FRAME.width} ${FRAME.height}" width="${FRAME.width}" height="${FRAME.height}" role="img" aria-label="${text(axis)}">
${gridOf(FRAME, y, percent)}${words.join('')}<text class="axis" x="${middle}" y="${FRAME.height - 4}" text-anchor="middle">${text(axis)}</text>
${ideal}${drawn.join('')}${names(lines, y)}
</svg>`;
}

/** Names at the ends of lines, moved apart where they would lie on one another. */
function names(lines: readonly ModelLine[], y: { from: number; to: number }): string {
  const ends = lines
    .map(({ name, values, kind }) => ({ name, kind, at: Number(yOf(FRAME, y, values.at(-1)!)) }))
    .sort((a, b) => b.at - a.at);
  let below = FRAME.height - FRAME.bottom + LINE_HEIGHT;
  for (const end of ends) {
    end.at = Math.min(end.at, below - LINE_HEIGHT);
    below = end.at;
  }
  const x = FRAME.width - FRAME.right + 8;
  return ends
    .map(({ name, kind, at }) => `<text class="name ${kind}" x="${x}" y="${at.toFixed(1)}" dy="4">${text(name)}</text>`)
    .join('');
}

/** A forecast as a fan: actual calls by ten minutes, the forecast, and how wide the intervals are. */
import { hasInterval, type Outlook } from '../../forecast/outlook.js';
import { text } from '../html.js';
import { type Frame, gridOf, pathOf, roundAbove, xOf, yOf } from './plot.js';

const FRAME: Frame = { width: 720, height: 200, left: 56, right: 8, top: 12, bottom: 28 };
const BLOCK_MINUTES = 10;
const BLOCKS_PER_HOUR = 6;

/** The chart as SVG. Time is in blocks of ten minutes from the end of the trace. */
export function fanChart({ function: name, levels, past }: Outlook): string {
  const tens = levels.find(({ level }) => level === BLOCK_MINUTES)!;
  const { calls, quantiles } = tens;
  const [lowest, low, middle, high, highest] = quantiles as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const top = Math.max(...past, ...highest, ...calls);
  const y = { from: 0, to: roundAbove(top) };
  const x = { from: -past.length, to: calls.length };
  const at = (block: number, value: number) => [xOf(FRAME, x, block + 0.5), yOf(FRAME, y, value)] as const;
  const line = (values: Float64Array, from: number): string => pathOf(Array.from(values, (v, i) => at(from + i, v)));
  // A fan opens where what is known ends.
  const last = past.length === 0 ? [] : [at(-1, past.at(-1)!)];
  const band = (below: Float64Array, above: Float64Array): string =>
    `${pathOf([...last, ...Array.from(above, (v, i) => at(i, v)), ...Array.from(below, (v, i) => at(i, v)).reverse()])}Z`;
  const now = xOf(FRAME, x, 0);
  const labels = `${text(name)}: calls by ten minutes, and the forecast${hasInterval(tens) ? ' with its 50 and 90 % intervals' : ''}`;
  return `<svg class="fan" viewBox="0 0 ${FRAME.width} ${FRAME.height}" width="${FRAME.width}" height="${FRAME.height}" role="img" aria-label="${labels}">
${gridOf(FRAME, y)}${hours(x)}<line class="now" x1="${now}" x2="${now}" y1="${FRAME.top}" y2="${FRAME.height - FRAME.bottom}"/>
${hasInterval(tens) ? `<path class="wide" d="${band(lowest, highest)}"/><path class="narrow" d="${band(low, high)}"/><path class="middle" d="${line(middle, 0)}"/>` : ''}
<path class="past" d="${line(past, -past.length)}"/><path class="expected" d="${line(calls, 0)}"/>
</svg>`;
}

/** Hours before and after the end of the trace. */
function hours(x: { from: number; to: number }): string {
  const labels: string[] = [];
  for (let hour = Math.ceil(x.from / BLOCKS_PER_HOUR); hour <= x.to / BLOCKS_PER_HOUR; hour++) {
    const at = xOf(FRAME, x, hour * BLOCKS_PER_HOUR);
    const words = hour === 0 ? 'now' : `${hour < 0 ? '−' : '+'}${Math.abs(hour)} h`;
    labels.push(`<text class="axis" x="${at}" y="${FRAME.height - 8}" text-anchor="middle">${words}</text>`);
  }
  return labels.join('');
}

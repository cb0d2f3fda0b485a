/** What charts of forecasts share: a frame with figures at its lines, and places in it. */
import { threeDigits } from '../../decide/figures.js';
import { text } from '../html.js';

export interface Frame {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Scale {
  /** From 0 on. */
  from: number;
  to: number;
}

/** Where a value is between two places, to a tenth of a px. */
export const placed = (value: number, { from, to }: Scale, start: number, end: number): string =>
  (start + ((value - from) / (to - from)) * (end - start)).toFixed(1);

export const xOf = (frame: Frame, scale: Scale, value: number): string =>
  placed(value, scale, frame.left, frame.width - frame.right);
export const yOf = (frame: Frame, scale: Scale, value: number): string =>
  placed(value, scale, frame.height - frame.bottom, frame.top);

/** A figure of an axis, without the digits that say nothing. */
const axisFigure = (value: number): string => threeDigits(value).replace(/\.0+(?=\D*$)/, '');

/** The least round number from `value` on: 1, 2 or 5 times a power of ten. */
export function roundAbove(value: number): number {
  if (!(value > 0)) return 1;
  let unit = 1;
  while (unit > value) unit /= 10;
  while (unit * 10 <= value) unit *= 10;
  return [1, 2, 5, 10].map((step) => step * unit).find((step) => step >= value) ?? 10 * unit;
}

/** Lines at 0, half and all of the scale with their figures. */
export function gridOf(frame: Frame, scale: Scale, words: (value: number) => string = axisFigure): string {
  return [scale.from, (scale.from + scale.to) / 2, scale.to]
    .map((value) => {
      const y = yOf(frame, scale, value);
      const line = `<line class="grid" x1="${frame.left}" x2="${frame.width - frame.right}" y1="${y}" y2="${y}"/>`;
      return `${line}<text class="axis" x="${frame.left - 8}" y="${y}" dy="4" text-anchor="end">${text(words(value))}</text>`;
    })
    .join('');
}

export const pathOf = (points: readonly (readonly [x: string, y: string])[]): string =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');

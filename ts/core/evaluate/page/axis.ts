/** What all axes share. */
import { threeDigits } from '../figures.js';

export const AXIS = { color: 'var(--muted)', fontSize: 12, tickSize: 0 };
export const GRID = { stroke: 'var(--line)', strokeOpacity: 1 };
export const TIP = { fontSize: 12, lineHeight: 1.35, stroke: 'var(--line)' };

/** A figure of an axis: as elsewhere, without the digits that say nothing (`2M`, not `2.00M`). */
export function axisFigure(value: number): string {
  return threeDigits(value)
    .replace(/(\.\d*?)0+(?=\D*$)/, '$1')
    .replace(/\.(?=\D*$)/, '');
}

/** As many ticks as have room for their figures. */
export function tickCount(width: number): number {
  return Math.max(3, Math.round(width / 110));
}

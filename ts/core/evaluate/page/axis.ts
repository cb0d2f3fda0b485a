/** What all axes share. */
import { threeDigits } from '../../decide/figures.js';

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

/** Steps between powers of ten, coarse ones first. */
const STEPS = [[10], [10, 20, 50], [10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90]] as const;
const FEWEST_TICKS = 3;

/** Ticks of a logarithmic axis of counts: powers of ten, and where those are few what lies between them, so that none is without figures. */
export function logTicks(from: number, to: number): number[] {
  let ticks: number[] = [];
  for (const steps of STEPS) {
    ticks = [];
    for (let power = 10 ** Math.floor(Math.log10(from)); power <= to; power *= 10) {
      const here = steps.map((step) => (step * power) / 10);
      ticks.push(...here.filter((tick) => tick >= from && tick <= to && Number.isInteger(tick)));
    }
    if (ticks.length >= FEWEST_TICKS) break;
  }
  return ticks;
}

/** Numbers as people read them: three significant digits and a unit. The exact ones are in the JSON. */

const SCALES: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** Keeps a unit on the line of its figure. */
const SPACE = '\u00a0';

/** What stands where there is no figure. */
export const NO_FIGURE = '–';

/**
 * A number with three significant digits, in thousands (k), millions (M), … from 1000 on; `–` when it is not finite.
 *
 * @example
 * threeDigits(17_235_830) // '17.2M'
 */
export function threeDigits(value: number): string {
  if (!Number.isFinite(value)) return NO_FIGURE;
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(3));
  for (const [scale, suffix] of SCALES) {
    if (Math.abs(rounded) >= scale) {
      const scaled = rounded / scale;
      return `${Math.abs(scaled) >= 1000 ? scaled.toFixed(0) : scaled.toPrecision(3)}${suffix}`;
    }
  }
  return rounded.toPrecision(3);
}

/** A count: exact below 1000, three digits from there on. */
export function count(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1000 ? String(value) : threeDigits(value);
}

/** A count with its noun, which takes an s but for one. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${value === 1 ? noun : `${noun}s`}`;
}

export function usd(value: number): string {
  if (!Number.isFinite(value)) return NO_FIGURE;
  return value < 0 ? `-$${threeDigits(-value)}` : `$${threeDigits(value)}`;
}

/** A share of 1 as a percentage. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${threeDigits(share * 100)}${SPACE}%` : NO_FIGURE;
}

export function ratio(value: number): string {
  return Number.isFinite(value) ? `${threeDigits(value)}×` : NO_FIGURE;
}

/** GB-s as GB-h, without the unit. */
export function gbHours(gbS: number): string {
  return threeDigits(gbS / 3600);
}

/** A time in ms as ms, or as seconds from 1000 ms on. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return NO_FIGURE;
  return Number(ms.toPrecision(3)) < 1000 ? `${threeDigits(ms)}${SPACE}ms` : `${threeDigits(ms / 1000)}${SPACE}s`;
}

/** A length in minutes as minutes, hours or days. */
export function span(minutes: number): string {
  if (minutes < 120) return `${count(minutes)}${SPACE}min`;
  // `24.0` beside `24` would promise more than it knows.
  if (minutes < 2880) return `${count(minutes / 60).replace(/\.0+$/, '')}${SPACE}h`;
  return `${count(minutes / 1440)}${SPACE}days`;
}

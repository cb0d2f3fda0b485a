/** Times and sizes as people write them: a number with its unit, or a bare number in the basic one. */

/** Basic unit: seconds. */
export const TIME_UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
};

/** Basic unit: bytes. */
export const SIZE_UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

export interface Bounds {
  least: number;
  most: number;
  /** A word for no bound at all. */
  unbounded?: string;
}

const QUANTITY = /^(\d{1,15}(?:\.\d{1,9})?)[ ]?([A-Za-z]{1,3})$/;

/** In the basic unit; Infinity for the word that says so, NaN for what is no quantity. */
export function quantity(value: unknown, units: Readonly<Record<string, number>>, unbounded?: string): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  if (unbounded !== undefined && value === unbounded) return Number.POSITIVE_INFINITY;
  const found = QUANTITY.exec(value);
  const factor = found === null || !Object.hasOwn(units, found[2]!) ? undefined : units[found[2]!];
  return factor === undefined ? Number.NaN : Number(found![1]) * factor;
}

/** As a pattern of JSON Schema. */
export function quantityPattern(units: Readonly<Record<string, number>>, unbounded?: string): string {
  const written = `\\d{1,15}(\\.\\d{1,9})? ?(${Object.keys(units).join('|')})`;
  return unbounded === undefined ? `^${written}$` : `^(${unbounded}|${written})$`;
}

/** The shortest way to write an amount in whole units: `2h`, `90s`, `10MiB`. */
export function written(amount: number, units: Readonly<Record<string, number>>): string {
  const [unit, factor] = Object.entries(units)
    .sort(([, a], [, b]) => b - a)
    .find(([, size]) => amount >= size && Number.isInteger(amount / size)) ?? [
    Object.keys(units)[0]!,
    Object.values(units)[0]!,
  ];
  return `${amount / factor}${unit}`;
}

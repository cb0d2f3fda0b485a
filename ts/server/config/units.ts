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

/** Other names that people have for the units. */
const MEANT: Readonly<Record<string, string>> = {
  msec: 'ms',
  millis: 'ms',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  m: 'min',
  mins: 'min',
  minute: 'min',
  minutes: 'min',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
  b: 'B',
  k: 'KiB',
  kb: 'KiB',
  kib: 'KiB',
  m_: 'MiB',
  mb: 'MiB',
  mib: 'MiB',
  g: 'GiB',
  gb: 'GiB',
  gib: 'GiB',
};

/** What somebody who wrote this most likely meant, if it is within bounds; undefined where nobody can tell. */
export function meantQuantity(
  value: unknown,
  units: Readonly<Record<string, number>>,
  least: number,
  most: number,
): string | undefined {
  const fits = (text: string): string | undefined => {
    const amount = quantity(text, units);
    return amount >= least && amount <= most ? text : undefined;
  };
  // Too many seconds may be milliseconds.
  if (typeof value === 'number') return value > most && 'ms' in units ? fits(`${value}ms`) : undefined;
  const found = typeof value === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\.?\s*$/i.exec(value) : null;
  if (found === null) return undefined;
  const name = found[2]!.toLowerCase();
  const unit = [MEANT[name], MEANT[`${name}_`]].find((one) => one !== undefined && one in units);
  return unit === undefined ? undefined : fits(`${found[1]}${unit}`);
}

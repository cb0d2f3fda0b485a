/** Lines of a bill, and the check of what they are priced with. */
import { IsothermError } from '../../kernels/error.js';
import type { BillLine } from './bill.js';
import { checkAmount } from './usage.js';

/** A price that holds up to a quantity per month; null for the last one. */
export interface Tier {
  upTo: number | null;
  usd: number;
}

export interface Meter {
  meter: string;
  name: string;
  unit: string;
}

const line = (of: Meter, name: string, quantity: number, unitPriceUsd: number): BillLine => ({
  ...of,
  name,
  quantity,
  unitPriceUsd,
  usd: quantity * unitPriceUsd,
});

/** Nothing for nothing used. */
export const plain = (of: Meter, quantity: number, unitPriceUsd: number): BillLine[] =>
  quantity === 0 ? [] : [line(of, of.name, quantity, unitPriceUsd)];

/** What is beyond a free allowance, which has a line of its own. */
export function allowed(of: Meter, quantity: number, free: number, unitPriceUsd: number): BillLine[] {
  return tiered(of, quantity, free, [{ upTo: null, usd: unitPriceUsd }], 1);
}

/** Beyond a free allowance, a line per tier; tiers are per month and count from the first unit that is paid for. */
export function tiered(of: Meter, quantity: number, free: number, tiers: readonly Tier[], months: number): BillLine[] {
  const lines: BillLine[] = [];
  const freely = Math.min(quantity, free);
  if (freely > 0) lines.push(line(of, `${of.name}, free allowance`, freely, 0));
  let rest = quantity - freely;
  let from = 0;
  for (const { upTo, usd } of tiers) {
    if (rest <= 0) break;
    const room = upTo === null ? Number.POSITIVE_INFINITY : upTo * months - from;
    const within = Math.min(rest, room);
    lines.push(line(of, tiers.length > 1 && from > 0 ? `${of.name}, above ${from}` : of.name, within, usd));
    rest -= within;
    from += room;
  }
  return lines;
}

/** Every number in a table of prices. Errors: `NOT_FINITE`, `OUT_OF_RANGE` below 0. */
export function checkPrices(name: string, prices: object): void {
  for (const [key, value] of Object.entries(prices)) {
    if (typeof value === 'number') checkAmount(`${name}.${key}`, value);
    else if (typeof value === 'object' && value !== null) checkPrices(`${name}.${key}`, value);
  }
}

/** The entry of a table of choices. Errors: `BAD_ARGUMENT`, with those that there are. */
export function chosen<T>(name: string, choice: string, among: Readonly<Record<string, T>>): T {
  if (!Object.hasOwn(among, choice)) {
    const there = Object.keys(among).join(', ');
    throw new IsothermError('BAD_ARGUMENT', `${name} is '${choice}', expected one of ${there}`);
  }
  return among[choice]!;
}

/** The price, where the table has it. Errors: `BAD_ARGUMENT`. */
export function known(name: string, price: number | null): number {
  if (price === null) throw new IsothermError('BAD_ARGUMENT', `no price is known for ${name}: give it in prices`);
  return price;
}

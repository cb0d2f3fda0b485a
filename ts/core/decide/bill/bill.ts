/** Bills: what a provider's model charges for usage, for one function and for a fleet that shares allowances and tiers. */
import { IsothermError } from '../../kernels/error.js';
import { gbSeconds, MONTH_MS } from './rounding.js';
import { checkUsage, type Usage } from './usage.js';

/** Where prices come from. */
export interface PriceSource {
  /** Who published them. */
  source: string;
  /** When they held, as far as the source says. */
  date: string;
  region: string;
}

export interface BillLine {
  /** The meter that the line prices; several lines may price one, by tier or allowance. */
  meter: string;
  name: string;
  quantity: number;
  unit: string;
  unitPriceUsd: number;
  /** `quantity * unitPriceUsd`. */
  usd: number;
}

export interface Bill {
  model: string;
  periodMs: number;
  /** The period as a share of a month of 730 hours: allowances and tiers are per month. */
  months: number;
  lines: BillLine[];
  /** The sum of the lines. */
  totalUsd: number;
  /** What the figures rest on, a sentence each. */
  assumptions: string[];
}

/** A fleet's bill and its functions' parts of it. */
export interface FleetBill {
  bill: Bill;
  /** USD per function: its quantities at what the fleet paid per unit. */
  functionUsd: Float64Array;
  /** What no function used: minimum instances of a plan that stands empty. `totalUsd` less the sum of `functionUsd`. */
  sharedUsd: number;
}

/** Whether idle time is paid for: none of it, that of instances kept ready, or all. */
export type IdleTerms = 'none' | 'ready' | 'all';

/** A provider's way to bill, with prices and settings filled in. */
export interface BillModel {
  name: string;
  /** For people: one sentence. */
  about: string;
  prices: PriceSource;
  /** The largest instance that there is, MiB. */
  maxMemoryMiB: number;
  idle: IdleTerms;
  /** Whether and how one can set how long idle instances stay. */
  keepAlive: string;
  assumptions: readonly string[];
  /** Quantities by meter of one function, rounded as the provider does, before allowances and tiers. */
  meter(usage: Usage): Record<string, number>;
  /** The lines of a whole account over `months` of a month. */
  price(quantities: Readonly<Record<string, number>>, months: number): BillLine[];
}

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

const amount = (value: number): string => Number(value.toPrecision(4)).toString();

/** What is worth saying about this usage under this model. */
function remarks(usages: readonly Usage[], model: BillModel, months: number): string[] {
  const said: string[] = [];
  const idle = sum(usages.map(({ idleMs, memoryMiB }) => gbSeconds(idleMs, memoryMiB)));
  if (idle > 0 && model.idle === 'none') {
    said.push(
      `${amount(idle)} GB-s of idle memory are not on this bill: nobody pays for them here. ${model.keepAlive}`,
    );
  } else if (idle > 0 && model.idle === 'ready') {
    said.push(`Idle memory is paid for only where instances are kept ready. ${model.keepAlive}`);
  }
  const tooLarge = usages.filter(({ memoryMiB }) => memoryMiB > model.maxMemoryMiB).length;
  if (tooLarge > 0) {
    said.push(
      `${tooLarge} of ${usages.length} functions need more than the ${model.maxMemoryMiB} MiB that there are: billed as if there were more.`,
    );
  }
  if (months !== 1)
    said.push(`Allowances and tiers per month are taken for the ${amount(months)} months of the period.`);
  return said;
}

/**
 * What a fleet pays, and each function's part: allowances, tiers and minima apply to the whole account.
 *
 * @param usages One function each, all over the same period.
 *
 * Errors: `NOT_FINITE`, `OUT_OF_RANGE` for usage that cannot be; `BAD_ARGUMENT` for periods that differ. Complexity: O(functions + groups of calls + spans log spans).
 *
 * @example
 * const usage = { periodMs: 3_600_000, memoryMiB: 1024, ready: [], preWarmMs: 0, idleMs: 0 };
 * const calls = [{ calls: 1000, durationMs: 100, initMs: 0, onReady: false }];
 * const { bill, functionUsd } = billFleet([{ ...usage, calls }, { ...usage, calls: [] }], lambdaOnDemand());
 * bill.totalUsd; // 0.00186667
 * functionUsd; // [0.00186667, 0]
 */
export function billFleet(usages: readonly Usage[], model: BillModel): FleetBill {
  const [first] = usages;
  if (first === undefined) throw new IsothermError('BAD_ARGUMENT', 'there are no functions to bill');
  for (const usage of usages) {
    checkUsage(usage);
    if (usage.periodMs !== first.periodMs) {
      throw new IsothermError('BAD_ARGUMENT', `periods of ${first.periodMs} ms and ${usage.periodMs} ms, expected one`);
    }
  }
  const months = first.periodMs / MONTH_MS;
  const metered = usages.map((usage) => model.meter(usage));
  const quantities: Record<string, number> = {};
  for (const own of metered) {
    for (const [meter, quantity] of Object.entries(own)) quantities[meter] = (quantities[meter] ?? 0) + quantity;
  }
  const lines = model.price(quantities, months);
  const usdPerUnit = new Map<string, number>();
  for (const { meter, usd } of lines) {
    const quantity = quantities[meter] ?? 0;
    if (quantity > 0) usdPerUnit.set(meter, (usdPerUnit.get(meter) ?? 0) + usd / quantity);
  }
  const functionUsd = Float64Array.from(metered, (own) =>
    sum(Object.entries(own).map(([meter, quantity]) => quantity * (usdPerUnit.get(meter) ?? 0))),
  );
  const totalUsd = sum(lines.map(({ usd }) => usd));
  const sharedUsd = sum(lines.filter(({ meter }) => !usdPerUnit.has(meter)).map(({ usd }) => usd));
  const { name, prices, assumptions } = model;
  const priced = `Prices: ${prices.source}, ${prices.region}, ${prices.date}.`;
  return {
    bill: {
      model: name,
      periodMs: first.periodMs,
      months,
      lines,
      totalUsd,
      assumptions: [priced, ...assumptions, ...remarks(usages, model, months)],
    },
    functionUsd,
    sharedUsd,
  };
}

/**
 * What one function pays when it is alone in its account.
 *
 * Errors: `NOT_FINITE`, `OUT_OF_RANGE`.
 *
 * @example
 * const calls = [{ calls: 1_000_000, durationMs: 100, initMs: 0, onReady: false }];
 * const usage = { periodMs: 86_400_000, memoryMiB: 512, calls, ready: [], preWarmMs: 0, idleMs: 0 };
 * billUsage(usage, lambdaOnDemand()).totalUsd; // 1.033335
 */
export const billUsage = (usage: Usage, model: BillModel): Bill => billFleet([usage], model).bill;

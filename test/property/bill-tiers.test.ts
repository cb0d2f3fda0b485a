/** Tiers of prices, allowances, and a plan that costs a minimum. */
import { describe, expect, it } from 'vitest';
import {
  azurePremium,
  type BillModel,
  billFleet,
  billUsage,
  lambdaOnDemand,
  MONTH_MS,
  type Usage,
} from '../../ts/core/decide/index.js';
import { calls, month } from '../bill-usage.js';

describe('tiers and allowances', () => {
  const gbS = (quantity: number) => month(1024, [calls(quantity / 1000, 1e6)]);
  const duration = (usage: Usage, model: BillModel) =>
    billUsage(usage, model).lines.filter(({ meter }) => meter === 'duration');

  it.each([
    [6e9, [6e9]],
    [6e9 + 1000, [6e9, 1000]],
    [15e9, [6e9, 9e9]],
    [15e9 + 1000, [6e9, 9e9, 1000]],
  ])('%d GB-s fall into %o', (quantity, tiers) => {
    expect(duration(gbS(quantity), lambdaOnDemand()).map((line) => line.quantity)).toEqual(tiers);
  });

  it('a part of a month has its part of tiers and allowances, and says so', () => {
    const half = { ...gbS(6e9), periodMs: MONTH_MS / 2 };
    const { lines, months, assumptions } = billUsage(half, lambdaOnDemand({ freeTier: true }));
    expect(months).toBe(0.5);
    const quantities = lines.filter(({ meter }) => meter === 'duration').map((line) => line.quantity);
    expect(quantities).toEqual([200_000, 3e9, 3e9 - 200_000]);
    expect(assumptions.at(-1)).toContain('0.5 months');
  });

  it.each([
    [399_999, 0],
    [400_000, 0],
    [401_000, 1000],
  ])('of %d GB-s, %d are paid for', (quantity, paid) => {
    const lines = duration(gbS(quantity), lambdaOnDemand({ freeTier: true }));
    expect(lines.reduce((sum, line) => sum + (line.unitPriceUsd > 0 ? line.quantity : 0), 0)).toBeCloseTo(paid, 6);
    expect(duration(gbS(quantity), lambdaOnDemand()).map((line) => line.unitPriceUsd)).toEqual([1.66667e-5]);
  });

  it('an allowance is the fleet’s, and each function has its part of it', () => {
    const model = lambdaOnDemand({ freeTier: true });
    const fleet = [month(1024, [calls(600, 1e6)]), month(1024, [calls(200, 1e6)])];
    const { bill, functionUsd } = billFleet(fleet, model);
    expect(bill.totalUsd).toBeCloseTo(400_000 * 1.66667e-5, 9);
    expect(functionUsd[0]! / functionUsd[1]!).toBeCloseTo(3, 9);
    expect(billUsage(fleet[1]!, model).totalUsd).toBe(0);
  });

  it('an empty plan costs its minimum, which no function has used', () => {
    const { bill, functionUsd, sharedUsd } = billFleet([month(512, [])], azurePremium());
    expect(functionUsd).toEqual(Float64Array.of(0));
    expect(sharedUsd).toBe(bill.totalUsd);
    expect(bill.totalUsd).toBeCloseTo(730 * (0.173 + 3.5 * 0.0123), 9);
    const full = month(3584, [calls(1, MONTH_MS)]);
    expect(billUsage(full, azurePremium()).totalUsd).toBeCloseTo(bill.totalUsd, 9);
  });
});

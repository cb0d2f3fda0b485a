/** Prices of one’s own, and those that are refused. */
import { describe, expect, it } from 'vitest';
import {
  AZURE_FUNCTIONS_PRICES,
  azureFlex,
  azurePremium,
  billFleet,
  billUsage,
  breakEvenUtilisation,
  cloudRun,
  cloudRunPrices,
  kubernetes,
  lambdaOnDemand,
  lambdaPrices,
  lambdaProvisioned,
  provisionedConcurrencyBreakEven,
} from '../../ts/core/decide/index.js';
import { calls, month, NODE } from '../bill-usage.js';

describe('prices of one’s own', () => {
  it('replace the tables', () => {
    const usage = month(1024, [calls(1e6, 1000)]);
    const prices = { ...lambdaPrices(), requestUsd: 0, source: 'our contract', date: '2026-01-01' };
    const bill = billUsage(usage, lambdaOnDemand({ prices }));
    expect(bill.totalUsd).toBeCloseTo(1e6 * 1.66667e-5, 9);
    expect(bill.assumptions[0]).toContain('our contract');
    const flex = { ...AZURE_FUNCTIONS_PRICES.flex, onDemand: { ...AZURE_FUNCTIONS_PRICES.flex.onDemand, gbSUsd: 0 } };
    const azure = azureFlex({ prices: { ...AZURE_FUNCTIONS_PRICES, flex } });
    expect(billUsage(usage, azure).totalUsd).toBeCloseTo(0.4, 9);
    expect(billUsage(usage, kubernetes({ node: { ...NODE, usdPerHour: 0 }, vcpu: 1 })).totalUsd).toBe(0);
  });

  const wrong = (code: string) => expect.objectContaining({ code });
  it('are refused where they cannot be', () => {
    const prices = lambdaPrices();
    expect(() => lambdaOnDemand({ prices: { ...prices, requestUsd: -1 } })).toThrow(wrong('OUT_OF_RANGE'));
    const x86 = { ...prices.x86, tiers: [{ upTo: null, usd: Number.NaN }] };
    expect(() => lambdaOnDemand({ prices: { ...prices, x86 } })).toThrow(wrong('NOT_FINITE'));
    expect(() => lambdaPrices('mars-1')).toThrow(wrong('BAD_ARGUMENT'));
    expect(() => cloudRunPrices('mars-1')).toThrow(wrong('BAD_ARGUMENT'));
    const noPrice = { architecture: 'arm64', prices: lambdaPrices('eu-west-1') } as const;
    expect(() => lambdaProvisioned(noPrice)).toThrow(wrong('BAD_ARGUMENT'));
    expect(() => provisionedConcurrencyBreakEven(noPrice.prices, 'arm64')).toThrow(wrong('BAD_ARGUMENT'));
    expect(() => kubernetes({ node: { ...NODE, memoryGiB: 0 }, vcpu: 1 })).toThrow(wrong('OUT_OF_RANGE'));
    expect(() => kubernetes({ node: NODE, vcpu: 1, packing: 1.1 })).toThrow(wrong('OUT_OF_RANGE'));
    expect(() => lambdaOnDemand({ architecture: 'arm' as 'arm64' })).toThrow(wrong('BAD_ARGUMENT'));
    expect(() => azurePremium({ size: 'EP4' as 'EP3' })).toThrow(wrong('BAD_ARGUMENT'));
    expect(() => azurePremium({ minInstances: 0.5 })).toThrow(wrong('OUT_OF_RANGE'));
    expect(() => cloudRun({ vcpu: Number.NaN })).toThrow(wrong('NOT_FINITE'));
    expect(() => breakEvenUtilisation({ readyUsd: -1, readyBusyUsd: 1, onDemandUsd: 1 })).toThrow(
      wrong('OUT_OF_RANGE'),
    );
  });

  it('of fleets: no functions, or periods that differ, are refused', () => {
    expect(() => billFleet([], lambdaOnDemand())).toThrow(wrong('BAD_ARGUMENT'));
    const fleet = [month(512, []), { ...month(512, []), periodMs: 1 }];
    expect(() => billFleet(fleet, lambdaOnDemand())).toThrow(wrong('BAD_ARGUMENT'));
  });
});

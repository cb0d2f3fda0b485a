/** From which utilisation on keeping ready pays. */
import { describe, expect, it } from 'vitest';
import {
  alwaysReadyBreakEven,
  azureFlex,
  billUsage,
  breakEvenUtilisation,
  cloudRun,
  cloudRunInstances,
  cloudRunInstancesBreakEven,
  LAMBDA_REGIONS,
  lambdaOnDemand,
  lambdaPrices,
  lambdaProvisioned,
  MONTH_MS,
  provisionedConcurrencyBreakEven,
} from '../../ts/core/decide/index.js';
import { calls, month, ready } from '../bill-usage.js';

describe('break-evens', () => {
  it('are those that are published: about 60 % and 40 %', () => {
    expect(provisionedConcurrencyBreakEven()).toBeCloseTo(0.6, 4);
    expect(provisionedConcurrencyBreakEven(lambdaPrices(), 'arm64')).toBeCloseTo(0.6, 3);
    expect(alwaysReadyBreakEven()).toBeCloseTo(0.4, 12);
  });

  /** A month of one instance that is busy for a share of its time, kept ready and not. */
  const busy = (share: number, onReady: boolean) =>
    month(2048, [calls((share * MONTH_MS) / 1000, 1000, { onReady })], { ready: onReady ? ready(1, 730) : [] });

  it.each([
    ['lambda', provisionedConcurrencyBreakEven(), lambdaProvisioned(), lambdaOnDemand()],
    ['flex', alwaysReadyBreakEven(), azureFlex(), azureFlex()],
  ])('%s: bills agree with it', (_, share, kept, onDemand) => {
    const gap = (at: number) =>
      billUsage(busy(at, true), kept).totalUsd - billUsage(busy(at, false), onDemand).totalUsd;
    expect(gap(share)).toBeCloseTo(0, 9);
    expect(gap(share * 0.99)).toBeGreaterThan(0);
    expect(gap(share * 1.01)).toBeLessThan(0);
  });

  it('Cloud Run: bills agree with it, requests included', () => {
    const shape = { vcpu: 2, memoryMiB: 2048, durationMs: 1000 };
    const share = cloudRunInstancesBreakEven(shape);
    const gap = (at: number) =>
      billUsage({ ...busy(at, false), idleMs: (1 - at) * MONTH_MS }, cloudRunInstances({ vcpu: 2 })).totalUsd -
      billUsage(busy(at, false), cloudRun({ vcpu: 2 })).totalUsd;
    expect(gap(share)).toBeCloseTo(0, 6);
    expect(gap(share * 0.99)).toBeGreaterThan(0);
    expect(gap(share * 1.01)).toBeLessThan(0);
  });

  it('are above 1 where a region’s provisioned concurrency never pays', () => {
    const never = LAMBDA_REGIONS.filter((region) => provisionedConcurrencyBreakEven(lambdaPrices(region)) > 1);
    expect(never).toContain('eu-central-1');
    expect(never).not.toContain('us-east-1');
    expect(breakEvenUtilisation({ readyUsd: 1, readyBusyUsd: 2, onDemandUsd: 2 })).toBe(Number.POSITIVE_INFINITY);
    expect(breakEvenUtilisation({ readyUsd: 0, readyBusyUsd: 2, onDemandUsd: 2 })).toBe(0);
  });
});

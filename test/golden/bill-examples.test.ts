/** Bills that providers and price tools have published, worked out again. Figures only; dollars as published, in cents. */
import { describe, expect, it } from 'vitest';
import {
  azureConsumption,
  azureFlex,
  azurePremium,
  type Bill,
  billUsage,
  cloudRun,
  cloudRunInstances,
  cloudRunPrices,
  lambdaOnDemand,
  lambdaProvisioned,
} from '../../ts/core/decide/index.js';
import { calls, month, ready } from '../bill-usage.js';

const usd = (bill: Bill, meter: string): number =>
  bill.lines.filter((line) => line.meter === meter).reduce((sum, line) => sum + line.usd, 0);

const cents = (value: number): number => Math.round(value * 100) / 100;

/** AWS Lambda price page, examples, us-east-1, x86 (as crawled in 2026). */
describe('the examples of the Lambda price page', () => {
  it('mobile application backend: 3 M calls of 120 ms at 1536 MB', () => {
    const bill = billUsage(month(1536, [calls(3e6, 120)]), lambdaOnDemand({ freeTier: true }));
    expect(cents(usd(bill, 'duration'))).toBe(2.33);
    expect(cents(usd(bill, 'requests'))).toBe(0.4);
    expect(cents(bill.totalUsd)).toBe(2.73);
  });

  it('telemetry: 7.44 M calls of 2 s at 1 GB, without allowance', () => {
    const bill = billUsage(month(1024, [calls(7.44e6, 2000)]), lambdaOnDemand());
    expect(cents(usd(bill, 'duration'))).toBe(248);
    expect(cents(usd(bill, 'requests'))).toBe(1.49);
    expect(cents(bill.totalUsd)).toBe(249.49);
  });

  it('support tickets: 6 M calls of 280 ms at 4096 MB, but for the storage', () => {
    const bill = billUsage(month(4096, [calls(6e6, 280)]), lambdaOnDemand({ freeTier: true }));
    expect(cents(usd(bill, 'duration'))).toBe(105.33);
    expect(cents(usd(bill, 'requests'))).toBe(1);
  });

  it('provisioned concurrency of 100 for eight hours, the rest of the month on demand', () => {
    const usage = month(1536, [calls(500_000, 100, { onReady: true }), calls(2.5e6, 120)], { ready: ready(100, 8) });
    const bill = billUsage(usage, lambdaProvisioned({ freeTier: true }));
    expect(cents(usd(bill, 'ready'))).toBe(18);
    expect(cents(usd(bill, 'readyDuration'))).toBe(0.73);
    expect(cents(usd(bill, 'requests'))).toBe(0.4);
    expect(cents(usd(bill, 'duration'))).toBe(0.83);
    expect(cents(bill.totalUsd)).toBe(19.96);
  });

  it('provisioned concurrency of seven for a day', () => {
    const usage = month(4096, [calls(2e6, 280, { onReady: true })], { ready: ready(7, 24) });
    const bill = billUsage(usage, lambdaProvisioned());
    expect(cents(usd(bill, 'ready'))).toBe(10.08);
    expect(cents(usd(bill, 'readyDuration'))).toBe(21.78);
    expect(cents(usd(bill, 'requests'))).toBe(0.4);
    expect(cents(bill.totalUsd)).toBe(32.26);
  });
});

/** Infracost's reference outputs for Lambda: GB-seconds in tiers, x86 and arm64. */
describe('tiers as Infracost bills them', () => {
  it.each([
    ['x86', 30e9, [100_000.2, 135_000, 200_001]],
    ['x86', 9.216e9, [100_000.2, 48_240]],
    ['x86', 3.072e9, [51_200.1]],
    ['arm64', 37.5e9, [100_000.5, 135_001.13, 200_000.63]],
    ['arm64', 11.52e9, [100_000.5, 48_240.4]],
  ] as const)('%s, %d GB-s', (architecture, gbS, tiers) => {
    const bill = billUsage(month(1024, [calls(gbS / 1000, 1_000_000)]), lambdaOnDemand({ architecture }));
    const lines = bill.lines.filter(({ meter }) => meter === 'duration');
    // To the cent: the published figures are rounded, and one sits on half a cent.
    expect(lines).toHaveLength(tiers.length);
    for (const [i, published] of tiers.entries()) expect(Math.abs(lines[i]!.usd - published)).toBeLessThan(0.0051);
  });
});

describe('Azure Functions', () => {
  /** Modal, Azure Functions pricing, 2025-05: 3 M calls of 1 s at 1.5 GB. */
  it('Consumption: 66 USD', () => {
    const bill = billUsage(month(1536, [calls(3e6, 1000)]), azureConsumption({ freeTier: true }));
    expect(cents(usd(bill, 'time'))).toBe(65.6);
    expect(cents(usd(bill, 'executions'))).toBe(0.4);
    expect(cents(bill.totalUsd)).toBe(66);
  });

  /** Infracost's reference output: 3 M calls below both minima, 37,500 GB-s. */
  it('Consumption bills at least 128 MB and 100 ms', () => {
    const bill = billUsage(month(64, [calls(3e6, 50)]), azureConsumption());
    expect(bill.lines.find(({ meter }) => meter === 'time')!.quantity).toBe(37_500);
    expect([cents(usd(bill, 'time')), cents(usd(bill, 'executions'))]).toEqual([0.6, 0.6]);
  });

  /** Microsoft Learn, estimating consumption-based costs: 160 MB are charged as 256 MB. */
  it('Consumption rounds memory up', () => {
    const bill = billUsage(month(160, [calls(1000, 3000)]), azureConsumption());
    expect(bill.lines.find(({ meter }) => meter === 'time')!.quantity).toBe(750);
  });

  /** Microsoft Learn, Flex Consumption plan: at least 1000 ms, then steps of 100 ms; instances of 512, 2048, 4096 MB. */
  it.each([
    [200, 1000, 512, 0.5],
    [1000, 1000, 513, 2],
    [1001, 1100, 2048, 2],
    [1100, 1100, 2049, 4],
  ])('Flex bills %d ms as %d ms, %d MiB as %d GB', (durationMs, billedMs, memoryMiB, gb) => {
    const bill = billUsage(month(memoryMiB, [calls(1000, durationMs)]), azureFlex());
    expect(bill.lines.find(({ meter }) => meter === 'time')!.quantity).toBeCloseTo(billedMs * gb, 9);
  });

  /** Infracost's reference outputs for Premium plans, a month of one instance. */
  it.each([
    ['EP1', 1, 126.29, 31.43],
    ['EP2', 1, 252.58, 62.85],
    ['EP2', 2, 505.16, 125.71],
  ] as const)('Premium %s x %d', (size, minInstances, vcpu, memory) => {
    const { lines } = billUsage(month(512, []), azurePremium({ size, minInstances }));
    expect(lines.map((line) => cents(line.usd))).toEqual([vcpu, memory]);
  });
});

describe('Cloud Run', () => {
  /** Infracost's reference output, tier 2: 500,000 requests that take 1.8 M vCPU-s and 0.9 M GiB-s. */
  it('by requests', () => {
    const options = { vcpu: 2, prices: cloudRunPrices('us-west2') };
    const bill = billUsage(month(1024, [calls(500_000, 1800)]), cloudRun(options));
    expect(bill.lines.map(({ usd: paid }) => cents(paid))).toEqual([0.2, 60.48, 3.15]);
  });

  /** Infracost's reference output, tier 2: 1,314,000 vCPU-s and 657,000 GiB-s. */
  it('by instances', () => {
    const options = { vcpu: 1, prices: cloudRunPrices('us-west2') };
    const usage = month(512, [calls(1, 1_314_000_000)]);
    const bill = billUsage(usage, cloudRunInstances(options));
    expect(bill.lines.map(({ usd: paid }) => cents(paid))).toEqual([28.38, 1.58]);
  });

  /** Two public cost notes of 2026-10 that work out a month of 730 h of one instance of 1 vCPU and 2 GiB in tier 1. */
  it('a month of one instance: idle, busy, and by instances', () => {
    const hours = 730;
    const idle = month(2048, [], { ready: ready(1, hours) });
    expect(cents(billUsage(idle, cloudRun()).totalUsd)).toBe(19.71);
    const busy = month(2048, [calls(1, hours * 3_600_000)]);
    expect(cents(usd(billUsage(busy, cloudRun()), 'cpu') + usd(billUsage(busy, cloudRun()), 'memory'))).toBe(76.21);
    expect(cents(billUsage(busy, cloudRunInstances()).totalUsd)).toBe(57.82);
  });
});

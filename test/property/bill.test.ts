/** What holds for the bill of every platform: sums, order, growth, what it says of itself, and refusals. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  azureConsumption,
  azureFlex,
  azurePremium,
  type BillModel,
  billFleet,
  billUsage,
  cloudRun,
  cloudRunInstances,
  kubernetes,
  lambdaOnDemand,
  lambdaPrices,
  lambdaProvisioned,
  MONTH_MS,
  type Usage,
} from '../../ts/core/decide/index.js';
import { calls, DAY_MS, month, NODE, readySpan } from '../bill-usage.js';

const MODELS: BillModel[] = [
  lambdaOnDemand(),
  lambdaOnDemand({ architecture: 'arm64', freeTier: true, initBilled: false }),
  lambdaProvisioned(),
  lambdaProvisioned({ freeTier: true, prices: lambdaPrices('eu-west-1') }),
  azureConsumption({ freeTier: true }),
  azureFlex({ freeTier: true }),
  azurePremium({ minInstances: 2 }),
  cloudRun({ freeTier: true }),
  cloudRunInstances({ vcpu: 2 }),
  kubernetes({ node: NODE, vcpu: 0.25, packing: 0.7 }),
];

const group = fc.record({
  calls: fc.oneof(fc.integer({ min: 0, max: 1e9 }), fc.double({ min: 0, max: 1e6, noNaN: true })),
  durationMs: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 900_000 }),
    fc.double({ min: 0, max: 5000, noNaN: true }),
  ),
  initMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 10_000 })),
  onReady: fc.boolean(),
});
const usages = fc.array(
  fc.record({
    periodMs: fc.constant(DAY_MS),
    memoryMiB: fc.double({ min: 1, max: 20_000, noNaN: true }),
    calls: fc.array(group, { maxLength: 4 }),
    ready: fc.array(readySpan, { maxLength: 4 }),
    preWarmMs: fc.integer({ min: 0, max: 1e7 }),
    idleMs: fc.integer({ min: 0, max: 1e10 }),
  }),
  { minLength: 1, maxLength: 5 },
);

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-12);

describe.each(MODELS.map((model, i) => [`${i} ${model.name}`, model] as const))('%s', (_, model) => {
  it('adds up: lines to the total, functions and what they share to the total', () => {
    fc.assert(
      fc.property(usages, (fleet) => {
        const { bill, functionUsd, sharedUsd } = billFleet(fleet, model);
        let total = 0;
        for (const { quantity, unitPriceUsd, usd } of bill.lines) {
          expect(usd).toBe(quantity * unitPriceUsd);
          expect(quantity).toBeGreaterThan(0);
          total += usd;
        }
        expect(bill.totalUsd).toBe(total);
        const parts = functionUsd.reduce((sum, usd) => sum + usd, sharedUsd);
        expect(near(parts, total), `${parts} of ${total}`).toBe(true);
        expect(functionUsd.every((usd) => usd >= 0)).toBe(true);
      }),
    );
  });

  it('bills a fleet without regard to its order, and in one tier as its functions one by one', () => {
    fc.assert(
      fc.property(usages, (fleet) => {
        const { totalUsd } = billFleet(fleet, model).bill;
        expect(near(billFleet([...fleet].reverse(), model).bill.totalUsd, totalUsd)).toBe(true);
        const list = { ...model, price: (q: Record<string, number>) => model.price(q, 1e-300) };
        const alone = fleet.map((usage) => billUsage(usage, list as BillModel).totalUsd);
        // Without tiers and allowances worth the name, prices are linear, but for what a plan costs empty.
        const listed = billFleet(fleet, list as BillModel).bill.totalUsd;
        expect(
          near(
            alone.reduce((sum, usd) => sum + usd, 0),
            listed,
          ),
        ).toBe(true);
      }),
    );
  });

  it('costs no less for more calls, longer ones or more memory', () => {
    fc.assert(
      fc.property(usages, fc.double({ min: 1, max: 3, noNaN: true }), (fleet, factor) => {
        const { totalUsd } = billFleet(fleet, model).bill;
        const grown = (change: (usage: Usage) => Usage): number => billFleet(fleet.map(change), model).bill.totalUsd;
        const most = totalUsd * (1 - 1e-9);
        // Ready instances that are busier idle less, which Cloud Run bills at another rate: there calls on demand only grow.
        const free = (usage: Usage): Usage['calls'] => usage.calls.filter((one) => !one.onReady);
        const kept = (usage: Usage): Usage['calls'] => usage.calls.filter((one) => one.onReady);
        const grow = (usage: Usage, change: (one: Usage['calls'][number]) => Usage['calls'][number]): Usage => ({
          ...usage,
          calls: [...kept(usage), ...free(usage).map(change)],
        });
        const more = grown((usage) => grow(usage, (one) => ({ ...one, calls: one.calls * factor })));
        expect(more).toBeGreaterThanOrEqual(most);
        const longer = grown((usage) => grow(usage, (one) => ({ ...one, durationMs: one.durationMs * factor })));
        expect(longer).toBeGreaterThanOrEqual(most);
        expect(grown((usage) => ({ ...usage, memoryMiB: usage.memoryMiB * factor }))).toBeGreaterThanOrEqual(most);
      }),
    );
  });

  it('says where its prices are from and what it rests on', () => {
    const { assumptions } = billUsage(month(512, [calls(1, 1)]), model);
    expect(assumptions[0]).toContain(model.prices.source);
    expect(assumptions[0]).toContain(model.prices.date);
    expect(assumptions.length).toBeGreaterThan(2);
    expect(assumptions.every((text) => /[.:]$/.test(text))).toBe(true);
  });

  it.each([
    ['NOT_FINITE', { memoryMiB: Number.NaN }],
    ['OUT_OF_RANGE', { memoryMiB: 0 }],
    ['OUT_OF_RANGE', { periodMs: 0 }],
    ['NOT_FINITE', { periodMs: Number.POSITIVE_INFINITY }],
    ['OUT_OF_RANGE', { idleMs: -1 }],
    ['NOT_FINITE', { preWarmMs: Number.NaN }],
    ['OUT_OF_RANGE', { calls: [calls(-1, 100)] }],
    ['NOT_FINITE', { calls: [calls(1, Number.NaN)] }],
    ['OUT_OF_RANGE', { calls: [calls(1, 1, { initMs: -0.5 })] }],
    ['OUT_OF_RANGE', { ready: [{ fromMs: 10, toMs: 9, instances: 1 }] }],
    ['OUT_OF_RANGE', { ready: [{ fromMs: 0, toMs: MONTH_MS + 1, instances: 1 }] }],
    ['NOT_FINITE', { ready: [{ fromMs: 0, toMs: 9, instances: Number.NaN }] }],
  ] as const)('refuses with %s: %o', (code, wrong) => {
    expect(() => billUsage({ ...month(512, []), ...wrong }, model)).toThrow(expect.objectContaining({ code }));
  });
});

it('says which functions are too large for a platform', () => {
  const { assumptions } = billUsage(month(2000, [calls(1, 1)]), azureConsumption());
  expect(assumptions.join(' ')).toContain('1 of 1 functions need more than the 1536 MiB');
});

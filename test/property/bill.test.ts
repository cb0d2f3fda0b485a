/** What holds for every bill: sums, edges of rounding and of tiers, allowances, break-evens, and refusals. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readyMsInSteps, roundUp } from '../../ts/core/decide/bill/rounding.js';
import {
  AZURE_FUNCTIONS_PRICES,
  alwaysReadyBreakEven,
  azureConsumption,
  azureFlex,
  azurePremium,
  type BillModel,
  billFleet,
  billUsage,
  breakEvenUtilisation,
  cloudRun,
  cloudRunInstances,
  cloudRunInstancesBreakEven,
  cloudRunPrices,
  kubernetes,
  LAMBDA_REGIONS,
  lambdaOnDemand,
  lambdaPrices,
  lambdaProvisioned,
  MONTH_MS,
  provisionedConcurrencyBreakEven,
  type ReadySpan,
  type Usage,
} from '../../ts/core/decide/index.js';
import { calls, HOUR_MS, month, ready } from '../bill-usage.js';

const NODE = { usdPerHour: 0.2, vcpu: 4, memoryGiB: 16 };

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

const DAY_MS = 24 * HOUR_MS;

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
const span = fc
  .tuple(fc.integer({ min: 0, max: DAY_MS }), fc.integer({ min: 0, max: DAY_MS }), fc.integer({ min: 0, max: 50 }))
  .map(([a, b, instances]): ReadySpan => ({ fromMs: Math.min(a, b), toMs: Math.max(a, b), instances }));
const usages = fc.array(
  fc.record({
    periodMs: fc.constant(DAY_MS),
    memoryMiB: fc.double({ min: 1, max: 20_000, noNaN: true }),
    calls: fc.array(group, { maxLength: 4 }),
    ready: fc.array(span, { maxLength: 4 }),
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

describe('rounding', () => {
  it('rounds up, and takes what floats make of whole numbers as whole', () => {
    expect([0, 1, 1.0001, 99.9, 100, 100.1].map((ms) => roundUp(ms, 1))).toEqual([0, 1, 2, 100, 100, 101]);
    expect([0, 1, 100, 100.5, 200].map((ms) => roundUp(ms, 100))).toEqual([0, 100, 100, 200, 200]);
    expect(roundUp((0.1 + 0.2) * 10, 1)).toBe(3);
  });

  it('bills initialisation and call together, to 1 ms: 1293.83 and 1049.63 ms are 2344 ms', () => {
    const cold = month(1024, [calls(1, 1049.63, { initMs: 1293.83 })]);
    const duration = (model: BillModel) => billUsage(cold, model).lines.find(({ meter }) => meter === 'duration')!;
    expect(duration(lambdaOnDemand()).quantity).toBeCloseTo(2.344, 12);
    expect(duration(lambdaOnDemand({ initBilled: false })).quantity).toBeCloseTo(1.05, 12);
  });

  it.each([
    ['lambda', lambdaOnDemand(), 'duration', 128, 0, 0.001 * 0.125],
    ['lambda below its smallest size', lambdaOnDemand(), 'duration', 1, 1, 0.001 * 0.125],
    ['lambda at part of a MB', lambdaOnDemand(), 'duration', 1023.2, 1000, 1],
    ['consumption', azureConsumption(), 'time', 128.5, 100.5, 0.101 * 0.25],
    ['consumption, empty call', azureConsumption(), 'time', 128, 0, 0.1 * 0.125],
    ['flex', azureFlex(), 'time', 4096, 1000.5, 1.1 * 4],
    ['cloud run', cloudRun(), 'memory', 1024, 100, 0.1],
    ['cloud run above a step', cloudRun(), 'memory', 1024, 100.5, 0.2],
    ['cloud run, empty call', cloudRun(), 'memory', 1024, 0, 0.1],
  ] as const)('%s', (_, model, meter, memoryMiB, durationMs, quantity) => {
    const { lines } = billUsage(month(memoryMiB, [calls(1, durationMs)]), model);
    expect(lines.find((line) => line.meter === meter)!.quantity).toBeCloseTo(quantity, 12);
  });

  it('bills provisioned concurrency in steps of five minutes per rise', () => {
    const MINUTE = 60_000;
    const of = (...spans: [from: number, to: number, instances: number][]): number =>
      readyMsInSteps(
        spans.map(([from, to, instances]) => ({ fromMs: from * MINUTE, toMs: to * MINUTE, instances })),
        5 * MINUTE,
      ) / MINUTE;
    expect(of([0, 5, 1])).toBe(5);
    expect(of([0, 5.001, 1])).toBe(10);
    expect(of([0, 6, 1], [6, 10, 1])).toBe(10);
    // Two of three stay: the third is rounded by itself.
    expect(of([0, 6, 2], [6, 8, 3], [8, 12, 2])).toBe(2 * 15 + 5);
    expect(of([0, 12, 2], [6, 8, 1])).toBe(2 * 15 + 5);
    expect(of([3, 3, 7], [1, 2, 0])).toBe(0);
    expect(of([0, 1, 0.5])).toBe(2.5);
  });

  it('never bills less than the time provisioned, nor a step more per rise', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 8 }), (spans) => {
        const exact = spans.reduce((sum, { fromMs, toMs, instances }) => sum + (toMs - fromMs) * instances, 0);
        const billed = readyMsInSteps(spans, 300_000);
        const instances = spans.reduce((sum, one) => sum + one.instances, 0);
        expect(billed).toBeGreaterThanOrEqual(exact - 1e-6);
        expect(billed).toBeLessThan(exact + instances * 300_000 + 1e-6);
        expect(readyMsInSteps(spans, 1)).toBeCloseTo(exact, 3);
      }),
    );
  });
});

describe('instances started ahead and kept ready', () => {
  const quantities = (usage: Usage, model: BillModel) =>
    Object.fromEntries(billUsage(usage, model).lines.map(({ meter, quantity }) => [meter, quantity]));

  it('provisioned concurrency of six minutes is billed as ten, and its initialisation as duration', () => {
    const usage = month(2048, [], { ready: ready(3, 0.1), preWarmMs: 1500.2 });
    const found = quantities(usage, lambdaProvisioned());
    expect(Object.keys(found)).toEqual(['ready', 'readyDuration']);
    expect(found.ready).toBeCloseTo(3 * 600 * 2, 9);
    expect(found.readyDuration).toBeCloseTo(1.501 * 2, 9);
  });

  it('always-ready instances have no steps of time, and start at no charge', () => {
    const usage = month(2048, [], { ready: ready(3, 0.1), preWarmMs: 1500 });
    expect(quantities(usage, azureFlex()).baseline).toBeCloseTo(3 * 360 * 2, 9);
    expect(Object.keys(quantities(usage, azureFlex()))).toEqual(['baseline']);
  });

  it('starting is billed on Cloud Run like calls, on Lambda on demand not at all', () => {
    const usage = month(2048, [], { preWarmMs: 1501 });
    const found = quantities(usage, cloudRun({ vcpu: 2 }));
    expect(found.cpu).toBeCloseTo(3.2, 12);
    expect(found.memory).toBeCloseTo(3.2, 12);
    expect(billUsage(usage, lambdaOnDemand()).lines).toEqual([]);
  });

  it('an instance takes the larger share of a node, of which some stays empty', () => {
    const hour = (memoryMiB: number) => month(memoryMiB, [], { idleMs: HOUR_MS });
    const hours = (memoryMiB: number, vcpu: number, packing?: number) =>
      quantities(hour(memoryMiB), kubernetes({ node: NODE, vcpu, ...(packing === undefined ? {} : { packing }) }))
        .nodeHours;
    expect(hours(4096, 0.5)).toBeCloseTo(1 / 4, 12);
    expect(hours(4096, 2)).toBeCloseTo(1 / 2, 12);
    expect(hours(4096, 2, 0.8)).toBeCloseTo(0.625, 12);
    const plan = (vcpu: number) => quantities(hour(896), azurePremium({ vcpu, minInstances: 1 })).planHours;
    // The last line of a meter is its memory, in GB-h.
    expect(plan(0)).toBeCloseTo(0.25 * 3.5, 12);
    expect(plan(0.5)).toBeCloseTo(0.5 * 3.5, 12);
  });
});

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

describe('idle time', () => {
  const idling = month(1024, [calls(1000, 100)], { idleMs: HOUR_MS });
  it.each([
    ['lambda', lambdaOnDemand(), false, /nobody can set how long/],
    ['consumption', azureConsumption(), false, /nobody can set how long/],
    ['provisioned', lambdaProvisioned(), false, /One sets how many instances are ready/],
    ['flex', azureFlex(), false, /always ready/],
    ['cloud run', cloudRun(), false, /minimum instances/],
    ['cloud run by instances', cloudRunInstances(), true, undefined],
    ['kubernetes', kubernetes({ node: NODE, vcpu: 0 }), true, undefined],
  ] as const)('%s', (_, model, billed, said) => {
    const with0 = billUsage({ ...idling, idleMs: 0 }, model);
    const bill = billUsage(idling, model);
    expect(bill.totalUsd > with0.totalUsd).toBe(billed);
    const more = bill.assumptions.filter((text) => !with0.assumptions.includes(text));
    expect(more).toHaveLength(said === undefined ? 0 : 1);
    if (said !== undefined) expect(more[0]).toMatch(said);
  });

  it('of minimum instances on Cloud Run is what they are not busy', () => {
    const usage = month(1024, [calls(3600, 1000, { onReady: true })], { ready: ready(1, 2) });
    const { lines } = billUsage(usage, cloudRun());
    expect(lines.find(({ meter }) => meter === 'idleMemory')!.quantity).toBe(3600);
  });
});

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

it('says which functions are too large for a platform', () => {
  const { assumptions } = billUsage(month(2000, [calls(1, 1)]), azureConsumption());
  expect(assumptions.join(' ')).toContain('1 of 1 functions need more than the 1536 MiB');
});

/** What is metered of calls, of instances that start ahead or are kept ready, and of idle time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readyMsInSteps, roundUp } from '../../ts/core/decide/bill/rounding.js';
import {
  azureConsumption,
  azureFlex,
  azurePremium,
  type BillModel,
  billUsage,
  cloudRun,
  cloudRunInstances,
  kubernetes,
  lambdaOnDemand,
  lambdaProvisioned,
  type Usage,
} from '../../ts/core/decide/index.js';
import { calls, HOUR_MS, month, NODE, ready, readySpan } from '../bill-usage.js';

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
      fc.property(fc.array(readySpan, { maxLength: 8 }), (spans) => {
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

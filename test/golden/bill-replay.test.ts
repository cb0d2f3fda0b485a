/** The bill of a replay: a trace worked by hand, and sums that must agree with the replay's own. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openSources } from '../../ts/core/cli/sources.js';
import {
  AZURE_FUNCTIONS_PRICES,
  azureConsumption,
  azureFlex,
  azurePremium,
  type BillModel,
  cloudRun,
  kubernetes,
  lambdaOnDemand,
  lambdaPrices,
  lambdaProvisioned,
} from '../../ts/core/decide/index.js';
import { billReplay, replay, replayUsage } from '../../ts/core/evaluate/index.js';
import { type CallsTrace, generateTrace, readTrace } from '../../ts/core/trace/index.js';

/**
 * Ten minutes: calls at 0 s and 30 s of one second each, at 500 s of three seconds, 1024 MiB; and a function that is never called. Under a window of a minute
 * with cold starts of 1 s: cold at 0 and 500 s; idle from 2 to 30 s, from 31 to 91 s and from 504 to 564 s.
 */
const trace: CallsTrace = {
  kind: 'calls',
  minutes: 10,
  originMs: Number.NaN,
  calls: 3,
  functions: {
    keys: ['app/called', 'app/quiet'],
    durationMs: Float64Array.of(1667, 1000),
    memoryMiB: Float64Array.of(1024, 512),
    trigger: ['http', 'http'],
    index: Float64Array.of(0, 1),
  },
  offsets: Float64Array.of(0, 3, 3),
  startMs: Float64Array.of(0, 30_000, 500_000),
  durationMs: Uint32Array.of(1000, 1000, 3000),
  columns: {},
};

const result = replay(trace, { policies: ['fixed-1min', 'clairvoyant-prewarm'] });

describe('the usage of a replay', () => {
  it('has the calls by duration, two of three cold, and what idled', () => {
    const [called, quiet] = replayUsage(result, trace, 'fixed-1min');
    expect(called!.idleMs).toBe(148_000);
    expect(called!.calls.map((group) => [group.durationMs, group.initMs, group.onReady])).toEqual([
      [1000, 0, true],
      [1000, 1000, false],
      [3000, 0, true],
      [3000, 1000, false],
    ]);
    const counts = called!.calls.map((group) => group.calls);
    for (const [i, count] of [2 / 3, 4 / 3, 1 / 3, 2 / 3].entries()) expect(counts[i]).toBeCloseTo(count, 12);
    const warmMs = (2 / 3) * 1000 + (1 / 3) * 3000;
    expect(called!.ready).toHaveLength(1);
    expect(called!.ready[0]!.instances * 600_000).toBeCloseTo(148_000 + warmMs, 6);
    expect(quiet).toMatchObject({ calls: [], ready: [], idleMs: 0, preWarmMs: 0 });
  });

  it('is refused for a policy that was not replayed, or another trace', () => {
    const refusal = (code: string) => expect.objectContaining({ code });
    expect(() => replayUsage(result, trace, 'fixed-2min')).toThrow(refusal('UNKNOWN_POLICY'));
    const other = generateTrace({ pattern: 'timer', functions: 2, days: 1, seed: 1 });
    expect(() => billReplay(result, other, lambdaOnDemand())).toThrow(refusal('BAD_ARGUMENT'));
    const longer = { ...trace, offsets: Float64Array.of(0, 2, 3) };
    expect(() => billReplay(result, longer, lambdaOnDemand())).toThrow(refusal('BAD_ARGUMENT'));
  });
});

describe('the bill of a replay', () => {
  it('on Lambda on demand: three requests, five seconds and two starts; idle memory is nobody’s to pay or to set', () => {
    const { bill, functionUsd } = billReplay(result, trace, lambdaOnDemand())['fixed-1min']!;
    expect(bill.totalUsd).toBeCloseTo(3 * 2e-7 + 7 * 1.66667e-5, 15);
    expect(functionUsd[0]).toBeCloseTo(bill.totalUsd, 15);
    expect(functionUsd[1]).toBe(0);
    const said = bill.assumptions.find((text) => text.includes('148 GB-s of idle memory are not on this bill'));
    expect(said).toContain('nobody can set how long an idle instance stays');
  });

  it('on provisioned concurrency: what idled and served warm is provisioned, cold calls spill over', () => {
    const { bill } = billReplay(result, trace, lambdaProvisioned())['fixed-1min']!;
    const warm = 5 / 3;
    const cold = 10 / 3 + 2;
    const expected = 3 * 2e-7 + (148 + warm) * 4.1667e-6 + warm * 9.7222e-6 + cold * 1.66667e-5;
    expect(bill.totalUsd).toBeCloseTo(expected, 15);
    expect(bill.assumptions.join(' ')).toContain('lower bound for settings that a platform takes');
  });

  it('on Flex and Cloud Run: idle time is that of instances kept ready', () => {
    const flex = billReplay(result, trace, azureFlex())['fixed-1min']!.bill;
    const baseline = flex.lines.find(({ meter }) => meter === 'baseline')!;
    // 1024 MiB take an instance of 2 GB.
    expect(baseline.quantity).toBeCloseTo(2 * (148 + 5 / 3), 9);
    expect(baseline.unitPriceUsd).toBe(AZURE_FUNCTIONS_PRICES.flex.alwaysReady.baselineGbSUsd);
    const run = billReplay(result, trace, cloudRun())['fixed-1min']!.bill;
    expect(run.lines.find(({ meter }) => meter === 'idleMemory')!.quantity).toBeCloseTo(148, 9);
  });

  it('by node hours is the memory of the replay, busy and idle', () => {
    const fleet = generateTrace({ pattern: 'bursty', functions: 12, days: 1, seed: 3 });
    const own = replay(fleet, {
      policies: ['fixed-0min', 'fixed-10min', 'hybrid-histogram', 'recent-peak', 'clairvoyant'],
    });
    const node = { usdPerHour: 0.1, vcpu: 2, memoryGiB: 8 };
    const bills = billReplay(own, fleet, kubernetes({ node, vcpu: 0 }));
    expect(Object.keys(bills)).toEqual(Object.keys(own.policies));
    for (const [policy, { bill, functionUsd }] of Object.entries(bills)) {
      const { idleGbS, busyGbS } = own.policies[policy]!;
      const { preWarms } = own.columns[policy]!;
      const preWarmGbS = preWarms.reduce((sum, count, f) => sum + (count * fleet.functions.memoryMiB[f]!) / 1024, 0);
      const expected = ((idleGbS + busyGbS + preWarmGbS) / 8 / 3600) * 0.1;
      expect(Math.abs(bill.totalUsd / expected - 1), policy).toBeLessThan(1e-9);
      const parts = functionUsd.reduce((sum, usd) => sum + usd, 0);
      expect(Math.abs(parts / bill.totalUsd - 1)).toBeLessThan(1e-9);
    }
    expect(bills['fixed-10min']!.bill.totalUsd).toBeGreaterThan(bills['fixed-0min']!.bill.totalUsd);
  });

  it('on Lambda on demand differs between policies by their cold starts alone', () => {
    const fleet = generateTrace({ pattern: 'diurnal', functions: 5, days: 1, seed: 2 });
    const own = replay(fleet, { policies: ['fixed-1min', 'fixed-20min'] });
    const bills = billReplay(own, fleet, lambdaOnDemand());
    const starts = (policy: string) =>
      own.columns[policy]!.coldStarts.reduce((sum, count, f) => {
        const configured = Math.max(128, Math.ceil(fleet.functions.memoryMiB[f]!));
        return sum + (count * configured) / 1024;
      }, 0);
    const usd = lambdaPrices().x86.tiers[0]!.usd;
    const gap = bills['fixed-1min']!.bill.totalUsd - bills['fixed-20min']!.bill.totalUsd;
    expect(starts('fixed-1min')).toBeGreaterThan(starts('fixed-20min'));
    expect(gap).toBeCloseTo((starts('fixed-1min') - starts('fixed-20min')) * usd, 9);
  });
});

const DAY = fileURLToPath(new URL('../../../shared/data/azure2019-day1', import.meta.url));
const isThere = existsSync(DAY);

it.skipIf(!isThere && !process.env.CI)(
  'of day 1 (../shared/data/azure2019-day1) is what docs/bill.md says',
  async () => {
    expect(isThere, `${DAY} is missing`).toBe(true);
    const { trace: day } = await readTrace(await openSources(DAY));
    const own = replay(day, { policies: ['fixed-0min', 'lambda', 'fixed-10min', 'provisioned-peak'] });
    const node = { usdPerHour: 0.192, vcpu: 4, memoryGiB: 16 };
    const rows: [BillModel, string][] = [
      [lambdaOnDemand(), '65.0 13.0 13.0 13.0'],
      [lambdaProvisioned(), '65.0 24.3 25.9 73.2'],
      [azureConsumption(), '19.2 19.2 19.2 19.2'],
      [azureFlex(), '250 201 205 330'],
      [azurePremium(), '62.9 61.3 67.8 258'],
      [cloudRun(), '530 158 163 346'],
      [kubernetes({ node, vcpu: 0 }), '12.2 11.9 13.2 50.2'],
    ];
    for (const [model, figures] of rows) {
      const totals = Object.values(billReplay(own, day, model)).map(({ bill }) => bill.totalUsd.toPrecision(3));
      expect(totals.join(' '), model.name).toBe(figures);
    }
  },
);

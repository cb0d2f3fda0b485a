/** The typed-in prices and coefficients are those of the data beside the project (../shared/data), which is not in it. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  AZURE_FUNCTIONS_PRICES,
  cloudRunPrices,
  gridIntensity,
  LAMBDA_REGIONS,
  lambdaPrices,
  POWER_COEFFICIENTS,
} from '../../ts/core/decide/index.js';

const DATA = new URL('../../../shared/data/', import.meta.url);
const isThere = existsSync(fileURLToPath(DATA));
const text = (name: string): string => readFileSync(new URL(name, DATA), 'utf8');
const rows = (name: string): string[][] =>
  text(name)
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

describe.skipIf(!isThere && !process.env.CI)('against ../shared/data', () => {
  it('Lambda, us-east-1', () => {
    const data = JSON.parse(text('pricing/aws-lambda-us-east-1-2025-10.json'));
    const prices = lambdaPrices();
    expect(prices.date).toBe(data.effective);
    expect(prices.requestUsd).toBe(data.request_usd);
    expect(prices.free).toEqual({ requests: data.free_tier_month.requests, gbS: data.free_tier_month.gb_s });
    for (const architecture of ['x86', 'arm64'] as const) {
      const { gb_s_tiers, pc_idle_gb_s, pc_duration_gb_s } = data[architecture];
      expect(prices[architecture]).toEqual({
        tiers: gb_s_tiers.map(([upTo, usd]: [number | null, number]) => ({ upTo, usd })),
        readyGbSUsd: pc_idle_gb_s,
        readyCallGbSUsd: pc_duration_gb_s,
      });
    }
  });

  it('Lambda, all regions', () => {
    const regions = rows('pricing/aws-lambda-by-region.csv');
    expect([...LAMBDA_REGIONS].sort()).toEqual(regions.map(([region]) => region!).sort());
    for (const [region, ...figures] of regions) {
      const { requestUsd, x86, arm64 } = lambdaPrices(region);
      const own = [requestUsd, x86.tiers[0]!.usd, arm64.tiers[0]!.usd, x86.readyGbSUsd!, x86.readyCallGbSUsd!];
      for (const [i, usd] of own.entries()) expect(usd, region).toBeCloseTo(Number(figures[i]), 15);
    }
  });

  it('Azure Functions', () => {
    const { consumption, flex_consumption: flex, premium } = JSON.parse(text('pricing/azure-functions.json'));
    const allowance = (free: { executions: number; gb_s: number }) => ({ executions: free.executions, gbS: free.gb_s });
    const onDemand = flex.on_demand;
    const ready = flex.always_ready;
    expect(AZURE_FUNCTIONS_PRICES).toMatchObject({
      consumption: {
        gbSUsd: consumption.gb_s,
        executionUsd: expect.closeTo(consumption.executions_per_million / 1e6, 15),
        free: allowance(consumption.free_month),
      },
      flex: {
        onDemand: {
          gbSUsd: onDemand.gb_s,
          executionUsd: expect.closeTo(onDemand.executions_per_million / 1e6, 15),
          free: allowance(onDemand.free_month),
        },
        alwaysReady: {
          baselineGbSUsd: ready.baseline_gb_s,
          callGbSUsd: ready.execution_gb_s,
          executionUsd: expect.closeTo(ready.executions_per_million / 1e6, 15),
        },
      },
      premium: { vcpuHourUsd: premium.vcpu_hour, gbHourUsd: premium.memory_gb_hour },
    });
  });

  it('Cloud Run', () => {
    const data = JSON.parse(text('pricing/gcp-cloud-run-functions.json'));
    for (const tier of ['1', '2']) {
      for (const region of data[`tier${tier}_regions`]) {
        const { requestUsd, requestBased, instanceBased } = cloudRunPrices(region);
        const byRequest = data.request_based[tier];
        const byInstance = data.instance_based[tier];
        expect(requestUsd).toBe(data.request_usd);
        expect(requestBased).toEqual({
          busy: { vcpuSUsd: byRequest.vcpu_s, gibSUsd: byRequest.gib_s },
          idle: { vcpuSUsd: byRequest.idle_min_instance_vcpu_s, gibSUsd: byRequest.idle_min_instance_gib_s },
          free: {
            requests: data.free_tier_month.requests,
            gibS: data.free_tier_month.gib_s,
            vcpuS: data.free_tier_month.vcpu_s,
          },
        });
        expect(instanceBased).toMatchObject({ vcpuSUsd: byInstance.vcpu_s, gibSUsd: byInstance.gib_s });
      }
    }
  });

  it('grids and power', () => {
    const { aws, azure, gcp } = JSON.parse(text('carbon/ccf-coefficients.json'));
    for (const [name, data] of Object.entries({ aws, azure, gcp })) {
      const power = POWER_COEFFICIENTS[name as 'aws' | 'azure' | 'gcp'];
      expect(power.minWatts).toBe(data.min_watts_default);
      expect(power.maxWatts).toBe(data.max_watts_default);
      expect(power.pue).toBe(data.pue_avg);
      expect(power.memoryKwhPerGbHour).toBe(data.memory_kwh_per_gbh);
      expect(power.utilisation * 100).toBe(data.avg_cpu_utilization_pct);
    }
    const graviton = rows('carbon/ccf-2026-coefficients-aws-use.csv').find(([, name]) => name === 'Graviton2')!;
    expect(POWER_COEFFICIENTS['aws-graviton'].minWatts).toBe(Number(graviton[2]));
    expect(POWER_COEFFICIENTS['aws-graviton'].maxWatts).toBe(Number(graviton[3]));
    for (const [region, tonnes] of Object.entries(aws.grid_factors)) {
      if (region !== 'Unknown') expect(gridIntensity('aws', region)).toBeCloseTo(Number(tonnes) * 1e6, 6);
    }
    for (const region of ['westeurope', 'swedencentral', 'japaneast', 'brazilsouth']) {
      expect(gridIntensity('azure', region)).toBeCloseTo(azure.grid_factors[region] * 1e6, 6);
    }
    expect(gridIntensity('azure', 'eastus')).toBeCloseTo(azure.grid_factors.EastUS * 1e6, 6);
    for (const columns of rows('carbon/gcp-region-carbon-2023.csv')) {
      expect(gridIntensity('gcp', columns[0]!)).toBe(Number(columns.at(-1)));
    }
  });
});

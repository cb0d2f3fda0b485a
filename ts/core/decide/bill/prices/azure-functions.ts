/** Azure Functions' prices, dated. */
import type { PriceSource } from '../bill.js';

/** Per month. */
export interface AzureAllowance {
  executions: number;
  gbS: number;
}

export interface AzureConsumptionPrices {
  gbSUsd: number;
  executionUsd: number;
  free: AzureAllowance;
}

export interface AzureFlexPrices {
  onDemand: { gbSUsd: number; executionUsd: number; free: AzureAllowance };
  /** `baselineGbSUsd` for all the time that an instance is ready, `callGbSUsd` on top of it while it is busy. */
  alwaysReady: { baselineGbSUsd: number; callGbSUsd: number; executionUsd: number };
}

export interface AzurePremiumPrices {
  vcpuHourUsd: number;
  gbHourUsd: number;
}

export interface AzureFunctionsPrices extends PriceSource {
  consumption: AzureConsumptionPrices;
  flex: AzureFlexPrices;
  premium: AzurePremiumPrices;
}

export const AZURE_FUNCTIONS_PRICES: AzureFunctionsPrices = {
  source: 'Azure Functions price page, list prices',
  date: '2025-05 for Consumption and Flex on demand, not stated for always-ready and Premium',
  region: 'eastus',
  consumption: { gbSUsd: 1.6e-5, executionUsd: 2e-7, free: { executions: 1e6, gbS: 400_000 } },
  flex: {
    onDemand: { gbSUsd: 2.6e-5, executionUsd: 4e-7, free: { executions: 250_000, gbS: 100_000 } },
    alwaysReady: { baselineGbSUsd: 4e-6, callGbSUsd: 1.6e-5, executionUsd: 4e-7 },
  },
  premium: { vcpuHourUsd: 0.173, gbHourUsd: 0.0123 },
};

/** From which utilisation on keeping instances ready is cheaper than calls on demand. */
import { IsothermError } from '../../kernels/error.js';
import { chosen, known } from './lines.js';
import { AZURE_FUNCTIONS_PRICES, type AzureFunctionsPrices } from './prices/azure-functions.js';
import { type CloudRunPrices, cloudRunPrices } from './prices/cloud-run.js';
import { type LambdaArchitecture, type LambdaPrices, lambdaPrices } from './prices/lambda.js';
import { checkAmount, checkSize } from './usage.js';

/** USD of one unit (a GB, an instance) per second. */
export interface ReadyRates {
  /** While ready, busy or not. */
  readyUsd: number;
  /** On top of it while busy. */
  readyBusyUsd: number;
  /** While busy on demand. */
  onDemandUsd: number;
}

/**
 * The share of its time that a ready instance must be busy to cost what its calls would on demand; above 1 it never pays.
 *
 * Errors: `NOT_FINITE`, `OUT_OF_RANGE`. Infinity where calls on it are no cheaper than on demand.
 *
 * @example
 * breakEvenUtilisation({ readyUsd: 4, readyBusyUsd: 16, onDemandUsd: 26 }); // 0.4
 */
export function breakEvenUtilisation({ readyUsd, readyBusyUsd, onDemandUsd }: ReadyRates): number {
  checkAmount('readyUsd', readyUsd);
  checkAmount('readyBusyUsd', readyBusyUsd);
  checkAmount('onDemandUsd', onDemandUsd);
  if (onDemandUsd <= readyBusyUsd) return readyUsd === 0 && onDemandUsd === readyBusyUsd ? 0 : Number.POSITIVE_INFINITY;
  return readyUsd / (onDemandUsd - readyBusyUsd);
}

/**
 * From which utilisation on Lambda's provisioned concurrency is cheaper than on demand, in the first tier, without free allowance.
 *
 * Errors: `BAD_ARGUMENT` where the table has no price of provisioned concurrency.
 *
 * @example
 * provisionedConcurrencyBreakEven().toFixed(2); // '0.60'
 * provisionedConcurrencyBreakEven(lambdaPrices('eu-central-1')).toFixed(2); // '1.01'
 */
export function provisionedConcurrencyBreakEven(
  prices: LambdaPrices = lambdaPrices(),
  architecture: LambdaArchitecture = 'x86',
): number {
  const { tiers, readyGbSUsd, readyCallGbSUsd } = chosen('architecture', architecture, {
    x86: prices.x86,
    arm64: prices.arm64,
  });
  const ofRegion = `provisioned concurrency on ${architecture} in ${prices.region}`;
  const [first] = tiers;
  if (first === undefined) throw new IsothermError('BAD_ARGUMENT', `no price is known for ${architecture} on demand`);
  return breakEvenUtilisation({
    readyUsd: known(ofRegion, readyGbSUsd),
    readyBusyUsd: known(ofRegion, readyCallGbSUsd),
    onDemandUsd: first.usd,
  });
}

/**
 * From which utilisation on an always-ready instance of Azure Flex Consumption is cheaper than on demand, without free grant.
 *
 * @example
 * alwaysReadyBreakEven(); // 0.4
 */
export function alwaysReadyBreakEven({ flex }: AzureFunctionsPrices = AZURE_FUNCTIONS_PRICES): number {
  return breakEvenUtilisation({
    readyUsd: flex.alwaysReady.baselineGbSUsd,
    readyBusyUsd: flex.alwaysReady.callGbSUsd,
    onDemandUsd: flex.onDemand.gbSUsd,
  });
}

/**
 * From which utilisation on Cloud Run is cheaper billed by instances than by requests, for an instance that serves calls of one length.
 *
 * Errors: `NOT_FINITE`, `OUT_OF_RANGE`.
 *
 * @example
 * cloudRunInstancesBreakEven({ vcpu: 1, memoryMiB: 512, durationMs: 1000 }).toFixed(2); // '0.74'
 */
export function cloudRunInstancesBreakEven(
  { vcpu, memoryMiB, durationMs }: { vcpu: number; memoryMiB: number; durationMs: number },
  prices: CloudRunPrices = cloudRunPrices(),
): number {
  checkSize('vcpu', vcpu);
  checkSize('memoryMiB', memoryMiB);
  checkSize('durationMs', durationMs);
  const gib = memoryMiB / 1024;
  const { busy } = prices.requestBased;
  const { vcpuSUsd, gibSUsd } = prices.instanceBased;
  return breakEvenUtilisation({
    readyUsd: vcpu * vcpuSUsd + gib * gibSUsd,
    readyBusyUsd: 0,
    onDemandUsd: vcpu * busy.vcpuSUsd + gib * busy.gibSUsd + (prices.requestUsd * 1000) / durationMs,
  });
}

/** Google Cloud Run's prices by price tier of the region, dated. */
import { IsothermError } from '../../../kernels/error.js';
import type { PriceSource } from '../bill.js';

/** USD per second. */
export interface CloudRunRates {
  vcpuSUsd: number;
  gibSUsd: number;
}

/** Per month. */
export interface CloudRunAllowance {
  vcpuS: number;
  gibS: number;
}

export interface CloudRunPrices extends PriceSource {
  requestUsd: number;
  requestBased: { busy: CloudRunRates; idle: CloudRunRates; free: CloudRunAllowance & { requests: number } };
  instanceBased: CloudRunRates & { free: CloudRunAllowance };
}

const TIER_2 = new Set(
  `asia-east2 asia-northeast3 asia-southeast1 asia-southeast2 asia-south1 asia-south2 australia-southeast1
  australia-southeast2 europe-central2 europe-west2 europe-west3 europe-west6 europe-west12 me-central1
  northamerica-northeast1 northamerica-northeast2 southamerica-east1 southamerica-west1 us-west2 us-west3 us-west4`.split(
    /\s+/,
  ),
);

const TIER_1 = new Set(
  `asia-east1 asia-northeast1 asia-northeast2 europe-north1 europe-southwest1 europe-west1 europe-west4 europe-west8
  europe-west9 me-west1 us-central1 us-east1 us-east4 us-east5 us-south1 us-west1`.split(/\s+/),
);

const SHARED = {
  source: 'Cloud Run price page',
  requestUsd: 4e-7,
};
const REQUEST_FREE = { requests: 2e6, gibS: 360_000, vcpuS: 180_000 };
const INSTANCE_FREE = { gibS: 450_000, vcpuS: 240_000 };

/**
 * Cloud Run's prices in a region, which is in one of two price tiers.
 *
 * Errors: `BAD_ARGUMENT` for an unknown region.
 *
 * @example
 * cloudRunPrices('europe-west3').requestBased.busy; // { vcpuSUsd: 0.0000336, gibSUsd: 0.0000035 }
 */
export function cloudRunPrices(region = 'us-central1'): CloudRunPrices {
  if (TIER_1.has(region)) {
    return {
      ...SHARED,
      region,
      date: '2026-10-07 request-based, 2026-09 instance-based',
      requestBased: {
        busy: { vcpuSUsd: 2.4e-5, gibSUsd: 2.5e-6 },
        idle: { vcpuSUsd: 2.5e-6, gibSUsd: 2.5e-6 },
        free: REQUEST_FREE,
      },
      instanceBased: { vcpuSUsd: 1.8e-5, gibSUsd: 2e-6, free: INSTANCE_FREE },
    };
  }
  if (TIER_2.has(region)) {
    return {
      ...SHARED,
      region,
      date: 'not stated',
      requestBased: {
        busy: { vcpuSUsd: 3.36e-5, gibSUsd: 3.5e-6 },
        idle: { vcpuSUsd: 3.5e-6, gibSUsd: 3.5e-6 },
        free: REQUEST_FREE,
      },
      instanceBased: { vcpuSUsd: 2.16e-5, gibSUsd: 2.4e-6, free: INSTANCE_FREE },
    };
  }
  const regions = [...TIER_1, ...TIER_2].join(', ');
  throw new IsothermError('BAD_ARGUMENT', `no prices are known for region '${region}'; there are ${regions}`);
}

/** AWS Lambda's prices by region, dated. */
import { IsothermError } from '../../../kernels/error.js';
import type { PriceSource } from '../bill.js';
import type { Tier } from '../lines.js';

export type LambdaArchitecture = 'x86' | 'arm64';

/** USD per GB-second. */
export interface LambdaRates {
  /** On demand, by GB-s a month. */
  tiers: readonly Tier[];
  /** Of provisioned concurrency, busy or not; null where unknown. */
  readyGbSUsd: number | null;
  /** Of calls on provisioned concurrency; null where unknown. */
  readyCallGbSUsd: number | null;
}

export interface LambdaPrices extends PriceSource, Record<LambdaArchitecture, LambdaRates> {
  requestUsd: number;
  /** Per month. */
  free: { requests: number; gbS: number };
}

/** USD per million: a request; GB-s on x86 and arm64; provisioned GB-s, and calls on it, on x86. */
type Row = readonly [request: number, x86: number, arm64: number, ready: number, readyCall: number];

const BY_REGION: Readonly<Record<string, Row>> = {
  'af-south-1': [0.27, 22.1, 17.68, 5.53, 12.9],
  'ap-east-1': [0.28, 22.92, 18.3, 5.7153, 13.3358],
  'ap-northeast-1': [0.2, 16.6667, 13.3334, 5.3835, 12.5615],
  'ap-northeast-2': [0.2, 16.6667, 13.3334, 5.1254, 11.9592],
  'ap-northeast-3': [0.2, 16.6667, 13.3334, 5.3835, 12.5615],
  'ap-south-1': [0.2, 16.6667, 13.3334, 4.4985, 10.4966],
  'ap-southeast-1': [0.2, 16.6667, 13.3334, 5.1991, 12.1313],
  'ap-southeast-2': [0.2, 16.6667, 13.3334, 5.236, 12.2173],
  'ap-southeast-4': [0.2, 16.6667, 13.3334, 5.236, 12.2173],
  'ap-southeast-5': [0.18, 15, 12, 4.6791, 10.9181],
  'ca-central-1': [0.2, 16.6667, 13.3334, 4.646, 10.8407],
  'eu-central-1': [0.2, 16.6667, 13.3334, 5.0147, 11.7011],
  'eu-central-2': [0.22, 18.3334, 14.6667, 5.5162, 12.8712],
  'eu-north-1': [0.2, 16.6667, 13.3334, 4.4248, 10.3245],
  'eu-south-1': [0.23, 19.5172, 15.6138, 4.8783, 11.3827],
  'eu-west-1': [0.2, 16.6667, 13.3334, 4.646, 10.8407],
  'eu-west-2': [0.2, 16.6667, 13.3334, 4.8304, 11.2709],
  'eu-west-3': [0.2, 16.6667, 13.3334, 4.8673, 11.3569],
  'me-south-1': [0.25, 20.6667, 16.5334, 5.1108, 11.9251],
  'sa-east-1': [0.2, 16.6667, 13.3334, 6.6372, 15.4867],
  'us-east-2': [0.2, 16.6667, 13.3334, 4.1667, 9.7222],
  'us-west-1': [0.2, 16.6667, 13.3334, 4.9041, 11.443],
  'us-west-2': [0.2, 16.6667, 13.3334, 4.1667, 9.7222],
};

const FREE = { requests: 1e6, gbS: 400_000 };

const US_EAST_1: LambdaPrices = {
  source: 'AWS price list, AWSLambda',
  date: '2025-10-01',
  region: 'us-east-1',
  requestUsd: 2e-7,
  x86: {
    tiers: [
      { upTo: 6e9, usd: 1.66667e-5 },
      { upTo: 15e9, usd: 1.5e-5 },
      { upTo: null, usd: 1.33334e-5 },
    ],
    readyGbSUsd: 4.1667e-6,
    readyCallGbSUsd: 9.7222e-6,
  },
  arm64: {
    tiers: [
      { upTo: 7.5e9, usd: 1.33334e-5 },
      { upTo: 18.75e9, usd: 1.20001e-5 },
      { upTo: null, usd: 1.06667e-5 },
    ],
    readyGbSUsd: 3.3334e-6,
    readyCallGbSUsd: 7.7778e-6,
  },
  free: FREE,
};

/** The discounts of higher tiers, as AWS announced them for all regions in 2022-08: 10 % and 20 %. */
const tiersOf = (bounds: readonly [number, number], usd: number): Tier[] => [
  { upTo: bounds[0], usd },
  { upTo: bounds[1], usd: usd * 0.9 },
  { upTo: null, usd: usd * 0.8 },
];

export const LAMBDA_REGIONS: readonly string[] = ['us-east-1', ...Object.keys(BY_REGION)];

/**
 * Lambda's prices in a region: exact and dated for us-east-1; elsewhere from a list that bears no date, higher tiers by the announced
 * discounts, and arm64 without provisioned concurrency, whose prices the list lacks.
 *
 * Errors: `BAD_ARGUMENT` for an unknown region.
 *
 * @example
 * lambdaPrices('eu-west-1').x86.readyGbSUsd; // 0.000004646
 */
export function lambdaPrices(region = 'us-east-1'): LambdaPrices {
  if (region === US_EAST_1.region) return US_EAST_1;
  const row = BY_REGION[region];
  if (row === undefined) {
    const regions = LAMBDA_REGIONS.join(', ');
    throw new IsothermError('BAD_ARGUMENT', `no prices are known for region '${region}'; there are ${regions}`);
  }
  const [requestUsd, x86, arm64, ready, readyCall] = row.map((perMillion) => perMillion / 1e6) as unknown as Row;
  return {
    source: 'AWS price list, AWSLambda, by region',
    date: 'not stated',
    region,
    requestUsd,
    x86: { tiers: tiersOf([6e9, 15e9], x86), readyGbSUsd: ready, readyCallGbSUsd: readyCall },
    arm64: { tiers: tiersOf([7.5e9, 18.75e9], arm64), readyGbSUsd: null, readyCallGbSUsd: null },
    free: FREE,
  };
}

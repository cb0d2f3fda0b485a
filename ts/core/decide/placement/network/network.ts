/** Round trips and prices of bytes between regions: the shipped tables, and a user's own figures over them. */
import { IsothermError } from '../../../kernels/error.js';
import { listedEgress } from './egress.js';
import { REGIONS } from './regions.js';
import { ROUND_TRIPS_MS } from './round-trip-table.js';

/** Of a call that stays within a region, where nothing else was measured: an assumption. */
const WITHIN_REGION_MS = 1;

export interface PlacementNetwork {
  /** `provider:region`. */
  regions: readonly string[];
  /** `[regions, regions]`, ms; NaN where nothing is known. */
  roundTripMs: Float64Array;
  /** `[from, to]`, USD per GB (10⁹ bytes); NaN where nothing is known. */
  egressUsdPerGb: Float64Array;
  /** Where the figures are from, in words. */
  source: string;
}

/** A figure for a pair of regions. */
export interface RegionPair {
  from: string;
  to: string;
  value: number;
}

export interface NetworkFigures {
  /** Round trips in ms. One of a pair stands for both directions, unless the other is there too. */
  roundTrips?: readonly RegionPair[];
  /** USD per GB that leaves `from` for `to`. */
  egress?: readonly RegionPair[];
  /** Where these figures are from, in words. */
  source?: string;
}

/**
 * The network between regions: 69 regions of AWS, Azure and Google Cloud, and a user's own figures and regions over them.
 *
 * Round trips are in ms, prices in USD per GB. A call within a region takes 1 ms where no figure says otherwise.
 *
 * Errors: `NOT_FINITE`, `OUT_OF_RANGE` for figures that are no finite numbers of at least 0. Complexity: O(regions²).
 * Source: round trips and list prices published with Skyplane (Jain et al., NSDI 2023).
 *
 * @example
 * const { regions, roundTripMs } = placementNetwork();
 * const [dublin, virginia] = [regions.indexOf('aws:eu-west-1'), regions.indexOf('gcp:us-east4')];
 * roundTripMs[dublin * regions.length + virginia]; // 85
 */
export function placementNetwork(own: NetworkFigures = {}): PlacementNetwork {
  const { roundTrips = [], egress = [] } = own;
  const names = new Set(REGIONS.map(({ name }) => name));
  for (const { from, to } of [...roundTrips, ...egress]) names.add(from).add(to);
  const regions = [...names];
  const size = regions.length;
  const roundTripMs = new Float64Array(size * size).fill(Number.NaN);
  const egressUsdPerGb = new Float64Array(size * size).fill(Number.NaN);
  for (let a = 0; a < size; a++) {
    roundTripMs[a * size + a] = WITHIN_REGION_MS;
    egressUsdPerGb[a * size + a] = 0;
  }
  for (let a = 0, at = 0; a < REGIONS.length; a++) {
    for (let b = 0; b < REGIONS.length; b++) egressUsdPerGb[a * size + b] = listedEgress(a, b);
    for (let b = 0; b < a; b++) roundTripMs[a * size + b] = roundTripMs[b * size + a] = ROUND_TRIPS_MS[at++];
  }
  const place = new Map(regions.map((name, i) => [name, i]));
  const at = ({ from, to }: RegionPair): number => place.get(from)! * size + place.get(to)!;
  const back = ({ from, to }: RegionPair): number => at({ from: to, to: from, value: 0 });
  for (const pair of roundTrips) roundTripMs[back(pair)] = checked('round trip', pair);
  for (const pair of roundTrips) roundTripMs[at(pair)] = pair.value;
  for (const pair of egress) egressUsdPerGb[at(pair)] = checked('price', pair);
  const listed = 'round trips and list prices published with Skyplane (NSDI 2023)';
  return {
    regions,
    roundTripMs,
    egressUsdPerGb,
    source: own.source === undefined ? listed : `${own.source}; ${listed}`,
  };
}

function checked(what: string, { from, to, value }: RegionPair): number {
  if (Number.isFinite(value) && value >= 0) return value;
  const code = Number.isFinite(value) ? 'OUT_OF_RANGE' : 'NOT_FINITE';
  throw new IsothermError(
    code,
    `the ${what} from ${from} to ${to} is ${value}, expected a finite number of at least 0`,
  );
}

/** What providers bill for bytes that leave a region. */
import { type Continent, EGRESS_RATES, REGIONS } from './regions.js';

/** Azure: USD per GB within the continent, to its regions on other continents, and to elsewhere. */
const AZURE: Readonly<Record<Continent, readonly [number, number, number]>> = {
  na: [0.02, 0.05, 0.0875],
  eu: [0.02, 0.05, 0.0875],
  as: [0.08, 0.08, 0.12],
  af: [0.08, 0.08, 0.12],
  me: [0.08, 0.08, 0.12],
  oc: [0.08, 0.08, 0.12],
  sa: [0.16, 0.16, 0.181],
};

/** Google: USD per GB between regions of one continent; none has two regions where there is no figure. */
const GCP_WITHIN: Readonly<Partial<Record<Continent, number>>> = { na: 0.01, eu: 0.02, as: 0.05, oc: 0.08, sa: 0.08 };
const GCP_BETWEEN = 0.08;
/** To and from Oceania and, from other continents, Indonesia. */
const GCP_FAR = 0.15;
const GCP_OCEANIA_ELSEWHERE = 0.19;

/** The two AWS regions between which bytes cost half. */
const AWS_NEAR = new Set(['aws:us-east-1', 'aws:us-east-2']);
const AWS_NEAR_USD = 0.01;

/** List price in USD per GB from one region of the table to another, by their places in it; within a region 0. */
export function listedEgress(from: number, to: number): number {
  if (from === to) return 0;
  const [a, b] = [REGIONS[from], REGIONS[to]];
  const [provider] = a.name.split(':');
  const isSame = b.name.startsWith(`${provider}:`);
  const { sameProvider, elsewhere } = EGRESS_RATES[from];
  if (provider === 'aws') {
    if (AWS_NEAR.has(a.name) && AWS_NEAR.has(b.name)) return AWS_NEAR_USD;
    return isSame ? sameProvider : elsewhere;
  }
  if (provider === 'azure') {
    const [within, between, out] = AZURE[a.continent];
    if (!isSame) return out;
    return a.continent === b.continent ? within : between;
  }
  if (!isSame) return b.continent === 'oc' ? GCP_OCEANIA_ELSEWHERE : elsewhere;
  if (a.continent === b.continent) return GCP_WITHIN[a.continent] ?? GCP_BETWEEN;
  const isFar = [a, b].some(({ continent, country }) => continent === 'oc' || country === 'id');
  return isFar ? GCP_FAR : GCP_BETWEEN;
}

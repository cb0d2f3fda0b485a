/** Carbon intensity of the grids that regions draw from, g CO2e per kWh. */
import { IsothermError } from '../../../kernels/error.js';
import { chosen } from '../lines.js';
import type { CloudProvider } from './power.js';

const parse = (table: string): ReadonlyMap<string, number> => {
  const words = table.trim().split(/\s+/);
  return new Map(words.flatMap((word, i) => (i % 2 === 0 ? [[word, Number(words[i + 1])] as const] : [])));
};

/** Cloud Carbon Footprint, grid emission factors by region of AWS; no date stated. */
const AWS = parse(`
    us-east-1 379.069 us-east-2 410.608 us-west-1 322.167 us-west-2 322.167 us-gov-east-1 379.069
    us-gov-west-1 322.167 af-south-1 900.6 ap-east-1 710 ap-south-1 708.2 ap-northeast-3 465.8
    ap-northeast-2 415.6 ap-southeast-1 408 ap-southeast-2 760 ap-southeast-3 717.7 ap-northeast-1 465.8
    ca-central-1 120 cn-north-1 537.4 cn-northwest-1 537.4 eu-central-1 311 eu-west-1 278.6 eu-west-2 225
    eu-south-1 213.4 eu-west-3 51.1 eu-north-1 8.8 me-south-1 505.9 me-central-1 404.1 sa-east-1 61.7`);

/** Cloud Carbon Footprint, grid emission factors by region of Azure; no date stated. */
const AZURE = parse(`
    southafricanorth 900.6 southafricawest 900.6 australiacentral 790 australiacentral2 790
    australiaeast 790 australiasoutheast 960 japaneast 465.8 japanwest 465.8 koreacentral 415.6
    koreasouth 415.6 eastasia 710 southeastasia 408 centralindia 708.2 jioindiacentral 708.2
    jioindiawest 708.2 southindia 708.2 westindia 708.2 northeurope 278.6 westeurope 328.4
    francecentral 51.28 francesouth 51.28 swedencentral 5.67 switzerlandnorth 11.52 switzerlandwest 11.52
    uksouth 225 ukwest 225 germanynorth 338.66 germanywestcentral 338.66 norwayeast 7.62 norwaywest 7.62
    uaecentral 404.1 uaenorth 404.1 canadacentral 120 canadaeast 120 centralus 426.254 eastus 379.069
    eastus2 379.069 northcentralus 410.608 southcentralus 373.231 westcentralus 322.167 westus 322.167
    westus2 322.167 westus3 322.167 brazilsouth 61.7 brazilsoutheast 61.7`);

/** Google, carbon data of its regions, 2023. */
const GCP = parse(`
    africa-south1 646 asia-east1 451 asia-east2 360 asia-northeast1 459 asia-northeast2 385
    asia-northeast3 378 asia-south1 648 asia-south2 529 asia-southeast1 369 asia-southeast2 580
    australia-southeast1 501 australia-southeast2 456 europe-central2 723 europe-north1 46
    europe-southwest1 131 europe-west1 122 europe-west2 136 europe-west3 345 europe-west4 236
    europe-west6 59 europe-west8 249 europe-west9 34 europe-west10 345 europe-west12 249 me-central1 575
    me-central2 569 me-west1 463 northamerica-northeast1 2 northamerica-northeast2 47 southamerica-east1 56
    southamerica-west1 138 us-central1 430 us-east1 560 us-east5 322 us-east4 322 us-south1 321 us-west1 94
    us-west2 198 us-west3 588 us-west4 373`);

const GRIDS: Readonly<Record<CloudProvider, ReadonlyMap<string, number>>> = {
  aws: AWS,
  'aws-graviton': AWS,
  azure: AZURE,
  gcp: GCP,
};

/**
 * Grams of CO2e per kWh of the grid that a region draws from, certificates bought by the provider not counted.
 *
 * Errors: `BAD_ARGUMENT` for an unknown region. Source: Cloud Carbon Footprint (AWS, Azure); Google, 2023 (GCP).
 *
 * @example
 * gridIntensity('gcp', 'europe-west9'); // 34
 */
export function gridIntensity(provider: CloudProvider, region: string): number {
  const grid = chosen('provider', provider, GRIDS);
  const grams = grid.get(region);
  if (grams === undefined) {
    const regions = [...grid.keys()].join(', ');
    throw new IsothermError('BAD_ARGUMENT', `no grid is known for region '${region}'; there are ${regions}`);
  }
  return grams;
}

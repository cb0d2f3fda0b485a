/** Regions of three clouds: where they are, under whose law, and what bytes that leave them cost. */

/** A continent, as providers divide the world for their prices. */
export type Continent = 'af' | 'as' | 'eu' | 'me' | 'na' | 'oc' | 'sa';

export interface Region {
  /** `provider:region`. */
  name: string;
  /** A city in or near it. */
  city: string;
  /** Degrees, to a tenth. */
  latitude: number;
  longitude: number;
  continent: Continent;
  /** Two letters, ISO 3166-1, in lower case. */
  country: string;
}

/** USD per GB that leaves a region; NaN where the provider has one price for a whole continent (`egress.ts`). */
export interface EgressRates {
  sameProvider: number;
  elsewhere: number;
}

/**
 * Name | city | latitude, longitude | continent, country | USD per GB to the same provider's regions and elsewhere, where it is the region's own.
 *
 * Source: cities as the providers name them; prices, list prices as published with Skyplane (Jain et al., NSDI 2023). For asia-northeast1,
 * europe-central2 and northamerica-northeast1 and 2 of gcp it has none: they have those of their neighbours.
 */
const TABLE = `
    aws:af-south-1 | Cape Town | -33.9 18.4 | af za | 0.147 0.154
    aws:ap-east-1 | Hong Kong | 22.3 114.2 | as hk | 0.09 0.12
    aws:ap-northeast-1 | Tokyo | 35.7 139.7 | as jp | 0.09 0.114
    aws:ap-northeast-2 | Seoul | 37.6 127.0 | as kr | 0.08 0.126
    aws:ap-northeast-3 | Osaka | 34.7 135.5 | as jp | 0.09 0.114
    aws:ap-south-1 | Mumbai | 19.1 72.9 | as in | 0.086 0.1093
    aws:ap-southeast-1 | Singapore | 1.4 103.8 | as sg | 0.09 0.12
    aws:ap-southeast-2 | Sydney | -33.9 151.2 | oc au | 0.098 0.114
    aws:ap-southeast-3 | Jakarta | -6.2 106.8 | as id | 0.1 0.132
    aws:ca-central-1 | Montreal | 45.5 -73.6 | na ca | 0.02 0.09
    aws:eu-central-1 | Frankfurt | 50.1 8.7 | eu de | 0.02 0.09
    aws:eu-north-1 | Stockholm | 59.3 18.1 | eu se | 0.02 0.09
    aws:eu-south-1 | Milan | 45.5 9.2 | eu it | 0.02 0.09
    aws:eu-west-1 | Dublin | 53.3 -6.3 | eu ie | 0.02 0.09
    aws:eu-west-2 | London | 51.5 -0.1 | eu gb | 0.02 0.09
    aws:me-south-1 | Manama | 26.2 50.6 | me bh | 0.1105 0.117
    aws:sa-east-1 | São Paulo | -23.6 -46.6 | sa br | 0.138 0.15
    aws:us-east-1 | N. Virginia | 38.9 -77.4 | na us | 0.02 0.09
    aws:us-east-2 | Columbus | 40.0 -83.0 | na us | 0.02 0.09
    aws:us-west-1 | San Francisco | 37.8 -122.4 | na us | 0.02 0.09
    aws:us-west-2 | Oregon | 45.8 -119.7 | na us | 0.02 0.09
    azure:australiaeast | Sydney | -33.9 151.2 | oc au | - -
    azure:brazilsouth | São Paulo | -23.6 -46.6 | sa br | - -
    azure:canadacentral | Toronto | 43.7 -79.4 | na ca | - -
    azure:centralindia | Pune | 18.5 73.9 | as in | - -
    azure:eastasia | Hong Kong | 22.3 114.2 | as hk | - -
    azure:eastus | Virginia | 37.4 -79.8 | na us | - -
    azure:francecentral | Paris | 48.9 2.4 | eu fr | - -
    azure:germanywestcentral | Frankfurt | 50.1 8.7 | eu de | - -
    azure:japaneast | Tokyo | 35.7 139.8 | as jp | - -
    azure:koreacentral | Seoul | 37.6 127.0 | as kr | - -
    azure:northcentralus | Chicago | 41.9 -87.6 | na us | - -
    azure:northeurope | Dublin | 53.3 -6.3 | eu ie | - -
    azure:norwayeast | Oslo | 59.9 10.8 | eu no | - -
    azure:southafricanorth | Johannesburg | -26.2 28.0 | af za | - -
    azure:swedencentral | Gävle | 60.7 17.1 | eu se | - -
    azure:switzerlandnorth | Zurich | 47.4 8.5 | eu ch | - -
    azure:uaenorth | Dubai | 25.3 55.3 | me ae | - -
    azure:uksouth | London | 51.5 -0.1 | eu gb | - -
    azure:westeurope | Amsterdam | 52.4 4.9 | eu nl | - -
    azure:westus | California | 37.8 -122.4 | na us | - -
    azure:westus3 | Phoenix | 33.4 -112.1 | na us | - -
    gcp:asia-east1 | Taiwan | 24.1 120.5 | as tw | - 0.12
    gcp:asia-east2 | Hong Kong | 22.3 114.2 | as hk | - 0.12
    gcp:asia-northeast1 | Tokyo | 35.7 139.7 | as jp | - 0.14
    gcp:asia-northeast2 | Osaka | 34.7 135.5 | as jp | - 0.14
    gcp:asia-northeast3 | Seoul | 37.6 127.0 | as kr | - 0.147
    gcp:asia-south1 | Mumbai | 19.1 72.9 | as in | - 0.12
    gcp:asia-south2 | Delhi | 28.6 77.2 | as in | - 0.12
    gcp:asia-southeast1 | Singapore | 1.4 103.7 | as sg | - 0.19
    gcp:asia-southeast2 | Jakarta | -6.2 106.8 | as id | - 0.14
    gcp:australia-southeast1 | Sydney | -33.9 151.2 | oc au | - 0.19
    gcp:australia-southeast2 | Melbourne | -37.8 145.0 | oc au | - 0.19
    gcp:europe-central2 | Warsaw | 52.2 21.0 | eu pl | - 0.12
    gcp:europe-north1 | Hamina | 60.6 27.2 | eu fi | - 0.12
    gcp:europe-west1 | St. Ghislain | 50.5 3.8 | eu be | - 0.12
    gcp:europe-west2 | London | 51.5 -0.1 | eu gb | - 0.12
    gcp:europe-west3 | Frankfurt | 50.1 8.7 | eu de | - 0.12
    gcp:europe-west4 | Eemshaven | 53.4 6.8 | eu nl | - 0.12
    gcp:europe-west6 | Zurich | 47.4 8.5 | eu ch | - 0.12
    gcp:northamerica-northeast1 | Montreal | 45.5 -73.6 | na ca | - 0.12
    gcp:northamerica-northeast2 | Toronto | 43.7 -79.4 | na ca | - 0.12
    gcp:southamerica-east1 | São Paulo | -23.5 -46.9 | sa br | - 0.12
    gcp:southamerica-west1 | Santiago | -33.4 -70.7 | sa cl | - 0.12
    gcp:us-central1 | Iowa | 41.3 -95.9 | na us | - 0.12
    gcp:us-east1 | South Carolina | 33.2 -80.0 | na us | - 0.12
    gcp:us-east4 | N. Virginia | 39.0 -77.5 | na us | - 0.12
    gcp:us-west1 | Oregon | 45.6 -121.2 | na us | - 0.12
    gcp:us-west4 | Las Vegas | 36.2 -115.1 | na us | - 0.12`;

const rows = TABLE.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));

export const REGIONS: readonly Region[] = rows.map(([name, city, place, law]) => {
  const [latitude, longitude] = place.split(' ').map(Number);
  const [continent, country] = law.split(' ');
  return { name, city, latitude, longitude, continent: continent as Continent, country };
});

export const EGRESS_RATES: readonly EgressRates[] = rows.map(([, , , , prices]) => {
  const [sameProvider, elsewhere] = prices.split(' ').map(Number);
  return { sameProvider, elsewhere };
});

const EU = new Set('at be bg cy cz de dk ee es fi fr gr hr hu ie it lt lu lv mt nl pl pt ro se si sk'.split(' '));

/** The laws that data in a region are under: its country, and `eu` for members of the European Union. */
export const jurisdictionsOf = ({ country }: Region): readonly string[] =>
  EU.has(country) ? [country, 'eu'] : [country];

/** What processors and memory draw, by the coefficients of Cloud Carbon Footprint. */
import type { PriceSource } from '../bill.js';

export type CloudProvider = 'aws' | 'aws-graviton' | 'azure' | 'gcp';

export interface PowerCoefficients extends Omit<PriceSource, 'region'> {
  /** W per vCPU at 0 % and at 100 % utilisation. */
  minWatts: number;
  maxWatts: number;
  /** Utilisation of a vCPU that is in use, 0..1. */
  utilisation: number;
  memoryKwhPerGbHour: number;
  /** Power usage effectiveness of the data centre: all power over that of its machines. */
  pue: number;
}

const SHARED = {
  source: 'Cloud Carbon Footprint, mean over the processors of the provider',
  date: 'not stated',
  utilisation: 0.5,
  memoryKwhPerGbHour: 0.000392,
};

export const POWER_COEFFICIENTS: Readonly<Record<CloudProvider, PowerCoefficients>> = {
  aws: { ...SHARED, minWatts: 0.74, maxWatts: 3.5, pue: 1.135 },
  'aws-graviton': {
    ...SHARED,
    source: 'Cloud Carbon Footprint coefficients, Graviton2',
    date: '2026',
    minWatts: 0.4742621527777777,
    maxWatts: 1.6929615162037035,
    pue: 1.135,
  },
  azure: { ...SHARED, minWatts: 0.74, maxWatts: 3.54, pue: 1.185 },
  gcp: { ...SHARED, minWatts: 0.68, maxWatts: 4.11, pue: 1.1 },
};

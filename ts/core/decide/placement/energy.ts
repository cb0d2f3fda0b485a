/** What a running function draws on a node. */
import { type CloudProvider, POWER_COEFFICIENTS, type PowerCoefficients } from '../bill/energy/power.js';
import type { PlacementFunction, PlacementNode } from './input.js';

/** Where nothing is known of a provider's machines: as on AWS. */
const UNKNOWN: CloudProvider = 'aws';

const coefficientsOf = ({ provider }: PlacementNode): PowerCoefficients =>
  POWER_COEFFICIENTS[(provider in POWER_COEFFICIENTS ? provider : UNKNOWN) as CloudProvider];

const GB_PER_MIB = 2 ** 20 / 1e9;

/** The kWh of an hour of a vCPU in use and of a GB of memory, all of the data centre counted in. */
export function hourlyKwh(node: PlacementNode): { perVcpu: number; perGb: number } {
  const { minWatts, maxWatts, utilisation, memoryKwhPerGbHour, pue } = coefficientsOf(node);
  const watts = minWatts + utilisation * (maxWatts - minWatts);
  return { perVcpu: (watts * pue) / 1000, perGb: memoryKwhPerGbHour * pue };
}

/** GB (10⁹ bytes) of all instances of a function. */
export const memoryGb = ({ memoryMiB, instances }: PlacementFunction): number => memoryMiB * instances * GB_PER_MIB;

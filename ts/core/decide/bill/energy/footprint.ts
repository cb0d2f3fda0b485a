/** Energy and carbon of usage, by published coefficients: an estimate, never a measurement. */
import { checkPrices, chosen } from '../lines.js';
import { gbSeconds } from '../rounding.js';
import { checkAmount, checkSize, checkUsage, sumCalls, type Usage } from '../usage.js';
import { gridIntensity } from './grid.js';
import { type CloudProvider, POWER_COEFFICIENTS, type PowerCoefficients } from './power.js';

const HOUR_MS = 3_600_000;

/** Lambda's share of a processor: one vCPU per 1769 MB. */
const MIB_PER_VCPU = 1769;

export interface FootprintPlace {
  provider: CloudProvider;
  region: string;
  /** vCPU of an instance; one per 1769 MiB when left out, as on Lambda. */
  vcpu?: number;
  /** `POWER_COEFFICIENTS` of the provider when left out. */
  power?: PowerCoefficients;
  /** `gridIntensity` of the region when left out. */
  gramsPerKwh?: number;
}

export interface FootprintLine {
  name: string;
  quantity: number;
  unit: string;
  kwhPerUnit: number;
  kwh: number;
}

export interface Footprint {
  lines: FootprintLine[];
  kwh: number;
  gramsPerKwh: number;
  carbonGco2e: number;
  assumptions: string[];
}

/**
 * Energy and carbon of the running of functions: processors in use, processors of idle instances, memory of all.
 *
 * Errors: `NOT_FINITE`, `OUT_OF_RANGE`; `BAD_ARGUMENT` for a region whose grid is unknown. Complexity: O(functions + groups of calls).
 * Source: Cloud Carbon Footprint, methodology.
 *
 * @example
 * const calls = [{ calls: 3600, durationMs: 1000, initMs: 0, onReady: false }];
 * const usage = { periodMs: 86_400_000, memoryMiB: 1769, calls, ready: [], preWarmMs: 0, idleMs: 0 };
 * footprint([usage], { provider: 'aws', region: 'eu-west-1' }).lines[0].kwh; // 0.0024062
 */
export function footprint(usages: readonly Usage[], place: FootprintPlace): Footprint {
  const { provider, region, vcpu } = place;
  if (vcpu !== undefined) checkSize('vcpu', vcpu);
  const power = place.power ?? chosen('provider', provider, POWER_COEFFICIENTS);
  checkPrices('power', power);
  const gramsPerKwh = place.gramsPerKwh ?? gridIntensity(provider, region);
  checkAmount('gramsPerKwh', gramsPerKwh);
  let busyHours = 0;
  let idleHours = 0;
  let gbHours = 0;
  for (const usage of usages) {
    checkUsage(usage);
    const processors = vcpu ?? usage.memoryMiB / MIB_PER_VCPU;
    const busyMs = sumCalls(usage.calls, ({ durationMs, initMs }) => durationMs + initMs) + usage.preWarmMs;
    busyHours += (busyMs / HOUR_MS) * processors;
    idleHours += (usage.idleMs / HOUR_MS) * processors;
    gbHours += gbSeconds(busyMs + usage.idleMs, usage.memoryMiB) / 3600;
  }
  const busyWatts = power.minWatts + power.utilisation * (power.maxWatts - power.minWatts);
  const line = (name: string, quantity: number, unit: string, kwhPerUnit: number): FootprintLine => ({
    name,
    quantity,
    unit,
    kwhPerUnit,
    kwh: quantity * kwhPerUnit,
  });
  const lines = [
    line('Processors in use', busyHours, 'vCPU-h', (busyWatts * power.pue) / 1000),
    line('Processors of idle instances', idleHours, 'vCPU-h', (power.minWatts * power.pue) / 1000),
    line('Memory', gbHours, 'GB-h', power.memoryKwhPerGbHour * power.pue),
  ];
  const kwh = lines.reduce((sum, one) => sum + one.kwh, 0);
  return {
    lines,
    kwh,
    gramsPerKwh,
    carbonGco2e: kwh * gramsPerKwh,
    assumptions: [
      `${power.source}, ${power.date}; ${gramsPerKwh} g CO2e per kWh${place.gramsPerKwh === undefined ? ` in ${region}` : ', as given'}.`,
      vcpu === undefined ? `One vCPU per ${MIB_PER_VCPU} MiB of an instance.` : `${vcpu} vCPU per instance.`,
      `Processors in use at ${power.utilisation * 100} % utilisation; those of idle instances counted as theirs alone, at what an idle vCPU draws: platforms that lend them to others need less.`,
      'The making of the machines is not counted, nor storage and network.',
    ],
  };
}

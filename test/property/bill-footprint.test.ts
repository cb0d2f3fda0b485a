/** Energy and carbon: sums, a case worked by hand, overrides and refusals. */
import { describe, expect, it } from 'vitest';
import { footprint, gridIntensity, POWER_COEFFICIENTS } from '../../ts/core/decide/index.js';
import { calls, HOUR_MS, month } from '../bill-usage.js';

const IRELAND = { provider: 'aws', region: 'eu-west-1' } as const;

describe('a footprint', () => {
  it('is what the coefficients say', () => {
    // Two hours busy and three idle on an instance of 2 vCPU and 4 GB, an hour of the busy ones initialising.
    const usage = month(4096, [calls(1, HOUR_MS)], { preWarmMs: HOUR_MS, idleMs: 3 * HOUR_MS });
    const { lines, kwh, carbonGco2e } = footprint([usage], { ...IRELAND, vcpu: 2 });
    const expected = [
      [4, (0.74 + 0.5 * (3.5 - 0.74)) * 1.135],
      [6, 0.74 * 1.135],
      [20, 0.392 * 1.135],
    ];
    lines.forEach((line, i) => {
      expect(line.quantity).toBeCloseTo(expected[i]![0]!, 12);
      expect(line.kwh * 1000).toBeCloseTo(expected[i]![0]! * expected[i]![1]!, 9);
    });
    expect(kwh).toBeCloseTo(lines[0]!.kwh + lines[1]!.kwh + lines[2]!.kwh, 15);
    expect(carbonGco2e).toBeCloseTo(kwh * 278.6, 12);
  });

  it('of a fleet is the sum of its functions', () => {
    const fleet = [month(512, [calls(1e6, 80)]), month(1769, [calls(10, 60_000)], { idleMs: 1e9 })];
    const parts = fleet.map((usage) => footprint([usage], IRELAND).carbonGco2e);
    expect(footprint(fleet, IRELAND).carbonGco2e).toBeCloseTo(parts[0]! + parts[1]!, 9);
    expect(footprint([], IRELAND).kwh).toBe(0);
  });

  it('takes coefficients and grids of one’s own', () => {
    const usage = month(1769, [calls(3600, 1000)]);
    const power = { ...POWER_COEFFICIENTS.aws, pue: 1, memoryKwhPerGbHour: 0, source: 'our meters', date: '2026-11' };
    const found = footprint([usage], { ...IRELAND, region: 'our hall', power, gramsPerKwh: 100 });
    expect(found.carbonGco2e).toBeCloseTo(0.212, 12);
    expect(found.assumptions[0]).toContain('our meters, 2026-11; 100 g CO2e per kWh, as given');
  });

  it('is refused for what cannot be', () => {
    const refusal = (code: string) => expect.objectContaining({ code });
    const usage = month(512, []);
    expect(() => gridIntensity('gcp', 'us')).toThrow(refusal('BAD_ARGUMENT'));
    expect(() => gridIntensity('sun' as 'gcp', 'us-east1')).toThrow(refusal('BAD_ARGUMENT'));
    expect(() => footprint([usage], { provider: 'azure', region: 'mars' })).toThrow(refusal('BAD_ARGUMENT'));
    expect(() => footprint([usage], { ...IRELAND, gramsPerKwh: -1 })).toThrow(refusal('OUT_OF_RANGE'));
    expect(() => footprint([usage], { ...IRELAND, vcpu: 0 })).toThrow(refusal('OUT_OF_RANGE'));
    expect(() => footprint([{ ...usage, idleMs: Number.NaN }], IRELAND)).toThrow(refusal('NOT_FINITE'));
    const power = { ...POWER_COEFFICIENTS.aws, pue: Number.NaN };
    expect(() => footprint([usage], { ...IRELAND, power })).toThrow(refusal('NOT_FINITE'));
  });
});

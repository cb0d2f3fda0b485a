/** The shipped figures between regions against the measurements and prices that they are from. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gridIntensity } from '../../ts/core/decide/bill/energy/grid.js';
import { parseRegionPairs, placementNetwork } from '../../ts/core/decide/index.js';
import { jurisdictionsOf, REGIONS } from '../../ts/core/decide/placement/network/regions.js';

const FOLDER = new URL('../../../shared/data/network/', import.meta.url);
const isHere = existsSync(FOLDER);

const { regions, roundTripMs, egressUsdPerGb } = placementNetwork();
const at = (from: string, to: string): number => regions.indexOf(from) * regions.length + regions.indexOf(to);
const read = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8');

it.runIf(process.env.CI !== undefined)('has the measurements', () => {
  expect(isHere, 'there is no ../shared/data/network').toBe(true);
});

describe.skipIf(!isHere)('the shipped network (needs ../shared/data/network)', () => {
  it('has the round trips that were measured, the lower of both directions in whole ms', () => {
    const lines = read('rtt-aws-azure-gcp.csv').split('\n');
    const premium = lines.filter((line, i) => i === 0 || (line.match(/,PREMIUM,/g) ?? []).length === 2);
    const pairs = parseRegionPairs(premium.join('\n'), 'roundTripMs', 'rtt');
    const lowest = new Map<string, number>();
    for (const { from, to, value } of pairs) {
      const key = [from, to].sort().join(' ');
      lowest.set(key, Math.min(value, lowest.get(key) ?? Number.POSITIVE_INFINITY));
    }
    expect(lowest.size).toBe((69 * 68) / 2);
    for (const [key, value] of lowest) {
      const [from, to] = key.split(' ') as [string, string];
      const expected = Math.max(1, Math.round(value));
      expect([key, roundTripMs[at(from, to)], roundTripMs[at(to, from)]]).toEqual([key, expected, expected]);
    }
  });

  it('has the list prices of bytes between all regions for which there is one', () => {
    const pairs = parseRegionPairs(read('egress-usd-per-gb.csv'), 'usdPerGb', 'egress');
    const known = pairs.filter(({ from, to }) => regions.includes(from) && regions.includes(to));
    expect(known.length).toBe(62 * 61);
    const wrong = known.filter(({ from, to, value }) => egressUsdPerGb[at(from, to)] !== value);
    expect(wrong).toEqual([]);
  });
});

it('knows a place, a law and a grid of every region', () => {
  expect(REGIONS.length).toBe(69);
  for (const region of REGIONS) {
    const [provider, name] = region.name.split(':') as ['aws' | 'azure' | 'gcp', string];
    expect(Math.abs(region.latitude)).toBeLessThan(70);
    expect(Math.abs(region.longitude)).toBeLessThan(180);
    expect(jurisdictionsOf(region)[0]).toMatch(/^[a-z]{2}$/);
    expect(gridIntensity(provider, name)).toBeGreaterThan(0);
  }
  const law = (name: string): readonly string[] => jurisdictionsOf(REGIONS.find((one) => one.name === name)!);
  expect(law('aws:eu-west-1')).toEqual(['ie', 'eu']);
  expect(law('aws:eu-west-2')).toEqual(['gb']);
  expect(law('gcp:europe-west6')).toEqual(['ch']);
});

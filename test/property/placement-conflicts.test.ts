/** What is said of limits that cannot be kept: true, short however large the fleet is, and said soon; and work that is done in turns. */
import { describe, expect, it } from 'vitest';
import {
  type NotPlaced,
  type Placed,
  parsePlacement,
  placeFunctions,
  placeFunctionsAsync,
} from '../../ts/core/decide/index.js';
import { conflictWords } from '../../ts/core/evaluate/index.js';

const REGIONS = ['aws:eu-west-1', 'aws:us-east-1', 'gcp:us-west1', 'gcp:europe-west1', 'azure:japaneast'];

/** Nodes of so many GiB, the cheaper the later; functions of 128 to 512 MiB whose users are everywhere. */
function fleet(functions: number, gib: number, more: (f: number) => object = () => ({})) {
  const nodes = REGIONS.map((region, n) => ({
    name: `n${n}`,
    tier: 'cloud',
    provider: region.split(':')[0],
    region: region.split(':')[1],
    vcpu: 100_000,
    memoryGib: gib,
    usdPerVcpuHour: 0.05 - 0.005 * n,
  }));
  const all = Array.from({ length: functions }, (_, f) => ({
    name: `f${f}`,
    memoryMiB: 128 * (1 + (f % 4)),
    vcpu: 0.5,
    callsPerHour: { [REGIONS[f % 3]!]: 100 + f },
    ...more(f),
  }));
  return parsePlacement(nodes, all);
}

const refusal = (found: Placed | NotPlaced): NotPlaced => {
  if (found.isPlaced) throw new Error('it was placed');
  return found;
};

describe('limits that no placement keeps', () => {
  it('are named by themselves where sums tell: the budget', () => {
    const input = fleet(3000, 4000);
    // 3000 functions of half a vCPU where it costs least.
    const least = 3000 * 0.5 * 0.03;
    const { isProved, conflicts } = refusal(placeFunctions(input, { limits: { usdPerHour: least / 2 } }));
    expect(isProved).toBe(true);
    expect(conflicts.map(({ functionName, limits }) => [functionName, limits])).toEqual([[null, ['budget']]]);
    const { value } = conflicts[0]!.nearest[0]!;
    expect(value).toBeCloseTo(least, 9);
    expect(placeFunctions(input, { limits: { usdPerHour: value } }).isPlaced).toBe(true);
  });

  it('are named by themselves where sums tell: memory, with how much more would do', () => {
    const input = fleet(3000, 90);
    const { isProved, conflicts } = refusal(placeFunctions(input));
    expect(isProved).toBe(true);
    expect(conflicts[0]!.limits).toEqual(['memory']);
    const { value } = conflicts[0]!.nearest[0]!;
    const wanted = (3000 * 320) / (5 * 90 * 1024);
    expect(value).toBeGreaterThanOrEqual(wanted);
    expect(value).toBeLessThan(wanted * 1.05);
  });

  it('are each named where sums tell of several, and none would do alone', () => {
    const { conflicts } = refusal(placeFunctions(fleet(300, 9), { limits: { usdPerHour: 0.1 } }));
    expect(conflicts).toEqual([
      { functionName: null, limits: ['memory'], nearest: [] },
      { functionName: null, limits: ['budget'], nearest: [] },
    ]);
  });

  it('are told from those that only others make a conflict: the budget within the EU', () => {
    const input = fleet(300, 4000, () => ({ residency: 'eu' }));
    // 0.05 and 0.035 in the EU, 0.03 elsewhere.
    const { conflicts } = refusal(placeFunctions(input, { limits: { usdPerHour: 300 * 0.5 * 0.032 } }));
    expect(conflicts.map(({ limits }) => limits)).toEqual([['residency', 'budget']]);
    expect(conflicts[0]!.nearest.map(({ limit }) => limit).sort()).toEqual(['budget', 'residency']);
  });

  it('come with no list without an end', () => {
    const input = fleet(2000, 300, () => ({ residency: 'jp' }));
    const found = refusal(placeFunctions(input));
    const [{ limits, nearest }] = found.conflicts as [NotPlaced['conflicts'][number]];
    expect(limits).toEqual(['memory', 'residency']);
    const out = nearest.find(({ limit }) => limit === 'residency')!;
    expect(out.value).toBeGreaterThan(500);
    expect(out.functionNames).toHaveLength(20);
    expect(JSON.stringify(found).length).toBeLessThan(2000);
    const stuck = fleet(2000, 300, () => ({ residency: 'nowhere' }));
    expect(refusal(placeFunctions(stuck)).conflicts).toHaveLength(20);
    expect(conflictWords(found).join(' ').length).toBeLessThan(1000);
  });
});

describe('placing in turns', () => {
  it('comes to the same, and tells how far it is', async () => {
    const input = fleet(400, 20);
    const told: number[] = [];
    const later = await placeFunctionsAsync(input, { seed: 3 }, { onProgress: (done) => told.push(done) });
    expect(later).toEqual(placeFunctions(input, { seed: 3 }));
    expect(told.length).toBeGreaterThan(3);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(Math.max(...told)).toBeLessThanOrEqual(1000);
  });

  it('ends when it is told to, and leaves others their turn', async () => {
    const input = fleet(400, 20);
    const stop = new AbortController();
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const work = placeFunctionsAsync(
      input,
      {},
      { signal: stop.signal, onProgress: (done) => done > 300 && stop.abort() },
    );
    await expect(work).rejects.toMatchObject({ code: 'ABORTED' });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    await expect(placeFunctionsAsync(input, {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    await expect(placeFunctionsAsync(input, { weights: { price: -1 } })).rejects.toMatchObject({
      code: 'OUT_OF_RANGE',
    });
  });
});

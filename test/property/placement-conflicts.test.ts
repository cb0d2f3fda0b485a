/** What is said of limits that cannot be kept: true, short however large the fleet is, and said soon; and work that is done in turns. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  conflictWords,
  type NotPlaced,
  type Placed,
  type PlacementInput,
  type PlacementLimits,
  parsePlacement,
  placeFunctions,
  placeFunctionsAsync,
  type Relaxation,
} from '../../ts/core/decide/index.js';

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

const closeTo = (value: number): unknown => expect.closeTo(value, 9);

/** Without fields that are undefined. */
const defined = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

interface Asked {
  input: PlacementInput;
  limits: PlacementLimits;
}

/** The same with other values of some limits, as a person would set them. */
function loosened({ input, limits }: Asked, way: readonly Relaxation[]): Asked {
  const of = (limit: Relaxation['limit'], name: string | null): Relaxation | undefined =>
    way.find((one) => one.limit === limit && one.functionName === name);
  const factor = (limit: Relaxation['limit']): number => of(limit, null)?.value ?? 1;
  const free = way.flatMap(({ limit, functionNames }) => (limit === 'residency' ? functionNames : []));
  const [usd, grams] = [of('budget', null)?.value, of('carbon', null)?.value];
  return {
    input: {
      nodes: input.nodes.map((node) => ({
        ...node,
        memoryMiB: Math.ceil(node.memoryMiB * factor('memory')),
        vcpu: node.vcpu * factor('vcpu'),
        instances: Math.ceil(node.instances * factor('instances')),
      })),
      functions: input.functions.map((one) => ({
        ...one,
        residency: free.includes(one.name) ? null : one.residency,
        maxLatencyMs:
          of('latency', one.name)?.value ?? (one.maxLatencyMs === null ? null : one.maxLatencyMs * factor('latency')),
      })),
    },
    limits: { ...limits, ...defined({ usdPerHour: usd, gramsPerHour: grams }) },
  };
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

  it('are each named where sums tell of several, with values that do together', () => {
    const asked = { input: fleet(300, 9), limits: { usdPerHour: 0.1 } };
    const found = refusal(placeFunctions(asked.input, asked));
    expect(found.conflicts).toEqual([
      { functionName: null, limits: ['memory'], isProved: true, nearest: [] },
      { functionName: null, limits: ['budget'], isProved: true, nearest: [] },
    ]);
    expect(found.together.map((way) => way.map(({ limit }) => limit))).toEqual([['memory', 'budget']]);
    const loose = loosened(asked, found.together[0]!);
    expect(placeFunctions(loose.input, loose).isPlaced).toBe(true);
    expect(conflictWords(found).at(-1)).toMatch(/^Together would do: .* the memory of every node; and a budget of/);
  });

  it('are all named, those too that another hides', () => {
    const node = { tier: 'cloud', vcpu: 4, memoryGib: 8, usdPerVcpuHour: 0.04 };
    const nodes = [
      { ...node, name: 'dublin', provider: 'aws', region: 'eu-west-1' },
      { ...node, name: 'virginia', provider: 'aws', region: 'us-east-1', usdPerVcpuHour: 0.03 },
      { ...node, name: 'tokyo', provider: 'gcp', region: 'asia-northeast1' },
    ];
    const one = { memoryMiB: 1024, vcpu: 0.25, residency: 'ie' };
    const functions = Array.from({ length: 10 }, (_, f) => ({ ...one, name: `f${f}` }));
    const asked = { input: parsePlacement(nodes, functions), limits: { usdPerHour: 0.01 } };
    const { conflicts, together } = refusal(placeFunctions(asked.input, asked));
    expect(conflicts.map(({ limits }) => limits)).toEqual([['memory', 'residency'], ['budget']]);
    expect(together.map((way) => way.map(({ limit }) => limit))).toEqual([
      ['memory', 'budget'],
      ['residency', 'budget'],
    ]);
    for (const way of together) {
      const loose = loosened(asked, way);
      expect(placeFunctions(loose.input, loose).isPlaced).toBe(true);
    }
    // The least that ten quarters of a vCPU cost: all in Dublin, or two of them in Virginia.
    expect(together.map((way) => way[1]!.value)).toEqual([closeTo(0.1), closeTo(0.095)]);
  });

  it('are named of functions without a node as of the others, and what would do for all of them', () => {
    const of = (f: number): object =>
      f === 0 ? { residency: 'nowhere' } : f === 1 ? { maxLatencyMs: 1e-3 } : f === 2 ? { vcpu: 200_000 } : {};
    const asked = { input: fleet(60, 2, of), limits: {} };
    const found = refusal(placeFunctions(asked.input, asked));
    expect(found.conflicts.map(({ functionName, limits }) => [functionName, limits])).toEqual([
      ['f0', ['residency']],
      ['f1', ['latency']],
      ['f2', ['vcpu']],
      [null, ['memory']],
    ]);
    expect(found.together).toHaveLength(1);
    const loose = loosened(asked, found.together[0]!);
    expect(placeFunctions(loose.input, loose).isPlaced).toBe(true);
  });

  it('of one function are all named: two that each shut all nodes', () => {
    const input = fleet(1, 1, () => ({ memoryMiB: 4096, residency: 'nowhere' }));
    const found = refusal(placeFunctions(input));
    expect(found.conflicts).toEqual([
      { functionName: 'f0', limits: ['memory'], isProved: true, nearest: [] },
      { functionName: 'f0', limits: ['residency'], isProved: true, nearest: [] },
    ]);
    expect(found.together.map((way) => way.map(({ limit, value }) => [limit, value]))).toEqual([
      [
        ['memory', 4],
        ['residency', 1],
      ],
    ]);
  });

  it('say what would do, and with it all is placed: whatever conflicts', () => {
    const one = fc.record({
      memoryMiB: fc.constantFrom(256, 1024, 3072),
      vcpu: fc.constantFrom(0.25, 1, 3),
      residency: fc.constantFrom(undefined, undefined, 'ie', 'eu', 'jp', 'nowhere'),
      maxLatencyMs: fc.constantFrom(undefined, undefined, 0.5, 20, 90),
      node: fc.constantFrom(undefined, 'n0', 'n3'),
    });
    const limits = fc.record({
      usdPerHour: fc.constantFrom(undefined, 0.02, 0.2),
      gramsPerHour: fc.constantFrom(undefined, 1, 20),
    });
    let [several, ways] = [0, 0];
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 8 }), limits, (drawn, wanted) => {
        const asked = {
          input: parsePlacement(
            fleet(1, 4).nodes.map(({ name, provider, region }, n) => {
              const node = { tier: 'cloud', vcpu: 4, memoryGib: 2 + n, usdPerVcpuHour: 0.05 - 0.005 * n };
              return { ...node, name, provider, region };
            }),
            drawn.map((more, f) => ({ name: `f${f}`, callsPerHour: { [REGIONS[f % 3]!]: 100 }, ...defined(more) })),
          ),
          limits: defined(wanted),
        };
        const found = placeFunctions(asked.input, asked);
        fc.pre(!found.isPlaced);
        const { conflicts, together } = refusal(found);
        expect(conflicts.length).toBeGreaterThan(0);
        if (conflicts.length > 1) several++;
        const isOfAll = conflicts.every(({ functionName }) => functionName === null);
        const alone = isOfAll ? conflicts.flatMap(({ nearest }) => nearest.map((value) => [value])) : [];
        for (const way of [...alone, ...together]) {
          const loose = loosened(asked, way);
          expect(placeFunctions(loose.input, loose).isPlaced).toBe(true);
          ways++;
        }
        // Of each conflict of all, none of the others of its limits conflict without one of them.
        for (const { functionName, limits: own } of conflicts) {
          if (functionName !== null || !isOfAll) continue;
          for (const others of conflicts) {
            if (others.limits !== own) expect(own.every((limit) => others.limits.includes(limit))).toBe(false);
          }
        }
      }),
      { numRuns: 100, seed: 15 },
    );
    expect(several).toBeGreaterThan(20);
    expect(ways).toBeGreaterThan(50);
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

  it('waits for its turn only after it has worked for some time', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const since = performance.now();
    await placeFunctionsAsync(fleet(10_000, 500), { seed: 3 });
    const turns = timers.mock.calls.length;
    timers.mockRestore();
    expect(turns).toBeGreaterThan(0);
    expect(turns).toBeLessThanOrEqual((performance.now() - since) / 20);
  });

  it('ends when it is told to, and leaves others their turn', async () => {
    const input = fleet(10_000, 500);
    const stop = new AbortController();
    let turns = 0;
    const timer = setInterval(() => ++turns === 2 && stop.abort(), 0);
    const work = placeFunctionsAsync(input, {}, { signal: stop.signal });
    await expect(work).rejects.toMatchObject({ code: 'ABORTED' });
    clearInterval(timer);
    // It is looked at as soon as the next turn is over.
    expect(turns).toBeLessThan(5);
    await expect(placeFunctionsAsync(input, {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    await expect(placeFunctionsAsync(input, { weights: { price: -1 } })).rejects.toMatchObject({
      code: 'OUT_OF_RANGE',
    });
  });
});

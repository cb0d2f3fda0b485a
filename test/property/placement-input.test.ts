/** Placement of nodes and functions as people give them: fields, limits, terms, baselines, and what is said where nothing fits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PLACEMENT_TERMS,
  type Placed,
  parsePlacement,
  parseRegionPairs,
  placeFunctions,
  placementNetwork,
} from '../../ts/core/decide/index.js';

const node = { tier: 'cloud', vcpu: 4, memoryGib: 8, usdPerVcpuHour: 0.04 };
const three = [
  { ...node, name: 'dublin', provider: 'aws', region: 'eu-west-1' },
  { ...node, name: 'virginia', provider: 'aws', region: 'us-east-1', usdPerVcpuHour: 0.03 },
  { ...node, name: 'tokyo', provider: 'gcp', region: 'asia-northeast1' },
];
const small = { memoryMiB: 512, vcpu: 0.5 };

function placed(nodes: unknown, functions: unknown, options: Parameters<typeof placeFunctions>[1] = {}): Placed {
  const found = placeFunctions(parsePlacement(nodes, functions), options);
  if (!found.isPlaced) throw new Error('nothing was placed');
  return found;
}

describe('nodes and functions', () => {
  it.each([
    [
      { nodes: three, functions: [{ ...small, name: 'f', callsPerHour: { 'aws:us-east-1': 1e308 } }] },
      /callsPerHour\.aws:us-east-1 is 1e\+308; expected a finite number of at least 0, at most 1000000000000000/,
    ],
    [
      { nodes: [{ ...three[0], provider: 'constructor' }], functions: [{ ...small, name: 'f' }] },
      /nodes\[0\]\.gramsPerKwh is missing/,
    ],
    [{ nodes: three, functions: [{ ...small, name: 'f', memroy: 1 }] }, /functions\[0\]: there is no field 'memroy'/],
    [{ nodes: three, functions: [{ ...small, name: 'f', vcpu: -1 }] }, /functions\[0\]\.vcpu is -1; expected a finite/],
    [{ nodes: three, functions: [{ ...small, name: 'f', node: 'mars' }] }, /functions\[0\]\.node is 'mars'/],
    [{ nodes: three, functions: [{ ...small, name: 'f', calls: [{ to: 'g', perHour: 1 }] }] }, /calls\[0\]\.to is 'g'/],
    [{ nodes: [...three, three[0]], functions: [] }, /nodes\[3\]\.name is 'dublin' once more/],
    [{ nodes: [{ ...three[0], tier: 'moon' }], functions: [] }, /nodes\[0\]\.tier is "moon"; expected edge, regional/],
    [{ nodes: [{ ...node, regions: 'aws:mars' }], functions: [] }, /nodes\[0\]\.regions is 'aws:mars'/],
    [{ nodes: 3, functions: [] }, /nodes is 3; expected a list/],
    [{ nodes: [{ ...three[0], provider: 'own' }], functions: [] }, /nodes\[0\]\.gramsPerKwh is missing/],
  ])('are refused where they are wrong: %#', ({ nodes, functions }, message) => {
    expect(() => parsePlacement(nodes, functions)).toThrow(message);
  });

  it('may lie under their names, and one node stands for many regions', () => {
    const { nodes } = parsePlacement({ nodes: [{ ...node, regions: ['aws:*', 'gcp:us-east4'] }] }, { functions: [] });
    expect(nodes.length).toBe(22);
    expect(nodes.at(-1)).toMatchObject({ name: 'gcp:us-east4', jurisdictions: ['us'] });
  });

  it('need figures for regions that nobody knows, and take their own', () => {
    const edge = { ...node, name: 'edge', tier: 'edge', provider: 'own', region: 'lisbon', gramsPerKwh: 100 };
    const f = [{ ...small, name: 'f', callsPerHour: { 'aws:eu-west-1': 10 } }];
    expect(() => placed([edge], f)).toThrow(/nothing is known of the region own:lisbon/);
    const csv = 'from,to,roundTripMs\nown:lisbon,aws:eu-west-1,31\n';
    const network = placementNetwork({ roundTrips: parseRegionPairs(csv, 'roundTripMs', 'own.csv') });
    expect(placed([edge], f, { network }).functions[0]!.roundTripMs).toBe(31);
    const near = { ...edge, roundTripsMs: { 'aws:eu-west-1': 4 } };
    expect(placed([near], f, { network }).functions[0]!.roundTripMs).toBe(4);
  });
});

describe('the terms', () => {
  it('are what they are said to be', () => {
    const functions = [
      {
        ...small,
        ...{ name: 'f', node: 'virginia', instances: 2, callsPerHour: { 'aws:us-east-1': 7200 } },
        data: [{ region: 'aws:eu-west-1', gbPerHour: 8, requestsPerHour: 100 }],
        calls: [{ to: 'g', perHour: 1000, requestKb: 100, responseKb: 300 }],
      },
      { ...small, name: 'g', node: 'dublin' },
    ];
    // Nothing but migration counts: all stays.
    const weights = Object.fromEntries(PLACEMENT_TERMS.map((term) => [term, term === 'migration' ? 1 : 0]));
    const { terms, before, functions: where } = placed(three, functions, { weights });
    expect(where.map((one) => one.node)).toEqual(['virginia', 'dublin']);
    expect(before).toEqual(terms);
    // 7200 calls at 1 ms; 0.1 GB from Virginia at $0.02 and 0.3 GB and 8 GB from Dublin at $0.02; 8 GB at 1 Gbit/s.
    expect(terms.latency).toBeCloseTo(7.2, 12);
    expect(terms.egress).toBeCloseTo(0.4 * 0.02 + 8 * 0.02, 12);
    const roundTrip = terms.traffic;
    expect(roundTrip).toBeGreaterThan(50);
    expect(terms.transfer).toBeCloseTo(64 + 0.1 * roundTrip, 9);
    expect(terms.utilisation).toBeCloseTo(0.25 + 0.125, 12);
    expect(terms.price).toBeCloseTo(0.03 + 0.5 * 0.04, 12);
    expect(terms.migration).toBe(0);
  });
});

const anyFunction = fc.record({
  memoryMiB: fc.constantFrom(256, 512, 1024, 2048),
  vcpu: fc.constantFrom(0.25, 0.5, 1),
  callsPerHour: fc.dictionary(
    fc.constantFrom('aws:eu-west-1', 'aws:us-east-1', 'gcp:asia-northeast1', 'azure:brazilsouth'),
    fc.integer({ min: 1, max: 10_000 }),
  ),
  partner: fc.option(fc.integer({ min: 1, max: 7 }), { nil: null }),
  node: fc.option(fc.constantFrom('dublin', 'virginia', 'tokyo'), { nil: undefined }),
});

describe('a placement', () => {
  it('is no worse than any baseline, within all limits, and never below its bound', () => {
    fc.assert(
      fc.property(fc.array(anyFunction, { minLength: 1, maxLength: 12 }), (drawn) => {
        const functions = drawn.map(({ partner, node: at, ...one }, f) => ({
          ...one,
          name: `f${f}`,
          ...(at !== undefined && { node: at }),
          ...(partner !== null &&
            partner % drawn.length !== 0 && {
              calls: [{ to: `f${(f + partner) % drawn.length}`, perHour: 500, requestKb: 20 }],
            }),
        }));
        const found = placeFunctions(parsePlacement(three, functions));
        if (!found.isPlaced) {
          expect(found.conflicts.length).toBeGreaterThan(0);
          return;
        }
        expect(found.gap).toBeGreaterThanOrEqual(0);
        expect(found.cost).toBeCloseTo(
          found.functions.reduce((sum, { cost }) => sum + cost, 0),
          9,
        );
        for (const { memory, vcpu, instances } of found.nodes) {
          expect(Math.max(memory, vcpu, instances)).toBeLessThanOrEqual(1);
        }
        for (const { cost } of found.baselines) if (cost !== null) expect(found.cost).toBeLessThanOrEqual(cost + 1e-12);
      }),
      { numRuns: 150, seed: 9 },
    );
  });
});

describe('where nothing fits', () => {
  const calls = { 'aws:us-east-1': 100 };
  const refused = (functions: unknown, limits = {}) => {
    const found = placeFunctions(parsePlacement(three, functions), { limits });
    if (found.isPlaced) throw new Error('it was placed');
    return found;
  };

  it('names what shuts out one function, and the nearest ceiling', () => {
    const f = { ...small, name: 'f', callsPerHour: calls, residency: ['ie'], maxLatencyMs: 20 };
    const { conflicts, isProved } = refused([f]);
    expect(isProved).toBe(true);
    expect(conflicts).toHaveLength(1);
    expect(conflicts[0]).toMatchObject({ functionName: 'f', limits: ['residency', 'latency'] });
    const ceiling = conflicts[0]!.nearest.find(({ limit }) => limit === 'latency')!.value;
    expect(placed(three, [{ ...f, maxLatencyMs: ceiling }]).functions[0]!.node).toBe('dublin');
  });

  it('tells a jurisdiction of two words from two of them', () => {
    const nodes = [{ ...three[0], jurisdictions: ['new', 'york'] }];
    const functions = [
      { ...small, name: 'either', residency: ['new', 'york'] },
      { ...small, name: 'one', residency: ['new york'] },
    ];
    for (const asked of [functions, functions.toReversed()]) {
      const found = placeFunctions(parsePlacement(nodes, asked));
      expect(found).toMatchObject({ isPlaced: false, conflicts: [{ functionName: 'one', limits: ['residency'] }] });
    }
  });

  it('names the budget and one that would do', () => {
    const functions = [
      { ...small, name: 'f' },
      { ...small, name: 'g', residency: 'jp' },
    ];
    const { conflicts } = refused(functions, { usdPerHour: 0.01 });
    expect(conflicts[0]!.limits).toEqual(['budget']);
    const { value } = conflicts[0]!.nearest[0]!;
    expect(value).toBeCloseTo(0.5 * 0.03 + 0.5 * 0.04, 12);
    const found = placed(three, functions, { limits: { usdPerHour: value } });
    expect(found.terms.price + found.terms.egress).toBeLessThanOrEqual(value * (1 + 1e-9));
  });

  it('names residency and room together, and whom to let out', () => {
    const functions = Array.from({ length: 10 }, (_, i) => ({
      memoryMiB: 1024,
      vcpu: 0.25,
      name: `f${i}`,
      residency: 'ie',
    }));
    const { conflicts } = refused(functions);
    expect(conflicts[0]!.limits).toContain('residency');
    expect(conflicts[0]!.nearest.find(({ limit }) => limit === 'residency')!.value).toBe(2);
    const memory = conflicts[0]!.nearest.find(({ limit }) => limit === 'memory')!.value;
    expect(memory).toBeGreaterThanOrEqual(1.25);
    expect(memory).toBeLessThan(1.28);
  });
});

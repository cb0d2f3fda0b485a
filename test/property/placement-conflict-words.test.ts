/** What is said of limits that cannot be kept is so: with the values in the words, as they stand there, all is placed. */
import { describe, expect, it } from 'vitest';
import { conflictWords, type NotPlaced, parsePlacement, placeFunctions } from '../../ts/core/decide/index.js';
import { SplitMix64 } from '../../ts/core/kernels/pure/numeric.js';

const node = { name: 'dublin', tier: 'cloud', provider: 'aws', region: 'eu-west-1', vcpu: 8, memoryGib: 32 };

function refused(nodes: unknown, functions: unknown, limits = {}): NotPlaced {
  const found = placeFunctions(parsePlacement(nodes, functions), { limits });
  if (found.isPlaced) throw new Error('it was placed');
  return found;
}

/** The figure in one of the sentences. */
function figureIn(words: readonly string[], pattern: RegExp): number {
  const found = words.flatMap((one) => pattern.exec(one)?.[1] ?? []);
  expect(found).toHaveLength(1);
  return Number(found[0]);
}

/** Functions of which four fill a node, on ten nodes that have no room besides, in any order: there is a placement, and it is hard to find. */
function packed(seed: number) {
  const draws = new SplitMix64(seed, 40);
  const sizes = Array.from({ length: 10 }, () => {
    const three = Array.from({ length: 3 }, () => 8192 + draws.below(12_288));
    return [...three, three.reduce((left, one) => left - one, 65_536)];
  }).flat();
  for (let i = sizes.length - 1; i > 0; i--) {
    const j = draws.below(i + 1);
    [sizes[i], sizes[j]] = [sizes[j]!, sizes[i]!];
  }
  return {
    nodes: sizes.slice(0, 10).map((_, n) => ({ ...node, name: `n${n}`, memoryGib: 64, usdPerVcpuHour: 0.05 })),
    functions: sizes.map((memoryMiB, f) => ({ name: `f${f}`, memoryMiB, vcpu: 0.1 })),
  };
}

it('calls no limits impossible that can be kept', () => {
  let unproved = 0;
  for (let seed = 1; seed <= 5; seed++) {
    const { nodes, functions } = packed(seed);
    const found = refused(nodes, functions, { usdPerHour: 0.01 });
    expect(found.isProved).toBe(true);
    const words = conflictWords(found);
    for (const { limits, isProved } of found.conflicts) {
      expect(isProved).toBe(limits.includes('budget'));
      if (!isProved) unproved++;
    }
    expect(words.filter((one) => one.startsWith('Not all functions can be placed'))).toEqual([
      'Not all functions can be placed: the budget.',
    ]);
  }
  expect(unproved).toBeGreaterThan(3);
});

it('says of no nodes that there are none', () => {
  const words = conflictWords(refused([], [{ name: 'f0', memoryMiB: 512, vcpu: 1 }]));
  expect(words).toEqual(['f0 has no node: there is none.']);
});

describe('a value that is said to do does', () => {
  it('of a budget and of carbon', () => {
    for (let i = 0; i < 40; i++) {
      const nodes = [{ ...node, usdPerVcpuHour: 0.0312344 + 0.000_57 * i, gramsPerKwh: 211.37 + i }];
      const functions = [{ name: 'checkout', memoryMiB: 512, vcpu: 0.75 }];
      const asked = parsePlacement(nodes, functions);
      const dear = conflictWords(refused(nodes, functions, { usdPerHour: 1e-6 }));
      const usdPerHour = figureIn(dear, /budget of \$(.*)\/h would do/);
      expect(placeFunctions(asked, { limits: { usdPerHour } }).isPlaced).toBe(true);
      const dirty = conflictWords(refused(nodes, functions, { gramsPerHour: 1e-6 }));
      const gramsPerHour = figureIn(dirty, /carbon limit of (.*) gCO2e\/h would do/);
      expect(placeFunctions(asked, { limits: { gramsPerHour } }).isPlaced).toBe(true);
      // And it is no more than it has to be.
      expect(placeFunctions(asked, { limits: { usdPerHour: usdPerHour * 0.989 } }).isPlaced).toBe(false);
    }
  });

  it('of a latency ceiling and of memory', () => {
    for (let i = 0; i < 40; i++) {
      const nodes = [{ ...node, roundTripsMs: { home: 12.3401 + 7.7 * i } }];
      const one = { name: 'checkout', memoryMiB: 33_001 + 1733 * i, vcpu: 0.75, callsPerHour: { home: 10 } };
      const near = { ...one, memoryMiB: 512, maxLatencyMs: 1 };
      const maxLatencyMs = figureIn(conflictWords(refused(nodes, [near])), /ceiling of (.*)\u00a0ms for checkout/);
      expect(placeFunctions(parsePlacement(nodes, [{ ...near, maxLatencyMs }])).isPlaced).toBe(true);
      const factor = figureIn(
        conflictWords(refused(nodes, [one])),
        /^(.*)× the memory of a node for checkout would do/,
      );
      const larger = [{ ...nodes[0], memoryGib: Math.ceil(32 * factor * 1024) / 1024 }];
      expect(placeFunctions(parsePlacement(larger, [one])).isPlaced).toBe(true);
    }
  });
});

it('says what does for several conflicts in one sentence where it is one value', () => {
  const small = (memoryGib: number) => [{ ...node, memoryGib }];
  const functions = [
    { name: 'a', memoryMiB: 1536, vcpu: 1 },
    { name: 'b', memoryMiB: 1024, vcpu: 1 },
  ];
  const words = conflictWords(refused(small(1), functions));
  const factor = figureIn(words, /^(.*)× the memory of every node would do\.$/);
  expect(words.filter((one) => one.startsWith('Together'))).toEqual([]);
  expect(placeFunctions(parsePlacement(small(Math.ceil(factor * 1024) / 1024), functions)).isPlaced).toBe(true);
});

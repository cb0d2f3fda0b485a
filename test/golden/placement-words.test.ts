/** What is said of a placement is so. */
import { describe, expect, it } from 'vitest';
import { type Placed, parsePlacement, placeFunctions } from '../../ts/core/decide/index.js';
import { placementHeadline } from '../../ts/core/evaluate/placement/words.js';

const node = { tier: 'cloud', provider: 'aws', vcpu: 64, memoryGib: 4 };
const nodes = [
  { ...node, name: 'one', region: 'eu-west-1' },
  { ...node, name: 'other', region: 'eu-west-1' },
  { ...node, name: 'virginia', region: 'us-east-1' },
];
const one = (name: string, gib: number, at: string) => ({ name, memoryMiB: gib * 1024, vcpu: 0.5, node: at });

function placed(functions: unknown, options: Parameters<typeof placeFunctions>[1] = {}): Placed {
  const found = placeFunctions(parsePlacement(nodes, functions), options);
  if (!found.isPlaced) throw new Error('nothing was placed');
  return found;
}

describe('what is said of a placement', () => {
  it('is that all stay where nothing is gained, of equal sizes or not, whatever it began with', () => {
    const weights = { migration: 0, utilisation: 0 };
    const equal = [one('a', 1, 'other'), one('b', 1, 'one')];
    const unequal = [one('a', 1, 'other'), one('b', 2, 'one'), one('c', 3, 'other')];
    for (const functions of [equal, unequal]) {
      for (const at of [0, 1]) {
        const last = { assignment: Int32Array.from(functions, (_, f) => (f + at) % 2), prices: new Float64Array(9) };
        const found = placed(functions, { weights, last });
        expect(found.cost).toBe(found.costBefore);
        expect(placementHeadline(found).answer).toMatch(/stay where they are/);
      }
    }
  });

  it('ignores a last placement of other functions or nodes', () => {
    const functions = [one('a', 1, 'virginia'), one('b', 2, 'one')];
    const prices = new Float64Array(9);
    for (const wrong of [[0, 7], [-1, 0], [0], [0, 1, 2]]) {
      const last = { assignment: Int32Array.from(wrong), prices };
      expect(placed(functions, { last }).cost).toBe(placed(functions).cost);
    }
  });

  it('says what a move costs, also from nothing, and of limits only what is so', () => {
    const found = placed([one('a', 1, 'virginia')]);
    const moved = { ...found, functions: found.functions.map((f) => ({ ...f, isMoved: true })) };
    const said = (cost: number, costBefore: number, wasAllowed: boolean): string =>
      placementHeadline({ ...moved, cost, costBefore, wasAllowed }).answer;
    expect(said(1, 2, true)).toBe('Moving 1 of 1 function cuts the cost by 50.0\u00a0%.');
    expect(said(1, 2, false)).toBe(
      'Moving 1 of 1 function cuts the cost by 50.0\u00a0%, and keeps limits that are broken today.',
    );
    expect(said(2, 2, true)).toBe('Moving 1 of 1 function leaves the cost as it is.');
    expect(said(0, 0, false)).toBe(
      'Moving 1 of 1 function keeps limits that are broken today, and leaves the cost as it is.',
    );
    expect(said(2, 0, false)).toBe(
      'Moving 1 of 1 function keeps limits that are broken today, and raises the cost from 0 to 2.00.',
    );
    expect(said(3, 2, false)).toMatch(/raises the cost by 50\.0/);
  });

  it('claims equal sizes only where they are', () => {
    const functions = [one('a', 1, 'other'), one('b', 2, 'one')];
    const found = placed(functions.map((own) => ({ ...own, memoryMiB: own.memoryMiB / 64 })));
    expect(found.proof).toBe('assignment');
    expect(placementHeadline(found).bound).toBe(
      'Nodes hold so many functions, whichever they are: this is the best placement there is, exactly.',
    );
  });

  it('claims the best only where the bound is met', () => {
    const found = placed([one('a', 1, 'virginia'), one('b', 2, 'one')]);
    const said = (gap: number): string => placementHeadline({ ...found, proof: 'bound', gap }).bound;
    expect(said(1e-10)).toMatch(/the best placement there is/);
    expect(said(5e-7)).toBe('The bound proves that no other placement saves more than a millionth of the cost.');
    expect(said(0.01)).toMatch(/^At most 1\.0/);
  });
});

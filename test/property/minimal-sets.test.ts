/** Smallest conflicts and corrections of sets of limits, against all sets there are. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { minimalSets } from '../../ts/core/decide/placement/conflicts/minimal-sets.js';
import { whole } from '../../ts/core/decide/placement/solve/pieces.js';

const COUNT = 6;
const ALL = 2 ** COUNT - 1;

const parts = (set: number): number[] => Array.from({ length: COUNT }, (_, i) => 1 << i).filter((bit) => set & bit);

it('are all that there are, and few sets are asked about', () => {
  const drawn = fc.array(fc.integer({ min: 1, max: ALL }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(drawn, (impossible) => {
      const canKeep = (set: number): boolean => impossible.every((one) => (set & one) !== one);
      const asked = new Set<number>();
      const found = whole(
        minimalSets(COUNT, function* (set) {
          expect(asked.has(set)).toBe(false);
          asked.add(set);
          yield 0;
          return canKeep(set);
        }),
      );
      const sets = Array.from({ length: ALL + 1 }, (_, set) => set);
      const conflicts = sets.filter((set) => !canKeep(set) && parts(set).every((bit) => canKeep(set & ~bit)));
      const corrections = sets.filter(
        (set) => canKeep(ALL & ~set) && parts(set).every((bit) => !canKeep(ALL & ~(set & ~bit))),
      );
      expect(found.conflicts).toEqual(conflicts);
      expect(found.corrections.toSorted((a, b) => a - b)).toEqual(corrections);
      expect(found.isWhole).toBe(true);
      // Of each, itself and what is left of it without one.
      expect(asked.size).toBeLessThanOrEqual((1 + COUNT) * conflicts.length + corrections.length);
    }),
    { numRuns: 500, seed: 2 },
  );
});

it('end where the work is used up, and say so', () => {
  const found = whole(
    minimalSets(3, function* () {
      yield 0;
      return null;
    }),
  );
  expect(found).toEqual({ conflicts: [7], corrections: [], isWhole: false });
});

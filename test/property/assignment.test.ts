import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  IsothermError,
  rankAssignments,
  solveAssignment,
  solveBottleneckAssignment,
  verifyAssignment,
} from '../../ts/core/kernels/index.js';

const INFINITY = Number.POSITIVE_INFINITY;

interface Problem {
  cost: number[];
  rows: number;
  cols: number;
  options: { maximize?: boolean; unassignedCost?: number[]; columnCapacity?: number[] };
}

/** Every assignment that the rules allow, as the column of each row. */
function everyAssignment({ cost, rows, cols, options }: Problem): number[][] {
  const room = options.columnCapacity?.slice() ?? new Array<number>(cols).fill(1);
  const places = room.reduce((sum, most) => sum + most, 0);
  const found: number[][] = [];
  const forbidden = (entry: number): boolean =>
    entry === INFINITY || (options.maximize === true && entry === -INFINITY);
  const go = (chosen: number[], skips: number): void => {
    const i = chosen.length;
    if (i === rows) {
      found.push(chosen);
      return;
    }
    const may = options.unassignedCost === undefined ? skips > 0 : !forbidden(options.unassignedCost[i]);
    if (may) go([...chosen, -1], skips - 1);
    for (let j = 0; j < cols; j++) {
      if (room[j] === 0 || forbidden(cost[i * cols + j])) continue;
      room[j]--;
      go([...chosen, j], skips);
      room[j]++;
    }
  };
  go([], Math.max(0, rows - places));
  return found;
}

const entriesOf = ({ cost, cols, options }: Problem, rowToCol: ArrayLike<number>): number[] =>
  Array.from(rowToCol).flatMap((j, i) =>
    j >= 0 ? [cost[i * cols + j]] : (options.unassignedCost?.slice(i, i + 1) ?? []),
  );
const sumOf = (problem: Problem, rowToCol: ArrayLike<number>): number =>
  entriesOf(problem, rowToCol).reduce((sum, entry) => sum + entry, 0);

const entry = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -9, max: 9 }) },
  { weight: 1, arbitrary: fc.constant(INFINITY) },
);
const problems: fc.Arbitrary<Problem> = fc.tuple(fc.nat(4), fc.nat(4)).chain(([rows, cols]) => {
  const array = <T>(one: fc.Arbitrary<T>, length: number) => fc.array(one, { minLength: length, maxLength: length });
  return fc.record({
    cost: array(entry, rows * cols),
    rows: fc.constant(rows),
    cols: fc.constant(cols),
    options: fc.record(
      { maximize: fc.boolean(), unassignedCost: array(entry, rows), columnCapacity: array(fc.nat(2), cols) },
      { requiredKeys: [] },
    ),
  });
});

/** Undefined where nothing is feasible. */
function feasible<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof IsothermError && thrown.code === 'INFEASIBLE') return undefined;
    throw thrown;
  }
}

describe('against every assignment there is', () => {
  it('the best one is found and proved', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { cost, rows, cols, options } = problem;
        const sums = everyAssignment(problem).map((one) => sumOf(problem, one));
        const found = feasible(() => solveAssignment(cost, rows, cols, options));
        if (found === undefined) {
          expect(sums).toEqual([]);
          return;
        }
        expect(found.cost).toBe((options.maximize ? Math.max : Math.min)(...sums) + 0);
        expect(sumOf(problem, found.rowToCol) + 0).toBe(found.cost);
        expect(verifyAssignment(cost, rows, cols, found, options)).toMatchObject({
          cost: found.cost,
          gap: 0,
          optimal: true,
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('the best ones come in order', () => {
    fc.assert(
      fc.property(problems, fc.nat(12), (problem, count) => {
        const { cost, rows, cols, options } = problem;
        const all = everyAssignment(problem);
        const sums = all.map((one) => sumOf(problem, one) + 0).sort((a, b) => (options.maximize ? b - a : a - b));
        const ranked = feasible(() => rankAssignments(cost, rows, cols, count, options));
        if (ranked === undefined) {
          expect(sums).toEqual([]);
          return;
        }
        expect(ranked.map((one) => one.cost)).toEqual(sums.slice(0, count));
        expect(new Set(ranked.map((one) => one.rowToCol.join())).size).toBe(ranked.length);
        const allowed = new Set(all.map((one) => one.join()));
        for (const one of ranked) {
          expect(allowed.has(one.rowToCol.join())).toBe(true);
          expect(sumOf(problem, one.rowToCol) + 0).toBe(one.cost);
          one.colToRow.forEach((i, j) => {
            expect(i).toBe(one.rowToCol.indexOf(j));
          });
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('the worst pair is as good as can be', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { cost, rows, cols, options } = problem;
        const sign = options.maximize ? -1 : 1;
        const worst = (one: ArrayLike<number>): number =>
          entriesOf(problem, one).reduce((most, own) => Math.max(most, sign * own), -INFINITY);
        const all = everyAssignment(problem);
        const found = feasible(() => solveBottleneckAssignment(cost, rows, cols, options));
        if (found === undefined) {
          expect(all).toEqual([]);
          return;
        }
        const least = Math.min(...all.map(worst));
        expect(found.bottleneck).toBe(sign * least + 0);
        expect(worst(found.rowToCol)).toBe(least);
        const sums = all.filter((one) => worst(one) === least).map((one) => sign * sumOf(problem, one));
        expect(found.cost).toBe(sign * Math.min(...sums) + 0);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Optima of sixteen classes, by SciPy and a second solver; the file with them lies beside the project and is not part of it. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { IsothermError, solveAssignment, verifyAssignment } from '../../ts/core/kernels/index.js';
import { backends } from '../backends.js';
import { instanceOfClass } from './assignment-classes.js';

type GoldenCase = [
  name: string,
  rows: number,
  cols: number,
  seed: number,
  optimum: number | null,
  allowed: number,
  sum: number,
  first: number | null,
  last: number | null,
];
interface Golden {
  about: { handmade: { c: (number | null)[][]; opt: number | null }[] };
  cases: GoldenCase[];
}

const path = new URL('../../../shared/data/golden/assignment.json', import.meta.url);
const missing = !existsSync(path);
const golden: Golden = missing ? { about: { handmade: [] }, cases: [] } : JSON.parse(readFileSync(path, 'utf8'));

const closeTo = (value: number, optimum: number): boolean =>
  Math.abs(value - optimum) <= 1e-9 * Math.max(1, Math.abs(optimum));

/** The least sum, proved; null where there is none and a Hall violator says why. */
function proved(costs: Float64Array, rows: number, cols: number): number | null {
  try {
    const found = solveAssignment(costs, rows, cols);
    expect(found.rowToCol.filter((j) => j >= 0)).toHaveLength(Math.min(rows, cols));
    const proof = verifyAssignment(costs, rows, cols, found);
    expect(proof).toMatchObject({ cost: found.cost, optimal: true });
    return found.cost;
  } catch (thrown) {
    if (!(thrown instanceof IsothermError) || thrown.code !== 'INFEASIBLE') throw thrown;
    const { hallViolator } = thrown;
    expect(isViolator(costs, rows, cols, hallViolator!)).toBe(true);
    return null;
  }
}

/** More of the one side than of the other, and no way out of it. */
function isViolator(
  costs: Float64Array,
  rows: number,
  cols: number,
  named: { rows: Int32Array; cols: Int32Array },
): boolean {
  const [inRows, inCols] = [new Set(named.rows), new Set(named.cols)];
  const [tight, wide] = rows <= cols ? [inRows, inCols] : [inCols, inRows];
  if (tight.size <= wide.size) return false;
  return costs.every((cost, cell) => {
    const [row, col] = [Math.floor(cell / cols), cell % cols];
    const inside = rows <= cols ? inRows.has(row) && !inCols.has(col) : inCols.has(col) && !inRows.has(row);
    return !inside || cost === Number.POSITIVE_INFINITY;
  });
}

describe('the golden file', () => {
  it.skipIf(missing && process.env.CI === undefined)('lies beside the project', () => {
    expect(missing, 'shared/data/golden/assignment.json').toBe(false);
  });

  it.skipIf(missing)('has the instances that are made here', () => {
    for (const [name, rows, cols, seed, , allowed, sum, first, last] of golden.cases) {
      const costs = instanceOfClass(name, rows, cols, seed);
      const finite = costs.filter((cost) => cost < Number.POSITIVE_INFINITY);
      expect(finite.length, name).toBe(allowed);
      const own = finite.reduce((total, cost) => total + cost, 0);
      expect(Math.abs(own - sum), name).toBeLessThanOrEqual(
        1e-9 * finite.reduce((total, cost) => total + Math.abs(cost), 0),
      );
      expect([costs[0], costs[costs.length - 1]]).toEqual([
        first ?? Number.POSITIVE_INFINITY,
        last ?? Number.POSITIVE_INFINITY,
      ]);
    }
  });

  it.skipIf(missing)('has the optima that are found', () => {
    for (const [name, rows, cols, seed, optimum] of golden.cases) {
      const found = proved(instanceOfClass(name, rows, cols, seed), rows, cols);
      const words = `${name} ${rows} x ${cols}, seed ${seed}: ${found} for ${optimum}`;
      expect(found === null || optimum === null ? found === optimum : closeTo(found, optimum), words).toBe(true);
    }
  });

  it.skipIf(missing)('has cases by hand that are solved', () => {
    expect(golden.about.handmade.some(({ opt }) => opt === null)).toBe(true);
    for (const { c, opt } of golden.about.handmade) {
      const costs = Float64Array.from(c.flat(), (cost) => cost ?? Number.POSITIVE_INFINITY);
      expect(proved(costs, c.length, c[0]?.length ?? 0), JSON.stringify(c)).toBe(opt);
    }
  });

  it.skipIf(missing)('is solved to the same bits on every backend', () => {
    for (const [name, rows, cols, seed] of golden.cases) {
      const costs = instanceOfClass(name, rows, cols, seed);
      const [first, ...others] = backends.map(({ kernels }) => {
        const marks = [new Int32Array(rows), new Int32Array(cols)] as const;
        const duals = [new Float64Array(rows), new Float64Array(cols)] as const;
        const none = new Float64Array(0);
        const met = kernels.assignmentSolve(costs, rows, cols, none, none, ...marks, ...duals);
        const words = duals.map((values) => [...new BigInt64Array(values.buffer)].join());
        return [met, ...marks.map((values) => values.join()), ...words];
      });
      for (const other of others) expect(other, `${name} ${rows} x ${cols}`).toEqual(first);
    }
  });
});

// An engine compiled one form of the pure backend to other results after some fifty solutions.
it.each(['uniform', 'int100', 'euclid'])('%s is solved to the same however often', (name) => {
  const n = 100;
  const costs = instanceOfClass(name, n, n, 5);
  const none = new Float64Array(0);
  const found = new Set<string>();
  for (const { kernels } of backends) {
    for (let turn = 0; turn < 300; turn++) {
      const rowToCol = new Int32Array(n);
      const [rowDuals, colDuals] = [new Float64Array(n), new Float64Array(n)];
      kernels.assignmentSolve(costs, n, n, none, none, rowToCol, new Int32Array(n), rowDuals, colDuals);
      found.add(`${rowToCol} ${rowDuals} ${colDuals}`);
    }
  }
  expect(found.size).toBe(1);
});

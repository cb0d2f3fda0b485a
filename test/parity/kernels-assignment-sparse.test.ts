/** Sparse assignments and batches: the bits and the errors of the pure backend, and what dense ones and single ones find. */
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels } from '../../ts/core/kernels/backend.js';
import {
  backendInfo,
  init,
  type SparseCostMatrix,
  solveAssignment,
  solveAssignmentBatch,
  solveSparseAssignment,
  verifySparseAssignment,
} from '../../ts/core/kernels/index.js';
import { pure } from '../../ts/core/kernels/pure/index.js';
import { instanceOfClass } from '../golden/assignment-classes.js';
import { array, entry, INFINITY, inWords, near, outputs, sumOf } from './assignment-answers.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

/** Columns and costs of what is finite. */
function sparseOf(costs: ArrayLike<number>, rows: number, cols: number): SparseCostMatrix {
  const [offsets, columns, entries] = [[0], [] as number[], [] as number[]];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      if (costs[i * cols + j] === INFINITY) continue;
      columns.push(j);
      entries.push(costs[i * cols + j]);
    }
    offsets.push(entries.length);
  }
  return { rows, cols, offsets, columns, costs: entries };
}

describe('sparse assignments', () => {
  const given = fc.tuple(fc.nat(8), fc.nat(8)).chain(([rows, cols]) =>
    fc.record({
      costs: array(fc.oneof(entry, fc.constant(INFINITY)), rows * cols),
      rows: fc.constant(rows),
      cols: fc.constant(cols),
      unassigned: fc.oneof(fc.constant([]), array(entry, rows)),
      capacity: fc.oneof(fc.constant([]), array(fc.nat(3), cols)),
    }),
  );

  it('have the bits of the pure backend, and the sums of dense ones', () => {
    fc.assert(
      fc.property(given, fc.boolean(), ({ costs, rows, cols, unassigned, capacity }, maximize) => {
        const matrix = sparseOf(costs, rows, cols);
        const answers = [kernels(), pure].map((backend) => {
          const outs = outputs(rows, cols);
          const [offsets, columns] = [Float64Array.from(matrix.offsets), Int32Array.from(matrix.columns)];
          const own = Float64Array.from(matrix.costs);
          const rules = [cols, Float64Array.from(unassigned), Float64Array.from(capacity)] as const;
          return [backend.assignmentSolveSparse(offsets, columns, own, ...rules, ...outs), ...inWords(outs)];
        });
        expect(answers[0]).toEqual(answers[1]);
        const options = {
          maximize,
          ...(unassigned.length > 0 && { unassignedCost: unassigned }),
          ...(capacity.length > 0 && { columnCapacity: capacity }),
        };
        const found = sumOf(() => solveSparseAssignment(matrix, options));
        const expected = sumOf(() => solveAssignment(costs, rows, cols, options));
        expect(near(found, expected), `${found} for ${expected}`).toBe(true);
        if (typeof found === 'number') {
          expect(verifySparseAssignment(matrix, solveSparseAssignment(matrix, options), options).optimal).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('are solved at a size', () => {
    const [rows, cols] = [500, 500];
    const matrix = sparseOf(instanceOfClass('sparse', rows, cols, 4), rows, cols);
    const found = solveSparseAssignment(matrix);
    const proof = verifySparseAssignment(matrix, found);
    expect(proof).toMatchObject({ cost: found.cost, optimal: true });
    expect(verifySparseAssignment(matrix, { ...found, colDuals: found.colDuals.map((dual) => dual - 1) }).optimal).toBe(
      true,
    );
    expect(verifySparseAssignment(matrix, { ...found, rowDuals: found.rowDuals.map((dual) => dual + 1) }).optimal).toBe(
      false,
    );
  });

  it('name who competes in vain, and take the best of several entries', () => {
    const vain = { rows: 2, cols: 2, offsets: [0, 1, 2], columns: [1, 1], costs: [1, 2] };
    expect(() => solveSparseAssignment(vain)).toThrow('rows 0, 1 may go to column 1 only, which is too few');
    const several = { rows: 1, cols: 2, offsets: [0, 3], columns: [1, 1, 0], costs: [4, 3, 5] };
    expect(solveSparseAssignment(several)).toMatchObject({ cost: 3, rowToCol: Int32Array.of(1) });
    expect(solveSparseAssignment(several, { maximize: true })).toMatchObject({ cost: 5 });
  });

  it('are refused where they are none', () => {
    const fine = { rows: 1, cols: 2, offsets: [0, 1], columns: [1], costs: [4] };
    const code = (wrong: Partial<SparseCostMatrix>) => sumOf(() => solveSparseAssignment({ ...fine, ...wrong }));
    expect(code({})).toBe(4);
    expect(code({ rows: 2 })).toBe('BAD_LENGTH');
    expect(code({ offsets: [0, 2] })).toBe('OUT_OF_RANGE');
    expect(code({ offsets: [1, 1] })).toBe('OUT_OF_RANGE');
    expect(code({ columns: [2] })).toBe('OUT_OF_RANGE');
    expect(code({ columns: [0.5] })).toBe('OUT_OF_RANGE');
    expect(code({ columns: [2 ** 32] })).toBe('OUT_OF_RANGE');
    expect(code({ columns: [] })).toBe('BAD_LENGTH');
    expect(code({ costs: [Number.NaN] })).toBe('NOT_FINITE');
  });
});

describe('batches', () => {
  it('have the bits of one at a time, on any number of threads', () => {
    for (const [rows, cols] of [
      [8, 8],
      [5, 9],
      [9, 5],
      [0, 3],
      [3, 0],
    ]) {
      const count = 40;
      const costs = instanceOfClass('int100', count * rows, cols, 6);
      const batch = [1, 3, 0].map((threads) => solveAssignmentBatch(costs, count, rows, cols, { threads }));
      expect(batch[1]).toEqual(batch[0]);
      expect(batch[2]).toEqual(batch[0]);
      for (let k = 0; k < count; k++) {
        const one = solveAssignment(costs.subarray(k * rows * cols, (k + 1) * rows * cols), rows, cols);
        const { cost, rowToCol, colToRow, rowDuals, colDuals } = batch[0];
        expect({
          cost: cost[k],
          rowToCol: rowToCol.slice(k * rows, (k + 1) * rows),
          colToRow: colToRow.slice(k * cols, (k + 1) * cols),
          rowDuals: rowDuals.slice(k * rows, (k + 1) * rows),
          colDuals: colDuals.slice(k * cols, (k + 1) * cols),
        }).toEqual(one);
      }
    }
  });

  it('seek the largest sums, and name the first that has none', () => {
    const most = solveAssignmentBatch(Float32Array.of(4, 1, 2, 0, 1, 5, 1, 6), 2, 2, 2, { maximize: true });
    expect([...most.cost, ...most.rowToCol]).toEqual([4, 7, 0, 1, 0, 1]);
    const vain = [1, 1, 1, 1, ...[1, INFINITY, 1, INFINITY], ...[INFINITY, 1, INFINITY, 1]];
    const refusal = (() => {
      try {
        return solveAssignmentBatch(vain, 3, 2, 2);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(refusal).toMatchObject({
      code: 'INFEASIBLE',
      message: 'assignment 1: rows 0, 1 may go to column 0 only, which is too few',
      hallViolator: { rows: Int32Array.of(0, 1), cols: Int32Array.of(0) },
    });
    expect(sumOf(() => ({ cost: solveAssignmentBatch([1], 1, 1, 2).cost[0] }))).toBe('BAD_LENGTH');
    expect(sumOf(() => ({ cost: solveAssignmentBatch([Number.NaN], 1, 1, 1).cost[0] }))).toBe('NOT_FINITE');
    for (const count of [-1, 1e15])
      expect(sumOf(() => ({ cost: solveAssignmentBatch([], count, 0, 0).cost[0] }))).toBe('OUT_OF_RANGE');
    for (const threads of [-1, 0.5, 2000])
      expect(sumOf(() => ({ cost: solveAssignmentBatch([1], 1, 1, 1, { threads }).cost[0] }))).toBe('OUT_OF_RANGE');
  });
});

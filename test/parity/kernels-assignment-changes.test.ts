/** Assignments that stay, sparse ones and batches: the bits and the errors of the pure backend, and what a fresh solution finds. */
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels } from '../../ts/core/kernels/backend.js';
import type { AssignmentHandle, AssignmentKernels } from '../../ts/core/kernels/contract.js';
import { fromBackend } from '../../ts/core/kernels/error.js';
import {
  AssignmentSolver,
  backendInfo,
  IsothermError,
  init,
  type SparseCostMatrix,
  solveAssignment,
  solveAssignmentBatch,
  solveSparseAssignment,
  verifyAssignment,
  verifySparseAssignment,
} from '../../ts/core/kernels/index.js';
import { pure } from '../../ts/core/kernels/pure/index.js';
import { CLASSES, instanceOfClass } from '../golden/assignment-classes.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

const INFINITY = Number.POSITIVE_INFINITY;
const NONE = new Float64Array(0);

const words = (values: Float64Array): string => [...new BigInt64Array(values.buffer)].join();

/** What a call gives or throws, in words. */
function told<T>(run: () => T): unknown {
  try {
    return run();
  } catch (thrown) {
    const { code, message } = fromBackend(thrown);
    return { code, message };
  }
}

function outputs(rows: number, cols: number) {
  return [new Int32Array(rows), new Int32Array(cols), new Float64Array(rows), new Float64Array(cols)] as const;
}

const inWords = ([rowToCol, colToRow, rowDuals, colDuals]: ReturnType<typeof outputs>): unknown[] => [
  [...rowToCol],
  [...colToRow],
  words(rowDuals),
  words(colDuals),
];

const entry = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -9, max: 9 }) },
  { weight: 2, arbitrary: fc.integer({ min: -1000, max: 1000 }).map((tenths) => tenths / 10) },
  { weight: 1, arbitrary: fc.constant(INFINITY) },
);
const array = <T>(one: fc.Arbitrary<T>, length: number) => fc.array(one, { minLength: length, maxLength: length });

/** Numbers that say which rows and columns change, and how, whatever their number is then. */
interface Change {
  kind: 'row' | 'col' | 'cost' | 'add' | 'remove' | 'solve' | 'wrong';
  at: number;
  values: number[];
}
const MOST = 14;
const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('row', 'col', 'cost', 'add', 'remove', 'solve', 'wrong'),
  at: fc.nat(1000),
  values: array(entry, MOST + 2),
});

const stories = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([rows, cols]) =>
  fc.record({
    cost: array(entry, rows * cols),
    rows: fc.constant(rows),
    cols: fc.constant(cols),
    unassigned: fc.oneof(fc.constant([]), array(entry, rows)),
    capacity: fc.oneof(fc.constant([]), array(fc.nat(3), cols)),
    changes: fc.array(change, { maxLength: 12 }),
  }),
);

/** All that a backend says to a story. */
function story(backend: AssignmentKernels, given: typeof stories extends fc.Arbitrary<infer T> ? T : never): unknown[] {
  const { cost, rows, cols, unassigned, capacity, changes } = given;
  const costs = Float64Array.from(cost);
  const [without, most] = [Float64Array.from(unassigned), Float64Array.from(capacity)];
  const handle: AssignmentHandle = backend.assignmentOpen(costs, rows, cols, without, most);
  let count = rows;
  const said: unknown[] = [];
  const finish = (): unknown => {
    const [outs, sum] = [outputs(count, cols), new Float64Array(1)];
    const met = backend.assignmentFinish(handle, ...outs, sum);
    return [met, ...inWords(outs), words(sum)];
  };
  for (const { kind, at, values } of changes) {
    const row = Float64Array.from(values.slice(0, cols));
    const [price] = values.slice(MOST);
    const say = (run: () => unknown): void => {
      said.push(told(run));
    };
    if (kind === 'row' && count > 0) say(() => backend.assignmentUpdateRow(handle, at % count, row, price));
    if (kind === 'col')
      say(() => backend.assignmentUpdateCol(handle, at % cols, Float64Array.from(values.slice(0, count))));
    if (kind === 'cost' && count > 0)
      say(() => backend.assignmentUpdateCost(handle, at % count, (at >> 3) % cols, price));
    if (kind === 'add' && count < MOST) {
      say(() => backend.assignmentAddRow(handle, row, price));
      count++;
    }
    if (kind === 'remove' && count > 0) {
      say(() => backend.assignmentRemoveRow(handle, at % count));
      count--;
    }
    if (kind === 'solve') say(() => [backend.assignmentAdvance(handle, 1 + (at % 3)), finish()]);
    if (kind === 'wrong') {
      say(() => backend.assignmentUpdateRow(handle, count, row, 0));
      say(() => backend.assignmentUpdateCol(handle, at % cols, new Float64Array(count + 1)));
      say(() =>
        backend.assignmentAddRow(
          handle,
          row.map(() => Number.NaN),
          0,
        ),
      );
      say(() => backend.assignmentUpdateCost(handle, 0, cols, 1));
      say(() => backend.assignmentUpdateCol(handle, at % cols, new Float64Array(count).fill(1e308)));
      say(() => backend.assignmentAdvance(handle, 0));
    }
  }
  said.push(told(finish));
  handle.close();
  said.push(told(finish));
  return said;
}

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

/** The sum, or the refusal's code. */
const sumOf = (run: () => { cost: number }): number | string => {
  try {
    return run().cost;
  } catch (thrown) {
    if (thrown instanceof IsothermError) return thrown.code;
    throw thrown;
  }
};

const near = (found: number | string, expected: number | string): boolean =>
  found === expected ||
  (typeof found === 'number' && typeof expected === 'number' && Math.abs(found - expected) <= 1e-9);

describe('an assignment that stays', () => {
  it('says what the pure backend says', () => {
    fc.assert(
      fc.property(stories, (given) => {
        expect(story(kernels(), given)).toEqual(story(pure, given));
      }),
      { numRuns: 1000 },
    );
  });

  it('has the bits of a fresh solution at first, whatever the route', () => {
    for (const name of Object.keys(CLASSES)) {
      for (const [rows, cols] of [
        [40, 40],
        [30, 70],
        [70, 30],
        [410, 410],
      ]) {
        const costs = instanceOfClass(name, rows, cols, 3);
        const fresh = outputs(rows, cols);
        const met = kernels().assignmentSolve(costs, rows, cols, NONE, NONE, ...fresh);
        const handle = kernels().assignmentOpen(costs, rows, cols, NONE, NONE);
        const kept = outputs(rows, cols);
        while (kernels().assignmentAdvance(handle, 3) > 0);
        expect(kernels().assignmentFinish(handle, ...kept, new Float64Array(1))).toBe(met);
        expect(inWords(kept), name).toEqual(inWords(fresh));
        handle.close();
      }
    }
  });

  it('is the best after every change, and is proved', () => {
    fc.assert(
      fc.property(stories, fc.boolean(), ({ cost, rows, cols, unassigned, capacity, changes }, maximize) => {
        const priced = unassigned.length > 0;
        const model = Array.from({ length: rows }, (_, i) => cost.slice(i * cols, (i + 1) * cols));
        const prices = [...unassigned];
        const rules = { maximize, ...(capacity.length > 0 && { columnCapacity: capacity }) };
        using solver = AssignmentSolver.create(cost, rows, cols, {
          ...rules,
          ...(priced && { unassignedCost: unassigned }),
        });
        for (const { kind, at, values } of changes) {
          const row = values.slice(0, cols);
          const price = values[MOST];
          const without = priced ? price : undefined;
          const i = at % Math.max(1, model.length);
          if (kind === 'row' && model.length > 0) {
            solver.updateRow(i, row, without);
            model[i] = row;
            prices[i] = price;
          } else if (kind === 'col') {
            solver.updateCol(at % cols, values.slice(0, model.length));
            model.forEach((line, k) => {
              line[at % cols] = values[k];
            });
          } else if (kind === 'cost' && model.length > 0) {
            solver.updateCost(i, (at >> 3) % cols, price);
            model[i][(at >> 3) % cols] = price;
          } else if (kind === 'add' && model.length < MOST) {
            expect(solver.addRow(row, without)).toBe(model.length);
            model.push(row);
            prices.push(price);
          } else if (kind === 'remove' && model.length > 0) {
            solver.removeRow(i);
            model.splice(i, 1);
            prices.splice(i, 1);
          } else continue;
          expect(solver.rows).toBe(model.length);
          const options = { ...rules, ...(priced && { unassignedCost: prices.slice(0, model.length) }) };
          const args = [model.flat(), model.length, cols, options] as const;
          // A list of no prices is no price at all.
          if (priced && model.length === 0) continue;
          const expected = sumOf(() => solveAssignment(...args));
          const found = sumOf(() => solver.solve());
          expect(near(found, expected), `${found} for ${expected}`).toBe(true);
          if (typeof found === 'number') {
            expect(verifyAssignment(args[0], args[1], cols, solver.solve(), options).optimal).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('stays right over hundreds of changes', () => {
    const n = 60;
    const [costs, fresh] = [instanceOfClass('uniform', n, n, 1), instanceOfClass('uniform', 300, n, 2)];
    using solver = AssignmentSolver.create(costs, n, n);
    solver.solve();
    for (let k = 0; k < 300; k++) {
      const row = fresh.subarray(k * n, (k + 1) * n);
      costs.set(row, ((k * 7) % n) * n);
      solver.updateRow((k * 7) % n, row);
      if (k % 10 > 0) continue;
      const found = solver.solve();
      expect(Math.abs(found.cost - solveAssignment(costs, n, n).cost)).toBeLessThan(1e-9);
      expect(verifyAssignment(costs, n, n, found).optimal).toBe(true);
    }
  });

  it('searches by lists in large squares, to the bits of the pure backend', () => {
    const n = 410;
    for (const name of ['uniform', 'int100', 'ties', 'sparse', 'latency', 'one_hot_rows', 'euclid']) {
      const costs = instanceOfClass(name, n, n, 1);
      const fresh = instanceOfClass(name, 40, n, 2);
      const handles = [kernels(), pure].map((backend) => ({
        backend,
        handle: backend.assignmentOpen(costs, n, n, NONE, NONE),
      }));
      const finish = () =>
        handles.map(({ backend, handle }) => {
          const [outs, sum] = [outputs(n, n), new Float64Array(1)];
          const met = backend.assignmentFinish(handle, ...outs, sum);
          return { met, sum: sum[0], words: inWords(outs), outs };
        });
      finish();
      for (let k = 0; k < 40; k++) {
        const [i, j] = [(k * 37) % n, (k * 101) % n];
        const row = fresh.subarray(k * n, (k + 1) * n);
        for (const { backend, handle } of handles) {
          if (k % 10 === 9) backend.assignmentUpdateCol(handle, j, row);
          else if (k % 5 === 4) backend.assignmentUpdateCost(handle, i, j, row[j]);
          else if (k % 12 === 11) {
            backend.assignmentRemoveRow(handle, i);
            backend.assignmentAddRow(handle, row, 0);
          } else backend.assignmentUpdateRow(handle, i, row, 0);
        }
        if (k % 10 === 9) for (let at = 0; at < n; at++) costs[at * n + j] = row[at];
        else if (k % 5 === 4) costs[i * n + j] = row[j];
        else if (k % 12 === 11) {
          costs.copyWithin(i * n, (i + 1) * n);
          costs.set(row, (n - 1) * n);
        } else costs.set(row, i * n);
        const [one, two] = finish();
        expect(one.words, name).toEqual(two.words);
        if (k % 4 > 0 || !one.met) continue;
        const [rowToCol, , rowDuals, colDuals] = one.outs;
        const proof = verifyAssignment(costs, n, n, { rowToCol, rowDuals, colDuals });
        expect(proof.optimal, `${name} ${k}`).toBe(true);
      }
      for (const { handle } of handles) handle.close();
    }
  });

  it('refuses what it was not made for', () => {
    const code = (run: () => unknown): unknown => sumOf(() => ({ cost: Number(run()) }));
    const solver = AssignmentSolver.create([1, 2], 1, 2);
    expect(code(() => solver.updateRow(0, [1, 2], 3))).toBe('BAD_ARGUMENT');
    expect(code(() => solver.addRow([1]))).toBe('BAD_LENGTH');
    expect(code(() => solver.removeRow(1))).toBe('OUT_OF_RANGE');
    expect(solver.solve()).toMatchObject({ cost: 1, rowToCol: Int32Array.of(0) });
    solver.close();
    expect(code(() => solver.solve())).toBe('CLOSED_HANDLE');
    expect(code(() => AssignmentSolver.create([], 0, 2, { unassignedCost: 1 }))).toBe('BAD_ARGUMENT');
    expect(code(() => AssignmentSolver.create([1e308], 1, 1))).toBe('OUT_OF_RANGE');
    using priced = AssignmentSolver.create([1, 2], 1, 2, { unassignedCost: 5 });
    expect(code(() => priced.addRow([1, 1]))).toBe('BAD_ARGUMENT');
    using vain = AssignmentSolver.create([1, 1, INFINITY, INFINITY], 2, 2);
    expect(code(() => vain.solve())).toBe('INFEASIBLE');
    vain.updateCost(1, 0, 4);
    expect(vain.solve().cost).toBe(5);
  });
});

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

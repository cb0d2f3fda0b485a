/** Assignments that stay: the bits and the errors of the pure backend, and what a fresh solution finds. */
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels } from '../../ts/core/kernels/backend.js';
import type { AssignmentHandle, AssignmentKernels } from '../../ts/core/kernels/contract.js';
import { fromBackend } from '../../ts/core/kernels/error.js';
import { AssignmentSolver, backendInfo, init, solveAssignment, verifyAssignment } from '../../ts/core/kernels/index.js';
import { pure } from '../../ts/core/kernels/pure/index.js';
import { CLASSES, instanceOfClass } from '../golden/assignment-classes.js';
import { array, entry, INFINITY, inWords, near, outputs, sumOf, words } from './assignment-answers.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

const NONE = new Float64Array(0);

/** What a call gives or throws, in words. */
function told<T>(run: () => T): unknown {
  try {
    return run();
  } catch (thrown) {
    const { code, message } = fromBackend(thrown);
    return { code, message };
  }
}

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

  it('begins without rows, priced or not', () => {
    for (const cols of [0, 5]) {
      using solver = AssignmentSolver.create([], 0, cols, { unassignedCost: 1, columnCapacity: 2 });
      expect(solver.solve()).toEqual(solveAssignment([], 0, cols, { unassignedCost: 1, columnCapacity: 2 }));
      expect([solver.rows, solver.addRow(new Float64Array(cols).fill(3), 2)]).toEqual([0, 0]);
      expect(solver.solve()).toMatchObject({ cost: 2, rowToCol: Int32Array.of(-1) });
      solver.removeRow(0);
      expect(solver.solve()).toMatchObject({
        cost: 0,
        rowToCol: new Int32Array(0),
        colToRow: new Int32Array(cols).fill(-1),
      });
    }
    using plain = AssignmentSolver.create([], 0, 2);
    expect(plain.solve().cost).toBe(0);
    expect([plain.addRow([2, 1]), plain.solve().cost]).toEqual([0, 1]);
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
    expect(code(() => AssignmentSolver.create([1e308], 1, 1))).toBe('OUT_OF_RANGE');
    using priced = AssignmentSolver.create([1, 2], 1, 2, { unassignedCost: 5 });
    expect(code(() => priced.addRow([1, 1]))).toBe('BAD_ARGUMENT');
    for (const unassignedCost of [[Number.NaN, 5], [7]]) {
      expect(code(() => AssignmentSolver.create([], 0, 2, { unassignedCost }))).toBe('BAD_LENGTH');
    }
    using vain = AssignmentSolver.create([1, 1, INFINITY, INFINITY], 2, 2);
    expect(code(() => vain.solve())).toBe('INFEASIBLE');
    vain.updateCost(1, 0, 4);
    expect(vain.solve().cost).toBe(5);
  });
});

import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kernels, translated } from '../../ts/core/kernels/backend.js';
import type { AssignmentKernels } from '../../ts/core/kernels/contract.js';
import { backendInfo, IsothermError, init, solveAssignment, verifyAssignment } from '../../ts/core/kernels/index.js';
import { assignment as pure } from '../../ts/core/kernels/pure/assignment/index.js';
import { CLASSES, instanceOfClass } from '../golden/assignment-classes.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

interface Instance {
  costs: Float64Array;
  rows: number;
  cols: number;
  unassigned: Float64Array;
  capacity: Float64Array;
}

const NONE = new Float64Array(0);
const INFINITY = Number.POSITIVE_INFINITY;

/** Everything that a backend answers, as bits, or its error. */
function answer(backend: AssignmentKernels, instance: Instance, lengths = [instance.rows, instance.cols]): unknown {
  const { costs, rows, cols, unassigned, capacity } = instance;
  const [ofRows, ofCols] = lengths;
  const marks = [new Int32Array(ofRows), new Int32Array(ofCols)] as const;
  const duals = [new Float64Array(ofRows), new Float64Array(ofCols)] as const;
  try {
    const met = translated(() => backend.assignmentSolve(costs, rows, cols, unassigned, capacity, ...marks, ...duals));
    return [
      met,
      ...marks.map((values) => [...values]),
      ...duals.map((values) => [...new BigInt64Array(values.buffer)]),
    ];
  } catch (thrown) {
    if (!(thrown instanceof IsothermError)) throw thrown;
    return { code: thrown.code, message: thrown.message };
  }
}

const whole = fc.integer({ min: -4, max: 4 });
const kinds: fc.Arbitrary<fc.Arbitrary<number>> = fc.constantFrom(
  fc.nat(3),
  whole,
  fc.constantFrom(0, -0, 1),
  fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  fc.double({ noNaN: true, min: -1e308, max: 1e308 }),
  fc.oneof(fc.nat(9), fc.constant(INFINITY)),
  fc.oneof({ weight: 1, arbitrary: fc.nat(9) }, { weight: 3, arbitrary: fc.constant(INFINITY) }),
  fc.oneof({ weight: 60, arbitrary: fc.nat(9) }, { weight: 1, arbitrary: fc.constantFrom(Number.NaN, -INFINITY) }),
);
const array = (values: fc.Arbitrary<number>, length: number): fc.Arbitrary<Float64Array> =>
  fc.array(values, { minLength: length, maxLength: length }).map((own) => Float64Array.from(own));
const instances = fc.tuple(fc.nat(12), fc.nat(12), kinds).chain(([rows, cols, kind]) =>
  fc.record({
    costs: array(kind, rows * cols),
    rows: fc.constant(rows),
    cols: fc.constant(cols),
    unassigned: fc.oneof(fc.constant(NONE), array(kind, rows)),
    capacity: fc.oneof(fc.constant(NONE), array(fc.nat(3), cols)),
  }),
);

describe('the same bits and the same errors as the pure backend', () => {
  it('whatever is solved', () => {
    fc.assert(
      fc.property(instances, (instance) => {
        expect(answer(kernels(), instance)).toEqual(answer(pure, instance));
      }),
      { numRuns: 3000 },
    );
  });

  it.each(Object.keys(CLASSES))('for %s', (name) => {
    for (const [rows, cols] of [
      [1, 1],
      [40, 40],
      [97, 97],
      [30, 80],
      [80, 30],
      // Large enough to be solved among few entries of each row first.
      [450, 450],
    ]) {
      const costs = instanceOfClass(name, rows, cols, 11);
      const ascending = Float64Array.from(costs.subarray(0, rows)).sort();
      const capacity = Float64Array.from({ length: cols }, (_, j) => j % 4);
      for (const unassigned of [NONE, ascending]) {
        for (const most of [NONE, capacity]) {
          const instance = { costs, rows, cols, unassigned, capacity: most };
          expect(answer(kernels(), instance)).toEqual(answer(pure, instance));
        }
      }
    }
  });

  it('for what is no instance', () => {
    const fine = { costs: new Float64Array(6), rows: 2, cols: 3, unassigned: NONE, capacity: NONE };
    const cases: [unknown, Instance, number[]?][] = [
      ['OUT_OF_RANGE', { ...fine, rows: -1 }, [0, 3]],
      ['OUT_OF_RANGE', { ...fine, rows: 0.5 }],
      ['OUT_OF_RANGE', { ...fine, cols: Number.NaN }, [2, 3]],
      ['OUT_OF_RANGE', { ...fine, cols: 2 ** 31 }, [2, 3]],
      ['BAD_LENGTH', { ...fine, cols: 4 }],
      ['BAD_LENGTH', { ...fine, unassigned: new Float64Array(3) }],
      ['BAD_LENGTH', { ...fine, capacity: new Float64Array(2) }],
      ['BAD_LENGTH', fine, [1, 3]],
      ['BAD_LENGTH', fine, [2, 4]],
      ['NOT_FINITE', { ...fine, costs: Float64Array.of(0, 0, 0, 0, Number.NaN, 0) }],
      ['NOT_FINITE', { ...fine, unassigned: Float64Array.of(1, -INFINITY) }],
      ['OUT_OF_RANGE', { ...fine, capacity: Float64Array.of(1, 0.5, 1) }],
    ];
    for (const [code, instance, lengths] of cases) {
      const found = answer(kernels(), instance, lengths);
      expect(found).toHaveProperty('code', code);
      expect(found).toEqual(answer(pure, instance, lengths));
    }
  });
});

describe('the public functions', () => {
  const refusal = (run: () => unknown): Partial<IsothermError> => {
    try {
      run();
    } catch (thrown) {
      if (thrown instanceof IsothermError) return thrown;
      throw thrown;
    }
    throw new Error('nothing was refused');
  };

  it('solve textbook cases', () => {
    expect(solveAssignment([], 0, 0)).toMatchObject({ cost: 0, rowToCol: new Int32Array(0) });
    expect(solveAssignment([400, 150, 400, 400, 450, 600, 300, 225, 300], 3, 3).cost).toBe(850);
    const wide = solveAssignment([400, 150, 400, 1, 400, 450, 600, 2, 300, 225, 300, 3], 3, 4);
    expect(wide.cost).toBe(452);
    expect(wide.colToRow[wide.rowToCol[1]]).toBe(1);
    const tall = solveAssignment([5, 1, 9], 3, 1);
    expect([...tall.rowToCol]).toEqual([-1, 0, -1]);
    expect([...tall.colToRow]).toEqual([1]);
  });

  it('take other numbers, and seek the largest sum', () => {
    const costs = [4, 1, 3, 2, 0, 5, 3, 2, 2];
    const expected = solveAssignment(costs, 3, 3);
    expect(solveAssignment(Float32Array.from(costs), 3, 3)).toEqual(expected);
    expect(solveAssignment(Int32Array.from(costs), 3, 3)).toEqual(expected);
    const most = solveAssignment(costs, 3, 3, { maximize: true });
    expect([most.cost, ...most.rowToCol]).toEqual([11, 0, 2, 1]);
    expect(verifyAssignment(costs, 3, 3, most, { maximize: true })).toMatchObject({
      cost: 11,
      bound: 11,
      optimal: true,
    });
    for (const forbidden of [INFINITY, -INFINITY]) {
      const found = solveAssignment([forbidden, 1, 5, 4], 2, 2, { maximize: true });
      expect([found.cost, ...found.rowToCol]).toEqual([6, 1, 0]);
    }
  });

  it('leave rows out at a price, and put several on a column', () => {
    const priced = solveAssignment([5, 9, 1, 2], 2, 2, { unassignedCost: [3, INFINITY] });
    expect(priced).toMatchObject({ cost: 4, rowToCol: Int32Array.of(-1, 0), colToRow: Int32Array.of(1, -1) });
    const shared = solveAssignment([1, 9, 2, 9, 3, 9, 4, 9], 4, 2, { columnCapacity: [3, 2] });
    expect(shared).toMatchObject({ cost: 15, rowToCol: Int32Array.of(0, 0, 0, 1), colToRow: Int32Array.of(0, 3) });
    const few = solveAssignment([1, 9, 2, 9, 3, 9, 4, 9], 4, 2, { columnCapacity: [2, 0] });
    expect(few).toMatchObject({ cost: 3, rowToCol: Int32Array.of(0, 0, -1, -1) });
    expect(solveAssignment([7, 7], 1, 2, { unassignedCost: 7 }).rowToCol).toEqual(Int32Array.of(0));
  });

  it('name who competes in vain', () => {
    const I = INFINITY;
    const rows = refusal(() => solveAssignment([1, I, 2, I, 3, I, 4, 4], 4, 2, { columnCapacity: 2 }));
    expect(rows).toMatchObject({
      code: 'INFEASIBLE',
      message: 'rows 0, 1, 2 may go to column 0 only, which is too few',
      hallViolator: { rows: Int32Array.of(0, 1, 2), cols: Int32Array.of(0) },
    });
    const cols = refusal(() => solveAssignment([I, I, 1, 1, I, I], 3, 2));
    expect(cols).toMatchObject({
      code: 'INFEASIBLE',
      message: 'columns 0, 1 can be filled by row 1 only, which is too few',
      hallViolator: { rows: Int32Array.of(1), cols: Int32Array.of(0, 1) },
    });
    const none = refusal(() => solveAssignment([I, I, ...new Array(20).fill(1)], 11, 2, { unassignedCost: I }));
    expect(none.hallViolator).toEqual({ rows: Int32Array.of(0), cols: new Int32Array(0) });
    expect(none.message).toBe('row 0 may go to no column only, which is too few');
  });

  it('tell a proof from a claim', () => {
    const costs = [4, 1, 3, 2, 0, 5, 3, 2, 2];
    const best = solveAssignment(costs, 3, 3);
    const worse = { ...best, rowToCol: Int32Array.of(0, 1, 2) };
    expect(verifyAssignment(costs, 3, 3, worse)).toMatchObject({ cost: 6, gap: 1, optimal: false });
    const lower = { ...best, rowDuals: best.rowDuals.map((dual) => dual + 1) };
    expect(verifyAssignment(costs, 3, 3, lower)).toMatchObject({ leastSlack: -1, optimal: false });
    const broken = (rowToCol: number[], colDuals = [...best.colDuals]) =>
      refusal(() =>
        verifyAssignment(costs, 3, 3, {
          ...best,
          rowToCol: Int32Array.from(rowToCol),
          colDuals: Float64Array.from(colDuals),
        }),
      ).code;
    expect(broken([0, 0, 1])).toBe('BAD_ARGUMENT');
    expect(broken([0, 1, -1])).toBe('BAD_ARGUMENT');
    expect(broken([0, 1, 3])).toBe('BAD_ARGUMENT');
    expect(broken([0, 1])).toBe('BAD_LENGTH');
    expect(broken([0, 1, 2], [0])).toBe('BAD_LENGTH');
  });

  it('refuse what cannot be meant', () => {
    const code = (run: () => unknown) => refusal(run).code;
    expect(code(() => solveAssignment([1, 2], 1, 3))).toBe('BAD_LENGTH');
    expect(code(() => solveAssignment([1, 2], 1, 2, { unassignedCost: [] }))).toBe('BAD_LENGTH');
    expect(code(() => solveAssignment([1, 2], 1, 2, { columnCapacity: [] }))).toBe('BAD_LENGTH');
    expect(code(() => solveAssignment([1, Number.NaN], 1, 2))).toBe('NOT_FINITE');
    expect(code(() => solveAssignment([1, -INFINITY], 1, 2))).toBe('NOT_FINITE');
    expect(code(() => solveAssignment([1], -1, 1))).toBe('OUT_OF_RANGE');
    expect(code(() => solveAssignment([1], 1, 1, { columnCapacity: 0.5 }))).toBe('OUT_OF_RANGE');
    expect(code(() => solveAssignment([1], 1, 1, { unassignedCost: Number.NaN }))).toBe('NOT_FINITE');
    expect(code(() => solveAssignment([1e308, 1e308, 1e308, 1e308], 2, 2))).toBe('OUT_OF_RANGE');
    expect(solveAssignment([1e308, 1, 1, 1e308], 2, 2).cost).toBe(2);
  });
});

/** Instances so tall that each column chooses among the rows that cost it least: right whatever was kept, with the same bits on all backends. */
import { beforeAll, expect, inject, it } from 'vitest';
import { kernels } from '../../ts/core/kernels/backend.js';
import type { AssignmentKernels } from '../../ts/core/kernels/contract.js';
import { backendInfo, init, solveAssignment, verifyAssignment } from '../../ts/core/kernels/index.js';
import { assignment as pure } from '../../ts/core/kernels/pure/assignment/index.js';
import { CLASSES, instanceOfClass } from '../golden/assignment-classes.js';

beforeAll(async () => {
  if (inject('backend') !== 'pure') await init();
  expect(backendInfo().backend).toBe(inject('backend'));
});

const [ROWS, COLS] = [2200, 250];
const NONE = new Float64Array(0);

const filled = (cost: (i: number, j: number) => number): Float64Array =>
  Float64Array.from({ length: ROWS * COLS }, (_, at) => cost(Math.floor(at / COLS), at % COLS));

const INSTANCES: Record<string, () => Float64Array> = {
  ...Object.fromEntries(
    Object.keys(CLASSES)
      .filter((name) => name !== 'sparse')
      .map((name) => [name, () => instanceOfClass(name, ROWS, COLS, 11)]),
  ),
  'cheaper from row to row': () => filled((i, j) => ROWS - i + (j % 7)),
  'all alike': () => filled(() => 3),
  'the first rows alike and cheapest for all': () => filled((i, j) => (i < 40 ? 0 : ((i * 31 + j * 17) % 997) + 1)),
  'few rows allowed': () => filled((i, j) => (i % 97 === j % 97 ? (i * j) % 13 : Number.POSITIVE_INFINITY)),
  'zeros of both signs': () => filled((i, j) => ((i + j) % 3 === 0 ? -0 : (i * j) % 5)),
};

interface Answered {
  rowToCol: Int32Array;
  bits: bigint[];
  colDuals: Float64Array;
}

function answer(backend: AssignmentKernels, costs: Float64Array): Answered {
  const marks = [new Int32Array(ROWS), new Int32Array(COLS)] as const;
  const duals = [new Float64Array(ROWS), new Float64Array(COLS)] as const;
  expect(backend.assignmentSolve(costs, ROWS, COLS, NONE, NONE, ...marks, ...duals)).toBe(true);
  return {
    rowToCol: marks[0],
    colDuals: duals[1],
    bits: duals.flatMap((values) => [...new BigInt64Array(values.buffer)]),
  };
}

it.each(Object.keys(INSTANCES))('solves %s', (name) => {
  const costs = INSTANCES[name]!();
  const own = answer(kernels(), costs);
  expect(own).toEqual(answer(pure, costs));
  const solved = solveAssignment(costs, ROWS, COLS);
  expect(solved.rowToCol).toEqual(own.rowToCol);
  expect(verifyAssignment(costs, ROWS, COLS, solved).optimal).toBe(true);
  // The same, with the columns as rows: another way through.
  const turned = Float64Array.from(
    { length: ROWS * COLS },
    (_, at) => costs[(at % ROWS) * COLS + Math.floor(at / ROWS)]!,
  );
  expect(solveAssignment(turned, COLS, ROWS).cost).toBeCloseTo(solved.cost, 6);
});

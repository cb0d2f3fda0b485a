/** Assignments of sixteen classes up to 1000 x 1000 and 5000 x 300; a changed row, a sparse instance and a batch besides. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { instanceOfClass } from '../../test/golden/assignment-classes.js';
import type { Kernels } from '../../ts/core/dist/kernels/contract.js';
import type { BenchBackend } from '../backends.js';
import type { Bench, Case } from '../harness.js';
import {
  assertClose,
  NONE,
  ofSize,
  pythonCase,
  type Size,
  type Surroundings,
  solve,
  TITLE,
  timed,
  within,
} from './assignment-classes.js';

/** One row changed after another, on a solver that stays. */
function changedRow({ name, kernels }: BenchBackend, costs: Float64Array, n: number): Case {
  const fresh = instanceOfClass('uniform', 64, n, 8);
  const handle = kernels.assignmentOpen(costs, n, n, NONE, NONE);
  const outs = [new Int32Array(n), new Int32Array(n), new Float64Array(n), new Float64Array(n)] as const;
  const sum = new Float64Array(1);
  kernels.assignmentFinish(handle, ...outs, sum);
  const kept = costs.slice();
  let turn = 0;
  return {
    name: `${TITLE[name]}, a row changed`,
    run() {
      const row = fresh.subarray((turn % 64) * n, ((turn % 64) + 1) * n);
      const i = (turn * 7919) % n;
      turn++;
      kernels.assignmentUpdateRow(handle, i, row, 0);
      assert.ok(kernels.assignmentFinish(handle, ...outs, sum), 'there is a solution');
      kept.set(row, i * n);
    },
    check: () => assertClose(name, sum[0], solve(kernels, kept, n, n)),
    ...(name === 'native' && { aim: { times: 0.01, of: TITLE.native } }),
  };
}

async function changes(bench: Bench, able: readonly BenchBackend[]): Promise<void> {
  const n = 1000;
  const costs = instanceOfClass('uniform', n, n, 5);
  const expected = solve(able[0].kernels, costs, n, n);
  const cold = timed(TITLE[able[0].name], expected, () => solve(able[0].kernels, costs, n, n));
  const warm = able.map((backend) => changedRow(backend, costs, n));
  await bench.group({ name: 'one row changed', amount: 1, unit: 'assignments', rounds: 5, cases: [cold, ...warm] });
}

async function sparse(bench: Bench, able: readonly BenchBackend[]): Promise<void> {
  const n = 1000;
  const costs = instanceOfClass('sparse', n, n, 5);
  const expected = solve(able[0].kernels, costs, n, n);
  const [offsets, columns, entries] = [[0], [] as number[], [] as number[]];
  costs.forEach((cost, cell) => {
    if (cost < Number.POSITIVE_INFINITY) {
      columns.push(cell % n);
      entries.push(cost);
    }
    if ((cell + 1) % n === 0) offsets.push(entries.length);
  });
  const matrix = [Float64Array.from(offsets), Int32Array.from(columns), Float64Array.from(entries)] as const;
  const cases = able.map(({ name, kernels }) =>
    timed(TITLE[name], expected, () => {
      const outs = [new Int32Array(n), new Int32Array(n), new Float64Array(n), new Float64Array(n)] as const;
      assert.ok(kernels.assignmentSolveSparse(...matrix, n, NONE, NONE, ...outs), 'there is a solution');
      return outs[0].reduce((sum, j, i) => sum + costs[i * n + j], 0);
    }),
  );
  await bench.group({ name: 'a tenth of 1000 x 1000, sparse', amount: 1, unit: 'assignments', rounds: 5, cases });
}

async function batch(bench: Bench, { able, python, file }: Surroundings): Promise<void> {
  const [count, n] = [10_000, 32];
  const costs = instanceOfClass('uniform', count * n, n, 5);
  const outs = [0, 0].map(() => new Int32Array(count * n));
  const duals = [0, 0].map(() => new Float64Array(count * n));
  const run = (kernels: Kernels, threads: number) => () => {
    const args = [costs, count, n, n, threads, outs[0], outs[1], duals[0], duals[1]] as const;
    assert.equal(kernels.assignmentSolveBatch(...args), -1, 'there are solutions');
    return outs[0].reduce((sum, j, i) => sum + costs[i * n + j], 0);
  };
  const expected = run(able[0].kernels, 1)();
  writeFileSync(file, costs);
  const own = able.flatMap(({ name, kernels }) => {
    const one = timed(`${TITLE[name]}, one thread`, expected, run(kernels, 1));
    return name === 'native' ? [one, timed(`${TITLE[name]}, all threads`, expected, run(kernels, 0))] : [one];
  });
  const peers = python?.names.includes('scipy')
    ? [pythonCase(python.python, 'scipy', file, { rows: n, cols: n, expected }, count)]
    : [];
  await bench.group({
    name: '10,000 of 32 x 32',
    amount: count,
    unit: 'assignments',
    rounds: 3,
    cases: [...own, ...peers],
  });
}

const SIZES: readonly Size[] = [
  { rows: 100, cols: 100, rounds: 5 },
  { rows: 300, cols: 300, rounds: 5 },
  { rows: 1000, cols: 1000, rounds: 5 },
  { rows: 5000, cols: 300, rounds: 5 },
];

export default function assignmentSuite(bench: Bench): Promise<void> {
  return within(bench, async (surroundings) => {
    const { able } = surroundings;
    for (const one of SIZES) await ofSize(bench, surroundings, one);
    await changes(bench, able);
    await sparse(bench, able);
    await batch(bench, surroundings);
  });
}

/**
 * Linear assignments of sixteen classes on three backends, beside munkres and munkres-js, and SciPy and lapx where Python has them; a changed
 * row, a sparse instance and a batch besides.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CLASSES, instanceOfClass } from '../../test/golden/assignment-classes.js';
import type { Kernels } from '../../ts/core/dist/kernels/contract.js';
import { type BenchBackend, backends } from '../backends.js';
import type { Aim, Bench, Case } from '../harness.js';

const NONE = new Float64Array(0);
const TITLE = { native: 'native', wasm: 'WASM', pure: 'pure TypeScript' };
/** Peers in JavaScript take seconds for what is larger. */
const MOST_FOR_JAVASCRIPT = 100;
const SCRIPT = fileURLToPath(new URL('../peers/assignment.py', import.meta.url));
const PYTHON = process.env.ISOTHERM_BENCH_PYTHON ?? 'python3';

interface Size {
  rows: number;
  cols: number;
  rounds: number;
}

interface Problem extends Size {
  costs: Float64Array;
  /** What the sum must be, but for rounding. */
  expected: number;
}

function solve(kernels: Kernels, costs: Float64Array, rows: number, cols: number): number {
  const [rowToCol, colToRow] = [new Int32Array(rows), new Int32Array(cols)];
  const [rowDuals, colDuals] = [new Float64Array(rows), new Float64Array(cols)];
  const met = kernels.assignmentSolve(costs, rows, cols, NONE, NONE, rowToCol, colToRow, rowDuals, colDuals);
  assert.ok(met, 'there is a solution');
  let sum = 0;
  rowToCol.forEach((j, i) => {
    if (j >= 0) sum += costs[i * cols + j];
  });
  return sum;
}

const assertClose = (name: string, found: number, expected: number): void =>
  assert.ok(Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${name}: ${found} for ${expected}`);

function timed(name: string, expected: number, run: () => number, aim?: Aim): Case {
  let found = Number.NaN;
  return {
    name,
    run() {
      found = run();
    },
    check() {
      assertClose(name, found, expected);
      found = Number.NaN;
    },
    ...(aim !== undefined && { aim }),
  };
}

type Munkres = (matrix: number[][]) => number[][];

/** Those that are installed. */
function javascriptPeers(bench: Bench): { name: string; solve: Munkres }[] {
  const from = createRequire(new URL('../peers/package.json', import.meta.url));
  return ['munkres', 'munkres-js'].flatMap((name) => {
    try {
      const loaded = from(name) as Munkres | { munkres: Munkres };
      return [{ name, solve: typeof loaded === 'function' ? loaded : loaded.munkres }];
    } catch {
      bench.note(`${name} is not installed (\`npm ci --prefix bench/peers\`)`);
      return [];
    }
  });
}

interface Peer {
  name: string;
  module: string;
}

/** Those that Python has. */
function pythonPeers(bench: Bench): Peer[] {
  const peers = [
    { name: 'scipy', module: 'scipy.optimize' },
    { name: 'lapx', module: 'lap' },
  ];
  return peers.filter(({ name, module }) => {
    const { status } = spawnSync(PYTHON, ['-c', `import numpy, ${module}`]);
    if (status !== 0)
      bench.note(`${PYTHON} has no ${name} (pip install numpy ${name}; ISOTHERM_BENCH_PYTHON names a Python)`);
    return status === 0;
  });
}

function pythonCase(name: string, file: string, { rows, cols, expected }: Problem, count = 1): Case {
  let found = Number.NaN;
  return {
    name: name === 'scipy' ? 'SciPy' : name,
    outside() {
      const sizes = [rows, cols, count].map(String);
      const printed = execFileSync(PYTHON, [SCRIPT, name, file, ...sizes], { encoding: 'utf8' });
      const [seconds, cost] = printed.trim().split(' ').map(Number);
      found = cost;
      return seconds;
    },
    check: () => assertClose(name, found, expected),
  };
}

/** A copy of the matrix is part of it: munkres changes what it is given. */
function javascriptCase(peer: { name: string; solve: Munkres }, { costs, rows, cols, expected }: Problem): Case {
  const matrix = Array.from({ length: rows }, (_, i) => [...costs.subarray(i * cols, (i + 1) * cols)]);
  return timed(peer.name, expected, () => {
    const pairs = peer.solve(matrix.map((row) => [...row]));
    return pairs.reduce((sum, [i, j]) => sum + costs[i * cols + j], 0);
  });
}

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

async function batch(
  bench: Bench,
  able: readonly BenchBackend[],
  python: readonly Peer[],
  file: string,
): Promise<void> {
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
  const own = able.map(({ name, kernels }) => timed(TITLE[name], expected, run(kernels, 0)));
  const peers = python
    .filter((peer) => peer.name === 'scipy')
    .map((peer) => pythonCase(peer.name, file, { rows: n, cols: n, rounds: 3, costs, expected }, count));
  await bench.group({
    name: '10,000 of 32 x 32',
    amount: count,
    unit: 'assignments',
    rounds: 3,
    cases: [...own, ...peers],
  });
}

export default async function assignmentSuite(bench: Bench): Promise<void> {
  const able = backends((why) => bench.note(why));
  const javascript = javascriptPeers(bench);
  const python = pythonPeers(bench);
  const folder = mkdtempSync(join(tmpdir(), 'isotherm-bench-'));
  const file = join(folder, 'costs');
  const sizes: Size[] = [
    { rows: 100, cols: 100, rounds: 5 },
    { rows: 1000, cols: 1000, rounds: 5 },
    { rows: 5000, cols: 300, rounds: 5 },
  ];
  try {
    for (const { rows, cols, rounds } of sizes) {
      for (const name of Object.keys(CLASSES)) {
        // What a wide instance of this class can be filled with is not certain.
        if (name === 'sparse' && rows !== cols) continue;
        const costs = instanceOfClass(name, rows, cols, 5);
        const expected = solve(able[0].kernels, costs, rows, cols);
        const problem = { costs, rows, cols, rounds, expected };
        writeFileSync(file, costs);
        const own = able.map((backend): Case => {
          const aim: Aim | undefined =
            backend.name === 'wasm' && able[0].name === 'native' ? { times: 2, of: TITLE.native } : undefined;
          return timed(TITLE[backend.name], expected, () => solve(backend.kernels, costs, rows, cols), aim);
        });
        // Peers in JavaScript do not promise to leave forbidden pairs alone.
        const small = rows <= MOST_FOR_JAVASCRIPT && name !== 'sparse';
        const peers = [
          ...(small ? javascript.map((peer) => javascriptCase(peer, problem)) : []),
          ...python.map((peer) => pythonCase(peer.name, file, problem)),
        ];
        await bench.group({
          name: `${name} ${rows} x ${cols}`,
          amount: 1,
          unit: 'assignments',
          rounds,
          cases: [...own, ...peers],
        });
      }
    }
    await changes(bench, able);
    await sparse(bench, able);
    await batch(bench, able, python, file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

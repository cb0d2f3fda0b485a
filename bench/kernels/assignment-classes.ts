/** Assignments of sixteen classes on three backends, beside munkres and munkres-js, and SciPy and lapx where Python has them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLASSES, instanceOfClass } from '../../test/golden/assignment-classes.js';
import type { Kernels } from '../../ts/core/dist/kernels/contract.js';
import { type BenchBackend, backends } from '../backends.js';
import type { Aim, Bench, Case, Row } from '../harness.js';
import { Python, pythonHas, type Timing } from '../peers/python.js';

export const NONE = new Float64Array(0);
export const TITLE = { native: 'native', wasm: 'WASM', pure: 'pure TypeScript' };
/** Peers in JavaScript take seconds for what is larger. */
const MOST_FOR_JAVASCRIPT = 100;
const MOST_SECONDS = 3;

export interface Size {
  rows: number;
  cols: number;
  rounds: number;
}

interface Problem extends Size {
  costs: Float64Array;
  /** What the sum must be, but for rounding. */
  expected: number;
}

export function solve(kernels: Kernels, costs: Float64Array, rows: number, cols: number): number {
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

export const assertClose = (name: string, found: number, expected: number): void =>
  assert.ok(Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${name}: ${found} for ${expected}`);

export function timed(name: string, expected: number, run: () => number, aim?: Aim): Case {
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

/** Those that Python has. */
function pythonPeers(bench: Bench): PythonPeers | undefined {
  const names = [
    { name: 'scipy', module: 'scipy.optimize' },
    { name: 'lapx', module: 'lap' },
  ].filter(({ name, module }) => pythonHas(bench, name, module));
  if (names.length === 0) return undefined;
  return { names: names.map(({ name }) => name), python: new Python('assignment.py') };
}

export interface PythonPeers {
  names: readonly string[];
  python: Python;
}

export function pythonCase(
  python: Python,
  peer: string,
  file: string,
  { rows, cols, expected }: Omit<Problem, 'rounds' | 'costs'>,
  count = 1,
): Case {
  let found = Number.NaN;
  return {
    name: peer === 'scipy' ? 'SciPy' : peer,
    async outside() {
      const [seconds, cost] = await python.ask<Timing>({ peer, file, rows, cols, count });
      found = cost;
      return seconds;
    },
    check: () => assertClose(peer, found, expected),
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

/** How native does against the best peer of each class, and against SciPy. */
function summary(bench: Bench, size: string, classes: ReadonlyMap<string, readonly Row[]>): void {
  const medianOf = (rows: readonly Row[], name: string): number =>
    rows.find((row) => row.case === name)?.median ?? Number.POSITIVE_INFINITY;
  const against = [...classes].map(([name, rows]) => {
    const own = medianOf(rows, TITLE.native);
    const best = Math.min(...['SciPy', 'lapx', 'munkres', 'munkres-js'].map((peer) => medianOf(rows, peer)));
    return { name, best: best / own, scipy: medianOf(rows, 'SciPy') / own };
  });
  const mean = (values: readonly number[]): number =>
    Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  bench.fact(
    `${size}: best peer of each class by native, geometric mean (aim 1.5)`,
    mean(against.map(({ best }) => best)),
    'x',
  );
  bench.fact(`${size}: SciPy by native, geometric mean (aim 3)`, mean(against.map(({ scipy }) => scipy)), 'x');
  const slower = against.filter(({ best }) => best < 1 / 1.1);
  bench.fact(`${size}: classes in which a peer is over 1.1x as fast (aim 0)`, slower.length, 'classes');
  if (slower.length > 0)
    bench.note(
      `${size}: a peer is faster at ${slower.map(({ name, best }) => `${name} (${(1 / best).toFixed(2)}x)`).join(', ')}`,
    );
}

/** Without those that take so long that a few rounds would take minutes: they are timed once, for a note. */
async function quickEnough(bench: Bench, title: string, peers: readonly Case[]): Promise<Case[]> {
  const quick: Case[] = [];
  for (const peer of peers) {
    const seconds = (await peer.outside?.()) ?? 0;
    if (seconds > MOST_SECONDS) bench.note(`${title}: ${peer.name} takes ${seconds.toFixed(1)} s, and is left out`);
    else quick.push(peer);
  }
  return quick;
}

/** All classes of one size. */
export async function ofSize(
  bench: Bench,
  { able, javascript, python, file }: Surroundings,
  { rows, cols, rounds }: Size,
): Promise<void> {
  const title = `${rows} x ${cols}`;
  const classes = new Map<string, readonly Row[]>();
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
      ...(python?.names.map((peer) => pythonCase(python.python, peer, file, problem)) ?? []),
    ];
    const cases = [...own, ...(rounds > 1 ? await quickEnough(bench, `${name} ${title}`, peers) : peers)];
    classes.set(name, await bench.group({ name: `${name} ${title}`, amount: 1, unit: 'assignments', rounds, cases }));
  }
  if (able[0].name === 'native' && python !== undefined) summary(bench, title, classes);
}

export interface Surroundings {
  able: readonly BenchBackend[];
  javascript: ReturnType<typeof javascriptPeers>;
  python: PythonPeers | undefined;
  /** For what other programs read. */
  file: string;
}

export async function within(bench: Bench, work: (surroundings: Surroundings) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'isotherm-bench-'));
  const able = backends((why) => bench.note(why));
  const python = pythonPeers(bench);
  try {
    await work({ able, javascript: javascriptPeers(bench), python, file: join(folder, 'costs') });
  } finally {
    python?.python.close();
    rmSync(folder, { recursive: true });
  }
}

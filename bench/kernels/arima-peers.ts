/** What ARIMA models are compared with: npm's `arima`, and statsforecast and statsmodels where Python has them. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, Case } from '../harness.js';

const SCRIPT = fileURLToPath(new URL('../peers/arima.py', import.meta.url));
const JAVASCRIPT = fileURLToPath(new URL('../peers/arima.mjs', import.meta.url));
const PYTHON = process.env.ISOTHERM_BENCH_PYTHON ?? 'python3';

/** A series with its model, `[p, d, q, P, D, Q, s, mean]`, or with the season to find one for. */
export interface PeerTask {
  y: Float64Array;
  spec?: readonly number[];
  season?: number;
  /** What ours found, and the next value as it sees it. */
  logLik: number;
  next: { mean: number; standardError: number };
}

export interface ArimaPeers {
  javascript: boolean;
  python: readonly ('statsforecast' | 'statsmodels')[];
}

/** Those that are installed. */
export function arimaPeers(bench: Bench): ArimaPeers {
  return { javascript: javascriptPeer(bench), python: pythonPeers(bench) };
}

function javascriptPeer(bench: Bench): boolean {
  try {
    createRequire(new URL('../peers/package.json', import.meta.url)).resolve('arima');
    return true;
  } catch {
    bench.note('arima is not installed (`npm ci --prefix bench/peers`)');
    return false;
  }
}

/** Those of the two that Python has. */
export function pythonPeers(bench: Bench): ('statsforecast' | 'statsmodels')[] {
  return (['statsforecast', 'statsmodels'] as const).filter((name) => {
    const { status } = spawnSync(PYTHON, ['-c', `import numpy, ${name}`]);
    if (status !== 0)
      bench.note(`${PYTHON} has no ${name} (pip install ${name}; ISOTHERM_BENCH_PYTHON names a Python)`);
    return status === 0;
  });
}

/** What `arima.py` prints about a task. */
export function runPython(name: string, file: string, task: object): string {
  writeFileSync(file, JSON.stringify(task));
  return execFileSync(PYTHON, [SCRIPT, name, file], { encoding: 'utf8', maxBuffer: 1 << 26 });
}

/** One case a peer that can do the task. Their likelihoods have other starts and optima: near is right. */
export function peerCases(bench: Bench, { javascript, python }: ArimaPeers, folder: string, task: PeerTask): Case[] {
  const file = join(folder, 'arima.json');
  const cases: Case[] = [];
  if (javascript) {
    const one = javascriptCase(file, task);
    try {
      one.outside?.();
      one.check();
      cases.push(one);
    } catch (error) {
      bench.note(`arima (npm) has no model of ${task.y.length} values here: ${String(error).split('\n')[0]}`);
    }
  }
  for (const name of python) {
    if (task.spec !== undefined || name === 'statsforecast') cases.push(pythonCase(name, file, task));
  }
  return cases;
}

function pythonCase(name: string, file: string, { y, spec, season, logLik }: PeerTask): Case {
  const model = spec === undefined ? { season } : modelOf(spec);
  let found = Number.NaN;
  return {
    name,
    outside() {
      const [seconds, likelihood] = runPython(name, file, { y: [...y], ...model })
        .trim()
        .split(' ')
        .map(Number);
      found = likelihood;
      return seconds;
    },
    check: () => assert.ok(Math.abs(found - logLik) < 1 + 1e-2 * Math.abs(logLik), `${name}: ${found}, ours ${logLik}`),
  };
}

const modelOf = ([p, d, q, P, D, Q, s, mean]: readonly number[]) => ({
  order: [p, d, q],
  seasonal: [P, D, Q, s],
  mean: mean === 1,
});

function javascriptCase(file: string, { y, spec, season = 0, next }: PeerTask): Case {
  const [p, d, q, P, D, Q, s] = spec ?? [];
  const most = { auto: true, p: 5, d: 2, q: 5, P: 2, D: 1, Q: 2, s: season };
  const options = spec === undefined ? most : { p, d, q, P, D, Q, s };
  let found = Number.NaN;
  return {
    name: 'arima (npm)',
    outside() {
      writeFileSync(file, JSON.stringify({ y: [...y], options }));
      const printed = execFileSync(process.execPath, [JAVASCRIPT, file], { encoding: 'utf8', stdio: 'pipe' });
      const [seconds, value] = printed.trim().split(' ').map(Number);
      found = value;
      return seconds;
    },
    check: () => assert.ok(Math.abs(found - next.mean) < 2 * next.standardError, `it says ${found}, ours ${next.mean}`),
  };
}

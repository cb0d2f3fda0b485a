/** What ARIMA models are compared with: npm's `arima`, and statsforecast and statsmodels where Python has them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, Case } from '../harness.js';
import { Python, pythonHas, type Timing } from '../peers/python.js';

const JAVASCRIPT = fileURLToPath(new URL('../peers/arima.mjs', import.meta.url));

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
  /** Those that Python has. */
  names: readonly string[];
  python: Python | undefined;
}

/** Those that are installed; the Python is the caller's to close. */
export function arimaPeers(bench: Bench): ArimaPeers {
  const names = ['statsforecast', 'statsmodels'].filter((name) => pythonHas(bench, name));
  return { javascript: javascriptPeer(bench), names, python: names.length > 0 ? arimaPython() : undefined };
}

export const arimaPython = (): Python => new Python('arima.py');

function javascriptPeer(bench: Bench): boolean {
  try {
    createRequire(new URL('../peers/package.json', import.meta.url)).resolve('arima');
    return true;
  } catch {
    bench.note('arima is not installed (`npm ci --prefix bench/peers`)');
    return false;
  }
}

/** One case a peer that can do the task. Their likelihoods have other starts and optima: near is right. */
export function peerCases(
  bench: Bench,
  { javascript, names, python }: ArimaPeers,
  folder: string,
  task: PeerTask,
): Case[] {
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
  if (python === undefined) return cases;
  for (const name of names) {
    if (task.spec !== undefined || name === 'statsforecast') cases.push(pythonCase(python, name, task));
  }
  return cases;
}

function pythonCase(python: Python, peer: string, { y, spec, season, logLik }: PeerTask): Case {
  const model = spec === undefined ? { season } : modelOf(spec);
  let found = Number.NaN;
  return {
    name: peer,
    async outside() {
      const [seconds, likelihood] = await python.ask<Timing>({ peer, y: [...y], ...model });
      found = likelihood;
      return seconds;
    },
    check: () => assert.ok(Math.abs(found - logLik) < 1 + 1e-2 * Math.abs(logLik), `${peer}: ${found}, ours ${logLik}`),
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

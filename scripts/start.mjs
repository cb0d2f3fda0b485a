/**
 * `npm start [-- TRACE] [-- --flags]`: set-up, then the control plane in shadow over a trace: a real day where it lies beside the repository, else a
 * synthetic one. `npm start -- replay [TRACE]`: set-up, then the report of what each policy would have cost.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { relative } from 'node:path';
import { at } from './build/paths.mjs';
import { setup } from './setup.mjs';
import { replayArguments, serveArguments } from './start-arguments.mjs';

const REAL_DAY = at('../shared/data/azure2019-day1');
/** Where a trace that is made up lies. */
const SYNTHETIC = at('.isotherm/synthetic');
/** Stores of trials, each by the id of the process that runs it: a trial begins anew, and leaves others alone. */
const TRIALS = at('.isotherm/trials');
/** npm changes into the repository; paths that the user names are relative to where npm was called. */
const cwd = process.env.INIT_CWD ?? process.cwd();
const main = at('ts/core/dist/cli/main.js');

// The child is in our process group and hears Ctrl-C too; it decides how to end, and we end as it did.
let child;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (child === undefined) process.exit(128 + constants.signals[signal]);
    child.kill(signal);
  });
}

/** Resolves with the exit code. */
function isotherm(args, stdio = 'inherit') {
  child = spawn(process.execPath, [main, ...args], { cwd, stdio });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Runs `work` over a new store, which goes when it ends; so do those of trials that were killed. */
async function onTrial(work) {
  const left = existsSync(TRIALS) ? readdirSync(TRIALS).filter((pid) => !isRunning(Number(pid))) : [];
  for (const pid of left) rmSync(at('.isotherm/trials', pid), { recursive: true, force: true });
  const store = at('.isotherm/trials', String(process.pid));
  try {
    return await work(store);
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}

/** Resolves with the exit code. */
async function serve(asked) {
  const { args, needsTrace, needsStore } = await serveArguments(asked);
  const given = [...args];
  if (needsTrace && existsSync(REAL_DAY)) given.push('--trace', relative(cwd, REAL_DAY));
  else if (needsTrace) {
    if (!existsSync(SYNTHETIC)) {
      const code = await isotherm(['generate', '--out', SYNTHETIC], 'ignore');
      if (code !== 0) return code;
    }
    given.push('--trace', relative(cwd, SYNTHETIC));
  }
  if (!needsStore) return isotherm(['serve', ...given]);
  const code = await onTrial((store) => isotherm(['serve', ...given, '--store', relative(cwd, store)]));
  if (code === 0) console.log('This trial keeps nothing. With --store FOLDER it goes on where it stopped.');
  return code;
}

const { ok } = await setup({ isForUse: true });
if (!ok) process.exit(1);
const [first, ...rest] = process.argv.slice(2);
if (first === 'replay') {
  const realDay = existsSync(REAL_DAY) ? relative(cwd, REAL_DAY) : undefined;
  process.exitCode = await isotherm(['replay', ...(await replayArguments(rest, realDay))]);
} else {
  process.exitCode = await serve(process.argv.slice(2));
  if (process.exitCode !== 0 && first !== undefined && /^[a-z]+$/.test(first) && !existsSync(first)) {
    console.error(
      `npm start plays a trace (npm start -- TRACE) or reports on one (npm start -- replay [TRACE]), and '${first}' is neither; npx isotherm --help has all commands.`,
    );
  }
}

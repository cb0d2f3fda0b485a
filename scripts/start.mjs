/**
 * `npm start [-- TRACE] [-- --flags]`: set-up, then the main job: replay a trace under each policy. Without TRACE a real
 * day is taken where it lies beside the repository, else a synthetic one.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { relative } from 'node:path';
import { at } from './build/paths.mjs';
import { setup } from './setup.mjs';

const REAL_DAY = at('../shared/data/azure2019-day1');
const REAL_DAY_TITLE = 'Azure Functions 2019, day 1: a sample of Azure, not your traffic';

const TARGET = ['--target', 'lambda-pc'];
/** Ours as a curve in the report, but where none is written or its policies were chosen. */
const SWEEP = ['--sweep', 'adaptive'];
const NO_SWEEP = ['--no-html', '--json', '--receipts', '--sweep', '--policy', '--help', '-h'];

/** npm changes into the repository; paths that the user names are relative to where npm was called. */
const cwd = process.env.INIT_CWD ?? process.cwd();

function replayArguments(asked) {
  // The bill and the advice are for Lambda unless another platform is named.
  const names = (option) => asked.some((one) => one === option || one.startsWith(`${option}=`));
  const swept = NO_SWEEP.some(names) ? [] : SWEEP;
  const given = [...asked, ...(names('--target') ? [] : TARGET), ...swept];
  const namesTrace = asked.length > 0 && (!asked[0].startsWith('-') || names('--synthetic'));
  if (namesTrace) return given;
  if (existsSync(REAL_DAY)) return [relative(cwd, REAL_DAY), '--title', REAL_DAY_TITLE, ...given];
  return ['--synthetic', 'calibrated', ...given];
}

// The child is in our process group and hears Ctrl-C too; it decides how to end, and we end as it did.
let child;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (child === undefined) process.exit(128 + constants.signals[signal]);
    child.kill(signal);
  });
}

const { ok } = await setup();
if (!ok) process.exit(1);
const main = at('ts/core/dist/cli/main.js');
child = spawn(process.execPath, [main, 'replay', ...replayArguments(process.argv.slice(2))], { cwd, stdio: 'inherit' });
child.on('close', (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal];
});

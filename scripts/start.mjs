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
import { replayArguments } from './start-arguments.mjs';

const REAL_DAY = at('../shared/data/azure2019-day1');
/** npm changes into the repository; paths that the user names are relative to where npm was called. */
const cwd = process.env.INIT_CWD ?? process.cwd();

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
const realDay = existsSync(REAL_DAY) ? relative(cwd, REAL_DAY) : undefined;
const asked = await replayArguments(process.argv.slice(2), realDay);
child = spawn(process.execPath, [main, 'replay', ...asked], { cwd, stdio: 'inherit' });
child.on('close', (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal];
});

#!/usr/bin/env node
/** The command line: `isotherm`. */
import { Command, CommanderError } from 'commander';
import { VERSION } from '../kernels/index.js';
import { addAdvise } from './advise.js';
import { addConfig } from './config.js';
import { ABORTED_EXIT, failureExit, printFailure } from './exit.js';
import { addExplain } from './explain.js';
import { addFit } from './fit.js';
import { addForecast } from './forecast.js';
import { addGenerate } from './generate.js';
import { addImport } from './import.js';
import { cannotWrite, isReaderGone } from './output.js';
import { addPlace } from './place.js';
import { addReplay } from './replay.js';
import { addServe } from './serve.js';

const program = new Command('isotherm')
  .description('Predictive control plane for serverless functions: what to keep warm, and what it saves.')
  .version(VERSION)
  .showHelpAfterError('(add --help for examples)')
  .exitOverride();

/** A Ctrl-C may reach us twice, from the terminal and from npm; a second one that is meant comes later. */
const SAME_SIGNAL_MS = 500;

/** The first Ctrl-C asks the work to stop, the second one ends it. */
const stop = new AbortController();
let stoppedAt = 0;
process.on('SIGINT', () => {
  if (!stop.signal.aborted) stoppedAt = performance.now();
  else if (performance.now() - stoppedAt > SAME_SIGNAL_MS) process.exit(ABORTED_EXIT);
  stop.abort();
});

addReplay(program, stop.signal);
addGenerate(program, stop.signal);
addImport(program, stop.signal);
addAdvise(program, stop.signal);
addFit(program, stop.signal);
addForecast(program, stop.signal);
addPlace(program, stop.signal);
addExplain(program);
addServe(program, stop.signal);
addConfig(program);

process.stdout.on('error', (error) => {
  // A reader such as head has had enough: nothing is wrong, and the files that were asked for are still written.
  if (isReaderGone(error)) return;
  const failure = cannotWrite('standard output', error);
  printFailure(failure);
  process.exit(failureExit(failure));
});

try {
  await program.parseAsync();
} catch (thrown) {
  if (thrown instanceof CommanderError) {
    // Help and version are no failures; commander has said what was wrong.
    process.exitCode = thrown.exitCode === 0 ? 0 : 2;
  } else {
    printFailure(thrown);
    process.exitCode = failureExit(thrown);
  }
}

/** `isotherm fit`: a prior for the adaptive policy from a trace. */
import { type Command, Option } from 'commander';
import { count, counted, span, threeDigits } from '../decide/figures.js';
import { SPREADS, type Spread } from '../evaluate/index.js';
import type { AdaptivePrior } from '../kernels/index.js';
import { fitPriorAsync, priorWithCard } from '../learn/index.js';
import { knownFormats } from '../trace/index.js';
import { commandLine } from './command-line.js';
import { type ReadOptions, readTraceFile } from './load-trace.js';
import { wholeNumber } from './numbers.js';
import { stdoutTaker, writeWhole } from './output.js';
import { startProgress } from './progress.js';

interface Options extends ReadOptions {
  spread: Spread;
  seed: number;
  licence: string;
  output: string;
  json?: string | true;
}

const HELP = `
The adaptive policy begins with a prior: how likely an idle instance is to be called in each stretch of time, from the
idle times of many functions. One comes with Isotherm; one from a day of your own traffic fits it better.
A trace is a file, plain or gzip, or a folder: ${knownFormats()}.

Examples:
  $ npx isotherm fit calls.csv
  $ npx isotherm fit azure2019-day1 --licence 'CC-BY-4.0, Microsoft' --output prior.json
  $ npx isotherm replay calls.csv --prior adaptive-prior.json

Exit codes: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted.`;

export function addFit(program: Command, signal: AbortSignal): void {
  program
    .command('fit')
    .summary('fit the prior of the adaptive policy to a trace')
    .description('Fit the prior of the adaptive policy to the idle times in a trace, and say what it is worth.')
    .argument('<trace>', 'file or folder with calls')
    .addOption(
      new Option('--spread <how>', 'how the calls of a minute lie within it').choices(SPREADS).default('trigger'),
    )
    .option('--seed <n>', 'seed of everything random', wholeNumber(0, 2 ** 32 - 1), 1)
    .option('--format <name>', 'format of the trace, instead of recognising it')
    .option('--skip-bad', 'go on after bad rows, count and list them')
    .option('--title <text>', 'what the card calls the data')
    .option('--licence <text>', 'under which licence the data are, and whom to name', 'not stated')
    .option('--output <file>', 'where to write the prior with its card', 'adaptive-prior.json')
    .option('--json [file]', 'write the card as JSON; - or nothing: standard output')
    .addHelpText('after', HELP)
    .action((path: string, options: Options) => run(path, options, signal));
}

async function run(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const json = options.json === true ? '-' : options.json;
  const taker = stdoutTaker({ '--output': options.output, '--json': json });
  const { trace, title, format, digest, notes } = await readTraceFile(path, options, signal);
  for (const note of notes) console.error(note);
  const progress = startProgress('Fitting', trace.calls, 'calls');
  const { spread, seed, licence } = options;
  const fit = await fitPriorAsync(
    trace,
    { spread, seed },
    { signal, onProgress: (done) => progress.update(done) },
  ).finally(() => progress.stop());
  const date = new Date().toISOString().slice(0, 10);
  const prior = await priorWithCard(trace, fit, { title, licence, format, digest, command: commandLine(), date });
  await writeWhole(options.output, `${JSON.stringify(prior, null, 2)}\n`);
  if (json !== undefined) await writeWhole(json, `${JSON.stringify(prior.card, null, 2)}\n`);
  if (taker !== undefined) return;
  for (const line of summary(prior)) console.log(line);
  console.log(`\nPrior:  ${options.output}     Use: npx isotherm replay calls.csv --prior ${options.output}`);
}

function summary({ card }: AdaptivePrior): string[] {
  const { title, functions, calls, minutes } = card.data;
  const { spread, seed, gaps, rowGaps, openGaps } = card.fit;
  const lowest = rowGaps.slice(0, rowGaps.length / 2).reduce((sum, gapsOfRow) => sum + gapsOfRow, 0);
  const laid = spread === 'recorded' ? 'calls as recorded' : `spread ${spread}, seed ${seed}`;
  const { prior, uniform, ownGaps, priorAndOwnGaps } = card.crossValidation.logLoss;
  const lines = [
    title,
    `${counted(functions, 'function')}, ${counted(calls, 'call')}, ${span(minutes)}; ${laid}`,
    `${counted(gaps, 'idle time')} count: ${threeDigits(lowest)} with no other instance busy, ${threeDigits(gaps - lowest)} above; ${count(openGaps)} of them went on when the trace ended`,
    '',
    'How badly each foretells the next idle time of a function that it was not fitted on (nats, less is better):',
    `  ${threeDigits(uniform)}  every time equally likely`,
    `  ${threeDigits(ownGaps)}  the function's own idle times, without a prior`,
    `  ${threeDigits(prior)}  the prior alone`,
    `  ${threeDigits(priorAndOwnGaps)}  the prior, then the function's own idle times`,
  ];
  if (priorAndOwnGaps >= ownGaps || priorAndOwnGaps >= uniform) {
    lines.push('', 'It foretells worse than none: there is too little to learn from. Keep the default.');
  }
  return lines.map((line) => line.replaceAll('\u00a0', ' '));
}

/** `isotherm advise`: what to keep ready on a platform, what it costs there, and how to set it. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { ADVICE_TARGETS, type AdviceTarget } from '../decide/index.js';
import {
  type Advice,
  type AdviceGoal,
  type AdviseOptions,
  adviceConfiguration,
  adviceJson,
  adviseAsync,
  SPREADS,
  type Spread,
} from '../evaluate/index.js';
import { backendInfo } from '../kernels/index.js';
import { knownFormats, PATTERNS } from '../trace/index.js';
import { renderAdvice } from './advice-table.js';
import { type BillOptions, billModel } from './bill-model.js';
import { configFolder } from './config-folder.js';
import { loadTrace, type TraceOptions } from './load-trace.js';
import { amount, share, wholeNumber } from './numbers.js';
import { writeWhole } from './output.js';
import { startProgress } from './progress.js';
import { startTimesOn } from './start-times.js';

const MAX_U32 = 2 ** 32 - 1;

interface Options extends TraceOptions, BillOptions {
  target: AdviceTarget;
  coldStartUsdPerS?: number;
  maxColdRate?: number;
  targetP99Ms?: number;
  spread: Spread;
  coldStartMs?: number;
  threads: number;
  json?: string | true;
  config?: string;
}

const HELP = `
Platforms: lambda-pc (AWS Lambda, provisioned concurrency), flex (Azure Functions Flex Consumption, always-ready
instances), cloud-run (Google Cloud Run, minimum instances), knative (Knative Serving, scale bounds).

A trace is a file, plain or gzip, or a folder: ${knownFormats()}.

Settings are fitted on the first half of the trace and judged on the second. A cold start has no price on the bill: say
what a second of waiting is worth to you, or which target shall be reached; without, the knee of the curve is advised.

Examples:
  $ npx isotherm advise calls.csv --target lambda-pc --region eu-west-1 --cold-start-usd-per-s 0.001
  $ npx isotherm advise calls.csv --target cloud-run --max-cold-rate 0.001 --config settings
  $ npx isotherm advise --synthetic diurnal --functions 20 --days 8 --target lambda-pc --json advice.json

Exit codes: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted.`;

export function addAdvise(program: Command, signal: AbortSignal): void {
  program
    .command('advise')
    .summary('advise how many instances to keep ready on a platform, with bill, cold starts and configuration')
    .description(
      'Advise how many instances a platform should keep ready for each function, and when; billed, and judged on calls that the settings had not seen.',
    )
    .argument('[trace]', 'file or folder with calls')
    .addOption(new Option('--target <platform>', 'the platform').choices([...ADVICE_TARGETS]).makeOptionMandatory())
    .addOption(
      new Option('--cold-start-usd-per-s <usd>', 'what a second that a caller waits for a start is worth')
        .argParser(amount)
        .conflicts(['maxColdRate', 'targetP99Ms']),
    )
    .addOption(
      new Option('--max-cold-rate <share>', 'instead: at most this share of all calls shall wait for a start')
        .argParser(share)
        .conflicts('targetP99Ms'),
    )
    .option('--target-p99-ms <ms>', "instead: each function's P99 latency shall be at most this", amount)
    .option('--region <name>', 'region of the list prices (lambda-pc, cloud-run)')
    .option('--architecture <name>', 'x86 or arm64 (lambda-pc)')
    .option('--vcpu <n>', 'vCPU of an instance (cloud-run: 1; knative: its memory decides alone)', amount)
    .option('--node <usd,vcpu,gib>', 'a node of the cluster: USD an hour, vCPU, GiB (knative)')
    .option(
      '--cold-start-ms <ms>',
      'how long every start takes, instead of as measured or tabled',
      wholeNumber(0, MAX_U32),
    )
    .addOption(
      new Option('--spread <how>', 'how the calls of a minute lie within it').choices([...SPREADS]).default('trigger'),
    )
    .option('--seed <n>', 'seed of everything random', wholeNumber(0, MAX_U32), 1)
    .option('--threads <n>', 'threads of the native backend', wholeNumber(1, 1024), availableParallelism())
    .option('--format <name>', 'format of the trace, instead of recognising it')
    .option('--skip-bad', 'go on after bad rows, count and list them')
    .option('--title <text>', 'what the advice calls the trace')
    .addOption(new Option('--synthetic <pattern>', 'make the trace up').choices([...PATTERNS]))
    .option('--functions <n>', 'functions of a synthetic trace', wholeNumber(1, 10_000_000), 400)
    .option('--days <n>', 'days of a synthetic trace', wholeNumber(1, 3660), 1)
    .option('--calls <n>', 'about how many calls a synthetic trace has', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--json [file]', 'write the exact figures as JSON; - or nothing: standard output')
    .option('--config <folder>', "write the settings as the platform's own configuration, in a folder of its own there")
    .addHelpText('after', HELP)
    .action((path: string | undefined, options: Options) => run(path, options, signal));
}

function goalOf({ coldStartUsdPerS, maxColdRate, targetP99Ms }: Options): AdviceGoal {
  if (coldStartUsdPerS !== undefined) return { kind: 'price', coldStartUsdPerS };
  if (maxColdRate !== undefined) return { kind: 'cold-rate', most: maxColdRate };
  return targetP99Ms === undefined ? { kind: 'knee' } : { kind: 'p99', ms: targetP99Ms };
}

async function run(path: string | undefined, options: Options, signal: AbortSignal): Promise<void> {
  // What is wrong with prices or folder is said before anything is read.
  const model = billModel(options.target, options);
  const folder = options.config === undefined ? undefined : await configFolder(options.config, options.target);
  const loaded = await loadTrace(path, options, signal);
  const { trace, title, format, digest, notes } = loaded;
  for (const note of notes) console.error(note);
  const { target, spread, seed, threads, coldStartMs } = options;
  const asked: AdviseOptions = {
    ...{ target, goal: goalOf(options), spread, seed, threads, about: { title, format, digest } },
    ...(model !== undefined && { model }),
    ...(loaded.starts && { observed: loaded.starts }),
    ...(coldStartMs === undefined ? { startTimes: startTimesOn(target, loaded) } : { coldStartMs }),
  };
  const progress = startProgress('Trying settings', trace.calls, 'calls');
  const advice = await adviseAsync(trace, asked, { signal, onProgress: (done) => progress.update(done) }).finally(() =>
    progress.stop(),
  );
  const toStdout = options.json === true || options.json === '-';
  if (!toStdout) printAdvice(advice);
  if (options.json !== undefined) {
    const text = `${JSON.stringify(adviceJson(advice), null, 2)}\n`;
    await writeWhole(toStdout ? '-' : String(options.json), text);
  }
  if (folder !== undefined) await writeConfiguration(advice, folder, toStdout);
}

function printAdvice(advice: Advice): void {
  const { isTTY, columns } = process.stdout;
  const color = isTTY === true && process.env.NO_COLOR === undefined;
  console.log(`\n${renderAdvice(advice, { color, width: columns || 100 })}\n`);
  const { backend, why } = backendInfo();
  if (backend !== 'native') console.log(`Backend ${backend}: ${why}.`);
}

async function writeConfiguration(advice: Advice, folder: string, toStdout: boolean): Promise<void> {
  const files = adviceConfiguration(advice);
  for (const { name, text } of files) await writeWhole(join(folder, name), text);
  const say = (line: string): void => (toStdout ? console.error(line) : console.log(line));
  say(`Configuration: ${files.map(({ name }) => join(folder, name)).join(', ')}; read before you run it`);
}

/** `isotherm generate`: synthetic traffic as files. */
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { IsothermError } from '../kernels/index.js';
import {
  generateResponses,
  generateTraceAsync,
  PATTERNS,
  type Pattern,
  writeAzure2019,
  writeCounts,
  writeInsights,
  writeResponses,
} from '../trace/index.js';
import { wholeNumber } from './numbers.js';
import { writePieces } from './output.js';
import { startProgress } from './progress.js';

const FORMATS = ['azure2019', 'counts', 'cloudwatch-insights', 'responses'] as const;

interface Options {
  pattern?: Pattern;
  functions: number;
  days: number;
  calls?: number;
  seed: number;
  format: (typeof FORMATS)[number];
  out: string;
}

const HELP = `
Formats:
  azure2019   a folder with the three schemas of the Azure 2019 dataset
  counts      one CSV: function,timestamp,count,stepSeconds,durationMs,memoryMiB,trigger
  cloudwatch-insights   one CSV as CloudWatch Logs Insights exports it: an example for isotherm import
  responses   one CSV of call records for predictors of response times, and the error that none can beat

Examples:
  $ npx isotherm generate --functions 400 --days 1 --out synthetic-day
  $ npx isotherm generate --pattern bursty --functions 20 --seed 7 --format counts --out bursty.csv
  $ npx isotherm generate --functions 1000 --days 14 --calls 100000000 --out fortnight
  $ npx isotherm generate --format responses --functions 10 --days 7 --out responses.csv

The same seed gives the same bytes on every machine.`;

export function addGenerate(program: Command, signal: AbortSignal): void {
  program
    .command('generate')
    .summary('make synthetic traffic up and write it as files')
    .description('Make synthetic traffic up, after one pattern or after the published figures of a real platform.')
    .addOption(new Option('--pattern <name>', 'what the traffic looks like (calibrated unless said)').choices(PATTERNS))
    .option('--functions <n>', 'how many functions', wholeNumber(1, 10_000_000), 400)
    .option('--days <n>', 'how many days', wholeNumber(1, 3660), 1)
    .option('--calls <n>', 'about how many calls in all', wholeNumber(1, 1e15))
    .option('--seed <n>', 'seed of everything random', wholeNumber(0, 2 ** 32 - 1), 1)
    .addOption(new Option('--format <name>', 'what to write').choices(FORMATS).default('azure2019'))
    .requiredOption('--out <path>', 'file, or for azure2019 folder; - is standard output')
    .addHelpText('after', HELP)
    .action((options: Options) => run(options, signal));
}

async function run(options: Options, signal: AbortSignal): Promise<void> {
  if (options.format === 'responses') await responses(options, signal);
  else await traffic(options, signal);
}

async function traffic(options: Options, signal: AbortSignal): Promise<void> {
  const { functions, days, calls, seed, format, out } = options;
  if (format === 'azure2019' && out === '-') {
    throw new IsothermError('BAD_ARGUMENT', 'azure2019 is several files: --out must be a folder');
  }
  const progress = startProgress('Generating', functions, 'functions');
  const trace = await generateTraceAsync(
    {
      pattern: options.pattern ?? 'calibrated',
      functions,
      days,
      seed,
      onProgress: (done) => progress.update(done),
      ...(calls !== undefined && { calls }),
    },
    { signal },
  ).finally(() => progress.stop());
  if (format === 'counts') await writePieces(out, writeCounts(trace).chunks, signal);
  else if (format === 'cloudwatch-insights') await writePieces(out, writeInsights(trace, { seed }).chunks, signal);
  else for (const file of writeAzure2019(trace)) await writePieces(join(out, file.name), file.chunks, signal);
  console.error(`${trace.calls} calls of ${functions} functions over ${trace.minutes} minutes: ${out}`);
}

async function responses(options: Options, signal: AbortSignal): Promise<void> {
  const { pattern, functions, days, calls, seed, out } = options;
  if (pattern !== undefined || calls !== undefined) {
    throw new IsothermError('BAD_ARGUMENT', '--pattern and --calls are for traffic, not for --format responses');
  }
  const { responses, irreducibleError } = generateResponses({ functions, minutes: days * 1440, seed });
  await writePieces(out, writeResponses(responses).chunks, signal);
  const { rmseMs, maeMs } = irreducibleError;
  console.error(`${responses.functionOf.length} records of ${functions} functions: ${out}`);
  console.error(`No predictor does better than RMSE ${rmseMs.toPrecision(4)} ms, MAE ${maeMs.toPrecision(4)} ms.`);
}

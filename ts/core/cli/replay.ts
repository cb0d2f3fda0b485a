/** `isotherm replay`: what each policy costs on a trace. */
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { shellWord } from '../decide/advise/configuration/quoting.js';
import {
  ADVICE_TARGETS,
  type AdviceTarget,
  DEFAULT_POLICIES,
  type NamedPolicy,
  POLICY_NAMES,
  PROVIDER_DEFAULTS,
  policyByName,
  type Receipt,
  underMemoryCaps,
} from '../decide/index.js';
import { UNDER_A_CAP } from '../decide/policies.js';
import {
  type Advice,
  adviceHeadline,
  adviseAsync,
  DEFAULT_PRICES,
  PRICE_FACTORS,
  type PriceCurve,
  priceSweepAsync,
  type ReplayOptions,
  type ReplayResult,
  receipts,
  replayAsync,
  replayJson,
  SPREADS,
  type Spread,
} from '../evaluate/index.js';
import { backendInfo, IsothermError } from '../kernels/index.js';
import { knownFormats, PATTERNS, type StartPlatform, type Trace } from '../trace/index.js';
import { wrap } from './columns.js';
import { type LoadedTrace, loadTrace, type TraceOptions } from './load-trace.js';
import { amount, memoryCaps, wholeNumber } from './numbers.js';
import { stdoutTaker, writePieces, writeWhole } from './output.js';
import { priorOption } from './prior-option.js';
import { startProgress } from './progress.js';
import { writeReport } from './report-file.js';
import { checkStartOptions, START_PLATFORMS, startTimesOf } from './start-times.js';
import { renderTable } from './table.js';

const DEFAULT_HTML = 'isotherm-report.html';
const MAX_U32 = 2 ** 32 - 1;

interface Options extends TraceOptions {
  policy?: string;
  memoryCapGib?: number[];
  spread: Spread;
  coldStartMs?: number;
  platform?: StartPlatform;
  runtime?: string;
  tickMs: number;
  idleUsdPerGbS: number;
  coldStartUsdPerS: number;
  preWarmShare: number;
  prior?: string;
  threads: number;
  target?: AdviceTarget;
  sweep?: string;
  json?: string | true;
  /** False: none. */
  html?: string | false;
  function?: string;
  receipts?: string;
}

const HELP = `
A trace is a file, plain or gzip, or a folder: ${knownFormats()}.
The simplest: CSV with function,timestamp,durationMs, one line a call.

Policies: ${POLICY_NAMES.join(', ')}.
${PROVIDER_DEFAULTS.map(({ name, about, source, date }) => `  ${name.padEnd(18)} ${about} (${source}, ${date})`).join('\n')}

Examples:
  $ npx isotherm replay calls.csv
  $ npx isotherm replay azure2019-day1 --policy fixed-10min,hybrid-histogram --spread even --json -
  $ npx isotherm replay calls.csv --function checkout --policy hybrid-histogram --receipts receipts.jsonl
  $ npx isotherm replay --synthetic calibrated --functions 1000 --days 7
  $ npx isotherm replay azure2019-day1 --policy faascache,lru,clairvoyant --memory-cap-gib 8,16

Exit codes: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted.`;

export function addReplay(program: Command, signal: AbortSignal): void {
  program
    .command('replay')
    .summary('replay a trace under keep-alive policies: cold starts, idle memory, cost')
    .description(
      'Replay a trace of calls under keep-alive policies, and show what each costs beside the best possible.',
    )
    .argument('[trace]', 'file or folder with calls')
    .option(
      '-p, --policy <names>',
      'policies, comma-separated (fixed windows, published policies and bounds unless said)',
    )
    .option(
      '--memory-cap-gib <sizes>',
      'replay faascache and lru with one memory for all functions, of each size',
      memoryCaps,
    )
    .addOption(
      new Option('--spread <how>', 'how the calls of a minute lie within it').choices(SPREADS).default('trigger'),
    )
    .option('--seed <n>', 'seed of everything random', wholeNumber(0, MAX_U32), 1)
    .option(
      '--cold-start-ms <ms>',
      'how long a cold start waits (as measured, else as tabled for the platform, else 1000)',
      wholeNumber(0, MAX_U32),
    )
    .addOption(new Option('--platform <name>', 'where the functions ran: its start times').choices(START_PLATFORMS))
    .option('--runtime <name>', 'what they ran on, as in nodejs22.x: its start time')
    .option('--tick-ms <ms>', 'time between two ticks of a policy', wholeNumber(1, MAX_U32), 60_000)
    .option('--idle-usd-per-gb-s <usd>', 'price of idle memory', amount, DEFAULT_PRICES.idleUsdPerGbS)
    .option('--cold-start-usd-per-s <usd>', 'price of a second of cold start', amount, DEFAULT_PRICES.coldStartUsdPerS)
    .option('--pre-warm-share <share>', 'price of a pre-warm in cold starts', amount, DEFAULT_PRICES.preWarmShare)
    .option('--prior <which>', 'what adaptive policies begin with: default, cv5, or a file of isotherm fit')
    .option('--threads <n>', 'threads of the native backend', wholeNumber(1, 1024), availableParallelism())
    .option('--sweep <names>', 'policies to draw as a curve over prices of a cold start, comma-separated')
    .addOption(
      new Option('--target <platform>', 'add the bill and advice for a platform, as isotherm advise gives it').choices(
        ADVICE_TARGETS,
      ),
    )
    .option('--format <name>', 'format of the trace, instead of recognising it')
    .option('--skip-bad', 'go on after bad rows, count and list them')
    .option('--title <text>', 'what the report calls the trace')
    .addOption(new Option('--synthetic <pattern>', 'make the trace up').choices(PATTERNS))
    .option('--functions <n>', 'functions of a synthetic trace', wholeNumber(1, 10_000_000), 400)
    .option('--days <n>', 'days of a synthetic trace', wholeNumber(1, 3660), 1)
    .option('--calls <n>', 'about how many calls a synthetic trace has', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--json [file]', 'write the exact figures as JSON; - or nothing: standard output')
    .option('--html <file>', `where to write the report (${DEFAULT_HTML} unless said)`)
    .option('--no-html', 'write no report')
    .option('--function <key>', 'the function that receipts are written for')
    .option('--receipts <file>', 'write a receipt for each decision about --function, as JSON Lines')
    .addHelpText('after', HELP)
    .action((path: string | undefined, options: Options) => run(path, options, signal));
}

async function run(path: string | undefined, options: Options, signal: AbortSignal): Promise<void> {
  if ((options.function === undefined) !== (options.receipts === undefined)) {
    throw new IsothermError('BAD_ARGUMENT', '--function and --receipts go together');
  }
  const json = options.json === true ? '-' : options.json;
  const taker = stdoutTaker({ '--json': json, '--html': options.html, '--receipts': options.receipts });
  // One who wants nothing but figures in a pipe finds no page beside them; one who names a page does.
  const page = options.html ?? (taker === undefined && DEFAULT_HTML);
  if (options.sweep !== undefined && page === false) {
    throw new IsothermError('BAD_ARGUMENT', '--sweep is drawn in the report: it goes together with --html');
  }
  // A wrong name is said before anything is read.
  const asOptions = replayOptions(options);
  const settings = { ...asOptions, ...(await priorOption(options.prior, policiesOf(asOptions, options))) };
  const loaded = await loadTrace(path, options, signal);
  const { trace, title, format, digest, notes } = loaded;
  for (const note of notes) console.error(note);
  const asked = { ...settings, ...startOptions(loaded, options), about: { title, format, digest } };
  // A wrong key is said before the work begins.
  const due = options.function === undefined ? undefined : receipts(trace, options.function, asked);
  const progress = startProgress('Replaying', trace.calls, 'calls');
  const onProgress = (done: number): void => progress.update(done);
  const result = await replayAsync(trace, asked, { signal, onProgress }).finally(() => progress.stop());
  if (taker === undefined) printTable(result);
  if (due !== undefined && options.receipts !== undefined) await writeReceipts(due, options.receipts, signal);
  if (json !== undefined) await writeWhole(json, `${JSON.stringify(replayJson(result), null, 2)}\n`);
  const advice = taker !== undefined && page === false ? undefined : await adviceFor(loaded, options, signal);
  if (advice !== undefined && taker === undefined)
    printAdvice(advice, path === undefined ? `--synthetic ${options.synthetic}` : shellWord(path));
  if (page !== false) {
    const curves = await sweptCurves(trace, options.sweep, asked, signal);
    await writeReport(trace, result, asked, page, { ...(advice && { advice }), ...(curves && { curves }) });
  }
  if (taker !== undefined) return;
  if (page !== false) console.log(`Report:        ${page}`);
  const ownData = path !== undefined && options.title === undefined;
  if (ownData) return;
  const command = process.env.npm_lifecycle_event === 'start' ? 'npm start -- replay' : 'npx isotherm replay';
  console.log(
    `On your data:  ${command} calls.csv     (CSV with function,timestamp,durationMs; more: ${command} --help)`,
  );
}

/** The result is on the screen before anything is written, which may fail. */
function printTable(result: ReplayResult): void {
  const { isTTY, columns } = process.stdout;
  const color = isTTY === true && process.env.NO_COLOR === undefined;
  // Some terminals say that they have no columns.
  console.log(`\n${renderTable(result, { color, width: columns || 100 })}\n`);
  const { backend, why } = backendInfo();
  if (backend !== 'native') console.log(`Backend ${backend}: ${why}.`);
}

/** Starts take as long and waiting costs as much as in the replay. Nothing, and why, where the trace is too short to advise from. */
async function adviceFor(loaded: LoadedTrace, options: Options, signal: AbortSignal): Promise<Advice | undefined> {
  const { target, spread, seed, threads, coldStartMs, platform, runtime, coldStartUsdPerS } = options;
  if (target === undefined) return undefined;
  const { trace, title, format, digest } = loaded;
  const starts = coldStartMs === undefined ? { startTimes: startTimesOf(loaded, platform, runtime) } : { coldStartMs };
  const progress = startProgress('Trying settings', trace.calls, 'calls');
  const onProgress = (done: number): void => progress.update(done);
  const goal = { kind: 'price', coldStartUsdPerS } as const;
  try {
    const told = { ...starts, about: { title, format, digest }, ...(loaded.starts && { observed: loaded.starts }) };
    return await adviseAsync(trace, { target, goal, spread, seed, threads, ...told }, { signal, onProgress });
  } catch (thrown) {
    if (!(thrown instanceof IsothermError && thrown.code === 'BAD_ARGUMENT')) throw thrown;
    console.error(`No advice: ${thrown.message}.`);
    return undefined;
  } finally {
    progress.stop();
  }
}

async function sweptCurves(
  trace: Trace,
  sweep: string | undefined,
  asked: ReplayOptions,
  signal: AbortSignal,
): Promise<PriceCurve[] | undefined> {
  if (sweep === undefined) return undefined;
  const progress = startProgress('Sweeping prices', trace.calls * PRICE_FACTORS.length, 'calls');
  const onProgress = (done: number): void => progress.update(done);
  return priceSweepAsync(trace, namesIn(sweep), asked, { signal, onProgress }).finally(() => progress.stop());
}

/** The advice in a few lines; `isotherm advise` has the rest. */
function printAdvice(advice: Advice, from: string): void {
  const { answer, losses } = adviceHeadline(advice);
  const said = `${advice.about}: ${answer[0]!.toLowerCase()}${answer.slice(1)} ${losses}`;
  const lines = wrap(said.replaceAll('\u00a0', ' ').trim(), Math.min(process.stdout.columns || 100, 100));
  console.log(`${lines.join('\n')}\nMore:          npx isotherm advise ${from} --target ${advice.target}\n`);
}

const namesIn = (list: string): string[] => list.split(',').map((name) => name.trim());

function replayOptions(options: Options): ReplayOptions {
  const { spread, seed, tickMs, threads, idleUsdPerGbS, coldStartUsdPerS, preWarmShare } = options;
  checkStartOptions(options);
  const caps = options.memoryCapGib;
  const named = options.policy === undefined ? undefined : namesIn(options.policy);
  if (caps !== undefined && named?.every((name) => !UNDER_A_CAP.includes(name))) {
    throw new IsothermError('BAD_ARGUMENT', `--memory-cap-gib is for ${UNDER_A_CAP.join(' and ')}: name one`);
  }
  const all = named ?? [...DEFAULT_POLICIES, ...(caps === undefined ? [] : UNDER_A_CAP)];
  const policies = caps === undefined ? all : underMemoryCaps(all, caps);
  return {
    policies,
    spread,
    seed,
    tickMs,
    threads,
    prices: { idleUsdPerGbS, coldStartUsdPerS, preWarmShare },
  };
}

/** All that are replayed, for the report's curves too. Errors: `UNKNOWN_POLICY`. */
function policiesOf({ policies = [] }: ReplayOptions, { sweep }: Options): NamedPolicy[] {
  return [...policies, ...(sweep === undefined ? [] : namesIn(sweep))].map((name) => policyByName(name, 0));
}

/** What the user says of starts; else what the data, or the table, have. */
function startOptions(loaded: LoadedTrace, options: Options): Pick<ReplayOptions, 'coldStartMs' | 'startTimes'> {
  const { coldStartMs, platform, runtime } = options;
  if (coldStartMs !== undefined) return { coldStartMs };
  const times = startTimesOf(loaded, platform, runtime);
  return times.every(({ from }) => from === 'assumed') ? {} : { startTimes: times };
}

async function writeReceipts(due: Iterable<Receipt>, file: string, signal: AbortSignal): Promise<void> {
  let written = 0;
  async function* lines(): AsyncGenerator<string> {
    for (const receipt of due) {
      yield `${JSON.stringify(receipt)}\n`;
      if (++written % RECEIPTS_AT_ONCE === 0) await setImmediate();
    }
  }
  await writePieces(file, lines(), signal);
  const [where, named] = file === '-' ? ['', 'FILE'] : [` in ${file}`, file];
  console.error(`${written} receipts${where}; read one with: npx isotherm explain ID --receipts ${named}`);
}

/** How many receipts are made before other work, such as Ctrl-C, has its turn. */
const RECEIPTS_AT_ONCE = 1000;

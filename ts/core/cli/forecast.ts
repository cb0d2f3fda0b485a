/** `isotherm forecast`: the calls to come of a trace's functions, or of series that another program sends. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { callsPerFunction } from '../evaluate/activity.js';
import { counted, span } from '../evaluate/figures.js';
import { functionNumber } from '../evaluate/function-replay.js';
import {
  callsPerMinute,
  FORECAST_MODELS,
  type ForecastModelName,
  type ForecastScores,
  ForecastSession,
  type ForecastTrial,
  forecastModel,
  type SeriesScores,
} from '../forecast/index.js';
import { OUTLOOK_QUANTILES, type Outlook, outlook, trialOf } from '../forecast/outlook.js';
import { scoreSeries, withMeans } from '../forecast/protocol.js';
import { IsothermError } from '../kernels/index.js';
import { knownFormats, type Trace } from '../trace/index.js';
import { outlooksTable, outlookTable, scoresTable, TOO_SHORT } from './forecast-table.js';
import { type ReadOptions, readTraceFile } from './load-trace.js';
import { wholeNumber } from './numbers.js';
import { stdoutTaker, writeWhole } from './output.js';
import { startProgress } from './progress.js';

/** The busiest functions: so many are shown, and so many scored. */
const SHOWN = 10;
const SCORED = 100;

interface Options extends ReadOptions {
  model: 'auto' | ForecastModelName;
  function?: string;
  horizon: number;
  json?: string | true;
  stdio?: true;
}

const HELP = `
Models: auto (the one that was wrong by least), ${FORECAST_MODELS.join(', ')}.
A trace is a file, plain or gzip, or a folder: ${knownFormats()}.

With --stdio requests are read from standard input, one JSON object a line, and answered one line each:
  {"op":"observe","series":"f","from":0,"counts":[3,1,4]}
  {"op":"forecast","series":"f","origin":3,"horizon":60,"levels":[1,10,60],"quantiles":[0.05,0.5,0.95]}

Examples:
  $ isotherm forecast calls.csv
  $ isotherm forecast calls.csv --function checkout --horizon 30
  $ isotherm forecast --stdio < requests.jsonl

Exit codes: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted.`;

export function addForecast(program: Command, signal: AbortSignal): void {
  program
    .command('forecast')
    .summary('foresee the next calls of each function, and score the models')
    .description('Forecast the calls after the end of a trace with intervals, and score every model on the trace.')
    .argument('[trace]', 'file or folder with calls')
    .option('--function <key>', 'one function: its key, or a part that no other key has')
    .option('--model <name>', 'auto, or one model', modelName, 'auto')
    .option('--horizon <minutes>', 'how far ahead, a multiple of ten', tens, 60)
    .option('--format <name>', 'format of the trace, instead of recognising it')
    .option('--skip-bad', 'go on after bad rows, count and list them')
    .option('--title <text>', 'what to call the trace')
    .option('--stdio', 'answer requests from standard input instead, a line of JSON each')
    .option('--json [file]', 'write forecasts and scores as JSON; - or nothing: standard output')
    .addHelpText('after', HELP)
    .action((path: string | undefined, options: Options) => {
      if (options.stdio === true) return answerRequests(path, options, signal);
      if (path !== undefined) return run(path, options, signal);
      throw new IsothermError('BAD_ARGUMENT', 'name a trace, or --stdio for requests (add --help for examples)');
    });
}

function modelName(name: string): 'auto' | ForecastModelName {
  return name === 'auto' ? name : (forecastModel(name).name as ForecastModelName);
}

function tens(text: string): number {
  const minutes = wholeNumber(10, 720)(text);
  if (minutes % 10 === 0) return minutes;
  throw new InvalidArgumentError('expected a multiple of 10 from 10 to 720.');
}

/** Answers until the requests end; one at a time, so that a slow reader slows the writer. */
async function answerRequests(
  path: string | undefined,
  { model, function: key, json }: Options,
  signal: AbortSignal,
): Promise<void> {
  if (path !== undefined || key !== undefined || json !== undefined) {
    throw new IsothermError(
      'BAD_ARGUMENT',
      '--stdio goes with no trace, --function or --json (add --help for examples)',
    );
  }
  if (process.stdin.isTTY) console.error('Reading requests from the terminal, one JSON object a line (see --help).');
  const session = new ForecastSession({ model });
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY, signal });
  for await (const line of lines) {
    if (line.trim() === '') continue;
    if (!process.stdout.write(`${session.answer(line)}\n`)) await once(process.stdout, 'drain', { signal });
  }
  if (signal.aborted)
    throw new IsothermError('ABORTED', 'the requests were not read to their end', { cause: signal.reason });
}

async function run(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const { model, horizon } = options;
  const json = options.json === true ? '-' : options.json;
  const taker = stdoutTaker({ '--json': json });
  const { trace, title, format, digest, notes } = await readTraceFile(path, options, signal);
  for (const note of notes) console.error(note);
  const busiest = busiestFunctions(trace);
  const asked = options.function === undefined ? undefined : functionNumber(trace, options.function);
  const outlooks = (asked === undefined ? busiest.slice(0, SHOWN) : [asked]).map((f) =>
    outlook(trace, f, { model, minutes: horizon }),
  );
  const trial = trialOf(trace);
  const scores = trial && (await score(trace, asked === undefined ? busiest.slice(0, SCORED) : [asked], trial, signal));
  if (json !== undefined) {
    const { calls, minutes } = trace;
    const about = { title, format, digest, functions: trace.functions.keys.length, calls, minutes };
    const found = document(outlooks, trial, scores);
    await writeWhole(json, `${JSON.stringify({ trace: about, model, horizonMinutes: horizon, ...found }, null, 2)}\n`);
  }
  if (taker !== undefined) return;
  const { length } = trace.functions.keys;
  console.log(
    `${title}\n${counted(length, 'function')}, ${counted(trace.calls, 'call')}, ${span(trace.minutes)}\n`.replaceAll(
      '\u00a0',
      ' ',
    ),
  );
  const lines = asked === undefined ? outlooksTable(outlooks, horizon) : outlookTable(outlooks[0]!, horizon);
  if (asked === undefined && length > SHOWN)
    lines.push(`… and ${counted(length - SHOWN, 'function')} with fewer calls`);
  lines.push('', ...(trial === undefined || scores === undefined ? [TOO_SHORT] : scoresTable(scores, trial)));
  for (const line of lines) console.log(line);
}

function busiestFunctions(trace: Trace): number[] {
  const calls = callsPerFunction(trace);
  return Array.from(calls, (_, f) => f).sort((a, b) => calls[b]! - calls[a]! || a - b);
}

async function score(
  trace: Trace,
  functions: readonly number[],
  trial: ForecastTrial,
  signal: AbortSignal,
): Promise<ForecastScores> {
  const models = ['auto', ...FORECAST_MODELS] as const;
  const progress = startProgress('Scoring', functions.length, 'functions');
  const scored: SeriesScores[] = [];
  try {
    for (const f of functions) {
      const series = { name: trace.functions.keys[f]!, start: 0, counts: callsPerMinute(trace, f) };
      scored.push(scoreSeries(series, models, trial));
      progress.update(scored.length);
      // Or Ctrl-C would wait for the last function.
      await setImmediate();
      if (signal.aborted) throw new IsothermError('ABORTED', 'scoring was stopped', { cause: signal.reason });
    }
  } finally {
    progress.stop();
  }
  return withMeans(scored, models);
}

/** Everything, with the exact figures. */
function document(
  outlooks: readonly Outlook[],
  trial: ForecastTrial | undefined,
  scores: ForecastScores | undefined,
): object {
  const levels = (one: Outlook): object[] =>
    one.levels.map(({ level, calls, quantiles }) => ({
      minutes: level,
      calls: [...calls],
      quantiles: Object.fromEntries(OUTLOOK_QUANTILES.map((q, i) => [q, [...quantiles[i]!]])),
    }));
  return {
    forecasts: outlooks.map((one) => ({ ...one, levels: levels(one) })),
    trial: trial ?? null,
    scores: scores ?? null,
  };
}

/** `isotherm forecast`: the calls to come of a trace's functions, or of series that another program sends. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { counted, span } from '../decide/figures.js';
import { callsPerFunction } from '../evaluate/activity.js';
import { renderForecast } from '../evaluate/forecast/report.js';
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
import { MOST_HORIZON_MINUTES } from '../forecast/model.js';
import { OUTLOOK_QUANTILES, type Outlook, outlook, thinness, trialOf } from '../forecast/outlook.js';
import { scoreSeries, withMeans } from '../forecast/protocol.js';
import { IsothermError } from '../kernels/index.js';
import { knownFormats, type Trace } from '../trace/index.js';
import { wrap } from './columns.js';
import { commandLine } from './command-line.js';
import { outlooksTable, outlookTable, scoresTable, TOO_SHORT } from './forecast-table.js';
import { type ReadOptions, readTraceFile } from './load-trace.js';
import { stdoutTaker, writeWhole } from './output.js';
import { loadPageAssets } from './page-assets.js';
import { startProgress } from './progress.js';

/** The busiest functions: so many are shown, and so many scored. */
const SHOWN = 10;
const SCORED = 100;

const MINUTE_S = 60;
const BLOCK_S = 600;
const MOST_HORIZON_S = MOST_HORIZON_MINUTES * MINUTE_S;

interface Options extends ReadOptions {
  model: 'auto' | ForecastModelName;
  function?: string;
  /** Seconds. */
  horizon: number;
  backtest?: true;
  html?: string;
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
  $ npx isotherm forecast calls.csv
  $ npx isotherm forecast calls.csv --function checkout --horizon 1800
  $ npx isotherm forecast calls.csv --model arima --backtest --html forecast.html
  $ npx isotherm forecast --stdio < requests.jsonl

Exit codes: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted.`;

export function addForecast(program: Command, signal: AbortSignal): void {
  program
    .command('forecast')
    .summary('forecast the next calls of each function, and score the models')
    .description('Forecast the calls after the end of a trace with intervals; score every model on the trace.')
    .argument('[trace]', 'file or folder with calls')
    .option('--function <key>', 'one function: its key, or a part that no other key has')
    .option('--model <name>', 'auto, or one model', modelName, 'auto')
    .option('--horizon <seconds>', 'how far ahead, a multiple of 600', seconds, 3600)
    .option('--backtest', 'score every model on the last hours of the trace, each hour from what was before it')
    .option('--format <name>', 'format of the trace, instead of recognising it')
    .option('--skip-bad', 'go on after bad rows, count and list them')
    .option('--title <text>', 'what to call the trace')
    .option('--stdio', 'answer requests from standard input instead, a line of JSON each')
    .option('--json [file]', 'write forecasts and scores as JSON; - or nothing: standard output')
    .option('--html <file>', 'write a report with charts')
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

function seconds(text: string): number {
  const value = Number(text);
  const isHorizon = (wanted: number): boolean =>
    wanted >= BLOCK_S && wanted <= MOST_HORIZON_S && wanted % BLOCK_S === 0;
  if (text.trim() !== '' && isHorizon(value)) return value;
  const ofMinutes = value * MINUTE_S;
  const meant = isHorizon(ofMinutes) ? `; for ${value} minutes write ${ofMinutes}` : '';
  throw new InvalidArgumentError(
    `expected seconds, a multiple of ${BLOCK_S} from ${BLOCK_S} to ${MOST_HORIZON_S}${meant}.`,
  );
}

/** Answers until the requests end; one at a time, so that a slow reader slows the writer. */
async function answerRequests(
  path: string | undefined,
  { model, function: key, json, html, backtest }: Options,
  signal: AbortSignal,
): Promise<void> {
  if ([path, key, json, html, backtest].some((option) => option !== undefined)) {
    const sentence = '--stdio goes with no trace, --function, --backtest, --json or --html (add --help for examples)';
    throw new IsothermError('BAD_ARGUMENT', sentence);
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
  const { model, horizon, html } = options;
  const minutes = horizon / MINUTE_S;
  const json = options.json === true ? '-' : options.json;
  const taker = stdoutTaker({ '--json': json, '--html': html });
  const { trace, title, format, digest, notes } = await readTraceFile(path, options, signal);
  for (const note of notes) console.error(note);
  const busiest = busiestFunctions(trace);
  const asked = options.function === undefined ? undefined : functionNumber(trace, options.function);
  const shown = asked === undefined ? busiest.slice(0, SHOWN) : [asked];
  const outlooks = await oneByOne('Forecasting', shown, signal, (f) => outlook(trace, f, { model, minutes }));
  const trial = options.backtest === true ? trialOf(trace) : undefined;
  const scores = trial && (await score(trace, asked === undefined ? busiest.slice(0, SCORED) : [asked], trial, signal));
  const about = {
    title,
    format,
    digest,
    functions: trace.functions.keys.length,
    calls: trace.calls,
    minutes: trace.minutes,
  };
  if (json !== undefined) {
    const found = document(outlooks, trial, scores);
    await writeWhole(json, `${JSON.stringify({ trace: about, model, horizonSeconds: horizon, ...found }, null, 2)}\n`);
  }
  if (html !== undefined) {
    const { style } = await loadPageAssets();
    const told = { style, command: commandLine() };
    await writeWhole(html, renderForecast({ trace: about, model, minutes, outlooks, trial, scores }, told));
  }
  if (taker !== undefined) return;
  const { length } = trace.functions.keys;
  console.log(
    `${title}\n${counted(length, 'function')}, ${counted(trace.calls, 'call')}, ${span(trace.minutes)}\n`.replaceAll(
      '\u00a0',
      ' ',
    ),
  );
  const lines = asked === undefined ? outlooksTable(outlooks, minutes) : outlookTable(outlooks[0]!, minutes);
  if (asked === undefined && length > SHOWN)
    lines.push(`… and ${counted(length - SHOWN, 'function')} with fewer calls`);
  const thin = thinness(outlooks, minutes);
  const width = Math.min(process.stdout.columns || 100, 120);
  if (thin.length > 0) lines.push('', ...thin.flatMap((sentence) => wrap(sentence, width)));
  if (trial !== undefined && scores !== undefined) lines.push('', ...scoresTable(scores, trial, model));
  else if (options.backtest === true) lines.push('', TOO_SHORT);
  if (html !== undefined) lines.push('', `Report:        ${html}`);
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
  const scored = await oneByOne('Scoring', functions, signal, (f): SeriesScores => {
    const series = { name: trace.functions.keys[f]!, start: 0, counts: callsPerMinute(trace, f) };
    return scoreSeries(series, models, trial);
  });
  return withMeans(scored, models);
}

/** What `work` makes of each function, with progress. Errors: `ABORTED`. */
async function oneByOne<T>(
  title: string,
  functions: readonly number[],
  signal: AbortSignal,
  work: (f: number) => T,
): Promise<T[]> {
  const progress = startProgress(title, functions.length, 'functions');
  const done: T[] = [];
  try {
    for (const f of functions) {
      done.push(work(f));
      progress.update(done.length);
      // Or Ctrl-C would wait for the last function.
      await setImmediate();
      if (signal.aborted) {
        throw new IsothermError('ABORTED', `${title.toLowerCase()} was stopped`, { cause: signal.reason });
      }
    }
  } finally {
    progress.stop();
  }
  return done;
}

/** Everything, with the exact figures. */
function document(
  outlooks: readonly Outlook[],
  trial: ForecastTrial | undefined,
  scores: ForecastScores | undefined,
): object {
  const levels = (one: Outlook): object[] =>
    one.levels.map(({ level, calls, quantiles, errors }) => ({
      minutes: level,
      calls: [...calls],
      errors,
      quantiles: Object.fromEntries(OUTLOOK_QUANTILES.map((q, i) => [q, [...quantiles[i]!]])),
    }));
  return {
    forecasts: outlooks.map((one) => ({ ...one, levels: levels(one), past: [...one.past] })),
    trial: trial ?? null,
    scores: scores ?? null,
  };
}

/** `isotherm import`: what an operator has, as a trace. */
import { type Command, Option } from 'commander';
import { IsothermError } from '../kernels/index.js';
import {
  type ByteSource,
  type ReadProgress,
  type ReadTraceOptions,
  readTrace,
  type TableFormat,
  TRACE_FORMATS,
  type Trace,
  type TraceFile,
  type TraceFormat,
  type TraceReading,
  writeCounts,
  writeRecords,
} from '../trace/index.js';
import { badRowNotes } from './bad-rows.js';
import { IMPORT_HELP } from './import-help.js';
import { importSummary, summaryLines } from './import-summary.js';
import { stdoutTaker, writePieces, writeWhole } from './output.js';
import { startProgress } from './progress.js';
import {
  addPrometheusOptions,
  type PrometheusOptions,
  type PrometheusRequest,
  prometheusRequest,
  prometheusSource,
  unreached,
  withQuery,
} from './prometheus.js';
import { openSources } from './sources.js';

interface Options extends PrometheusOptions {
  format?: TraceFormat;
  skipBad?: boolean;
  out?: string;
  json?: string | true;
}

export function addImport(program: Command, signal: AbortSignal): void {
  const command = program
    .command('import')
    .summary('read logs and metrics of your own, say what is in them, make a trace of them')
    .description(
      'Read logs and metrics from CloudWatch, Prometheus or OTLP, say what is in them and what is missing, and make a trace of them.',
    )
    .argument('[files...]', 'files or folders, all of one format')
    .addOption(new Option('--format <name>', 'format of the files, instead of recognising it').choices(TRACE_FORMATS))
    .option('--skip-bad', 'go on after bad rows, count and list them')
    .option('--out <file>', 'write the trace, as .csv or .jsonl; - is standard output')
    .option('--json [file]', 'write the figures as JSON; - or nothing: standard output');
  addPrometheusOptions(command)
    .addHelpText('after', IMPORT_HELP)
    .action((files: string[], options: Options) => run(files, options, signal));
}

async function run(files: readonly string[], options: Options, signal: AbortSignal): Promise<void> {
  const table = options.out === undefined ? undefined : tableFormat(options.out);
  const json = options.json === true ? '-' : options.json;
  const isStdoutTaken = stdoutTaker({ '--out': options.out, '--json': json }) !== undefined;
  const asked = prometheusRequest(files, options);
  const settings = { signal, skipBad: options.skipBad === true, ...(options.format && { format: options.format }) };
  const reading = asked === undefined ? await readFiles(files, settings) : await readServer(asked, options, settings);
  for (const note of reading.notes) console.error(note);
  if (asked !== undefined) for (const note of unreached(asked, reading.trace)) console.error(note);
  for (const note of badRowNotes(reading)) console.error(note);
  const summary = importSummary(reading);
  if (json !== undefined) {
    // NaN, which JSON has not, becomes null.
    await writeWhole(json, `${JSON.stringify(summary, null, 2)}\n`);
  }
  const say = (line: string): void => (isStdoutTaken ? console.error(line) : console.log(line));
  for (const line of summaryLines(summary)) say(line);
  if (options.out === undefined || table === undefined) return;
  await writePieces(options.out, traceFile(reading.trace, table).chunks, signal);
  if (options.out !== '-') say(`\nTrace: ${options.out}     Next: npx isotherm replay ${options.out}`);
}

type Settings = ReadTraceOptions & { signal: AbortSignal };

async function readFiles(files: readonly string[], settings: Settings): Promise<TraceReading> {
  const sources: ByteSource[] = [];
  for (const file of files) sources.push(...(await openSources(file)));
  const size = sources.reduce((sum, source) => sum + (source.size ?? 0), 0);
  const progress = startProgress('Reading', size, 'bytes');
  const onProgress = ({ bytes }: ReadProgress): void => progress.update(bytes);
  return readTrace(sources, { ...settings, onProgress }).finally(() => progress.stop());
}

async function readServer(asked: PrometheusRequest, options: Options, settings: Settings): Promise<TraceReading> {
  const { queries, startMs, endMs, stepMs } = asked;
  const samples = (Math.floor((endMs - startMs) / stepMs) + 1) * queries.length;
  const progress = startProgress('Asking', samples, 'samples a series');
  try {
    const source = await prometheusSource(asked, options, settings.signal, (done) => progress.update(done));
    return await readTrace(source, { ...settings, format: 'prometheus' });
  } catch (thrown) {
    throw withQuery(thrown, asked);
  } finally {
    progress.stop();
  }
}

function traceFile(trace: Trace, format: TableFormat): TraceFile {
  return trace.kind === 'calls' ? writeRecords(trace, format) : writeCounts(trace, format);
}

function tableFormat(out: string): TableFormat {
  if (out === '-' || /\.csv$/i.test(out)) return 'csv';
  if (/\.(jsonl|ndjson)$/i.test(out)) return 'jsonl';
  throw new IsothermError('BAD_ARGUMENT', `--out is '${out}'; expected a name that ends with .csv or .jsonl, or -`);
}

import { IsothermError } from '../../kernels/error.js';
import { traceDigest } from '../digest.js';
import type { ObservedStarts } from '../start-times.js';
import type { CallsTrace, CountsTrace, Trace } from '../trace.js';
import { readAzure2019 } from './azure-2019.js';
import { readAzure2021 } from './azure-2021.js';
import type { ByteSource } from './byte-source.js';
import { readCloudwatchInsights } from './cloudwatch-insights.js';
import { readCloudwatchMetrics } from './cloudwatch-metrics.js';
import { CountRows } from './counts.js';
import { readCsvRows } from './csv-rows.js';
import { type Encoding, type FilePart, recognise, TRACE_FORMATS, type TraceFormat, unrecognised } from './format.js';
import type { RowSink } from './generic-rows.js';
import { readJsonLines } from './json-lines.js';
import { readLambdaLogs } from './lambda-logs.js';
import { readOtlp } from './otlp.js';
import { readParquet } from './parquet.js';
import { readPrometheus } from './prometheus.js';
import { type BadRow, fileError, Reading, type ReadProgress } from './reading.js';
import { RecordRows } from './records.js';
import { type Sniffed, sniff } from './sniff.js';

export interface ReadTraceOptions {
  /** Takes the files for this format instead of recognising it. */
  format?: TraceFormat;
  /** Leaves out rows that are wrong, counts and lists them, instead of stopping at the first. */
  skipBad?: boolean;
  /** Called for every chunk of bytes. */
  onProgress?: (progress: ReadProgress) => void;
  /** Stops reading with the code ABORTED. */
  signal?: AbortSignal;
}

/** A trace, and all there is to say about how it was read. */
export interface TraceReading {
  trace: Trace;
  format: TraceFormat;
  /** Rows read, over all files; bad rows not included. */
  rows: number;
  /** The first 1000 rows that were left out. */
  bad: BadRow[];
  /** All rows that were left out. */
  badRows: number;
  /** What was assumed or left out, in sentences with counts. */
  notes: string[];
  /** What the source counts of starts beside its calls, by function: OTLP does. */
  starts?: ObservedStarts[];
  /** Hex SHA-256 of the trace's content: the same for a file and its gzip. */
  digest: string;
}

interface KnownFile {
  source: ByteSource;
  encoding: Encoding;
  format: TraceFormat;
  part: FilePart;
}

/**
 * Reads a trace from files: Azure 2019 (a file of invocations, or all files of one day or several), Azure 2021, generic records
 * (CSV, JSON Lines, Parquet) and generic counts; results of CloudWatch Logs Insights, logs of Lambda functions, metrics of CloudWatch,
 * Prometheus and OTLP; plain or gzip, recognised by content. `docs/traces.md` and `docs/import.md` have the formats.
 *
 * Errors: UNKNOWN_FORMAT, BAD_HEADER, MISSING_FILE, EMPTY_INPUT, BAD_GZIP, BAD_PARQUET for files; BAD_ROW, BAD_NUMBER,
 * BAD_TIME, TIME_ORDER for rows (left out with `skipBad`), each with file, line and field; ABORTED; OUT_OF_RANGE for an
 * unknown `format`.
 * Time: linear in the bytes. Memory: of the trace, plus one window of about a MiB (of Parquet: one row group).
 *
 * @example
 * const text = 'app,func,end_timestamp,duration\na,f,1.5,0.5\na,f,61,1\n';
 * const { trace } = await readTrace(bytesSource('two.csv', new TextEncoder().encode(text)));
 * trace.calls // 2
 */
export async function readTrace(
  sources: ByteSource | readonly ByteSource[],
  options: ReadTraceOptions = {},
): Promise<TraceReading> {
  const { format } = options;
  if (format !== undefined && !TRACE_FORMATS.includes(format)) {
    throw new IsothermError('UNKNOWN_FORMAT', `format '${format}' is unknown; expected ${TRACE_FORMATS.join(', ')}`);
  }
  const reading = new Reading(options);
  const list = 'stream' in sources ? [sources] : sources;
  if (list.length === 0) {
    throw new IsothermError('MISSING_FILE', 'there is no file to read; expected at least one');
  }
  const known = await knownFiles(list, format, reading);
  reading.expectBytes(known.map((file) => file.source));
  const found = known[0].format;
  const trace = await readers[found](known, reading);
  if (trace.functions.keys.length === 0) {
    const left = reading.badRows > 0 ? ` (${reading.badRows} bad ones were left out)` : '';
    throw fileError('EMPTY_INPUT', namesOf(list), `there are no rows below the header${left}`, 'at least one row');
  }
  const { rows, bad, badRows, notes, starts } = reading;
  const digest = await traceDigest(trace);
  return { trace, format: found, rows, bad, badRows, notes, digest, ...(starts && { starts }) };
}

const readers: Record<TraceFormat, (files: readonly KnownFile[], reading: Reading) => Promise<Trace>> = {
  azure2019: (files, reading) => readAzure2019(namesOf(files.map((file) => file.source)), files, reading),
  azure2021: (files, reading) =>
    readAzure2021(
      files.map((file) => file.source),
      reading,
    ),
  records: (files, reading) => readGeneric(files, reading, new RecordRows(reading)),
  counts: (files, reading) => readGeneric(files, reading, new CountRows(reading)),
  'cloudwatch-insights': readCloudwatchInsights,
  'lambda-logs': readLambdaLogs,
  'cloudwatch-metrics': readCloudwatchMetrics,
  prometheus: readPrometheus,
  otlp: readOtlp,
};

async function readGeneric(
  files: readonly KnownFile[],
  reading: Reading,
  rows: RowSink & { finish(): CallsTrace | CountsTrace },
): Promise<Trace> {
  const read = { csv: readCsvRows, 'json-lines': readJsonLines, parquet: readParquet };
  // Only these encodings have rows of columns; `recognise` sees to it.
  for (const file of files) await read[file.encoding as keyof typeof read](file.source, reading, rows);
  return rows.finish();
}

/** The files that make up the trace; what is left of a folder is noted. */
async function knownFiles(
  sources: readonly ByteSource[],
  format: TraceFormat | undefined,
  reading: Reading,
): Promise<KnownFile[]> {
  const known: KnownFile[] = [];
  const ignored: string[] = [];
  for (const source of sources) {
    const sniffed = await sniffBeside(source, sources.length > 1);
    if (sniffed === 'empty') {
      // An empty data file is a transfer that failed; other empty files of a folder mean nothing.
      if (sources.length > 1 && !isDataName(source.name)) ignored.push(source.name);
      else throw fileError('EMPTY_INPUT', source.name, 'the file is empty', 'a header and rows');
    } else {
      const schema = schemaOf(sniffed, format);
      if (schema !== undefined) known.push({ source, ...schema });
      else if (sources.length === 1) throw unrecognised(source.name, sniffed.header, format);
      else ignored.push(source.name);
    }
  }
  if (known.length === 0) {
    const expected = format === undefined ? `files of ${TRACE_FORMATS.join(', ')}` : `files of ${format}`;
    throw fileError('MISSING_FILE', namesOf(sources), 'no file of a known format', expected);
  }
  const formats = [...new Set(known.map((file) => file.format))];
  const main = formats.includes('azure2019') ? 'azure2019' : formats[0];
  if (main !== 'azure2019' && formats.length > 1) {
    const expected = 'files of one format, or the format by name';
    throw fileError('UNKNOWN_FORMAT', namesOf(sources), `files of ${formats.join(' and ')} side by side`, expected);
  }
  for (const file of known) if (file.format !== main) ignored.push(file.source.name);
  if (ignored.length > 0) reading.note(`files not read: ${ignored.join(', ')}`);
  return known.filter((file) => file.format === main);
}

/** Looks at a file; one that lies beside others and is no data by its name is never wrong, only of no format. */
async function sniffBeside(source: ByteSource, hasOthers: boolean): Promise<Sniffed | 'empty'> {
  try {
    return await sniff(source);
  } catch (error) {
    const isBroken = error instanceof IsothermError && (error.code === 'BAD_HEADER' || error.code === 'BAD_ROW');
    if (isBroken && hasOthers && !isDataName(source.name)) return { encoding: 'csv', header: [] };
    throw error;
  }
}

/** What the file is; a log may have been named as such though it does not show. */
function schemaOf(
  { header, encoding }: Sniffed,
  format: TraceFormat | undefined,
): Omit<KnownFile, 'source'> | undefined {
  const isLog = encoding === 'text' || (format === 'lambda-logs' && encoding === 'csv');
  if (isLog && (format ?? 'lambda-logs') === 'lambda-logs') {
    return { format: 'lambda-logs', part: 'rows', encoding: 'text' };
  }
  const schema = recognise(header, encoding, format);
  return schema && { format: schema.format, part: schema.part, encoding };
}

function isDataName(name: string): boolean {
  return /\.(csv|txt|log|json|jsonl|ndjson|parquet)(\.gz)?$/i.test(name);
}

function namesOf(sources: readonly ByteSource[]): string {
  if (sources.length === 1) return sources[0].name;
  return `${sources[0].name} and ${sources.length - 1} more`;
}

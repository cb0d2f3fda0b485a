/** The trace that a command works on: read from a path, or made up. */
import { basename, resolve } from 'node:path';
import { IsothermError } from '../kernels/index.js';
import {
  generateTraceAsync,
  type ObservedStarts,
  PATTERNS,
  type Pattern,
  readTrace,
  TRACE_FORMATS,
  type Trace,
  type TraceFormat,
  traceDigest,
} from '../trace/index.js';
import { badRowNotes } from './bad-rows.js';
import { startProgress } from './progress.js';
import { openSources } from './sources.js';

/** How a file is read. */
export interface ReadOptions {
  format?: string;
  skipBad?: boolean;
  title?: string;
}

export interface TraceOptions extends ReadOptions {
  synthetic?: string;
  functions: number;
  days: number;
  calls?: number;
  seed: number;
}

export interface LoadedTrace {
  trace: Trace;
  title: string;
  format: string;
  digest: string;
  /** What the source counted of starts beside its calls. */
  starts?: ObservedStarts[];
  /** What a reader of the result must know: what was left out, skipped or assumed. */
  notes: string[];
}

export async function loadTrace(
  path: string | undefined,
  options: TraceOptions,
  signal: AbortSignal,
): Promise<LoadedTrace> {
  if ((path === undefined) === (options.synthetic === undefined)) {
    throw new IsothermError(
      'BAD_ARGUMENT',
      'name a trace, or --synthetic with a pattern: one of the two (add --help for examples)',
    );
  }
  return path === undefined ? synthesize(options, signal) : readTraceFile(path, options, signal);
}

async function synthesize(options: TraceOptions, signal: AbortSignal): Promise<LoadedTrace> {
  const { synthetic, functions, days, calls, seed, title } = options;
  const pattern = synthetic as Pattern;
  if (!PATTERNS.includes(pattern)) {
    throw new IsothermError('BAD_ARGUMENT', `there is no pattern '${synthetic}'; there are ${PATTERNS.join(', ')}`);
  }
  const progress = startProgress('Generating', functions, 'functions');
  const onProgress = (done: number): void => progress.update(done);
  const wanted = { pattern, functions, days, seed, onProgress, ...(calls !== undefined && { calls }) };
  const trace = await generateTraceAsync(wanted, { signal }).finally(() => progress.stop());
  const made = `a ${pattern} synthetic trace: made up, not your traffic`;
  return { trace, title: title ?? made, format: `synthetic-${pattern}`, digest: await traceDigest(trace), notes: [] };
}

function traceFormat(name: string | undefined): TraceFormat | undefined {
  if (name === undefined || (TRACE_FORMATS as readonly string[]).includes(name)) return name as TraceFormat | undefined;
  throw new IsothermError('UNKNOWN_FORMAT', `there is no format '${name}'; there are ${TRACE_FORMATS.join(', ')}`);
}

export async function readTraceFile(path: string, options: ReadOptions, signal: AbortSignal): Promise<LoadedTrace> {
  const format = traceFormat(options.format);
  const sources = await openSources(path);
  const size = sources.reduce((sum, source) => sum + (source.size ?? 0), 0);
  const progress = startProgress('Reading', size, 'bytes');
  try {
    const reading = await readTrace(sources, {
      signal,
      skipBad: options.skipBad === true,
      onProgress: ({ bytes }) => progress.update(bytes),
      ...(format && { format }),
    });
    const { trace, digest, starts } = reading;
    const title = options.title ?? basename(resolve(path));
    const notes = [...reading.notes, ...badRowNotes(reading)];
    return { trace, title, format: reading.format, digest, notes, ...(starts && { starts }) };
  } finally {
    progress.stop();
  }
}

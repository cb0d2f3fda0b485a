/** Asking a Prometheus server for what `isotherm import` reads. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { IsothermError } from '../kernels/index.js';
import { type ByteSource, PROMETHEUS_PRESETS, type Trace } from '../trace/index.js';
import { Clock } from '../trace/readers/time-text.js';
import { wholeNumber } from './numbers.js';
import { loadProviders } from './server.js';

export interface PrometheusOptions {
  prometheus?: string;
  query?: string[];
  preset?: string;
  start?: number;
  end?: number;
  step: number;
  bearerEnv?: string;
  headerEnv?: string[];
  timeout: number;
}

/** What is asked for, with nothing left open. */
export interface PrometheusRequest {
  url: string;
  queries: string[];
  startMs: number;
  endMs: number;
  stepMs: number;
}

const DAY_MS = 86_400_000;
const WEEK_S = 604_800;
const LONGEST_TIMEOUT_S = 3600;

export function addPrometheusOptions(command: Command): Command {
  const each = (value: string, before: string[] = []): string[] => [...before, value];
  const presets = PROMETHEUS_PRESETS.map(({ name }) => name);
  return command
    .option('--prometheus <url>', 'ask this server instead of reading files (with the package isotherm-server)')
    .option('--query <promql>', 'a counter of calls as it is, or of time spent; may be repeated', each)
    .addOption(new Option('--preset <name>', 'the counters of a platform, instead of --query').choices(presets))
    .option('--start <time>', 'ISO 8601 or epoch seconds (a day before the end unless said)', instant)
    .option('--end <time>', 'ISO 8601 or epoch seconds (now unless said)', instant)
    .option('--step <s>', 'seconds between two samples', wholeNumber(1, WEEK_S), 60)
    .option('--bearer-env <variable>', 'send the token that stands in this environment variable')
    .option('--header-env <name=variable>', 'send a header from an environment variable; may be repeated', each)
    .option('--timeout <s>', 'how long one request may take', wholeNumber(1, LONGEST_TIMEOUT_S), 120);
}

function instant(text: string): number {
  const clock = new Clock();
  const epochMs = clock.ofText(text);
  if (!Number.isNaN(epochMs) && clock.kind !== 'seconds') return epochMs;
  throw new InvalidArgumentError('expected a time as in 2026-08-01T12:00:00Z, or epoch seconds.');
}

/** The request that the options make; undefined where files are to be read. Errors: `BAD_ARGUMENT`. */
export function prometheusRequest(files: readonly string[], options: PrometheusOptions): PrometheusRequest | undefined {
  const { prometheus: url, query = [], preset, step } = options;
  if ((url === undefined) === (files.length === 0)) {
    throw new IsothermError('BAD_ARGUMENT', 'name files, or a server with --prometheus: one of the two');
  }
  const isAsked = query.length > 0 || preset !== undefined;
  if (url === undefined) {
    if (isAsked) throw new IsothermError('BAD_ARGUMENT', '--query and --preset are for --prometheus');
    return undefined;
  }
  if (isAsked && (query.length === 0 || preset === undefined)) {
    const stepMs = step * 1000;
    // Samples at whole steps: a minute of the trace is then a minute of the clock.
    const endMs = options.end ?? Math.floor(Date.now() / stepMs) * stepMs;
    const startMs = options.start ?? endMs - DAY_MS;
    if (startMs + stepMs > endMs) {
      const problem = `from ${iso(startMs)} to ${iso(endMs)} is no step of ${step} s`;
      throw new IsothermError('BAD_ARGUMENT', `${problem}; expected --start before --end`);
    }
    return { url, queries: preset === undefined ? query : queriesOf(preset), startMs, endMs, stepMs };
  }
  throw new IsothermError('BAD_ARGUMENT', '--prometheus goes with --query, or with --preset: one of the two');
}

/** Each counter by itself: some servers take no pattern for a name. */
function queriesOf(name: string): string[] {
  return PROMETHEUS_PRESETS.filter((preset) => preset.name === name).flatMap(({ calls, durations }) => {
    return [...calls, ...durations.map(({ metric }) => metric)];
  });
}

/** The server's answers as a source of bytes. Errors: `MISSING_PACKAGE`, and those of the provider. */
export async function prometheusSource(
  { url, ...request }: PrometheusRequest,
  options: PrometheusOptions,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<ByteSource> {
  const headers = secretHeaders(options);
  const { openProvider } = await loadProviders('--prometheus');
  const provider = openProvider('prometheus', { url, headers, timeoutMs: options.timeout * 1000 });
  return provider.observe({ ...request, signal, onProgress });
}

/** Secrets stand in the environment, where no list of processes shows them. */
function secretHeaders({ bearerEnv, headerEnv = [] }: PrometheusOptions): Record<string, string> {
  const headers = headerEnv.map((text): [string, string] => {
    const at = text.indexOf('=');
    if (at > 0) return [text.slice(0, at), secretOf(text.slice(at + 1))];
    // It may be a secret that was put in the wrong place.
    throw new IsothermError(
      'BAD_ARGUMENT',
      '--header-env is no pair; expected the name of a header, =, and that of a variable',
    );
  });
  if (bearerEnv !== undefined) headers.push(['Authorization', `Bearer ${secretOf(bearerEnv)}`]);
  return Object.fromEntries(headers);
}

function secretOf(variable: string): string {
  const value = process.env[variable]?.trim() ?? '';
  if (value !== '') return value;
  const shown = /^\w{1,64}$/.test(variable) ? `the environment variable ${variable}` : 'the environment variable named';
  throw new IsothermError('BAD_ARGUMENT', `${shown} is not set, or empty; expected the secret in it`);
}

/** Says of an answer without series what was asked; other errors as they are. */
export function withQuery(thrown: unknown, { queries, startMs, endMs }: PrometheusRequest): unknown {
  if (!(thrown instanceof IsothermError && thrown.code === 'EMPTY_INPUT')) return thrown;
  const problem = `there is no series from ${iso(startMs)} to ${iso(endMs)} for ${queries.join(', ')}`;
  return new IsothermError('EMPTY_INPUT', `${problem}; expected at least one`, { cause: thrown });
}

/** What the samples do not reach of the time that was asked for: a server keeps them for a while only. */
export function unreached({ startMs, endMs, stepMs }: PrometheusRequest, trace: Trace): string[] {
  const slackMs = Math.max(2 * stepMs, 120_000);
  const lastMs = trace.originMs + trace.minutes * 60_000;
  const notes: string[] = [];
  if (trace.originMs > startMs + slackMs)
    notes.push(`the first samples are of ${iso(trace.originMs)}, asked for was ${iso(startMs)}`);
  if (lastMs < endMs - slackMs) notes.push(`the last samples are of ${iso(lastMs)}, asked for was ${iso(endMs)}`);
  return notes;
}

const iso = (epochMs: number): string => new Date(epochMs).toISOString();

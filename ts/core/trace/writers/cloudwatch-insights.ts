import { eachCell } from '../cells.js';
import { logUniform, streamOf } from '../generator/draws.js';
import type { CountsTrace } from '../trace.js';
import { CsvBytes, type TraceFile } from './csv-bytes.js';

const COLUMNS = [
  '@timestamp',
  '@log',
  '@logStream',
  '@requestId',
  '@duration',
  '@billedDuration',
  '@initDuration',
  '@memorySize',
  '@maxMemoryUsed',
];

/** Account number of examples. */
const ACCOUNT = '123456789012';
/** 2026-01-01, a Thursday: where a trace has no date. */
const ORIGIN_MS = Date.UTC(2026, 0, 1);
/** How long an idle environment is kept. */
const KEEP_ALIVE_MS = 600_000;
/** Between which init durations lie, ms. */
const INIT_MS = [90, 900] as const;

interface Environment {
  stream: string;
  freeAtMs: number;
}

/**
 * Made-up traffic as the CSV that CloudWatch Logs Insights exports: calls lie evenly within their minute and run the function's mean duration, give or take a
 * half; idle environments are kept ten minutes, the one that was used last is taken first. An example of the format, not of a provider's behaviour.
 *
 * Memory: the environments of one function. Time: linear in the calls.
 *
 * @example
 * const { name, chunks } = writeInsights(trace, { seed: 1 });
 */
export function writeInsights(trace: CountsTrace, { seed = 0 }: { seed?: number } = {}): TraceFile {
  return { name: 'insights.csv', chunks: rows(trace, seed) };
}

function* rows(trace: CountsTrace, seed: number): Generator<Uint8Array, void> {
  const { keys, durationMs, memoryMiB } = trace.functions;
  const originMs = Number.isNaN(trace.originMs) ? ORIGIN_MS : trace.originMs;
  const csv = new CsvBytes();
  for (const column of COLUMNS) csv.text(column);
  csv.endRow();
  let streams = 0;
  for (let f = 0; f < keys.length; f++) {
    const random = streamOf(seed, f);
    const log = `${ACCOUNT}:/aws/lambda/${keys[f].replace(/[^\w-]+/g, '-')}`;
    const memoryMb = Math.max(128, Math.ceil(memoryMiB[f]));
    const initMeanMs = logUniform(random, ...INIT_MS);
    /** Idle or busy, the last to be free at the end. */
    const environments: Environment[] = [];
    for (const startMs of startsOf(trace, f, originMs)) {
      const ranMs = hundredths(durationMs[f] * (0.5 + random.unit()));
      const warm = environments.findLastIndex(({ freeAtMs }) => {
        return freeAtMs <= startMs && startMs - freeAtMs <= KEEP_ALIVE_MS;
      });
      const initMs = warm < 0 ? hundredths(initMeanMs * (0.8 + 0.4 * random.unit())) : 0;
      const [environment] = warm < 0 ? [newEnvironment(startMs, streams++)] : environments.splice(warm, 1);
      environment.freeAtMs = Math.ceil(startMs + initMs + ranMs);
      const at = environments.findLastIndex(({ freeAtMs }) => freeAtMs <= environment.freeAtMs);
      environments.splice(at + 1, 0, environment);
      // The longest idle come first; what is gone for good is not looked at again.
      while (startMs - environments[0].freeAtMs > KEEP_ALIVE_MS) environments.shift();
      csv.text(timeText(environment.freeAtMs)).text(log).text(environment.stream).text(requestId(random));
      csv
        .number(ranMs)
        .count(Math.ceil(ranMs + initMs))
        .number(warm < 0 ? initMs : Number.NaN);
      csv.count(memoryMb * 1e6).count(Math.ceil(0.6 * memoryMb) * 1e6);
      csv.endRow();
      const chunk = csv.take();
      if (chunk !== undefined) yield chunk;
    }
  }
  const rest = csv.take(true);
  if (rest !== undefined) yield rest;
}

function* startsOf(trace: CountsTrace, f: number, originMs: number): Generator<number> {
  const minutes: [minute: number, count: number][] = [];
  eachCell(trace.cells, trace.offsets[f], trace.offsets[f + 1], (minute, count) => minutes.push([minute, count]));
  for (const [minute, count] of minutes) {
    for (let i = 0; i < count; i++) yield originMs + minute * 60000 + Math.floor(((2 * i + 1) * 30000) / count);
  }
}

function newEnvironment(startMs: number, number: number): Environment {
  const day = new Date(startMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return { stream: `${day}/[$LATEST]${number.toString(16).padStart(32, '0')}`, freeAtMs: startMs };
}

function requestId(random: { next(): void; high: number; low: number }): string {
  let hex = '';
  for (let word = 0; word < 2; word++) {
    random.next();
    hex += (random.high >>> 0).toString(16).padStart(8, '0') + (random.low >>> 0).toString(16).padStart(8, '0');
  }
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** As the platform reports times: with two digits behind the point. */
function hundredths(ms: number): number {
  return Math.round(ms * 100) / 100;
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

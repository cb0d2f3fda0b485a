import { CallLog } from '../call-log.js';
import { type CallColumn, type CallsTrace, DEFAULT_MEMORY_MIB, roundHalfUp } from '../trace.js';
import type { ByteSource } from './byte-source.js';
import type { Encoding } from './format.js';
import type { CallReport, InitStart } from './lambda-lines.js';
import type { Reading } from './reading.js';
import { LONGEST_CALL_MS } from './records.js';
import { SeenCalls } from './seen-calls.js';

/** Where a log line comes from; '' for what its source does not say. */
export interface LogPlace {
  /** `/aws/lambda/name`, perhaps with an account before it. */
  group: string;
  stream: string;
}

/** A call whose environment initialised: whether that was in its way is known when all was read. */
interface Initialised {
  f: number;
  environment: number;
  endMs: number;
  report: CallReport;
}

/**
 * Idle time between an environment's initialisation and its first call from which on it was ahead of the call, not for it: on demand the call
 * follows at once.
 */
const AHEAD_MS = 10_000;
const UNKNOWN = -1;

const COLUMNS = ['memoryMiB', 'usedMiB', 'billedMs', 'initMs', 'coldStart', 'environment', 'error'] as const;

/**
 * Takes the reports of Lambda calls, whatever they were written in, and makes a trace of them. A report stands at the call's end: the call arrived
 * its duration before, and before that the time that a cold start took.
 */
export class LambdaCalls {
  readonly #reading: Reading;
  readonly #log = new CallLog();
  readonly #seen = new SeenCalls();
  readonly #told = new Set<CallColumn>();
  // Functions by what the source calls them; several numbers may turn out to be one function.
  readonly #names: string[] = [];
  readonly #numberOf = new Map<string, number>();
  readonly #environmentOf = new Map<string, number>();
  readonly #inits: { startMs: number; type: string }[][] = [];
  readonly #initialised: Initialised[] = [];
  readonly #memoryMiB: number[] = [];
  readonly #memoryAtMs: number[] = [];
  readonly #sumMs: number[] = [];
  readonly #calls: number[] = [];
  #file = '';
  /** Function of the lines of this file that name none. */
  #unnamed = UNKNOWN;
  #fileFunctions = new Set<string>();
  #duplicates = 0;
  #withoutId = 0;
  #withoutStream = 0;
  #namedAfterFiles = new Set<string>();

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  open(file: string): void {
    this.#file = file;
    this.#unnamed = UNKNOWN;
    this.#fileFunctions = new Set();
  }

  /** Says that cold starts show where there are any: a call without one had none. */
  tellsColdStarts(): void {
    this.#told.add('coldStart');
  }

  /** Takes a call; of those with the same request id and time the first. */
  take(place: LogPlace, endMs: number, report: CallReport): void {
    if (report.requestId === '') this.#withoutId++;
    else if (!this.#seen.add(report.requestId, endMs)) {
      this.#duplicates++;
      return;
    }
    const f = this.#functionOf(place);
    const environment = this.#environment(place);
    if (environment === UNKNOWN) this.#withoutStream++;
    if (!Number.isNaN(report.memoryMiB) && !(this.#memoryAtMs[f] > endMs)) {
      this.#memoryMiB[f] = report.memoryMiB;
      this.#memoryAtMs[f] = endMs;
    }
    this.#sumMs[f] = (this.#sumMs[f] ?? 0) + roundHalfUp(report.durationMs);
    this.#calls[f] = (this.#calls[f] ?? 0) + 1;
    if (!Number.isNaN(report.restoreMs)) this.#push(f, environment, endMs, report, report.restoreMs);
    else if (Number.isNaN(report.initMs)) this.#push(f, environment, endMs, report, Number.NaN);
    else this.#initialised.push({ f, environment, endMs, report });
  }

  /** Takes the beginning of an environment's initialisation. */
  init(place: LogPlace, startMs: number, { type, functionName }: InitStart): void {
    if (functionName !== '') this.#fileFunctions.add(functionName);
    const environment = this.#environment(place);
    if (environment === UNKNOWN) return;
    this.#inits[environment] ??= [];
    this.#inits[environment].push({ startMs, type });
  }

  /** Ends a file: its lines without a function get the one that the platform named in it, else the file's name. */
  close(): void {
    if (this.#unnamed === UNKNOWN) return;
    const [only] = this.#fileFunctions;
    if (this.#fileFunctions.size === 1) this.#names[this.#unnamed] = only;
    else this.#namedAfterFiles.add(this.#names[this.#unnamed]);
  }

  finish(): CallsTrace {
    this.#settleInitialised();
    this.#notes();
    const keys = [...new Set(this.#names)];
    const numberOf = new Map(keys.map((key, f) => [key, f]));
    const numbers = this.#names.map((name) => numberOf.get(name) as number);
    this.#log.renumber(numbers);
    const sumMs = new Float64Array(keys.length);
    const calls = new Float64Array(keys.length);
    const memoryMiB = new Float64Array(keys.length).fill(Number.NaN);
    const memoryAtMs = new Float64Array(keys.length).fill(Number.NEGATIVE_INFINITY);
    numbers.forEach((to, from) => {
      sumMs[to] += this.#sumMs[from] ?? 0;
      calls[to] += this.#calls[from] ?? 0;
      if (this.#memoryAtMs[from] >= memoryAtMs[to]) {
        memoryAtMs[to] = this.#memoryAtMs[from];
        memoryMiB[to] = this.#memoryMiB[from];
      }
    });
    let without = 0;
    for (let f = 0; f < keys.length; f++) {
      if (!Number.isNaN(memoryMiB[f])) continue;
      memoryMiB[f] = DEFAULT_MEMORY_MIB;
      without++;
    }
    this.#reading.note(`functions without a memory size, taken to hold ${DEFAULT_MEMORY_MIB} MiB: {n}`, without);
    const firstMinute = keys.length === 0 ? 0 : Math.floor(this.#log.firstStartMs / 60000);
    const lastMinute = keys.length === 0 ? 0 : Math.floor(this.#log.lastStartMs / 60000);
    for (const column of COLUMNS) if (this.#told.has(column)) this.#log.declare(column);
    return {
      kind: 'calls',
      functions: {
        keys,
        durationMs: Float64Array.from(sumMs, (sum, f) => roundHalfUp(sum / calls[f])),
        memoryMiB,
        trigger: keys.map(() => ''),
        index: Float64Array.from(keys, (_, f) => f),
      },
      minutes: lastMinute - firstMinute + 1,
      originMs: firstMinute * 60000,
      calls: this.#log.calls,
      ...this.#log.finish(keys.length, firstMinute * 60000),
    };
  }

  /** `coldMs`: what the call waited for its environment, NaN for a warm one. */
  #push(f: number, environment: number, endMs: number, report: CallReport, coldMs: number): void {
    const isCold = !Number.isNaN(coldMs);
    const startMs = endMs - report.durationMs - (isCold ? coldMs : 0);
    this.#log.push(f, roundHalfUp(startMs), roundHalfUp(report.durationMs));
    this.#set('memoryMiB', report.memoryMiB);
    this.#set('usedMiB', report.usedMiB);
    this.#set('billedMs', report.billedMs);
    this.#set('error', report.error);
    if (environment !== UNKNOWN) this.#set('environment', environment);
    if (isCold) this.tellsColdStarts();
    this.#set('initMs', coldMs);
    this.#log.set('coldStart', isCold ? 1 : 0);
  }

  #set(column: CallColumn, value: number): void {
    if (Number.isNaN(value)) return;
    this.#log.set(column, value);
    this.#told.add(column);
  }

  #functionOf({ group, stream }: LogPlace): number {
    const name = functionName(group, stream);
    if (name !== '') return this.#number(name);
    if (this.#unnamed === UNKNOWN) {
      // A number of its own, until the file's end tells the name.
      this.#unnamed = this.#names.push(nameOfFile(this.#file)) - 1;
    }
    return this.#unnamed;
  }

  #number(name: string): number {
    let number = this.#numberOf.get(name);
    if (number === undefined) {
      number = this.#names.push(name) - 1;
      this.#numberOf.set(name, number);
    }
    return number;
  }

  #environment({ group, stream }: LogPlace): number {
    if (stream === '') return UNKNOWN;
    const key = `${group}\n${stream}`;
    let number = this.#environmentOf.get(key);
    if (number === undefined) {
      number = this.#environmentOf.size;
      this.#environmentOf.set(key, number);
    }
    return number;
  }

  /** Decides which initialisations were in the way of a call. */
  #settleInitialised(): void {
    let ahead = 0;
    let unsure = 0;
    for (const { f, environment, endMs, report } of this.#initialised) {
      const handlerMs = endMs - report.durationMs;
      // The latest before the call; an environment that failed to initialise does so again.
      let init: { startMs: number; type: string } | undefined;
      for (const one of this.#inits[environment] ?? []) {
        if (one.startMs <= handlerMs && !(one.startMs < (init?.startMs ?? Number.NEGATIVE_INFINITY))) init = one;
      }
      const idleMs = init === undefined ? 0 : handlerMs - init.startMs - report.initMs;
      const isAhead = init?.type === 'provisioned-concurrency' || idleMs > AHEAD_MS;
      if (isAhead) ahead++;
      if (init === undefined) unsure++;
      this.#push(f, environment, endMs, report, isAhead ? Number.NaN : report.initMs);
    }
    this.#reading.note(
      'environments that initialised ahead of their first call (provisioned concurrency, or by the platform), no cold starts: {n}',
      ahead,
    );
    this.#reading.note(
      'calls with an init, which count as cold starts: {n} (with provisioned concurrency some inits keep nobody waiting; this log does not tell which)',
      unsure,
    );
  }

  #notes(): void {
    const { calls } = this.#log;
    this.#reading.note(
      'calls that came more than once (same request id and time), counted once: {n}',
      this.#duplicates,
    );
    this.#reading.note('calls without a request id, of which duplicates cannot be told: {n}', this.#withoutId);
    this.#reading.note('calls without a log stream, whose execution environment is unknown: {n}', this.#withoutStream);
    if (calls > 0 && !this.#told.has('coldStart')) {
      this.#reading.note('there is no init duration in it: which calls were cold starts is unknown');
    }
    if (this.#namedAfterFiles.size > 0) {
      const names = [...this.#namedAfterFiles].join(', ');
      this.#reading.note(`functions named after their files, as the lines name none: ${names}`);
    }
  }
}

/** Whether a report's duration is one that a trace can hold. */
export function isCallDuration(ms: number): boolean {
  return ms >= 0 && roundHalfUp(ms) <= LONGEST_CALL_MS;
}

/** The function that a line is from; '' where neither group nor stream tells. */
function functionName(group: string, stream: string): string {
  // Functions that share a log group have their name in the stream: 2026/08/01/name[version]environment.
  const inStream = /^\d{4}\/\d\d\/\d\d\/([^[\]/]+)\[/.exec(stream)?.[1];
  if (inStream !== undefined) return inStream;
  const bare = group.replace(/^\d+:/, '');
  return bare.startsWith('/aws/lambda/') ? bare.slice('/aws/lambda/'.length) : bare;
}

/** A file's name without folder, up to its first dot: what is split over `checkout.1.json` and `checkout.2.json` is one function. */
export function nameOfFile(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const dot = name.indexOf('.', 1);
  return dot < 0 ? name : name.slice(0, dot);
}

/** Reads files of calls one after the other; `rowsOf` takes the rows of one, and is closed behind them. */
export async function readLambdaFiles<Rows extends { close(): void }>(
  files: readonly { source: ByteSource; encoding: Encoding }[],
  reading: Reading,
  rowsOf: (file: string, calls: LambdaCalls) => Rows,
  read: (source: ByteSource, encoding: Encoding, rows: Rows) => Promise<void>,
): Promise<CallsTrace> {
  const calls = new LambdaCalls(reading);
  for (const { source, encoding } of files) {
    calls.open(source.name);
    const rows = rowsOf(source.name, calls);
    await read(source, encoding, rows);
    rows.close();
    calls.close();
  }
  return calls.finish();
}

import { isObject } from './json-lines.js';
import { numberOf } from './number-text.js';

/** What a call's report says; NaN for what it does not. Times in ms, sizes in MiB (Lambda's MB). */
export interface CallReport {
  kind: 'report';
  requestId: string;
  /** When the record was made, where it says so itself. */
  time: string;
  durationMs: number;
  billedMs: number;
  /** Time that the environment took to initialise, ahead of the call or in its way. */
  initMs: number;
  /** Time that its snapshot took to be restored. */
  restoreMs: number;
  memoryMiB: number;
  usedMiB: number;
  /** 1 for a call that failed or ran into its time limit, 0 for one that did not. */
  error: number;
}

/** The beginning of an environment's initialisation. */
export interface InitStart {
  kind: 'init';
  time: string;
  /** `on-demand`, `provisioned-concurrency`, `snap-start`, …; '' where the log does not say. */
  type: string;
  /** '' where the log does not say. */
  functionName: string;
}

/** A line that should be a report and is none. */
export interface BrokenReport {
  kind: 'broken';
  problem: string;
}

const PLATFORM_JSON = /"type"\s*:\s*"platform\./;
const PLATFORM_TEXT = /(?:^|\s)(?:(?:START|END|REPORT) RequestId: \S|INIT_START Runtime Version: )/;
const FIELDS =
  /(Billed Restore Duration|Restore Duration|Billed Duration|Init Duration|Duration|Memory Size|Max Memory Used): (\S+) (ms|MB)\b/g;

/** True for a line that Lambda wrote, not a function; text may stand before it. */
export function isPlatformLine(line: string): boolean {
  return PLATFORM_TEXT.test(line) || (PLATFORM_JSON.test(line) && line.includes('{'));
}

/** Where in a line the platform's own text begins: behind time and stream; -1 when a function wrote it. */
export function platformTextAt(line: string): number {
  for (const mark of ['REPORT RequestId: ', 'INIT_START Runtime Version: ']) {
    const at = line.indexOf(mark);
    if (at === 0 || (at > 0 && line.charCodeAt(at - 1) <= 32)) return at;
  }
  return PLATFORM_JSON.test(line) ? line.indexOf('{') : -1;
}

/** Reads one message of a function's log, in the text or the JSON form; undefined for what has no use here. */
export function parseMessage(message: string): CallReport | InitStart | BrokenReport | undefined {
  if (message.startsWith('REPORT RequestId: ')) return textReport(message);
  if (message.startsWith('INIT_START ')) return { kind: 'init', time: '', type: '', functionName: '' };
  if (message.startsWith('{') && PLATFORM_JSON.test(message)) return platformEvent(message);
  return undefined;
}

function textReport(message: string): CallReport | BrokenReport {
  const values = new Map<string, number>();
  for (const [, name, value, unit] of message.matchAll(FIELDS)) {
    const number = numberOf(value);
    if (!(number >= 0)) return { kind: 'broken', problem: `'${name}: ${value} ${unit}' is no number` };
    values.set(name, number);
  }
  const of = (name: string): number => values.get(name) ?? Number.NaN;
  if (Number.isNaN(of('Duration'))) return { kind: 'broken', problem: 'the report has no Duration' };
  return {
    kind: 'report',
    requestId: /^REPORT RequestId: (\S+)/.exec(message)?.[1] ?? '',
    time: '',
    durationMs: of('Duration'),
    billedMs: of('Billed Duration'),
    initMs: of('Init Duration'),
    restoreMs: of('Restore Duration'),
    memoryMiB: of('Memory Size'),
    usedMiB: of('Max Memory Used'),
    // The text form has a status only where a call went wrong.
    error: /\sStatus: (?!success\b)\w/.test(message) ? 1 : Number.NaN,
  };
}

function platformEvent(message: string): CallReport | InitStart | BrokenReport | undefined {
  let event: unknown;
  try {
    event = JSON.parse(message);
  } catch {
    return { kind: 'broken', problem: 'the platform event is no JSON' };
  }
  if (!isObject(event)) return undefined;
  const record = isObject(event.record) ? event.record : {};
  const time = textOf(event.time);
  if (event.type === 'platform.initStart') {
    return { kind: 'init', time, type: textOf(record.initializationType), functionName: textOf(record.functionName) };
  }
  if (event.type !== 'platform.report') return undefined;
  const metrics = isObject(record.metrics) ? record.metrics : {};
  const of = (name: string): number => {
    const value = metrics[name];
    return typeof value === 'number' && value >= 0 ? value : Number.NaN;
  };
  if (Number.isNaN(of('durationMs'))) return { kind: 'broken', problem: 'metrics.durationMs is no number >= 0' };
  return {
    kind: 'report',
    requestId: textOf(record.requestId),
    time,
    durationMs: of('durationMs'),
    billedMs: of('billedDurationMs'),
    initMs: of('initDurationMs'),
    restoreMs: of('restoreDurationMs'),
    memoryMiB: of('memorySizeMB'),
    usedMiB: of('maxMemoryUsedMB'),
    error: typeof record.status === 'string' ? (record.status === 'success' ? 0 : 1) : Number.NaN,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

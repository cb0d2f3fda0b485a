import type { CallColumn } from '../trace.js';
import { plainName } from './csv.js';

/** What a column of a generic record or count means. */
export type RecordRole =
  | 'function'
  | 'app'
  | 'timestamp'
  | 'durationMs'
  | 'count'
  | 'stepSeconds'
  | 'trigger'
  | 'text'
  | CallColumn;

export interface RecordColumn {
  role: RecordRole;
  /** What a value is multiplied with to be in the unit of its role. */
  scale: number;
  /** The unit that was assumed because the name has none. */
  assumed?: string;
}

const plain = (role: RecordRole, ...names: string[]): [string, RecordColumn][] => {
  return names.map((name) => [plainName(name), { role, scale: 1 }]);
};
const scaled = (role: RecordRole, scale: number, ...names: string[]): [string, RecordColumn][] => {
  return names.map((name) => [plainName(name), { role, scale }]);
};
const assumed = (role: RecordRole, unit: string, name: string): [string, RecordColumn] => {
  return [plainName(name), { role, scale: 1, assumed: unit }];
};

// Canonical name first. Case, '_', '-' and blanks in a name do not count: `duration_ms` is `durationMs`.
const COLUMNS = new Map<string, RecordColumn>([
  ...plain('function', 'function', 'functionId', 'functionName', 'func'),
  ...plain('app', 'app', 'appId', 'application'),
  ...plain('timestamp', 'timestamp', 'time', 'start', 'startTime', 'startTimestamp'),
  ...plain('durationMs', 'durationMs'),
  ...scaled('durationMs', 1000, 'durationS', 'durationSeconds'),
  assumed('durationMs', 'ms', 'duration'),
  ...plain('memoryMiB', 'memoryMiB'),
  assumed('memoryMiB', 'MiB', 'memory'),
  assumed('memoryMiB', 'MiB', 'memoryMb'),
  ...plain('coldStart', 'coldStart'),
  ...plain('initMs', 'initMs', 'initDurationMs'),
  ...plain('queueMs', 'queueMs'),
  ...plain('cpuMs', 'cpuMs'),
  ...plain('bytesIn', 'bytesIn'),
  ...plain('bytesOut', 'bytesOut'),
  // Not `environment`: under that name people keep 'prod' and 'test'.
  ...plain('environment', 'environmentNumber'),
  ...plain('billedMs', 'billedMs', 'billedDurationMs'),
  ...plain('usedMiB', 'usedMiB'),
  ...plain('error', 'error'),
  ...plain('throttled', 'throttled'),
  ...plain('trigger', 'trigger'),
  ...plain('count', 'count'),
  ...plain('stepSeconds', 'stepSeconds', 'stepS'),
  // Known, but of no use to a replay: text that would take more memory than all the rest.
  ...plain('text', 'requestId', 'parent', 'parentId', 'region'),
]);

/** What a column name means to the generic formats, or undefined. */
export function columnOf(name: string): RecordColumn | undefined {
  return COLUMNS.get(plainName(name));
}

/** Columns of a call that are numbers >= 0, with what is expected of them. */
export const NUMBER_COLUMNS: Partial<Record<RecordRole, string>> = {
  memoryMiB: 'MiB >= 0',
  initMs: 'milliseconds >= 0',
  queueMs: 'milliseconds >= 0',
  cpuMs: 'milliseconds >= 0',
  bytesIn: 'bytes >= 0',
  bytesOut: 'bytes >= 0',
  environment: 'the number of an environment, >= 0',
  billedMs: 'milliseconds >= 0',
  usedMiB: 'MiB >= 0',
};

/** Columns of a call that are true or false. */
export const FLAG_COLUMNS: ReadonlySet<RecordRole> = new Set<RecordRole>(['coldStart', 'error', 'throttled']);

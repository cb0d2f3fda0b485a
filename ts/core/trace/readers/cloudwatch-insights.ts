import type { CallsTrace } from '../trace.js';
import type { ByteSource } from './byte-source.js';
import { fieldText, plainName, readCsv } from './csv.js';
import type { Encoding } from './format.js';
import { readDocuments } from './json-document.js';
import { isObject } from './json-lines.js';
import { isCallDuration, type LambdaCalls, readLambdaFiles } from './lambda-calls.js';
import type { CallReport } from './lambda-lines.js';
import { Messages } from './lambda-logs.js';
import { numberOf } from './number-text.js';
import type { Reading } from './reading.js';
import { LONGEST_CALL_MS } from './records.js';
import { Clock, EXPECTED_TIME } from './time-text.js';

/** What Logs Insights returns of a query unless its `limit` says less, and at most. */
const LARGEST_RESULT = 10_000;
/** What older consoles return unless told otherwise. */
const OLDER_LIMIT = 1000;
/** Lambda's MB in bytes, as Insights counts them. */
const MB = 1e6;

const EXPECTED_DURATION = `a duration of 0..${LONGEST_CALL_MS} ms`;
const EXPECTED_ROW = 'a list of fields, each with field and value';

/** Fields by what they mean: of reports in text, then of those in JSON. */
const FIELDS = {
  time: ['@timestamp'],
  group: ['@log', '@logGroup'],
  stream: ['@logStream'],
  requestId: ['@requestId', 'record.requestId'],
  ptr: ['@ptr'],
  durationMs: ['@duration', 'record.metrics.durationMs'],
  billedMs: ['@billedDuration', 'record.metrics.billedDurationMs'],
  initMs: ['@initDuration', 'record.metrics.initDurationMs'],
  restoreMs: ['@restoreDuration', 'restoreDuration', 'record.metrics.restoreDurationMs'],
  memoryBytes: ['@memorySize'],
  memoryMb: ['record.metrics.memorySizeMB'],
  usedBytes: ['@maxMemoryUsed'],
  usedMb: ['record.metrics.maxMemoryUsedMB'],
  status: ['record.status'],
  message: ['@message'],
} as const;

type Role = keyof typeof FIELDS;

const ROLE_OF = new Map<string, Role>(
  (Object.keys(FIELDS) as Role[]).flatMap((role) => FIELDS[role].map((name) => [plainName(name), role] as const)),
);

const NUMBERS = ['billedMs', 'initMs', 'restoreMs', 'memoryBytes', 'memoryMb', 'usedBytes', 'usedMb'] as const;

/**
 * Reads results of CloudWatch Logs Insights over the logs of Lambda functions: the CSV that the console exports, and what
 * `aws logs get-query-results` gives. A row is a call by its report's fields, or by its message.
 */
export async function readCloudwatchInsights(
  files: readonly { source: ByteSource; encoding: Encoding }[],
  reading: Reading,
): Promise<CallsTrace> {
  const rowsOf = (file: string, calls: LambdaCalls): InsightsRows => new InsightsRows(file, reading, calls);
  return readLambdaFiles(files, reading, rowsOf, (source, encoding, rows) => {
    return encoding === 'json' ? readReply(source, reading, rows) : readExport(source, reading, rows);
  });
}

/** Takes the rows of one result. */
class InsightsRows {
  readonly #file: string;
  readonly #reading: Reading;
  readonly #calls: LambdaCalls;
  readonly #messages: Messages;
  readonly #clock = new Clock();
  readonly #texts: Partial<Record<Role, string>> = {};
  readonly #columns: Partial<Record<Role, number>> = {};
  readonly #names: Partial<Record<Role, string>> = {};
  readonly #leftOut = new Set<string>();
  #passed = 0;

  constructor(file: string, reading: Reading, calls: LambdaCalls) {
    this.#file = file;
    this.#reading = reading;
    this.#calls = calls;
    this.#messages = new Messages(file, reading, calls);
  }

  /** Begins a row. */
  begin(): void {
    for (const role of Object.keys(this.#texts) as Role[]) delete this.#texts[role];
  }

  /** Gives the row a field; `column` counts from 1, 0 where fields have no order. */
  field(name: string, text: string, column: number): void {
    const role = ROLE_OF.get(plainName(name));
    if (role === undefined) {
      if (name !== '@type' && name !== 'type') this.#leftOut.add(name);
    } else if (text !== '' && this.#texts[role] === undefined) {
      this.#texts[role] = text;
      this.#columns[role] = column;
      this.#names[role] = name;
    }
  }

  /** Ends a row; true when it is a call that nobody counted yet. */
  end(line: number): boolean {
    const texts = this.#texts;
    const place = { group: texts.group ?? '', stream: texts.stream ?? '' };
    if (texts.durationMs === undefined) {
      if (texts.message === undefined) {
        this.#passed++;
        return false;
      }
      this.#messages.take(place, texts.time ?? '', texts.message.trim(), line);
      // The messages count their rows themselves.
      return false;
    }
    const endMs = this.#clock.ofText(texts.time ?? '');
    if (Number.isNaN(endMs)) return this.#reject('BAD_TIME', 'time', line, 'is not a time', EXPECTED_TIME.any);
    const durationMs = numberOf(texts.durationMs);
    if (!isCallDuration(durationMs)) {
      const problem = Number.isNaN(durationMs) ? 'is not a number' : 'is out of range';
      return this.#reject('BAD_NUMBER', 'durationMs', line, problem, EXPECTED_DURATION);
    }
    const values = {} as Record<(typeof NUMBERS)[number], number>;
    for (const role of NUMBERS) {
      const text = texts[role];
      values[role] = text === undefined ? Number.NaN : numberOf(text);
      if (text !== undefined && !(values[role] >= 0 && values[role] < Number.POSITIVE_INFINITY)) {
        return this.#reject('BAD_NUMBER', role, line, 'is not a number >= 0', 'a number >= 0');
      }
    }
    const report: CallReport = {
      kind: 'report',
      requestId: texts.requestId ?? texts.ptr ?? '',
      time: '',
      durationMs,
      billedMs: values.billedMs,
      initMs: values.initMs,
      restoreMs: values.restoreMs,
      memoryMiB: Number.isNaN(values.memoryMb) ? values.memoryBytes / MB : values.memoryMb,
      usedMiB: Number.isNaN(values.usedMb) ? values.usedBytes / MB : values.usedMb,
      error: texts.status === undefined ? Number.NaN : texts.status === 'success' ? 0 : 1,
    };
    this.#calls.take(place, endMs, report);
    return true;
  }

  /** Says whether the query asked for what tells cold starts. */
  header(names: readonly string[]): void {
    const roles = names.map((name) => ROLE_OF.get(plainName(name)));
    if (roles.some((role) => role === 'initMs' || role === 'restoreMs')) this.#calls.tellsColdStarts();
  }

  close(): void {
    this.#messages.close();
    this.#reading.note(`${this.#file}: rows without a duration, which are no reports: {n}`, this.#passed);
    if (this.#leftOut.size > 0) {
      this.#reading.note(`${this.#file}: columns not kept: ${[...this.#leftOut].join(', ')}`);
    }
  }

  /** Says what a result of so many rows, of so many that matched, may lack. */
  length(rows: number, matched: number): void {
    const split = `repeat the query for shorter times, each below ${LARGEST_RESULT.toLocaleString('en-US')} rows, and give all files together`;
    const say = (text: string): void => this.#reading.note(`${this.#file}: ${text}`, rows);
    if (matched > rows) {
      const parts = Math.ceil((1.25 * matched) / LARGEST_RESULT);
      const all = matched.toLocaleString('en-US');
      say(`truncated: {n} rows of ${all} that matched; ${split} (${parts} of equal traffic would do)`);
    } else if (!Number.isNaN(matched)) return;
    else if (rows > 0 && rows % LARGEST_RESULT === 0) {
      say(`likely truncated: exactly {n} rows, the most that Logs Insights gives; ${split}`);
    } else if (rows === OLDER_LIMIT) {
      say(
        `likely truncated: exactly {n} rows, what older consoles give without a limit; say '| limit ${LARGEST_RESULT}', or ${split}`,
      );
    }
  }

  #reject(code: 'BAD_TIME' | 'BAD_NUMBER', role: Role, line: number, problem: string, expected: string): boolean {
    const place = {
      file: this.#file,
      line,
      column: this.#texts[role] === undefined ? 0 : (this.#columns[role] as number),
      name: this.#texts[role] === undefined ? FIELDS[role][0] : (this.#names[role] as string),
      text: this.#texts[role] ?? '',
    };
    this.#reading.rejectField(code, place, problem, expected);
    return false;
  }
}

async function readExport(source: ByteSource, reading: Reading, rows: InsightsRows): Promise<void> {
  const count = await readCsv(source, reading, (header) => {
    rows.header(header);
    return (row) => {
      rows.begin();
      for (let f = 0; f < header.length; f++) rows.field(header[f], fieldText(row, f), f + 1);
      return rows.end(row.line);
    };
  });
  rows.length(count, Number.NaN);
}

async function readReply(source: ByteSource, reading: Reading, rows: InsightsRows): Promise<void> {
  const file = source.name;
  let count = 0;
  let matched = Number.NaN;
  let hasNextPage = false;
  const endResult = (): void => {
    rows.length(count, matched);
    count = 0;
    matched = Number.NaN;
  };
  await readDocuments(source, reading, {
    value(path, value, line) {
      if (path === 'results[]') {
        count++;
        if (!Array.isArray(value)) {
          reading.rejectRow('BAD_ROW', file, line, 'a result is no list', EXPECTED_ROW);
          return;
        }
        rows.begin();
        for (const field of value) {
          if (isObject(field) && typeof field.field === 'string' && typeof field.value === 'string') {
            rows.field(field.field, field.value, 0);
          }
        }
        if (rows.end(line)) reading.rows++;
      } else if (path === 'status' && value !== 'Complete') {
        reading.note(`${file}: the query's status is ${value}, not Complete: the result is partial`);
      } else if (path === 'statistics' && isObject(value) && typeof value.recordsMatched === 'number') {
        matched = value.recordsMatched;
      } else if (path === 'nextToken') hasNextPage = typeof value === 'string';
    },
    end() {
      // Pages of one query that follow one another are one result.
      if (hasNextPage) hasNextPage = false;
      else endResult();
    },
  });
  if (count > 0) {
    reading.note(`${file}: the last page ends with a nextToken: there are more rows than it has`);
    endResult();
  }
}

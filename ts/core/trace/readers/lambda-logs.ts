import type { CallsTrace } from '../trace.js';
import type { ByteSource } from './byte-source.js';
import type { Encoding } from './format.js';
import { readDocuments } from './json-document.js';
import { isObject } from './json-lines.js';
import { isCallDuration, type LambdaCalls, type LogPlace, readLambdaFiles } from './lambda-calls.js';
import { parseMessage, platformTextAt } from './lambda-lines.js';
import { readLines } from './lines.js';
import type { Reading } from './reading.js';
import { LONGEST_CALL_MS } from './records.js';
import { Clock } from './time-text.js';

const EXPECTED_REPORT = 'a whole REPORT line or platform.report event';
const EXPECTED_TIME = 'a time before the report, as aws logs tail --format detailed writes it';
/** How a time begins, in front of a line. */
const DATE = /^\d{4}-\d\d-\d\d/;
const EXPECTED_EVENT = 'an event with message and timestamp (epoch ms)';

/**
 * Reads the logs of Lambda functions: events as `aws logs filter-log-events` gives them, and lines of text as `aws logs tail` does; the
 * platform's own lines in them as text or JSON. What functions wrote is passed over and counted.
 */
export async function readLambdaLogs(
  files: readonly { source: ByteSource; encoding: Encoding }[],
  reading: Reading,
): Promise<CallsTrace> {
  const messagesOf = (file: string, calls: LambdaCalls): Messages => new Messages(file, reading, calls);
  return readLambdaFiles(files, reading, messagesOf, (source, encoding, messages) => {
    return encoding === 'json' ? readEvents(source, reading, messages) : readTail(source, reading, messages);
  });
}

/** Takes messages of one file with their time and place. */
export class Messages {
  readonly #file: string;
  readonly #reading: Reading;
  readonly #calls: LambdaCalls;
  // A reply's times are numbers, those in the platform's events text; a log may have either.
  readonly #numbers = new Clock();
  readonly #texts = new Clock();
  #passed = 0;
  #wholeSeconds = 0;

  constructor(file: string, reading: Reading, calls: LambdaCalls) {
    this.#file = file;
    this.#reading = reading;
    this.#calls = calls;
  }

  /** `time` is what the source gives for the message: text, epoch ms, or '' for nothing. */
  take(place: LogPlace, time: string | number, message: string, line: number): void {
    const found = parseMessage(message);
    if (found === undefined) {
      this.#passed++;
      return;
    }
    if (found.kind === 'broken') {
      this.#reading.rejectRow('BAD_ROW', this.#file, line, found.problem, EXPECTED_REPORT);
      return;
    }
    // What the event says of itself is as exact as any.
    const given = found.time === '' ? time : found.time;
    const ms = typeof given === 'number' ? this.#numbers.ofNumber(given) : this.#texts.ofText(given);
    if (Number.isNaN(ms)) {
      const problem = given === '' ? 'the line has no time' : `'${given}' is not a time`;
      this.#reading.rejectRow('BAD_TIME', this.#file, line, problem, EXPECTED_TIME);
      return;
    }
    if (found.kind === 'init') {
      this.#calls.init(place, ms, found);
      return;
    }
    if (!isCallDuration(found.durationMs)) {
      const problem = `a duration of ${found.durationMs} ms is out of range`;
      this.#reading.rejectRow('BAD_NUMBER', this.#file, line, problem, `0..${LONGEST_CALL_MS} ms`);
      return;
    }
    if (typeof given === 'string' && !/\d[.,]\d/.test(given)) this.#wholeSeconds++;
    this.#calls.tellsColdStarts();
    this.#calls.take(place, ms, found);
    this.#reading.rows++;
  }

  close(): void {
    this.#reading.note(`${this.#file}: lines that are no reports, passed over: {n}`, this.#passed);
    this.#reading.note(
      `${this.#file}: times of whole seconds only (aws logs tail --format detailed has more): {n}`,
      this.#wholeSeconds,
    );
  }
}

async function readEvents(source: ByteSource, reading: Reading, messages: Messages): Promise<void> {
  const file = source.name;
  await readDocuments(source, reading, {
    value(path, value, line) {
      if (path === 'events[]') {
        if (!isObject(value) || typeof value.message !== 'string' || typeof value.timestamp !== 'number') {
          reading.rejectRow('BAD_ROW', file, line, 'message or timestamp is missing', EXPECTED_EVENT);
          return;
        }
        const stream = typeof value.logStreamName === 'string' ? value.logStreamName : '';
        messages.take({ group: '', stream }, value.timestamp, value.message.trimEnd(), line);
      } else if (/^next_?token$/i.test(path) && typeof value === 'string') {
        reading.note(`${file}: the reply ends with a ${path}: there are more events than it has`);
      }
    },
    end() {},
  });
}

async function readTail(source: ByteSource, reading: Reading, messages: Messages): Promise<void> {
  const decoder = new TextDecoder();
  await readLines(source, reading, 'lines of a log', (bytes, line) => {
    const text = decoder.decode(bytes).trimEnd();
    if (text === '') return;
    const at = platformTextAt(text);
    let time = '';
    let stream = '';
    // Time and stream in either order: aws logs tail has the time first, sam logs the stream.
    for (const word of at > 0 ? text.slice(0, at).trim().split(/\s+/) : []) {
      if (time === '' && DATE.test(word)) time = word;
      else if (stream === '') stream = word;
    }
    messages.take({ group: '', stream }, time, text.slice(Math.max(at, 0)), line);
  });
}

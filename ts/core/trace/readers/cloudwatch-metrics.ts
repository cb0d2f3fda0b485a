import { LARGEST_COUNT } from '../cell-log.js';
import type { CountsTrace } from '../trace.js';
import type { ByteSource } from './byte-source.js';
import { commonDivisor, IntervalCounts } from './interval-counts.js';
import { readDocuments } from './json-document.js';
import { isObject } from './json-lines.js';
import { nameOfFile } from './lambda-calls.js';
import { Points } from './points.js';
import type { Reading } from './reading.js';
import { Clock, EXPECTED_TIME } from './time-text.js';

const METRICS = ['Invocations', 'Duration', 'ConcurrentExecutions'] as const;
type Metric = (typeof METRICS)[number];

const EXPECTED_RESULT = 'Timestamps and Values of one length';
const EXPECTED_LABEL = `a Label 'FUNCTION METRIC' with one of ${METRICS.join(', ')}, or an Id that begins with it`;
const EXPECTED_VALUE: Record<Metric, string> = {
  Invocations: `a whole number of calls, 0..${LARGEST_COUNT} (statistic Sum)`,
  Duration: 'milliseconds >= 0 (statistic Average)',
  ConcurrentExecutions: 'a number >= 0',
};
/** Where a single point tells no period: what a query usually asks for. */
const USUAL_PERIOD_MS = 60000;

/**
 * Reads what `aws cloudwatch get-metric-data` gives for AWS/Lambda: Invocations are the calls, Duration (else, by Little's law, ConcurrentExecutions) tells how long
 * they run. Results in any order, pages one behind the other or in files of their own.
 */
export async function readCloudwatchMetrics(
  files: readonly { source: ByteSource }[],
  reading: Reading,
): Promise<CountsTrace> {
  const series = new MetricSeries(reading);
  for (const { source } of files) await series.read(source);
  return series.finish();
}

class MetricSeries {
  readonly #reading: Reading;
  readonly #counts: IntervalCounts;
  readonly #points: Partial<Record<Metric, Points>>[] = [];
  /** Where points were given last. */
  readonly #places = new Map<Points, { file: string; line: number }>();
  readonly #leftOut = new Set<string>();
  readonly #namedAfterFiles = new Set<string>();
  #firstMs = Number.NaN;
  /** Greatest common divisor of all spacings. */
  #spacingMs = 0;
  #duplicates = 0;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#counts = new IntervalCounts(reading);
  }

  async read(source: ByteSource): Promise<void> {
    const file = source.name;
    let token = '';
    await readDocuments(source, this.#reading, {
      value: (path, value, line) => {
        if (path === 'MetricDataResults[]') {
          if (isObject(value)) this.#take(file, value, line);
          else this.#reading.rejectRow('BAD_ROW', file, line, 'a result is no object', EXPECTED_RESULT);
        } else if (path === 'Messages') this.#sayMessages(file, value);
        else if (path === 'NextToken' && typeof value === 'string') token = path;
      },
      end: () => {
        if (token !== '') {
          this.#reading.note(`${file}: the reply ends with a NextToken: give the pages that follow it too`);
        }
        token = '';
      },
    });
  }

  finish(): CountsTrace {
    if (this.#leftOut.size > 0) this.#reading.note(`metrics not read: ${[...this.#leftOut].join(', ')}`);
    if (this.#namedAfterFiles.size > 0) {
      const names = [...this.#namedAfterFiles].join(', ');
      this.#reading.note(`functions named after their files, as the labels name none: ${names}`);
    }
    const periodMs = this.#spacingMs > 0 ? this.#spacingMs : USUAL_PERIOD_MS;
    const from = this.#spacingMs > 0 ? 'as the times are spaced' : 'as there is one time only';
    this.#reading.note(`the period is taken to be {n} s, ${from}`, periodMs / 1000);
    let gaps = 0;
    for (let f = 0; f < this.#counts.functions; f++) gaps += this.#finishFunction(f, periodMs);
    this.#reading.note('periods without a value of Invocations, taken to have no calls: {n}', gaps);
    this.#reading.note('values that came more than once, counted once: {n}', this.#duplicates);
    return this.#counts.finish();
  }

  #take(file: string, result: Record<string, unknown>, line: number): void {
    const { Id: id = '', Label: label = '', Timestamps: times, Values: values, StatusCode: status } = result;
    const title = `${label === '' ? id : label}`;
    if (typeof status === 'string' && status !== 'Complete') {
      const meaning =
        status === 'PartialData' ? 'values are missing; ask again, or for a shorter time' : 'not complete';
      this.#reading.note(`${file}: ${title}: StatusCode ${status}: ${meaning}`);
    }
    this.#sayMessages(`${file}: ${title}`, result.Messages);
    if (!Array.isArray(times) || !Array.isArray(values) || times.length !== values.length) {
      this.#reading.rejectRow('BAD_ROW', file, line, `${title}: times and values do not match`, EXPECTED_RESULT);
      return;
    }
    const meant = meaningOf(String(label), String(id));
    if (meant === undefined) {
      this.#reading.rejectRow('BAD_ROW', file, line, `'${title}' does not tell its metric`, EXPECTED_LABEL);
      return;
    }
    if (meant.metric === undefined) {
      this.#leftOut.add(meant.word);
      return;
    }
    const name = meant.name === '' ? nameOfFile(file) : meant.name;
    if (meant.name === '') this.#namedAfterFiles.add(name);
    const f = this.#counts.functionOf(name);
    this.#points[f] ??= {};
    this.#points[f][meant.metric] ??= new Points();
    const points = this.#points[f][meant.metric] as Points;
    this.#places.set(points, { file, line });
    const clock = new Clock();
    for (let at = 0; at < times.length; at++) {
      const place = { file, line, column: 0, name: `${title}, point ${at + 1}` };
      const time: unknown = times[at];
      const ms = typeof time === 'number' ? clock.ofNumber(time) : clock.ofText(String(time));
      if (Number.isNaN(ms)) {
        this.#reading.rejectField('BAD_TIME', { ...place, text: String(time) }, 'is not a time', EXPECTED_TIME.any);
      } else if (!isRight(meant.metric, values[at])) {
        const text = String(values[at]);
        this.#reading.rejectField('BAD_NUMBER', { ...place, text }, 'is no such number', EXPECTED_VALUE[meant.metric]);
      } else {
        this.#reading.rows++;
        points.push(ms, values[at]);
        if (Number.isNaN(this.#firstMs)) this.#firstMs = ms;
        this.#spacingMs = commonDivisor(this.#spacingMs, Math.abs(ms - this.#firstMs));
        this.#counts.cover(ms, ms + 1);
      }
    }
  }

  /** Adds a function's calls and durations; answers with the periods that it has no value for. */
  #finishFunction(f: number, periodMs: number): number {
    const { Invocations, Duration, ConcurrentExecutions } = this.#points[f];
    const calls = new Map<number, number>();
    const values = (points: Points | undefined, metric: Metric, take: (ms: number, value: number) => void): void => {
      let lastMs = Number.NaN;
      let last = Number.NaN;
      points?.eachByTime((ms, value) => {
        if (ms !== lastMs) take(ms, value);
        else if (value === last) this.#duplicates++;
        else {
          const at = new Date(ms).toISOString();
          const problem = `${this.#counts.key(f)} has two values of ${metric} at ${at}, ${last} and ${value}`;
          const { file, line } = this.#places.get(points) as { file: string; line: number };
          this.#reading.rejectRow('BAD_ROW', file, line, problem, 'one series for each function and metric');
        }
        lastMs = ms;
        last = value;
      });
    };
    let firstMs = Number.NaN;
    let lastMs = Number.NaN;
    values(Invocations, 'Invocations', (ms, value) => {
      calls.set(ms, value);
      this.#counts.add(f, ms, ms + periodMs, value);
      this.#counts.cover(ms, ms + periodMs);
      if (Number.isNaN(firstMs)) firstMs = ms;
      lastMs = ms;
    });
    let durations = 0;
    values(Duration, 'Duration', (ms, meanMs) => {
      const weight = Invocations === undefined ? 1 : (calls.get(ms) ?? 0);
      this.#counts.addDuration(f, meanMs * weight, weight);
      durations += weight;
    });
    if (durations === 0 && ConcurrentExecutions !== undefined) {
      values(ConcurrentExecutions, 'ConcurrentExecutions', (ms, running) => {
        if (calls.has(ms)) this.#counts.addDuration(f, running * periodMs, calls.get(ms) as number);
      });
      const key = this.#counts.key(f);
      this.#reading.note(
        `${key}: no Duration; its mean is concurrency over rate (Little's law): too long where the statistic is Maximum`,
      );
    }
    if (Invocations === undefined) {
      this.#reading.note(`${this.#counts.key(f)}: there are no Invocations of it, only other metrics`);
      return 0;
    }
    return calls.size === 0 ? 0 : (lastMs - firstMs) / periodMs + 1 - calls.size;
  }

  #sayMessages(where: string, messages: unknown): void {
    if (!Array.isArray(messages)) return;
    for (const message of messages) {
      if (isObject(message)) this.#reading.note(`${where}: CloudWatch says ${message.Code}: ${message.Value}`);
    }
  }
}

function isRight(metric: Metric, value: unknown): value is number {
  if (typeof value !== 'number' || !(value >= 0)) return false;
  return metric === 'Invocations'
    ? Number.isInteger(value) && value <= LARGEST_COUNT
    : value < Number.POSITIVE_INFINITY;
}

/** What a result is of: the metric is the first or last word of its label, or begins its id. */
function meaningOf(label: string, id: string): { metric: Metric | undefined; word: string; name: string } | undefined {
  const words = label.split(/\s+/).filter((word) => /[\w$]/.test(word));
  for (const at of [words.length - 1, 0]) {
    const metric = METRICS.find((one) => one.toLowerCase() === words[at]?.toLowerCase());
    if (metric !== undefined) return { metric, word: metric, name: words.filter((_, i) => i !== at).join(' ') };
  }
  const byId = METRICS.find((one) => id.toLowerCase().startsWith(one.toLowerCase()));
  if (byId !== undefined) return { metric: byId, word: byId, name: words.join(' ') };
  const other = OTHER_METRICS.find((one) => words.includes(one));
  return other === undefined ? undefined : { metric: undefined, word: other, name: '' };
}

/** Metrics of AWS/Lambda that a trace of calls has no use for. */
const OTHER_METRICS = [
  'Errors',
  'Throttles',
  'DeadLetterErrors',
  'DestinationDeliveryFailures',
  'IteratorAge',
  'AsyncEventsReceived',
  'AsyncEventAge',
  'AsyncEventsDropped',
  'ClaimedAccountConcurrency',
  'PostRuntimeExtensionsDuration',
  'ProvisionedConcurrencyInvocations',
  'ProvisionedConcurrencySpilloverInvocations',
  'ProvisionedConcurrencyUtilization',
  'ProvisionedConcurrentExecutions',
  'UnreservedConcurrentExecutions',
];

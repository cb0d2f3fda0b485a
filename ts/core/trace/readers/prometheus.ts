import { IsothermError } from '../../kernels/error.js';
import type { CountsTrace } from '../trace.js';
import { roundHalfUp } from '../trace.js';
import type { ByteSource } from './byte-source.js';
import { CounterSeries, NamelessSeries } from './counter-series.js';
import { commonDivisor, IntervalCounts, WholeCalls } from './interval-counts.js';
import { Intervals } from './intervals.js';
import { readDocuments } from './json-document.js';
import { isObject } from './json-lines.js';
import { nameOfFile } from './lambda-calls.js';
import { numberOf } from './number-text.js';
import { COMMON_FUNCTION_LABELS } from './prometheus-presets.js';
import { functionOfLabels, meaningOf, type PrometheusLabels, type SeriesMeaning } from './prometheus-series.js';
import type { Reading } from './reading.js';

const EXPECTED_SERIES = 'an object with metric and values, as /api/v1/query_range gives it';
const EXPECTED_FUNCTION = `a label that names the function: ${COMMON_FUNCTION_LABELS.join(', ')}`;
const EXPECTED_SAMPLE = 'a time in epoch seconds and a number >= 0 in quotes';
/** Where single samples tell no step. */
const USUAL_STEP_MS = 60000;
const MISSING = 'samples that are missing between others; what came in between is spread evenly: {n}';
/** The latest time that a date can have, s. */
const LATEST_S = 8.64e12;
/** Falls among the changes of counters: restarts are rare, rates fall as often as they rise. */
const MOST_FALLS = 0.1;

interface Counter {
  f: number;
  metric: string;
  meaning: SeriesMeaning;
  series: CounterSeries;
  calls: WholeCalls;
  sumMs: number;
  /** Growth of calls, kept until it is known which metric counts. */
  growth: Intervals;
}

/**
 * Reads range queries of the Prometheus API (`resultType` matrix): counters of calls, whose growth between two samples is the calls of that
 * time, or rates per second. Several files of one query, each over its own time, go on from one another.
 */
export async function readPrometheus(files: readonly { source: ByteSource }[], reading: Reading): Promise<CountsTrace> {
  const matrix = new Matrix(reading);
  for (const { source } of files) await matrix.read(source);
  return matrix.finish();
}

class Matrix {
  readonly #reading: Reading;
  readonly #counts: IntervalCounts;
  readonly #counters = new Map<string, Counter>();
  readonly #nameless = new Map<string, NamelessSeries>();
  readonly #leftOut = new Set<string>();
  readonly #said = new Set<string>();
  readonly #namedAfterFiles = new Set<string>();
  #firstMs = Number.NaN;
  #fromMs = Number.POSITIVE_INFINITY;
  #toMs = Number.NEGATIVE_INFINITY;
  #stepMs = 0;
  #notNumbers = 0;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#counts = new IntervalCounts(reading);
  }

  async read(source: ByteSource): Promise<void> {
    const file = source.name;
    for (const { series } of this.#counters.values()) series.begin();
    await readDocuments(source, this.#reading, {
      value: (path, value, line) => {
        if (path === 'data.result[]') this.#take(file, value, line);
        else if (path === 'status' && value !== 'success') {
          this.#reading.rejectRow('BAD_ROW', file, line, `the query's status is '${value}'`, "status 'success'");
        } else if (path === 'data.resultType' && value !== 'matrix') {
          const problem = `the result is a ${value}, one value a series`;
          this.#reading.rejectRow('BAD_ROW', file, line, problem, 'a matrix, as /api/v1/query_range gives it');
        } else if (path === 'error') this.#say(file, value);
        else if ((path === 'warnings' || path === 'infos') && Array.isArray(value)) {
          for (const text of value) this.#say(file, text);
        }
      },
      end: () => {
        for (const { series } of this.#counters.values()) series.begin();
      },
    });
  }

  /** Passes a warning on: once, however many answers have it. */
  #say(file: string, text: unknown): void {
    const note = `${file}: Prometheus says: ${text}`;
    if (!this.#said.has(note)) this.#reading.note(note);
    this.#said.add(note);
  }

  finish(): CountsTrace {
    const stepMs = this.#stepMs > 0 ? this.#stepMs : USUAL_STEP_MS;
    if (this.#counters.size + this.#nameless.size > 0) {
      this.#counts.cover(this.#fromMs, Math.max(this.#toMs, this.#fromMs + 1));
      const from = this.#stepMs > 0 ? 'as the samples are spaced' : 'as there is one sample only';
      this.#reading.note(`the step is taken to be {n} s, ${from}`, stepMs / 1000);
    }
    this.#finishCounters(stepMs);
    this.#finishNameless(stepMs);
    if (this.#leftOut.size > 0) this.#reading.note(`metrics not read: ${[...this.#leftOut].join(', ')}`);
    if (this.#namedAfterFiles.size > 0) {
      const names = [...this.#namedAfterFiles].join(', ');
      this.#reading.note(`functions named after their files, as the series have no labels: ${names}`);
    }
    this.#reading.note('samples that are NaN, passed over: {n}', this.#notNumbers);
    return this.#counts.finish();
  }

  #take(file: string, value: unknown, line: number): void {
    if (!isObject(value) || !isObject(value.metric) || !Array.isArray(value.values)) {
      this.#reading.rejectRow('BAD_ROW', file, line, 'a series is none', EXPECTED_SERIES);
      return;
    }
    const labels: PrometheusLabels = value.metric;
    const metric = typeof labels.__name__ === 'string' ? labels.__name__ : '';
    const meaning = metric === '' ? undefined : meaningOf(metric);
    if (metric !== '' && meaning === undefined) {
      this.#leftOut.add(metric);
      return;
    }
    const f = this.#functionOf(file, labels);
    if (f < 0) {
      const shown = JSON.stringify(labels).slice(0, 120);
      this.#reading.rejectRow('BAD_ROW', file, line, `no label of ${shown} names a function`, EXPECTED_FUNCTION);
      return;
    }
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    let push: (timeMs: number, sample: number) => boolean;
    if (meaning === undefined) {
      const series = this.#nameless.get(key) ?? new NamelessSeries(f);
      this.#nameless.set(key, series);
      push = (timeMs, sample) => {
        series.push(timeMs, sample);
        return true;
      };
    } else {
      const counter = this.#counters.get(key) ?? newCounter(f, metric, meaning);
      this.#counters.set(key, counter);
      const grow = (fromMs: number, toMs: number, growth: number): void => take(counter, fromMs, toMs, growth);
      push = (timeMs, sample) => counter.series.push(timeMs, sample, grow);
    }
    value.values.forEach((sample, at) => {
      const text = JSON.stringify(sample);
      const place = { file, line, column: 0, name: `${metric || 'series'}, sample ${at + 1}`, text };
      const seconds: unknown = Array.isArray(sample) ? sample[0] : undefined;
      const number: unknown = Array.isArray(sample) ? sample[1] : undefined;
      if (number === 'NaN') {
        this.#notNumbers++;
        return;
      }
      const amount = typeof number === 'string' ? numberOf(number) : Number.NaN;
      if (
        typeof seconds !== 'number' ||
        !(seconds >= 0 && seconds <= LATEST_S) ||
        !(amount >= 0 && amount < Number.POSITIVE_INFINITY)
      ) {
        this.#reading.rejectField('BAD_NUMBER', place, 'is no sample', EXPECTED_SAMPLE);
        return;
      }
      const timeMs = roundHalfUp(seconds * 1000);
      if (!push(timeMs, amount)) {
        this.#reading.rejectField('TIME_ORDER', place, 'goes back in time', 'a time after the sample before');
        return;
      }
      this.#reading.rows++;
      this.#fromMs = Math.min(this.#fromMs, timeMs);
      this.#toMs = Math.max(this.#toMs, timeMs);
      if (Number.isNaN(this.#firstMs)) this.#firstMs = timeMs;
      this.#stepMs = commonDivisor(this.#stepMs, Math.abs(timeMs - this.#firstMs));
    });
  }

  #functionOf(file: string, labels: PrometheusLabels): number {
    const named = Object.keys(labels).some((label) => label !== '__name__');
    if (!named) {
      const name = nameOfFile(file);
      this.#namedAfterFiles.add(name);
      return this.#counts.functionOf(name);
    }
    const of = functionOfLabels(labels);
    return of === undefined ? -1 : this.#counts.functionOf(of.name, of.within);
  }

  #finishCounters(stepMs: number): void {
    let restarts = 0;
    let began = 0;
    let beganWithin = 0;
    let missing = 0;
    for (const counter of this.#counters.values()) {
      const grow = (fromMs: number, toMs: number, growth: number): void => take(counter, fromMs, toMs, growth);
      const end = counter.series.finish(this.#fromMs, stepMs, grow);
      if (!Number.isNaN(end.overlapMs)) {
        const at = new Date(end.overlapMs).toISOString();
        const problem = `two files have samples of ${counter.metric} of ${this.#counts.key(counter.f)} around ${at}`;
        throw new IsothermError('TIME_ORDER', `${problem}; expected files of times that do not overlap`);
      }
      restarts += counter.series.restarts;
      missing += end.missing;
      if (counter.meaning.kind === 'calls' && end.began > 0) {
        began += end.began;
        beganWithin++;
      }
    }
    const best = bestMetrics(this.#counters.values());
    for (const { f, metric, meaning, growth, calls, sumMs } of this.#counters.values()) {
      if (best.get(`${f} ${meaning.kind}`)?.metric !== metric) this.#leftOut.add(metric);
      else if (meaning.kind === 'duration') this.#counts.addDuration(f, sumMs, 0);
      else growth.each((fromMs, toMs, amount) => this.#counts.add(f, fromMs, toMs, calls.take(amount)));
    }
    // The time spent in all calls over their number.
    for (const [key, { f, meaning }] of best) {
      if (meaning.kind === 'calls' && best.has(key.replace('calls', 'duration'))) {
        this.#counts.addDuration(f, 0, this.#counts.callsOf(f));
      }
    }
    this.#reading.note(MISSING, missing);
    this.#reading.note('times that a counter fell and is taken to have begun again at 0: {n}', restarts);
    this.#reading.note(
      `calls of series that begin later than the others (${beganWithin}), counted from 0 as those of new instances: {n}`,
      began,
    );
  }

  #finishNameless(stepMs: number): void {
    if (this.#nameless.size === 0) return;
    const all = [...this.#nameless.values()];
    const isWhole = all.every(({ whole }) => whole);
    const changes = all.reduce((sum, series) => sum + series.changes, 0);
    const falls = all.reduce((sum, series) => sum + series.falls, 0);
    if (isWhole && falls <= MOST_FALLS * changes) {
      this.#reading.note('series without a name hold whole numbers that grow: taken for counters');
      let missing = 0;
      for (const { f, points } of all) {
        const series = new CounterSeries();
        const calls = new WholeCalls();
        const add = (fromMs: number, toMs: number, growth: number): void => {
          this.#counts.add(f, fromMs, toMs, calls.take(growth));
        };
        points.eachByTime((timeMs, value) => series.push(timeMs, value, add));
        // Sums over instances do not begin at 0 when they first appear; nobody knows.
        missing += series.finish(Number.POSITIVE_INFINITY, stepMs, add).missing;
        this.#reading.note('times that a counter fell and is taken to have begun again at 0: {n}', series.restarts);
      }
      this.#reading.note(MISSING, missing);
      return;
    }
    this.#reading.note(
      'series without a name are taken for rates, calls per second; what increase() gives would count too often: export the counter itself',
    );
    for (const series of all) series.addRate(this.#counts, stepMs);
  }
}

function newCounter(f: number, metric: string, meaning: SeriesMeaning): Counter {
  return {
    f,
    metric,
    meaning,
    series: new CounterSeries(),
    calls: new WholeCalls(),
    sumMs: 0,
    growth: new Intervals(),
  };
}

function take(counter: Counter, fromMs: number, toMs: number, growth: number): void {
  if (growth === 0) return;
  if (counter.meaning.kind === 'duration') counter.sumMs += growth * counter.meaning.toMs;
  else counter.growth.push(fromMs, toMs, growth);
}

/** The metric that counts for each function, of each kind. */
function bestMetrics(counters: Iterable<Counter>): Map<string, Counter> {
  const best = new Map<string, Counter>();
  for (const counter of counters) {
    const key = `${counter.f} ${counter.meaning.kind}`;
    const other = best.get(key);
    const isSame = other?.metric === counter.metric;
    if (other !== undefined && !isSame && other.meaning.rank === counter.meaning.rank) {
      const problem = `${other.metric} and ${counter.metric} both count the calls of one function`;
      throw new IsothermError('BAD_ROW', `${problem}; expected one counter of calls`);
    }
    if (other === undefined || counter.meaning.rank < other.meaning.rank) best.set(key, counter);
  }
  return best;
}

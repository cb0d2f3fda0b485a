import type { ObservedStarts } from '../start-times.js';
import type { CountsTrace } from '../trace.js';
import type { ByteSource } from './byte-source.js';
import { bucketQuantile } from './histogram.js';
import { IntervalCounts, WholeCalls } from './interval-counts.js';
import { Intervals } from './intervals.js';
import { readDocuments } from './json-document.js';
import { isObject } from './json-lines.js';
import { attributesOf, itemsOf, numberFrom, type OtlpPoint, pointsOf } from './otlp-points.js';
import type { Reading } from './reading.js';

/** What the metrics of the FaaS conventions count. */
const KINDS: Readonly<Record<string, Kind>> = {
  'faas.invocations': 'calls',
  'faas.errors': 'failures',
  'faas.timeouts': 'failures',
  'faas.invoke_duration': 'duration',
  'faas.init_duration': 'init',
  'faas.coldstarts': 'coldStarts',
};
type Kind = 'calls' | 'failures' | 'duration' | 'init' | 'coldStarts';

const EXPECTED_RESOURCE = 'resourceMetrics of OTLP JSON';
const EXPECTED_FUNCTION = 'a resource attribute faas.name or service.name';
const EXPECTED_POINT = 'timeUnixNano and a value >= 0';
const MIB = 1 << 20;

/** The last of a cumulative series. */
interface Cumulative {
  timeMs: number;
  startMs: number;
  value: number;
  sum: number;
  buckets: number[];
}

/** The first of a cumulative series, until it is known whether it began within the time that was looked at. */
interface Beginning {
  f: number;
  kind: Kind;
  startMs: number;
  timeMs: number;
  value: number;
  sum: number;
}

interface FunctionFacts {
  calls: Intervals;
  failures: Intervals;
  /** Calls by the histogram of durations, where nothing else counts them. */
  measured: Intervals;
  hasCalls: boolean;
  coldStarts: number;
  bounds: readonly number[];
  buckets: number[];
}

/**
 * Reads metrics of the FaaS conventions in OTLP JSON, one export or many behind one another: successful invocations, errors and timeouts together are the calls (without them
 * what the histogram of durations counts). Sums may be of either temporality.
 */
export async function readOtlp(files: readonly { source: ByteSource }[], reading: Reading): Promise<CountsTrace> {
  const exports = new Exports(reading);
  for (const { source } of files) await exports.read(source);
  return exports.finish();
}

class Exports {
  readonly #reading: Reading;
  readonly #counts: IntervalCounts;
  readonly #last = new Map<string, Cumulative>();
  readonly #beginnings: Beginning[] = [];
  readonly #facts: FunctionFacts[] = [];
  readonly #leftOut = new Set<string>();
  #fromMs = Number.POSITIVE_INFINITY;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#counts = new IntervalCounts(reading);
  }

  async read(source: ByteSource): Promise<void> {
    const file = source.name;
    await readDocuments(source, this.#reading, {
      value: (path, value, line) => {
        if (path !== 'resourceMetrics[]') return;
        if (isObject(value)) this.#resource(file, value, line);
        else this.#reading.rejectRow('BAD_ROW', file, line, 'a resource is no object', EXPECTED_RESOURCE);
      },
      end() {},
    });
  }

  finish(): CountsTrace {
    let unknown = 0;
    for (const { f, kind, startMs, timeMs, value, sum } of this.#beginnings) {
      if (startMs >= this.#fromMs) this.#grow(f, kind, startMs, timeMs, value, sum);
      else if (kind !== 'init' && kind !== 'coldStarts') unknown++;
    }
    this.#reading.note(
      'cumulative series that began before the first export; what they counted until their first point is left out: {n}',
      unknown,
    );
    let byDuration = 0;
    for (let f = 0; f < this.#counts.functions; f++) {
      const { hasCalls, calls, failures, measured } = this.#facts[f];
      if (!hasCalls) byDuration++;
      const whole = new WholeCalls();
      for (const intervals of hasCalls ? [calls, failures] : [measured]) {
        intervals.each((startMs, timeMs, amount) => this.#counts.add(f, startMs, timeMs, whole.take(amount)));
      }
    }
    this.#reading.note(
      'functions whose calls are counted by faas.invoke_duration, as nothing else does: {n}',
      byDuration,
    );
    if (this.#leftOut.size > 0) this.#reading.note(`metrics not read: ${[...this.#leftOut].sort().join(', ')}`);
    if (this.#facts.some(({ coldStarts, buckets }) => !Number.isNaN(coldStarts) || buckets.length > 0)) {
      this.#reading.starts = this.#facts.map(observedStarts);
    }
    return this.#counts.finish();
  }

  #resource(file: string, value: Record<string, unknown>, line: number): void {
    const resource = isObject(value.resource) ? attributesOf(value.resource.attributes) : new Map<string, string>();
    const name = resource.get('faas.name') ?? resource.get('service.name') ?? '';
    const metrics = itemsOf(value.scopeMetrics).flatMap((scope) => itemsOf(scope.metrics));
    for (const metric of metrics) {
      const kind = Object.hasOwn(KINDS, String(metric.name)) ? KINDS[String(metric.name)] : undefined;
      if (kind === undefined) {
        this.#leftOut.add(String(metric.name));
        continue;
      }
      const { points, isDelta } = pointsOf(metric);
      for (const point of points) {
        const owner = point.attributes.get('faas.name') ?? name;
        if (owner === '') {
          this.#reading.rejectRow('BAD_ROW', file, line, `${metric.name} names no function`, EXPECTED_FUNCTION);
          continue;
        }
        const { timeMs, value: amount } = point;
        if (Number.isNaN(timeMs) || !(amount >= 0 && amount < Number.POSITIVE_INFINITY)) {
          this.#reading.rejectRow('BAD_NUMBER', file, line, `a point of ${metric.name} is none`, EXPECTED_POINT);
          continue;
        }
        const f = this.#functionOf(owner, resource, point);
        const series = JSON.stringify([metric.name, [...resource].sort(), [...point.attributes].sort()]);
        if (kind === 'calls') this.#facts[f].hasCalls = true;
        if (isDelta) this.#delta(f, kind, point);
        else if (!this.#cumulative(f, kind, series, point)) {
          const problem = `${metric.name} of ${owner} goes back in time`;
          this.#reading.rejectRow('TIME_ORDER', file, line, problem, 'exports in the order of time');
          continue;
        }
        this.#fromMs = Math.min(this.#fromMs, isDelta ? point.startMs : timeMs);
        this.#reading.rows++;
      }
    }
  }

  #functionOf(name: string, resource: ReadonlyMap<string, string>, point: OtlpPoint): number {
    const f = this.#counts.functionOf(name, resource.get('service.namespace') ?? '');
    const bytes = numberFrom(resource.get('faas.max_memory'));
    this.#counts.describe(f, {
      trigger: point.attributes.get('faas.trigger') ?? '',
      ...(bytes > 0 && { memoryMiB: bytes / MIB }),
    });
    this.#facts[f] ??= {
      calls: new Intervals(),
      failures: new Intervals(),
      measured: new Intervals(),
      hasCalls: false,
      coldStarts: Number.NaN,
      bounds: [],
      buckets: [],
    };
    return f;
  }

  #delta(f: number, kind: Kind, { startMs, timeMs, value, sum, bounds, buckets }: OtlpPoint): void {
    this.#grow(f, kind, startMs, timeMs, value, sum);
    if (kind === 'init') this.#initBuckets(f, bounds, buckets);
  }

  /** False for a point that is older than the one before. */
  #cumulative(f: number, kind: Kind, series: string, point: OtlpPoint): boolean {
    const { startMs, timeMs, value, sum, bounds, buckets } = point;
    const last = this.#last.get(series);
    if (last !== undefined && timeMs < last.timeMs) return false;
    this.#last.set(series, { timeMs, startMs, value, sum, buckets });
    this.#counts.cover(timeMs, timeMs + 1);
    // A new start is a process that counts from 0; so is a value that fell.
    const isNew = last === undefined || (startMs !== last.startMs && startMs >= last.timeMs) || value < last.value;
    if (kind === 'init') {
      this.#initBuckets(f, bounds, isNew ? buckets : buckets.map((count, b) => count - (last.buckets[b] ?? 0)));
    }
    if (last === undefined) this.#beginnings.push({ f, kind, startMs, timeMs, value, sum });
    else if (isNew) this.#grow(f, kind, Math.max(startMs, last.timeMs), timeMs, value, sum);
    else this.#grow(f, kind, last.timeMs, timeMs, value - last.value, sum - last.sum);
    return true;
  }

  #grow(f: number, kind: Kind, startMs: number, timeMs: number, value: number, sum: number): void {
    const facts = this.#facts[f];
    const endMs = Math.max(timeMs, startMs + 1);
    this.#counts.cover(startMs, endMs);
    if (kind === 'calls') facts.calls.push(startMs, endMs, value);
    else if (kind === 'failures') facts.failures.push(startMs, endMs, value);
    else if (kind === 'duration') {
      facts.measured.push(startMs, endMs, value);
      // The conventions count seconds.
      if (!Number.isNaN(sum)) this.#counts.addDuration(f, sum * 1000, value);
    } else if (kind === 'coldStarts') {
      facts.coldStarts = (Number.isNaN(facts.coldStarts) ? 0 : facts.coldStarts) + value;
    }
  }

  #initBuckets(f: number, bounds: readonly number[], buckets: readonly number[]): void {
    const facts = this.#facts[f];
    if (facts.buckets.length === 0) {
      facts.bounds = bounds;
      facts.buckets = [...buckets];
    } else if (bounds.length === facts.bounds.length && bounds.every((bound, b) => bound === facts.bounds[b])) {
      buckets.forEach((count, b) => {
        facts.buckets[b] += count;
      });
    } else this.#leftOut.add('faas.init_duration with other buckets');
  }
}

function observedStarts({ coldStarts, bounds, buckets }: FunctionFacts): ObservedStarts {
  const count = buckets.reduce((sum, one) => sum + one, 0);
  return {
    coldStarts,
    count,
    medianMs: bucketQuantile(bounds, buckets, 0.5) * 1000,
    p90Ms: bucketQuantile(bounds, buckets, 0.9) * 1000,
  };
}

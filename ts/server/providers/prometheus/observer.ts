/** A Prometheus server, pulled tick by tick. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { IsothermError } from 'isotherm/kernels';
import { PROMETHEUS_PRESETS } from 'isotherm/trace';
import { type Clock, wallClock } from '../clock.js';
import type { Gap, GapReason, Observation } from '../observation.js';
import type { Observer, ObserverHealth } from '../observer.js';
import { type AnsweredSeries, BadAnswer, numberAnswer, type RangeAnswer, rangeAnswer } from './answer.js';
import { PrometheusApi, type PrometheusSettings, type RangeQuery } from './api.js';
import { CounterBook, type Surroundings, targetOf, type Window } from './counter-book.js';
import { MOST_POINTS, Pieces } from './pieces.js';
import { TooMuchAsked } from './refusal.js';

export interface PrometheusObserverSettings extends PrometheusSettings {
  /** Counters of a platform, by the name of a preset; or `queries`. */
  preset?: string;
  /** Raw counters, as selectors. */
  queries?: readonly string[];
  /** Time between two samples; whole s. */
  stepMs: number;
  /** How far behind the clock samples are complete. */
  lagMs: number;
  /** How much of the past is looked for; 0 for none. */
  backfillMs: number;
  clock?: Clock;
}

/** Before this, nothing is late or slow any more: it is the past, and waited for. */
const RECENT_MS = 600_000;
/** The server's clock is compared so often. */
const SKEW_EVERY_MS = 600_000;
/** From here on a difference of the clocks is said. */
const LARGE_SKEW_MS = 5000;
/** The longest that a server that is away is left alone. */
const LONGEST_REST_MS = 300_000;
const FIRST_REST_MS = 1000;
/** The past is looked for in steps of this: so far back a query sees. */
const LOOK_BACK_MS = 300_000;
/** Scrapes that come less often than every third step, or than this, are late. */
const LATE_MS = 90_000;
/** Others have their turn after so many. */
const GIVEN_AT_ONCE = 1000;
const DOWN = 'up == 0';
const TARGETS = 'count(up)';

/** What a window of samples came to. */
interface Fetched {
  series: AnsweredSeries[];
  surroundings: Surroundings;
  /** Samples up to here are there; later ones only seem to be. */
  knownToMs: number;
  bytes: number;
}

export class PrometheusObserver implements Observer {
  readonly name = 'prometheus';
  readonly endMs = null;
  readonly #api: PrometheusApi;
  readonly #clock: Clock;
  readonly #settings: PrometheusObserverSettings;
  readonly #counters: readonly string[];
  readonly #calls: readonly string[];
  readonly #book = new CounterBook();
  readonly #pieces = new Pieces();
  readonly #stop = new AbortController();
  /** How far it has looked without a break. */
  #nextMs = Number.NaN;
  #failures = 0;
  #restUntilMs = Number.NEGATIVE_INFINITY;
  #skewAtMs = Number.NEGATIVE_INFINITY;
  #skewMs: number | null = null;
  #lastAnswerMs: number | null = null;
  #trouble: string | null = null;
  #note: string | null = null;

  constructor(settings: PrometheusObserverSettings) {
    this.#settings = settings;
    this.#api = new PrometheusApi(settings);
    this.#clock = settings.clock ?? wallClock;
    const { calls, all } = countersOf(settings);
    this.#calls = calls;
    this.#counters = all;
    if (!(Number.isInteger(settings.stepMs / 1000) && settings.stepMs > 0)) {
      throw new IsothermError('BAD_ARGUMENT', `the step is ${settings.stepMs} ms; expected whole seconds`);
    }
  }

  /** Samples carry the server's time: where its clock is another one, a tick is over when that says so. */
  get lagMs(): number {
    return Math.max(0, this.#settings.lagMs - this.#largeSkewMs);
  }

  /** 0 for a difference that makes none. */
  get #largeSkewMs(): number {
    return this.#skewMs !== null && Math.abs(this.#skewMs) > LARGE_SKEW_MS ? this.#skewMs : 0;
  }

  health(): ObserverHealth {
    const all = [this.#trouble, this.#note].filter((one) => one !== null);
    return {
      degraded: all.length === 0 ? null : all.join('; '),
      clock: skewInWords(this.#largeSkewMs, this.#settings.lagMs),
      clockSkewMs: this.#skewMs,
      lastAnswerMs: this.#lastAnswerMs,
      restarts: this.#book.restarts,
      badSamples: this.#book.badSamples,
    };
  }

  async beginMs(signal: AbortSignal): Promise<number | null> {
    const { backfillMs, stepMs } = this.#settings;
    // Known before the first tick is asked for. A server that does not tell is asked again then.
    await this.#compareClocks(signal, 1).catch((thrown: unknown) => {
      if (
        signal.aborted ||
        !(thrown instanceof IsothermError || thrown instanceof TooMuchAsked || thrown instanceof BadAnswer)
      )
        throw thrown;
    });
    if (backfillMs <= 0) return null;
    const endMs = this.#clock.now() - this.lagMs;
    const lookMs = Math.max(LOOK_BACK_MS, stepMs);
    const startMs = Math.ceil((endMs - backfillMs) / lookMs) * lookMs;
    let first = Number.POSITIVE_INFINITY;
    for (const counter of this.#calls) {
      const look = async (fromMs: number, toMs: number): Promise<boolean> => {
        const query = { query: `count(${counter})`, startMs: fromMs, endMs: toMs, stepMs: lookMs };
        const seconds = await this.#firstSample(query, signal);
        if (typeof seconds === 'number') first = Math.min(first, seconds * 1000);
        return typeof seconds === 'number';
      };
      let isFound = false;
      for (let fromMs = startMs; !isFound && fromMs <= Math.min(endMs, first); fromMs += MOST_POINTS * lookMs) {
        isFound = await look(fromMs, Math.min(endMs, fromMs + (MOST_POINTS - 1) * lookMs));
      }
      // A server that has just begun has nothing at any whole step.
      if (!isFound) await look(endMs, endMs);
    }
    if (first === Number.POSITIVE_INFINITY) return null;
    // A query sees back so far: the first sample lies in the step before.
    const beginMs = Math.max(endMs - backfillMs, first - lookMs);
    return Math.floor(beginMs / 60_000) * 60_000;
  }

  /** Time of the first sample of a query, s; undefined without one. */
  async #firstSample(query: RangeQuery, signal: AbortSignal): Promise<unknown> {
    try {
      const { series } = rangeAnswer(await this.#api.queryRange(query, signal));
      return series[0]?.samples[0]?.[0];
    } catch (thrown) {
      if (thrown instanceof TooMuchAsked) throw thrown.refusal;
      if (!(thrown instanceof BadAnswer)) throw thrown;
      throw new IsothermError('SERVER_REFUSED', `${this.#api.where}: ${thrown.message}`, { cause: thrown });
    }
  }

  async *observe(fromMs: number, toMs: number, signal: AbortSignal): AsyncGenerator<Observation> {
    const { stepMs } = this.#settings;
    const either = AbortSignal.any([signal, this.#stop.signal]);
    // A time that was looked at before is looked at anew: what was known of the counters is of a later one.
    if (fromMs < this.#nextMs) this.#book.clear();
    for (let at = fromMs; at < toMs; ) {
      const endMs = Math.min(toMs, at + this.#pieces.points * stepMs);
      const isPast = endMs < this.#clock.now() + Math.min(0, this.#largeSkewMs) - RECENT_MS;
      const window = { fromMs: at, toMs: endMs, stepMs };
      let fetched: Fetched;
      try {
        fetched = isPast ? await this.#patiently(window, either) : await this.#inTime(window, either);
      } catch (thrown) {
        if (either.aborted) throw new IsothermError('ABORTED', 'observing was stopped', { cause: either.reason });
        if (thrown instanceof TooMuchAsked && this.#pieces.tooMuch((endMs - at) / stepMs)) continue;
        this.#failed(thrown);
        yield gap(at, endMs, 'unavailable', this.#trouble ?? 'it gave no answer');
        at = endMs;
        this.#nextMs = at;
        continue;
      }
      yield* this.#taken(window, fetched);
      at = endMs;
      this.#nextMs = at;
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
  }

  async *#taken(window: Window, { series, surroundings, knownToMs, bytes }: Fetched): AsyncGenerator<Observation> {
    const { fromMs, toMs, stepMs } = window;
    this.#trouble = null;
    this.#failures = 0;
    this.#restUntilMs = Number.NEGATIVE_INFINITY;
    this.#lastAnswerMs = this.#clock.now();
    this.#pieces.answered((toMs - fromMs) / stepMs + 1, bytes);
    const isLate = knownToMs < toMs;
    const known = isLate ? series.map((one) => upTo(one, knownToMs)) : series;
    const without = surroundings.incomplete !== null ? `the server says: ${surroundings.incomplete}` : null;
    const late = isLate ? `no scrape since ${new Date(knownToMs).toISOString()}` : null;
    const isEmpty = this.#book.functions === 0 && series.length === 0;
    this.#note = without ?? late ?? (isEmpty ? `the server has no series of ${this.#counters.join(', ')}` : null);
    const endMs = isLate ? Math.max(fromMs, Math.floor(knownToMs / stepMs) * stepMs) : toMs;
    if (endMs > fromMs) {
      const taking = this.#book.takeInParts({ ...window, toMs: endMs }, known, surroundings);
      let part = taking.next();
      for (; !part.done; part = taking.next()) await nextTurn();
      for (const [i, one] of part.value.entries()) {
        if (i % GIVEN_AT_ONCE === GIVEN_AT_ONCE - 1) await nextTurn();
        yield one;
      }
    }
    if (isLate) yield gap(endMs, toMs, 'missing', late!);
  }

  /** Of a time that is just over: one try, or a few quick ones, within the time-out; a server that was away is left alone for a while. */
  async #inTime(window: Window, signal: AbortSignal): Promise<Fetched> {
    const now = this.#clock.now();
    // A clock that jumped back would have it rest for ever.
    if (now < this.#restUntilMs && this.#restUntilMs - now <= LONGEST_REST_MS) throw new StillResting();
    const limit = AbortSignal.timeout(this.#settings.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const within = AbortSignal.any([signal, limit]);
    const attempts = this.#failures === 0 ? 3 : 1;
    try {
      if (Math.abs(now - this.#skewAtMs) > SKEW_EVERY_MS) await this.#compareClocks(within, attempts);
      return await this.#fetch(window, within, attempts, true);
    } catch (thrown) {
      if (signal.aborted || !limit.aborted) throw thrown;
      const problem = `it did not answer within ${(this.#settings.timeoutMs ?? DEFAULT_TIMEOUT_MS) / 1000} s`;
      throw new IsothermError('SERVER_UNAVAILABLE', `${this.#api.where}: ${problem}`, { cause: thrown });
    }
  }

  /** Of the past, which the server keeps: it is waited for, however long it is away. */
  async #patiently(window: Window, signal: AbortSignal): Promise<Fetched> {
    for (;;) {
      try {
        return await this.#fetch(window, signal, 3, false);
      } catch (thrown) {
        if (signal.aborted || thrown instanceof TooMuchAsked) throw thrown;
        if (!(thrown instanceof IsothermError && thrown.code === 'SERVER_UNAVAILABLE')) throw thrown;
        this.#failed(thrown);
        await this.#clock.sleep(this.#restUntilMs - this.#clock.now(), signal);
      }
    }
  }

  async #fetch(window: Window, signal: AbortSignal, attempts: number, isLive: boolean): Promise<Fetched> {
    const { fromMs: startMs, toMs: endMs, stepMs } = window;
    const range = (query: string): Promise<Uint8Array> =>
      this.#api.queryRange({ query, startMs, endMs, stepMs }, signal, attempts);
    // The first one alone: a server that is away is asked for no more.
    const [first, ...rest] = this.#counters;
    const head = await range(first!);
    const [others, down, targets, latest] = await Promise.all([
      Promise.all(rest.map(range)),
      range(DOWN).then(rangeAnswer),
      range(TARGETS).then(rangeAnswer),
      isLive ? this.#latestSample(endMs, signal, attempts) : Number.NaN,
    ]);
    const bodies = [head, ...others];
    const answers: RangeAnswer[] = [];
    for (const body of bodies) {
      answers.push(rangeAnswer(body));
      await nextTurn();
    }
    const warnings = [...new Set(answers.flatMap((one) => one.warnings))];
    const series = answers.flatMap((one) => one.series);
    const isSilent = series.length === 0 && this.#book.functions > 0 && targets.series.length === 0;
    const limitMs = Math.max(3 * stepMs, LATE_MS);
    const lastMs = isSilent ? Math.max(startMs, this.#book.lastMs || startMs) : latest;
    return {
      series,
      surroundings: {
        down: new Set(down.series.map(({ labels }) => targetOf(labels))),
        incomplete: warnings.length === 0 ? null : warnings.join('; '),
      },
      knownToMs: isSilent || endMs - lastMs > limitMs ? Math.min(lastMs, endMs) : endMs,
      bytes: Math.max(...bodies.map(({ length }) => length)),
    };
  }

  /** Time of the latest scrape of any counter of calls, ms; NaN where there is none, or the server does not tell. */
  async #latestSample(atMs: number, signal: AbortSignal, attempts: number): Promise<number> {
    const times = await Promise.all(
      this.#calls.map(async (counter) => {
        try {
          return numberAnswer(await this.#api.query(`max(timestamp(${counter}))`, atMs, signal, attempts), 'vector');
        } catch (thrown) {
          // Some servers do not know it; that the others answered is enough.
          if (thrown instanceof IsothermError && thrown.code === 'SERVER_REFUSED') return Number.NaN;
          throw thrown;
        }
      }),
    );
    const known = times.filter((time) => !Number.isNaN(time));
    return known.length === 0 ? Number.NaN : Math.max(...known) * 1000;
  }

  /** The server's clock less ours, to half of the time that its answer took. */
  async #compareClocks(signal: AbortSignal, attempts: number): Promise<void> {
    const before = this.#clock.now();
    const seconds = numberAnswer(await this.#api.query('time()', Number.NaN, signal, attempts), 'scalar');
    const after = this.#clock.now();
    this.#skewAtMs = after;
    this.#skewMs = Number.isFinite(seconds) ? Math.round(seconds * 1000 - (before + after) / 2) : null;
  }

  #failed(thrown: unknown): void {
    if (thrown instanceof StillResting) return;
    const shown = thrown instanceof TooMuchAsked ? thrown.refusal : thrown;
    if (!(shown instanceof IsothermError || shown instanceof BadAnswer)) throw shown;
    this.#trouble = shown instanceof BadAnswer ? `${this.#api.where}: ${shown.message}` : shown.message;
    this.#failures++;
    const restMs = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (this.#failures - 1));
    this.#restUntilMs = this.#clock.now() + restMs;
  }
}

/** A server that is ahead of our clock is asked sooner, and no sooner than a tick is over for us. */
function skewInWords(skewMs: number, lagMs: number): string | null {
  if (skewMs === 0) return null;
  const s = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const found = `the server's clock is ${s(Math.abs(skewMs))} ${skewMs < 0 ? 'behind' : 'ahead of'} ours`;
  if (skewMs < 0) return `${found}: it is asked that much later`;
  if (skewMs <= lagMs) return `${found}: it is asked that much sooner`;
  return `${found}: it is asked as soon as a tick is over, and tells what was ${s(skewMs - lagMs)} before`;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** It was away a moment ago, and is not asked again yet. */
class StillResting extends Error {}

const gap = (fromMs: number, toMs: number, reason: GapReason, detail: string): Gap => {
  return { kind: 'gap', functionKey: null, fromMs, toMs, reason, detail };
};

const upTo = ({ labels, samples }: AnsweredSeries, ms: number): AnsweredSeries => {
  return { labels, samples: samples.filter(([seconds]) => !(typeof seconds === 'number' && seconds * 1000 > ms)) };
};

/** Each counter by itself: some servers take no pattern for a name. */
function countersOf({ preset, queries = [] }: PrometheusObserverSettings): {
  calls: readonly string[];
  all: readonly string[];
} {
  if (preset === undefined) {
    if (queries.length > 0) return { calls: queries.filter((query) => !/_sum\b/.test(query)), all: queries };
    throw new IsothermError('BAD_ARGUMENT', 'there are no counters to ask for; expected a preset or queries');
  }
  const found = PROMETHEUS_PRESETS.find(({ name }) => name === preset);
  if (found === undefined) {
    const names = PROMETHEUS_PRESETS.map(({ name }) => name).join(', ');
    throw new IsothermError('BAD_ARGUMENT', `there is no preset '${preset}'; expected one of ${names}`);
  }
  return { calls: found.calls, all: [...found.calls, ...found.durations.map(({ metric }) => metric)] };
}

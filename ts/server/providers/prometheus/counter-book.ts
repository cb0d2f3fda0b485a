/** Raw counters, window by window: what every function's counters grew by, when, and where that is not known. */
import { type PrometheusSeries, prometheusSeries } from 'isotherm/trace';
import type { CountSample, Gap, Observation } from '../observation.js';
import type { AnsweredSeries } from './answer.js';

/** Samples were asked for at `fromMs`, `fromMs + stepMs`, … up to `toMs`. */
export interface Window {
  fromMs: number;
  toMs: number;
  stepMs: number;
}

/** What else is known of a window. */
export interface Surroundings {
  /** Targets (see `targetOf`) of which a scrape failed within the window. */
  down: ReadonlySet<string>;
  /** Why series that are not there may be there all the same; null where those have ended. */
  incomplete: string | null;
}

interface Series extends PrometheusSeries {
  target: string;
  /** Of the last good sample. */
  lastMs: number;
  lastValue: number;
  /** Fastest growth so far, a ms. */
  fastest: number;
  /** What was rounded off: counters need not be whole. */
  carry: number;
}

interface Counted {
  /** Of the counters of calls of a function, the lowest that was ever there counts. */
  rank: number;
  /** Time spent of which the calls are still to come, ms. */
  spentMs: number;
  durationRank: number;
  isNew: boolean;
}

/** Calls over a stretch, by one counter. */
interface Growth {
  functionKey: string;
  rank: number;
  fromMs: number;
  toMs: number;
  calls: number;
}

/** Nothing is called so often: what says so lies. */
const MOST_CALLS_PER_S = 1e6;
/**
 * A counter that falls by less than this, to what it could not have come to since in so many times its best, has not begun again: two servers answer in turn,
 * or one lies.
 */
const SMALL_FALL = 0.1;
const UNLIKELY_RATE = 5;
/** By then two servers would have come to the same: what it says is the truth from here on. */
const LONGEST_LIE_MS = 600_000;
const SERIES_AT_ONCE = 500;
/** By then every target has been scraped once. */
const FIRST_SCRAPES_MS = 90_000;
/** A series that was away for so long is forgotten; if it comes back, it counts as a new one. */
const FORGET_MS = 24 * 3_600_000;

export class CounterBook {
  readonly #series = new Map<string, Series>();
  readonly #functions = new Map<string, Counted>();
  #lookedFromMs = Number.NaN;
  #takenToMs = Number.NEGATIVE_INFINITY;
  /** Counters that began again at 0, since the beginning. */
  restarts = 0;
  /** Samples that cannot be. */
  badSamples = 0;

  /** Functions that are known. */
  get functions(): number {
    return this.#functions.size;
  }

  /** Time of the latest good sample; NaN before the first. */
  get lastMs(): number {
    let last = Number.NaN;
    for (const { lastMs } of this.#series.values()) if (!(lastMs <= last)) last = lastMs;
    return last;
  }

  /** Forgets all samples: a time that was looked at before is looked at again. */
  clear(): void {
    this.#series.clear();
    this.#lookedFromMs = Number.NaN;
    this.#takenToMs = Number.NEGATIVE_INFINITY;
  }

  /**
   * Takes the answers of a window, and gives what it adds, by time. Growth since the last good sample is counted whatever lies between, so that no call is lost
   * or doubled: a stretch may begin before the window, and ends within it, or at its beginning where nobody looked before.
   */
  take(window: Window, answers: readonly AnsweredSeries[], surroundings: Surroundings): Observation[] {
    const taking = this.takeInParts(window, answers, surroundings);
    for (;;) {
      const { done, value } = taking.next();
      if (done) return value;
    }
  }

  /** The same, with a stop after every few hundred series: to let others have their turn. */
  *takeInParts(
    window: Window,
    answers: readonly AnsweredSeries[],
    { down, incomplete }: Surroundings,
  ): Generator<undefined, Observation[]> {
    const { fromMs, toMs, stepMs } = window;
    if (Number.isNaN(this.#lookedFromMs)) this.#lookFrom(window, answers);
    const lastSampleMs = fromMs + Math.floor((toMs - fromMs) / stepMs) * stepMs;
    const growths: Growth[] = [];
    const spent: { functionKey: string; rank: number; ms: number }[] = [];
    const gaps = new Gaps(window);
    for (const [i, answer] of answers.entries()) {
      if (i % SERIES_AT_ONCE === SERIES_AT_ONCE - 1) yield;
      const key = keyOf(answer.labels);
      const counted = this.#series.get(key) ?? prometheusSeries(answer.labels);
      if (counted === undefined) continue;
      const { functionKey, kind, rank, toMs: unitMs } = counted;
      const of = this.#functionOf(counted);
      const add = (from: number, to: number, growth: number, series: Series): void => {
        if (kind === 'duration') {
          if (growth > 0) spent.push({ functionKey, rank, ms: growth * unitMs });
          return;
        }
        const calls = wholeCalls(series, growth);
        if (calls > 0 || of.isNew) growths.push({ functionKey, rank, fromMs: from, toMs: to, calls });
        of.isNew = false;
      };
      this.#read(key, answer, counted, window, add, (from, to, detail) => {
        this.badSamples++;
        // Without the time spent the calls are known all the same.
        if (kind === 'calls') gaps.add(functionKey, from, to, 'bad-value', detail);
      });
    }
    for (const [key, series] of this.#series) {
      if (series.lastMs >= lastSampleMs) continue;
      const why = down.has(series.target) ? `the target ${shownTarget(series.target)} was not scraped` : incomplete;
      if (why !== null) gaps.add(series.functionKey, Math.max(fromMs, series.lastMs), toMs, 'missing', why);
      else if (toMs - series.lastMs > FORGET_MS) this.#series.delete(key);
    }
    this.#takenToMs = toMs;
    const samples = this.#samples(growths, spent, stepMs);
    return [...samples, ...gaps.all()].sort((a, b) => a.fromMs - b.fromMs);
  }

  /** What is there at the first sample of all began before it, nobody knows when. */
  #lookFrom({ fromMs, toMs }: Window, answers: readonly AnsweredSeries[]): void {
    let firstMs = Number.POSITIVE_INFINITY;
    for (const { samples } of answers) {
      const seconds = samples[0]?.[0];
      if (typeof seconds === 'number') firstMs = Math.min(firstMs, Math.round(seconds * 1000));
    }
    if (!(firstMs >= fromMs && firstMs <= toMs)) return;
    // Where data begin, by retention or with the server, the first scrapes of all targets lie apart.
    this.#lookedFromMs = firstMs === fromMs ? fromMs : firstMs + FIRST_SCRAPES_MS;
  }

  #functionOf({ functionKey, kind, rank }: PrometheusSeries): Counted {
    let of = this.#functions.get(functionKey);
    if (of === undefined) {
      of = { rank: Number.POSITIVE_INFINITY, durationRank: Number.POSITIVE_INFINITY, spentMs: 0, isNew: true };
      this.#functions.set(functionKey, of);
    }
    if (kind === 'calls') of.rank = Math.min(of.rank, rank);
    else of.durationRank = Math.min(of.durationRank, rank);
    return of;
  }

  #read(
    key: string,
    { labels, samples }: AnsweredSeries,
    counted: PrometheusSeries,
    { fromMs, toMs, stepMs }: Window,
    add: (fromMs: number, toMs: number, growth: number, series: Series) => void,
    refuse: (fromMs: number, toMs: number, detail: string) => void,
  ): void {
    let series = this.#series.get(key);
    for (const [seconds, text] of samples) {
      const atMs = typeof seconds === 'number' ? Math.round(seconds * 1000) : Number.NaN;
      if (!(atMs >= fromMs && atMs <= toMs)) {
        refuse(fromMs, toMs, `a sample of ${String(seconds).slice(0, 30)} s, a time that was not asked for`);
        return;
      }
      // The window begins with the sample that the one before ended with. One that came after that counts with the next: so no two
      // windows have samples of one stretch.
      if (atMs <= this.#takenToMs) continue;
      const before = Math.max(fromMs, atMs - stepMs);
      const value = typeof text === 'string' && text !== '' ? Number(text) : Number.NaN;
      if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) {
        refuse(before, atMs, `a counter of ${String(text).slice(0, 30)}`);
        continue;
      }
      if (series === undefined) {
        series = {
          functionKey: counted.functionKey,
          kind: counted.kind,
          rank: counted.rank,
          toMs: counted.toMs,
          target: targetOf(labels),
          lastMs: atMs,
          lastValue: value,
          fastest: 0,
          carry: 0,
        };
        this.#series.set(key, series);
        // Of the first look nobody knows what came before; later, what appears has begun at 0.
        const isFirstLook = !(atMs > this.#lookedFromMs);
        if (isFirstLook) add(atMs, atMs, 0, series);
        else add(Math.max(this.#lookedFromMs, atMs - stepMs), atMs, value, series);
        continue;
      }
      const { lastMs, lastValue } = series;
      if (atMs <= lastMs) {
        refuse(fromMs, toMs, 'samples whose times go back');
        return;
      }
      const fall = lastValue - value;
      const elapsedMs = atMs - lastMs;
      const isUnlikely = value > UNLIKELY_RATE * series.fastest * elapsedMs;
      if (fall > 0 && fall < SMALL_FALL * lastValue && isUnlikely) {
        refuse(before, atMs, `a counter that fell from ${lastValue} to ${value}, and did not begin again`);
        if (elapsedMs > LONGEST_LIE_MS) [series.lastMs, series.lastValue] = [atMs, value];
        continue;
      }
      const growth = fall > 0 ? value : -fall;
      if (counted.kind === 'calls' && growth > (MOST_CALLS_PER_S * elapsedMs) / 1000) {
        refuse(before, atMs, `${growth} calls in ${elapsedMs / 1000} s`);
        continue;
      }
      if (fall > 0) this.restarts++;
      series.fastest = Math.max(series.fastest, growth / elapsedMs);
      add(lastMs, atMs, growth, series);
      series.lastMs = atMs;
      series.lastValue = value;
    }
  }

  /** One sample a function and stretch, of the counter that counts. */
  #samples(
    growths: readonly Growth[],
    spent: readonly { functionKey: string; rank: number; ms: number }[],
    stepMs: number,
  ): CountSample[] {
    for (const { functionKey, rank, ms } of spent) {
      const of = this.#functions.get(functionKey)!;
      if (rank === of.durationRank) of.spentMs += ms;
    }
    const sums = new Map<string, CountSample>();
    const calls = new Map<string, number>();
    for (const { functionKey, rank, fromMs, toMs, calls: more } of growths) {
      if (rank !== this.#functions.get(functionKey)!.rank) continue;
      // The very first sample of a function begins the time that is known of it.
      const endMs = fromMs === toMs ? fromMs + stepMs : toMs;
      const key = `${fromMs} ${endMs} ${functionKey}`;
      const sample = sums.get(key);
      if (sample !== undefined) sample.calls += more;
      else sums.set(key, { kind: 'count', functionKey, fromMs, toMs: endMs, calls: more });
      calls.set(functionKey, (calls.get(functionKey) ?? 0) + more);
    }
    const means = new Map<string, number>();
    for (const [functionKey, sum] of calls) {
      const of = this.#functions.get(functionKey)!;
      if (sum === 0 || of.spentMs === 0) continue;
      means.set(functionKey, of.spentMs / sum);
      of.spentMs = 0;
    }
    for (const sample of sums.values()) {
      const mean = means.get(sample.functionKey);
      if (mean !== undefined && sample.calls > 0) sample.durationMs = mean;
    }
    return [...sums.values()];
  }
}

/** A name of a series: the same for the same labels, in whatever order. */
function keyOf(labels: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(labels);
  // Servers sort them, as a rule.
  const isSorted = names.every((name, i) => i === 0 || names[i - 1]! < name);
  return JSON.stringify(isSorted ? labels : Object.fromEntries(names.sort().map((name) => [name, labels[name]])));
}

/** What a scrape is of. */
export function targetOf(labels: Readonly<Record<string, unknown>>): string {
  return `${String(labels.job ?? '')}\n${String(labels.instance ?? '')}`;
}

const shownTarget = (target: string): string =>
  target
    .split('\n')
    .filter((part) => part !== '')
    .join(' ');

/** Whole calls: what is rounded off goes to the next. */
function wholeCalls(series: Series, growth: number): number {
  series.carry += growth;
  const whole = Math.max(0, Math.floor(series.carry + 0.5));
  series.carry -= whole;
  return whole;
}

/** Gaps of a window, in the order of each series; those of one function and reason that touch as one. */
class Gaps {
  readonly #toMs: number;
  readonly #all: Gap[] = [];
  readonly #last = new Map<string, Gap>();

  constructor({ toMs }: Window) {
    this.#toMs = toMs;
  }

  add(functionKey: string, fromMs: number, toMs: number, reason: Gap['reason'], detail: string): void {
    // A sample at the very beginning says nothing of the window.
    if (!(toMs > fromMs)) return;
    const key = `${reason} ${functionKey}`;
    const last = this.#last.get(key);
    if (last !== undefined && fromMs >= last.fromMs && fromMs <= last.toMs) {
      last.toMs = Math.max(last.toMs, toMs);
      return;
    }
    const gap: Gap = { kind: 'gap', functionKey, fromMs, toMs: Math.min(toMs, this.#toMs), reason, detail };
    this.#last.set(key, gap);
    this.#all.push(gap);
  }

  all(): Gap[] {
    return this.#all;
  }
}

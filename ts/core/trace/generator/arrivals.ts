import type { SplitMix64 } from '../../kernels/pure/numeric.js';
import type { CellWriter } from '../cells.js';
import { exponential, Poisson } from './draws.js';
import { busyShare, type Gaps } from './gaps.js';
import type { Season } from './season.js';

/** Writes the calls of functions into cells, one function after the other, and adds them up. */
export class ArrivalWriter {
  calls = 0;
  readonly minutes: number;
  readonly #cells: CellWriter;
  readonly #poisson = new Poisson();
  /** A function's rate relative to its mean, minute by minute. */
  readonly #relative: Float64Array;

  constructor(cells: CellWriter, minutes: number) {
    this.#cells = cells;
    this.minutes = minutes;
    this.#relative = new Float64Array(minutes);
  }

  /**
   * Call by call: gaps with mean `1 / perMinute`, on a clock that runs faster when the season is busy. Time grows with the calls,
   * not with the minutes: for rare ones.
   */
  renew(random: SplitMix64, gaps: Gaps, perMinute: number, season?: Season): void {
    const end = season === undefined ? this.minutes : season.before[this.minutes];
    let last = -1;
    let count = 0;
    let minute = 0;
    for (let at = gaps.first(random) / perMinute; at < end; at += gaps.next(random) / perMinute) {
      minute = season === undefined ? Math.floor(at) : minuteOf(season.before, at, minute);
      if (minute === last) {
        count++;
        continue;
      }
      if (count > 0) this.#push(last, count);
      last = minute;
      count = 1;
    }
    if (count > 0) this.#push(last, count);
  }

  /** The seasonal rate, or a flat one: what the methods below change, and `scatter` and `regulate` draw from. */
  begin(season?: Season): void {
    if (season === undefined) this.#relative.fill(1);
    else this.#relative.set(season.relative);
  }

  /**
   * Turns between two states, of which the first takes a share `calmShare` of the time: multiplies the rate with `calm`
   * there, and so much in the other that the mean stays. `calmMinutes` is how long the first state lasts on average; times are exponential.
   */
  alternate(random: SplitMix64, calm: number, calmShare: number, calmMinutes: number): void {
    const busy = (1 - calm * calmShare) / (1 - calmShare);
    const busyMinutes = (calmMinutes * (1 - calmShare)) / calmShare;
    let isCalm = random.unit() < calmShare;
    let minute = 0;
    for (let at = 0; minute < this.minutes; ) {
      at += exponential(random) * (isCalm ? calmMinutes : busyMinutes);
      const until = Math.min(this.minutes, Math.floor(at));
      const factor = isCalm ? calm : busy;
      for (; minute < until; minute++) this.#relative[minute] *= factor;
      isCalm = !isCalm;
    }
  }

  /** A jump to `height` times the mean at `minute`, which then falls by `decay` a minute. */
  spike(minute: number, height: number, decay: number): void {
    for (let at = minute, extra = height; at < this.minutes && extra > 0.01; at++, extra *= decay) {
      this.#relative[at] += extra;
    }
  }

  /** Draws every minute's calls at random around its rate. */
  scatter(random: SplitMix64, perMinute: number): void {
    for (let minute = 0; minute < this.minutes; minute++) {
      const count = this.#poisson.draw(random, perMinute * this.#relative[minute]);
      if (count > 0) this.#push(minute, count);
    }
  }

  /** As `scatter`, with a variance of `variation^2` (0..1) of a Poisson draw's: the rest of the calls come evenly. */
  regulate(random: SplitMix64, perMinute: number, variation: number): void {
    const scattered = perMinute * variation * variation;
    const even = perMinute - scattered;
    let owed = random.unit();
    for (let minute = 0; minute < this.minutes; minute++) {
      const relative = this.#relative[minute];
      owed += even * relative;
      let count = Math.floor(owed);
      owed -= count;
      if (scattered > 0) count += this.#poisson.draw(random, scattered * relative);
      if (count > 0) this.#push(minute, count);
    }
  }

  /** A call every `period` minutes from `phase` on; one in `1 / late` of them a minute late. */
  tick(random: SplitMix64, phase: number, period: number, late: number): void {
    let last = -1;
    let count = 0;
    for (let call = 0; ; call++) {
      const due = Math.floor(phase + call * period);
      if (due >= this.minutes) break;
      const delayed = late > 0 && random.unit() < late && due + 1 < this.minutes ? due + 1 : due;
      // A late call may be overtaken by the next one: never back in time.
      const minute = Math.max(delayed, last);
      if (minute !== last && count > 0) {
        this.#push(last, count);
        count = 0;
      }
      last = minute;
      count++;
    }
    if (count > 0) this.#push(last, count);
  }

  /** Ends the function. */
  end(): void {
    this.#cells.endFunction();
  }

  #push(minute: number, count: number): void {
    this.#cells.push(minute, count);
    this.calls += count;
  }
}

/** Gaps above 1 in variation, of a function that is called more than once a minute: half the time busy, half the time nearly silent. */
export function alternateForVariation(
  arrivals: ArrivalWriter,
  random: SplitMix64,
  perMinute: number,
  variation: number,
  stayMinutes: number,
): void {
  const calm = 2 * (1 - busyShare(variation));
  // A calm spell shorter than the gaps in it would not show them.
  arrivals.alternate(random, calm, 0.5, Math.max(stayMinutes, 2 / (calm * perMinute)));
}

/** The minute in which the running sum passes `at`, at or after `from`: by steps that double, then by halves. */
function minuteOf(before: Float64Array, at: number, from: number): number {
  let low = from;
  let step = 1;
  while (low + step < before.length && before[low + step] <= at) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, before.length - 1);
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (before[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}

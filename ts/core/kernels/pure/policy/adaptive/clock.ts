/** Calls by the clock, at which minutes of the hour: the pure twin of `clock.rs` in `crates/policy`. */
import { ensure } from '../../check.js';
import { ln } from '../../numeric.js';
import { partOf, remainder } from '../clock-parts.js';
import type { StateReader, StateWriter } from '../policy.js';
import { addCounts, MOST_COUNTED } from './counted.js';
import { type Costs, cheapest, paid, STRETCHES, type Stretches, Warmths } from './program.js';

const MINUTE = 60_000;
const MINUTES = 60;
/** Periods, in minutes, that an hour is a multiple of. */
const PERIODS = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60];
/** How many minutes ahead it plans. */
const AHEAD = 180;
const KEEP_MINUTE = 0.98;
const KEEP_SHARE = 0.99;
const KEEP_SPENT = 0.95;
/** Plans to compare, and by how much cheaper, before it is used. */
const LEAST_COMPARED = 3;
const CHEAPER = 0.95;
/** Above this share of gaps within one minute the clock is of no use. */
const MOSTLY_WITHIN = 0.9;
/** However long it has run, its period is looked for anew within as many gaps as it remembers. */
const MOST_BEATS = 1600;
const NO_CALL = 0xffff;
const MAX_U32 = 0xffff_ffff;

/** Of each phase of a period: its hazard, and between which ms of its minutes calls come. */
const hazards = new Float64Array(MINUTES);
const begins = new Float64Array(MINUTES);
const ends = new Float64Array(MINUTES);

/** Minutes of the hour. */
export class Clock {
  /** The plan made at the last release; none when the clock says nothing. */
  intervals = new Warmths();
  /** Per minute: gaps that ended in it and that reached it, decayed. */
  #ended = new Float32Array(MINUTES);
  #reached = new Float32Array(MINUTES);
  /** Per minute: the earliest and the latest call, ms into it. */
  #earliest = new Uint16Array(MINUTES).fill(NO_CALL);
  #latest = new Uint16Array(MINUTES);
  /** Gaps within one minute, and all, decayed. */
  #within = 0;
  #all = 0;
  /** What the level's own plan and this one would have cost, decayed, USD. */
  #spentRival = 0;
  #spent = 0;
  #compared = 0;
  /** The period that explains them best, gaps over a minute, and how many until it is looked for anew. */
  #period = 1;
  #beats = 0;
  #due = 0;
  /** The level's own plan when this one was made. */
  #rival = new Warmths();
  /** What `#phase` found. */
  #phaseEnded = 0;
  #phaseReached = 0;

  /** A gap of the lowest level ended: charges both plans for it, then learns it. */
  observe(released: number, at: number, costs: Costs): void {
    if (this.intervals.count > 0) {
      this.#spentRival = this.#spentRival * KEEP_SPENT + paid(this.#rival, at - released, costs);
      this.#spent = this.#spent * KEEP_SPENT + paid(this.intervals, at - released, costs);
      if (this.#compared < MAX_U32) this.#compared++;
    }
    const first = partOf(released, MINUTE);
    const last = partOf(at, MINUTE);
    this.#within = this.#within * KEEP_SHARE + (first === last ? 1 : 0);
    this.#all = this.#all * KEEP_SHARE + 1;
    if (first === last) return;
    if (this.#beats < MAX_U32) this.#beats++;
    if (this.#due > 0) this.#due--;
    // A gap of days says nothing more about a minute than a gap of one.
    const m = remainder(last, MINUTES) | 0;
    let minute = remainder(Math.max(first + 1, last - 1440), MINUTES) | 0;
    for (let left = Math.min(last - first, 1441); left > 0; left--) {
      this.#reached[minute] = this.#reached[minute] * KEEP_MINUTE + 1;
      // Rounded once, as those that reached it: never more than they.
      this.#ended[minute] = this.#ended[minute] * KEEP_MINUTE + (left === 1 ? 1 : 0);
      minute = minute === MINUTES - 1 ? 0 : minute + 1;
    }
    const offset = at - last * MINUTE;
    if (offset < this.#earliest[m]) this.#earliest[m] = offset;
    if (offset > this.#latest[m]) this.#latest[m] = offset;
  }

  #phase(period: number, phase: number): void {
    let ended = 0;
    let reached = 0;
    for (let m = phase; m < MINUTES; m += period) {
      ended += this.#ended[m];
      reached += this.#reached[m];
    }
    this.#phaseEnded = ended;
    this.#phaseReached = reached;
  }

  /** The period whose phases explain the gaps best, a parameter costing half the logarithm of the observations (BIC). */
  #bestPeriod(): number {
    this.#phase(1, 0);
    const observed = this.#phaseReached;
    if (observed < 4) return 1;
    const penalty = 0.5 * ln(observed);
    let best = Number.NEGATIVE_INFINITY;
    let found = 1;
    for (const period of PERIODS) {
      let fit = -period * penalty;
      for (let phase = 0; phase < period; phase++) {
        this.#phase(period, phase);
        const ended = this.#phaseEnded;
        const reached = this.#phaseReached;
        if (ended > 0 && reached > ended) {
          const hazard = ended / reached;
          fit += ended * ln(hazard) + (reached - ended) * ln(1 - hazard);
        }
      }
      if (fit > best) {
        best = fit;
        found = period;
      }
    }
    return found;
  }

  /** Makes the plan of an instance released at `at`; whether to follow it rather than `rival`. */
  plan(at: number, rival: Warmths, costs: Costs, startMs: number): boolean {
    this.intervals.count = 0;
    // Before the first gap nothing is known: there is nothing to save either.
    if (this.#all === 0 || this.#within > this.#all * MOSTLY_WITHIN) return false;
    if (this.#due === 0) {
      this.#period = this.#bestPeriod();
      this.#due = 1 + Math.floor(Math.min(this.#beats, MOST_BEATS) / 32);
    }
    if (this.#period === 1) return false;
    const beyond = this.#forecast(at, this.#period, STRETCHES);
    cheapest(STRETCHES, beyond, costs, startMs, this.intervals);
    this.#rival.copy(rival);
    return this.#compared >= LEAST_COMPARED && this.#spent < this.#spentRival * CHEAPER;
  }

  #forecast(at: number, period: number, out: Stretches): number {
    this.#phases(period);
    const now = partOf(at, MINUTE);
    let left = 1;
    out.count = 0;
    for (let ahead = 0; ahead < AHEAD; ahead++) {
      const phase = remainder(now + ahead, period);
      const start = (now + ahead) * MINUTE - at;
      const from = Math.max(start, 0);
      const to = start + MINUTE;
      let hazard = hazards[phase];
      let begin = Math.max(start + begins[phase], from);
      let end = Math.min(start + ends[phase], to);
      if (ahead === 0) {
        hazard = (this.#within + 0.2) / (this.#all + 1);
        begin = from;
        end = to;
      }
      const mass = left * hazard;
      left -= mass;
      if (begin > from) out.push(from, begin, 0);
      out.push(begin, end, mass);
      if (end < to) out.push(end, to, 0);
    }
    return left;
  }

  #phases(period: number): void {
    this.#phase(1, 0);
    const mean = this.#phaseEnded / (this.#phaseReached + 1);
    for (let phase = 0; phase < period; phase++) {
      this.#phase(period, phase);
      hazards[phase] = (this.#phaseEnded + mean) / (this.#phaseReached + 1);
      let earliest = NO_CALL;
      let latest = 0;
      for (let m = phase; m < MINUTES; m += period) {
        earliest = Math.min(earliest, this.#earliest[m]);
        latest = Math.max(latest, this.#latest[m]);
      }
      const called = earliest <= latest;
      begins[phase] = called ? earliest : 0;
      ends[phase] = called ? latest + 1 : MINUTE;
    }
  }

  /** Adds the calls that another has seen; the plan that is on stays. */
  merge(other: Clock): void {
    addCounts(this.#ended, other.#ended);
    addCounts(this.#reached, other.#reached);
    for (let m = 0; m < MINUTES; m++) {
      this.#earliest[m] = Math.min(this.#earliest[m], other.#earliest[m]);
      this.#latest[m] = Math.max(this.#latest[m], other.#latest[m]);
    }
    this.#within += other.#within;
    this.#all += other.#all;
    this.#spentRival += other.#spentRival;
    this.#spent += other.#spent;
    this.#compared = Math.min(this.#compared + other.#compared, MAX_U32);
    this.#beats = Math.min(this.#beats + other.#beats, MAX_U32);
    this.#due = 0;
  }

  save(out: StateWriter): void {
    out.f64(this.#all);
    // Most functions are never called by the clock: one number says that there is nothing.
    if (this.#all === 0) return;
    out.f64(this.#within);
    for (let m = 0; m < MINUTES; m++) {
      out.f32(this.#ended[m]);
      out.f32(this.#reached[m]);
      out.u16(this.#earliest[m]);
      out.u16(this.#latest[m]);
    }
    out.f64(this.#spentRival);
    out.f64(this.#spent);
    out.u32(this.#compared);
    out.u8(this.#period);
    out.u32(this.#beats);
    out.u32(this.#due);
    this.intervals.save(out);
    this.#rival.save(out);
  }

  static load(from: StateReader): Clock {
    const clock = new Clock();
    clock.#all = from.amount();
    if (clock.#all === 0) return clock;
    clock.#within = from.amount();
    ensure(clock.#within <= clock.#all, 'BAD_STATE', () => 'policy state has more gaps within a minute than gaps');
    for (let m = 0; m < MINUTES; m++) {
      clock.#ended[m] = from.f32Within(MOST_COUNTED);
      clock.#reached[m] = from.f32Within(MOST_COUNTED);
      clock.#earliest[m] = from.u16();
      clock.#latest[m] = from.u16();
      ensure(clock.#ended[m] <= clock.#reached[m], 'BAD_STATE', () => {
        return `policy state has more gaps that ended in minute ${m} than reached it`;
      });
      const never = clock.#earliest[m] === NO_CALL && clock.#latest[m] === 0;
      const fits = never || (clock.#earliest[m] <= clock.#latest[m] && clock.#latest[m] < MINUTE);
      ensure(fits, 'BAD_STATE', () => `policy state has a call outside of minute ${m}`);
    }
    clock.#spentRival = from.amount();
    clock.#spent = from.amount();
    clock.#compared = from.u32();
    clock.#period = from.u8();
    const known = PERIODS.includes(clock.#period);
    ensure(known, 'BAD_STATE', () => `policy state has a period of ${clock.#period} minutes`);
    clock.#beats = from.u32();
    clock.#due = from.u32();
    ensure(clock.#due <= 1 + MOST_BEATS / 32, 'BAD_STATE', () => {
      return `policy state looks for a period after ${clock.#due} gaps`;
    });
    clock.intervals = Warmths.load(from);
    clock.#rival = Warmths.load(from);
    return clock;
  }
}

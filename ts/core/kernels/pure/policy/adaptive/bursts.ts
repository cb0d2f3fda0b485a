/** Bursts by the clock, and what to start ahead of them: the pure twin of `bursts.rs` in `crates/policy`. */
import { ensure } from '../../check.js';
import { partOf, remainder } from '../clock-parts.js';
import type { StateReader, StateWriter } from '../policy.js';
import type { Costs } from './program.js';

const MINUTE = 60_000;
const MINUTES = 60;
const HOURS = 4;
/** The most instances predicted. */
const MOST = 64;
/** A burst is more than the peak of the last minutes; less is the levels' own business. */
const RECENT = 5;
/** One instance is never a burst. */
const LEAST = 2;
const KEEP = 0.98;
/** How often a minute that was so busy in `k` of the last `n` hours is so again, at `4 (n - 1) + k - 1`, worth two observations. */
const EXPECTED = Float64Array.of(0.15, 0, 0, 0, 0.08, 0.5, 0, 0, 0.05, 0.3, 0.7, 0, 0.04, 0.2, 0.5, 0.85);
const EXPECTED_WEIGHT = 2;
/** A started instance may serve a call that another release would have served: it counts about half. */
const USE = 0.55;

/** The last minute before `minute` that is the `m`th of its hour. */
const lastClosed = (minute: number, m: number): number => minute - 1 - remainder(minute - 1 - m, MINUTES);

/** How many were read. Errors: `BAD_STATE`. */
function readPredicted(from: StateReader, out: Uint8Array): number {
  const used = from.u8();
  ensure(used <= MOST, 'BAD_STATE', () => `policy state predicts ${used} counts, expected at most ${MOST}`);
  for (let count = 0; count < used; count++) {
    out[count] = from.u8();
    ensure(out[count] <= HOURS * HOURS, 'BAD_STATE', () => `policy state has the prediction ${out[count]}`);
  }
  return used;
}

/** Peaks by minute. */
export class Bursts {
  /** Per minute of the hour the peaks of the last hours, latest first. */
  #peaks = new Uint8Array(MINUTES * HOURS);
  /** Of the minute that is on. */
  #peak = 0;
  /** The minute that is on, and that after which it knows peaks. */
  #minute = Number.NEGATIVE_INFINITY;
  #since = Number.NEGATIVE_INFINITY;
  /** Which of its hour the minute is that is on. */
  #place = 0;
  /** Which prediction, `4 (n - 1) + k`, was made for each number of instances: for the minute that is on, and for the next. */
  #predicted = new Uint8Array(MOST);
  #nextPredicted = new Uint8Array(MOST);
  /** No prediction is made for so many instances or more. */
  #used = 0;
  #nextUsed = 0;
  /** Per prediction: how often it came true and was made, decayed. */
  #came = new Float64Array(HOURS * HOURS);
  #made = new Float64Array(HOURS * HOURS);

  /** So many are busy. */
  observe(busy: number): void {
    if (busy > this.#peak) this.#peak = busy;
  }

  /** A tick: closes the minutes that ended; `busy` are busy now. */
  tick(now: number, busy: number): void {
    const minute = partOf(now, MINUTE);
    if (this.#minute === Number.NEGATIVE_INFINITY) this.#since = minute;
    else if (minute > this.#minute) this.#close(minute);
    if (minute > this.#minute) {
      this.#minute = minute;
      this.#place = remainder(minute, MINUTES) | 0;
      this.#peak = busy;
    }
  }

  /**
   * Nothing is known up to `until`, when `busy` are busy: minutes are as if they had not been, and what was predicted of them is not scored. One that begins or
   * ends within is not remembered, or by what was seen of it.
   */
  stand(until: number, busy: number): void {
    const minute = partOf(until, MINUTE);
    if (!this.isTold) return;
    this.#predicted.fill(0);
    this.#nextPredicted.fill(0);
    this.#used = 0;
    this.#nextUsed = 0;
    if (minute <= this.#minute) return;
    this.#since += minute - this.#minute;
    this.#minute = minute;
    this.#place = remainder(minute, MINUTES) | 0;
    this.#peak = busy;
  }

  #close(minute: number): void {
    for (let count = 0; count < this.#used; count++) {
      const prediction = this.#predicted[count] - 1;
      if (prediction < 0) continue;
      this.#came[prediction] = this.#came[prediction] * KEEP + (this.#peak >= count ? 1 : 0);
      this.#made[prediction] = this.#made[prediction] * KEEP + 1;
    }
    this.#remember(this.#minute, Math.min(this.#peak, 255));
    // Minutes without a tick count as quiet: nothing is known of them.
    for (let missed = Math.max(this.#minute + 1, minute - MINUTES); missed < minute; missed++)
      this.#remember(missed, 0);
    const [past, next] = [this.#predicted, this.#nextPredicted];
    for (let count = 0; count < this.#used; count++) past[count] = 0;
    this.#used = 0;
    if (minute === this.#minute + 1) {
      this.#predicted = next;
      this.#nextPredicted = past;
      this.#used = this.#nextUsed;
    } else {
      for (let count = 0; count < this.#nextUsed; count++) next[count] = 0;
    }
    this.#nextUsed = 0;
  }

  #remember(minute: number, peak: number): void {
    const peaks = this.#peaks;
    const row = HOURS * (minute === this.#minute ? this.#place : remainder(minute, MINUTES));
    for (let at = row + HOURS - 1; at > row; at--) peaks[at] = peaks[at - 1];
    peaks[row] = peak;
  }

  /** How many instances the next minute is worth to have, when `alive` will be: `alive` or more. */
  wanted(alive: number, costsAt: (level: number) => Costs): number {
    const next = this.#minute + 1;
    const hours = Math.min(Math.floor((next - this.#since) / MINUTES), HOURS);
    if (hours === 0) return alive;
    const row = HOURS * ((this.#place + 1) % MINUTES);
    let recent = 0;
    for (let ago = 1; ago <= RECENT; ago++) {
      if (this.#minute - ago < this.#since) break;
      recent = Math.max(recent, this.#peaks[HOURS * ((this.#place + MINUTES - ago) % MINUTES)]);
    }
    let most = 0;
    for (let hour = 0; hour < hours; hour++) most = Math.max(most, this.#peaks[row + hour]);
    most = Math.min(most, MOST - 1);
    let wanted = alive;
    for (let count = Math.max(alive + 1, recent + 1, LEAST); count <= most; count++) {
      let times = 0;
      for (let hour = 0; hour < hours; hour++) if (this.#peaks[row + hour] >= count) times++;
      const prediction = HOURS * (hours - 1) + times;
      this.#nextPredicted[count] = prediction;
      if (count >= this.#nextUsed) this.#nextUsed = count + 1;
      const came = this.#came[prediction - 1] + EXPECTED_WEIGHT * EXPECTED[prediction - 1];
      const share = came / (this.#made[prediction - 1] + EXPECTED_WEIGHT);
      const costs = costsAt(count - 1);
      const idle = costs.idle * MINUTE * (1 - 0.5 * share);
      if (share * costs.cold * USE > costs.preWarm + idle) wanted = count;
    }
    return wanted;
  }

  /** Adds the peaks of another, hour by hour where both know it, and how its predictions came true. */
  merge(other: Bursts): void {
    for (let m = 0; m < MINUTES; m++) {
      const ahead = (lastClosed(this.#minute, m) - lastClosed(other.#minute, m)) / MINUTES;
      for (let hour = 0; hour < HOURS; hour++) {
        const theirs = hour - ahead;
        if (theirs < 0 || theirs >= HOURS) continue;
        const at = HOURS * m;
        this.#peaks[at + hour] = Math.max(this.#peaks[at + hour], other.#peaks[at + theirs]);
      }
    }
    this.#since = Math.min(this.#since, other.#since);
    for (let i = 0; i < this.#came.length; i++) {
      this.#came[i] += other.#came[i];
      this.#made[i] += other.#made[i];
    }
  }

  /** Whether it was told of a minute. */
  get isTold(): boolean {
    return this.#minute !== Number.NEGATIVE_INFINITY;
  }

  save(out: StateWriter): void {
    out.instant(this.isTold ? this.#minute : undefined);
    if (!this.isTold) return;
    out.i64(this.#since);
    out.u32(this.#peak);
    for (const peak of this.#peaks) out.u8(peak);
    for (const [predicted, used] of [
      [this.#predicted, this.#used],
      [this.#nextPredicted, this.#nextUsed],
    ] as const) {
      const known = predicted.subarray(
        0,
        predicted.subarray(0, used).findLastIndex((prediction) => prediction > 0) + 1,
      );
      out.u8(known.length);
      for (const prediction of known) out.u8(prediction);
    }
    for (let i = 0; i < this.#came.length; i++) {
      out.f64(this.#came[i]);
      out.f64(this.#made[i]);
    }
  }

  /** At `now`. */
  static load(from: StateReader, now: number): Bursts {
    const bursts = new Bursts();
    const minute = from.instant();
    if (minute === undefined) return bursts;
    ensure(minute <= partOf(now, MINUTE), 'BAD_STATE', () => {
      return `policy state has minute ${minute}, which is yet to come`;
    });
    bursts.#minute = minute;
    bursts.#place = remainder(minute, MINUTES) | 0;
    bursts.#since = from.time();
    ensure(bursts.#since <= minute, 'BAD_STATE', () => 'policy state begins after its last minute');
    bursts.#peak = from.u32();
    for (let i = 0; i < bursts.#peaks.length; i++) bursts.#peaks[i] = from.u8();
    bursts.#used = readPredicted(from, bursts.#predicted);
    bursts.#nextUsed = readPredicted(from, bursts.#nextPredicted);
    for (let i = 0; i < bursts.#came.length; i++) {
      bursts.#came[i] = from.amount();
      bursts.#made[i] = from.amount();
      ensure(bursts.#came[i] <= bursts.#made[i], 'BAD_STATE', () => {
        return 'policy state has more predictions that came true than were made';
      });
    }
    return bursts;
  }
}

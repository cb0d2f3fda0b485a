/** Twice the mean concurrency, held all day: static over-provisioning. The pure twin of `static_twice.rs` in `crates/policy`. */
import { ensure } from '../check.js';
import { clockPart } from './clock-parts.js';
import {
  type Counts,
  type KernelPolicy,
  NO_STARTS,
  type Start,
  type StateReader,
  type StateWriter,
  type WarmInterval,
} from './policy.js';

const DAY_MS = 86_400_000;
const FACTOR = 2;
const MAX_COUNT = 0xffff_ffff;

export class StaticTwice implements KernelPolicy {
  readonly ticks = true;
  #prewarmMs: number;
  #day: number | undefined;
  /** From when on, and up to when the day was observed: ms into it. */
  #sinceMs = 0;
  #lastMs = 0;
  /** Busy instances now, and their time today. */
  #busy = 0;
  #busyMs = 0;
  /** The mean of the day before; -1 for none. */
  #before = -1;
  /** Idle and promised instances, as far as it knows. */
  #held = 0;

  constructor(prewarmMs: number) {
    this.#prewarmMs = prewarmMs;
  }

  onArrival(atMs: number, busy: number): void {
    this.#advance(atMs);
    this.#busy = busy;
    // It takes an idle one, or cancels one that was promised.
    this.#held = Math.max(this.#held - 1, 0);
  }

  onRelease(atMs: number): WarmInterval {
    const into = this.#advance(atMs);
    this.#busy = Math.max(this.#busy - 1, 0);
    if (!(this.#busy + this.#held < this.#target())) return { prewarmMs: 0, keepAliveMs: 0 };
    this.#held++;
    return { prewarmMs: 0, keepAliveMs: DAY_MS - into + this.#prewarmMs };
  }

  onTick(nowMs: number, counts: Counts): readonly Start[] {
    const into = this.#advance(nowMs);
    // Just after midnight those of the day before are about to end.
    this.#held = (into < this.#prewarmMs ? 0 : counts.warmIdle) + counts.pending;
    const lacking = this.#target() - counts.busy - this.#held;
    if (!(lacking > 0)) return NO_STARTS;
    this.#held += lacking;
    return [{ count: lacking, prewarmMs: this.#prewarmMs, keepAliveMs: DAY_MS - into }];
  }

  onGap(fromMs: number, untilMs: number): void {
    if (this.#day === undefined) return;
    // What was told within is known up to there.
    this.#advance(Math.max(fromMs, this.#day * DAY_MS + this.#lastMs));
    const { part: day, into } = clockPart(untilMs, DAY_MS);
    if (this.#day === day) {
      this.#sinceMs += Math.max(into - this.#lastMs, 0);
      this.#lastMs = Math.max(this.#lastMs, into);
      return;
    }
    // The day ends with what was observed of it.
    if (this.#lastMs > this.#sinceMs) this.#before = this.#busyMs / (this.#lastMs - this.#sinceMs);
    this.#day = day;
    this.#sinceMs = into;
    this.#lastMs = into;
    this.#busyMs = 0;
  }

  seen(): number[] {
    return [this.#mean(), this.#target()];
  }

  #mean(): number {
    if (this.#before >= 0) return this.#before;
    return this.#lastMs > this.#sinceMs ? this.#busyMs / (this.#lastMs - this.#sinceMs) : 0;
  }

  #target(): number {
    return Math.min(Math.ceil(FACTOR * this.#mean()), MAX_COUNT);
  }

  /** The clock is at `atMs`; how far that is into the day. */
  #advance(atMs: number): number {
    const { part: day, into } = clockPart(atMs, DAY_MS);
    if (this.#day === undefined) {
      this.#day = day;
      this.#sinceMs = into;
    } else if (this.#day < day) {
      const whole = this.#busyMs + this.#busy * (DAY_MS - this.#lastMs);
      const mean = whole / (DAY_MS - this.#sinceMs);
      // After a whole day without a change its mean is what was busy.
      this.#before = this.#day + 1 < day ? this.#busy : mean;
      this.#day = day;
      this.#sinceMs = 0;
      this.#busyMs = this.#busy * into;
    } else {
      this.#busyMs += this.#busy * (into - this.#lastMs);
    }
    this.#lastMs = into;
    return into;
  }

  save(out: StateWriter): void {
    out.instant(this.#prewarmMs);
    out.instant(this.#day);
    out.instant(this.#sinceMs);
    out.instant(this.#lastMs);
    for (const value of [this.#busy, this.#busyMs, this.#before, this.#held]) out.f64(value);
  }

  static load(from: StateReader): StaticTwice {
    const policy = new StaticTwice(from.span());
    policy.#day = from.instant();
    policy.#sinceMs = from.span();
    policy.#lastMs = from.span();
    policy.#busy = from.f64();
    policy.#busyMs = from.f64();
    policy.#before = from.f64();
    policy.#held = from.f64();
    const counts = [policy.#busy, policy.#busyMs, policy.#held, policy.#before === -1 ? 0 : policy.#before];
    const fits = counts.every((value) => Number.isFinite(value) && value >= 0);
    const within = policy.#sinceMs < DAY_MS && policy.#lastMs < DAY_MS;
    ensure(fits && within, 'BAD_STATE', () => 'policy state has means out of range');
    return policy;
  }
}

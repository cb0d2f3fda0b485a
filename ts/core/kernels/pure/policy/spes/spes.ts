/** Categories from a function's own past, then a rule per category: after SPES. The pure twin of `spes` in `crates/policy`. */
import { clockPart } from '../clock-parts.js';
import {
  type Counts,
  type KernelPolicy,
  NO_STARTS,
  type Start,
  type StateReader,
  type StateWriter,
  type WarmInterval,
} from '../policy.js';
import { ALWAYS_WARM, deriveRule, Rule, UNKNOWN } from './category.js';
import { Runs } from './runs.js';

const SLOT_MS = 60_000;

export class Spes implements KernelPolicy {
  readonly ticks = true;
  #prewarmMs: number;
  #runs = new Runs();
  /** Follows from `#runs`; derived anew where they have changed. */
  #rule = new Rule(UNKNOWN);
  #stale = false;

  constructor(prewarmMs: number) {
    this.#prewarmMs = prewarmMs;
  }

  onArrival(atMs: number, busy: number): void {
    if (this.#runs.arrival(clockPart(atMs, SLOT_MS).part, busy)) this.#stale = true;
  }

  onRelease(atMs: number): WarmInterval {
    const { part: slot, into } = clockPart(atMs, SLOT_MS);
    if (this.#runs.release(slot)) this.#stale = true;
    this.#settle();
    return { prewarmMs: 0, keepAliveMs: this.#keepAliveMs(into, slot, slot, 0) };
  }

  onTick(nowMs: number, counts: Counts): readonly Start[] {
    const { part: slot, into } = clockPart(nowMs, SLOT_MS);
    const active = this.#runs.last;
    if (active === undefined) return NO_STARTS;
    // One instance stands for the function, as in the paper; of those that are always warm more stay as long as of dense ones.
    const waiting = slot - 1 - active;
    if (waiting < 0 || counts.busy > 0 || counts.warmIdle > 0 || counts.pending > 0) return NO_STARTS;
    this.#settle();
    if (!this.#rule.isWarm(waiting)) return NO_STARTS;
    const forEver = this.#rule.category === ALWAYS_WARM;
    const keepAliveMs = forEver
      ? Number.POSITIVE_INFINITY
      : this.#keepAliveMs(into, slot, active, waiting) - this.#prewarmMs;
    return keepAliveMs >= 0 ? [{ count: 1, prewarmMs: this.#prewarmMs, keepAliveMs }] : NO_STARTS;
  }

  onGap(fromMs: number, untilMs: number): void {
    this.#runs.stand(clockPart(fromMs, SLOT_MS).part, clockPart(untilMs, SLOT_MS).part);
  }

  seen(): number[] {
    const { category, prediction } = deriveRule(this.#runs);
    const last = prediction.reduce((most, range) => Math.max(most, range.last), -1);
    return [category, this.#runs.ended.length, prediction[0]?.first ?? -1, last];
  }

  #settle(): void {
    if (!this.#stale) return;
    this.#rule = deriveRule(this.#runs);
    this.#stale = false;
  }

  /** From `into` the minute `slot` to the end of the minutes that the rule keeps warm from the waiting minute `from` on. */
  #keepAliveMs(into: number, slot: number, active: number, from: number): number {
    const end = active + 1 + this.#rule.endOfWarm(from);
    return (end - slot) * SLOT_MS - 1 - into;
  }

  save(out: StateWriter): void {
    out.instant(this.#prewarmMs);
    this.#runs.save(out);
  }

  static load(from: StateReader): Spes {
    const policy = new Spes(from.span());
    policy.#runs = Runs.load(from);
    policy.#stale = true;
    return policy;
  }
}

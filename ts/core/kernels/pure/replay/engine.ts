/** One policy on one function: releases, ticks and arrivals in order. */
import type { Counts, Policy, Start, WarmInterval } from '../policy/policy.js';
import type { Busy } from './busy.js';
import type { Feed, Outcome } from './feed.js';
import { Warm } from './warm.js';

/** Is told of every decision as it is made. */
export interface Watcher {
  released?(atMs: number, answer: WarmInterval): void;
  ticked?(nowMs: number, counts: Counts, starts: readonly Start[]): void;
  /** A call is served from `atMs` to `untilMs`; `busy` instances are serving then. */
  arrived?(atMs: number, untilMs: number, busy: number): void;
  /** An instance was warm without a call. */
  idled?(fromMs: number, untilMs: number): void;
}

export class Engine implements Feed {
  #policy: Policy;
  #busy: Busy;
  #duration: number;
  #warm: Warm;
  #horizon: number;
  #tickMs: number;
  #nextTick: number;
  #coldStarts = 0;
  #watcher: Watcher | undefined;

  /** `duration` is that of all calls; unused when each has its own. */
  constructor(policy: Policy, busy: Busy, duration: number, horizon: number, tickMs: number, watcher?: Watcher) {
    this.#policy = policy;
    this.#busy = busy;
    this.#duration = duration;
    this.#warm = new Warm(horizon, watcher?.idled?.bind(watcher));
    this.#horizon = horizon;
    this.#tickMs = tickMs;
    this.#nextTick = policy.ticks && horizon > 0 ? 0 : Number.POSITIVE_INFINITY;
    this.#watcher = watcher;
  }

  feed(starts: Float64Array, count: number, durations: Uint32Array): void {
    const busy = this.#busy;
    const warm = this.#warm;
    const each = durations.length > 0;
    const policy = this.#policy;
    const watcher = this.#watcher;
    for (let i = 0; i < count; i++) {
      const at = starts[i];
      const passes = busy.next <= at && this.#nextTick > at && this.#pass(at);
      let cold = false;
      if (!passes) {
        if (busy.next <= at || this.#nextTick <= at) this.#advance(at);
        cold = !warm.take(at);
        if (cold) {
          this.#coldStarts++;
          warm.cancelLatest();
        }
      }
      const release = busy.serve(at, each ? durations[i] : this.#duration, cold);
      policy.onArrival(at, busy.length);
      watcher?.arrived?.(at, release, busy.length);
    }
  }

  /** In steady traffic one call ends between two that begin: when its instance stays it serves, and no stack is touched. */
  #pass(at: number): boolean {
    const busy = this.#busy;
    const release = busy.next;
    busy.release();
    const interval = this.#policy.onRelease(release);
    this.#watcher?.released?.(release, interval);
    if (interval.prewarmMs !== 0) {
      this.#warm.promise(release, interval);
    } else if (busy.next > at && at - release <= interval.keepAliveMs) {
      this.#warm.pass(release, at);
      return true;
    } else {
      this.#warm.stay(release, interval.keepAliveMs);
    }
    return false;
  }

  finish(): Outcome {
    this.#advance(this.#horizon - 1);
    this.#warm.finish();
    return {
      coldStarts: this.#coldStarts,
      preWarms: this.#warm.preWarms,
      idleMs: this.#warm.idleMs,
      windowMs: Number.NaN,
    };
  }

  /** All releases and ticks up to `now`. */
  #advance(now: number): void {
    const busy = this.#busy;
    for (;;) {
      const release = busy.next;
      if (this.#nextTick < release) {
        if (this.#nextTick > now) return;
        this.#tick();
      } else {
        if (release > now) return;
        busy.release();
        const interval = this.#policy.onRelease(release);
        this.#watcher?.released?.(release, interval);
        if (interval.prewarmMs === 0) this.#warm.stay(release, interval.keepAliveMs);
        else this.#warm.promise(release, interval);
      }
    }
  }

  #tick(): void {
    const now = this.#nextTick;
    const counts = { busy: this.#busy.length, warmIdle: this.#warm.countIdle(now), pending: this.#warm.pending };
    const starts = this.#policy.onTick(now, counts);
    this.#watcher?.ticked?.(now, counts, starts);
    for (const { count, prewarmMs, keepAliveMs } of starts) {
      // Nothing is warm before it has started: a policy for many functions may not know how long this one takes.
      const interval = { prewarmMs: Math.max(prewarmMs, this.#busy.wait), keepAliveMs };
      for (let i = 0; i < count; i++) this.#warm.promise(now, interval);
    }
    const next = now + this.#tickMs;
    this.#nextTick = next < this.#horizon ? next : Number.POSITIVE_INFINITY;
  }
}

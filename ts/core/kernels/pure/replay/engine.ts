/** One policy on one function: releases, ticks and arrivals in order, to a horizon or, tick by tick, without one. */
import type { Counts, Policy, Start, WarmInterval } from '../policy/policy.js';
import type { StateReader, StateWriter } from '../state.js';
import { type Busy, EachBusy } from './busy.js';
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

/** Ticks are at multiples. */
const tickAfter = (now: number, tickMs: number): number => (Math.floor(now / tickMs) + 1) * tickMs;

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

  /** One without a horizon: calls have a duration each, and the policy's first tick is at `firstTickMs`. */
  static live(policy: Policy, wait: number, tickMs: number, firstTickMs: number): Engine {
    const engine = new Engine(policy, new EachBusy(wait), 0, Number.POSITIVE_INFINITY, tickMs);
    if (policy.ticks) engine.#nextTick = firstTickMs;
    return engine;
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

  /** Everything up to `now` happens: releases, ticks, but not the arrivals at this very ms. */
  advance(now: number): void {
    this.#advance(now);
  }

  /** Time passes from `from` to `now` without a tick, and the warm instances do not age. */
  stand(from: number, now: number): void {
    const tick = this.#nextTick;
    this.#nextTick = Number.POSITIVE_INFINITY;
    this.#advance(now);
    this.#warm.stand(from, now);
    this.#nextTick = tick > now ? tick : tickAfter(now, this.#tickMs);
  }

  /** How long starts take from now on, those that are under way aside; of a live engine. */
  set wait(ms: number) {
    (this.#busy as EachBusy).wait = ms;
  }

  /** Instances at `now`, to which everything has happened. */
  counts(now: number): Counts {
    return { busy: this.#busy.length, warmIdle: this.#warm.countIdle(now), pending: this.#warm.pending };
  }

  /** What was spent up to `now`, to which everything has happened. */
  soFar(now: number): { coldStarts: number; preWarms: number; idleMs: number } {
    return { coldStarts: this.#coldStarts, ...this.#warm.soFar(now) };
  }

  /** Of a live engine, without its policy; everything up to `now` has happened. */
  save(out: StateWriter, now: number): void {
    out.whole(this.#coldStarts);
    (this.#busy as EachBusy).save(out, now);
    this.#warm.save(out, now);
  }

  /** A live engine that was saved at `now`. Errors: `BAD_STATE`. */
  static load(from: StateReader, policy: Policy, wait: number, tickMs: number, now: number): Engine {
    const engine = Engine.live(policy, wait, tickMs, tickAfter(now, tickMs));
    engine.#coldStarts = from.whole();
    engine.#busy = EachBusy.load(from, wait, now);
    engine.#warm = Warm.load(from, engine.#horizon, now);
    return engine;
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
    const counts = this.counts(now);
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

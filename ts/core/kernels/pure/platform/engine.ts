/** One function under one setting: releases, instances that come up, steps of the scaler and arrivals in order. */
import { CallQueue } from './call-queue.js';
import { KnativeScaler } from './knative-scaler.js';
import { LatencySketch } from './latency-sketch.js';
import type { Pool } from './pool.js';
import { ReadyAccount } from './ready-account.js';
import type { Schedule, Settings } from './settings.js';
import { TargetTracking } from './target-tracking.js';

const NEVER = Number.POSITIVE_INFINITY;

/** Ready instances that come up at one instant. */
interface Coming {
  at: number;
  count: number;
}

export class Engine {
  #settings: Settings;
  #pool: Pool;
  #horizon: number;
  #queue = new CallQueue();
  #sketch = new LatencySketch();
  #ready: ReadyAccount;
  #coming: Coming[] = [];
  #schedule: Schedule | undefined;
  #tracking: TargetTracking | undefined;
  #knative: KnativeScaler | undefined;
  #nextStep: number;
  /** No step changes anything before the next call, but for one that a schedule brings. */
  #resting = false;
  /** Ready instances that are up and asked for. */
  #up = 0;
  #calls = 0;
  #timedOut = 0;
  #coldStarts = 0;
  #spillColdStarts = 0;
  #servedReady = 0;
  #servedSpill = 0;
  #queued = 0;
  #readyStarts = 0;
  #spillStarts = 0;
  #waitMs = 0;
  #readyCallMs = 0;
  #spillCallMs = 0;
  #peak = 0;
  #withinTarget = 0;

  /** `begin` is the earlier of the first arrival and 0; `perStep` is written to. */
  constructor(settings: Settings, pool: Pool, begin: number, horizon: number, stepMs: number, perStep: Float64Array) {
    this.#settings = settings;
    this.#pool = pool;
    this.#horizon = horizon;
    this.#ready = new ReadyAccount(horizon, stepMs, perStep);
    const { ready } = settings;
    if (ready.kind === 'tracking') this.#tracking = new TargetTracking(ready.tracking);
    else if (ready.kind === 'knative') this.#knative = new KnativeScaler(ready.knative, settings.concurrency, begin);
    else this.#schedule = ready.schedule;
    const first = this.#schedule?.at(0) ?? this.#tracking?.min ?? this.#knative!.initial;
    this.#up = Math.min(first, settings.maxInstances);
    this.#ready.asked = this.#up;
    this.#peak = this.#up;
    pool.emptyReady.count = this.#up;
    this.#nextStep = this.#within(this.#schedule?.next(0) ?? this.#tracking?.periodMs ?? this.#knative!.tickMs);
  }

  feed(starts: Float64Array, count: number, durations: Uint32Array, duration: number): void {
    const each = durations.length > 0;
    for (let i = 0; i < count; i++) {
      const at = starts[i];
      this.#advance(at, true);
      this.#arrive(at, each ? durations[i] : duration);
    }
  }

  /** Writes the figures of `PLATFORM_COLUMNS`. */
  finish(out: Float64Array): void {
    const pool = this.#pool;
    this.#advance(this.#horizon - 1, true);
    this.#nextStep = NEVER;
    this.#ready.ask(this.#horizon, this.#ready.asked);
    this.#advance(NEVER, false);
    this.#timedOut += this.#queue.length;
    pool.emptyReady.change(this.#horizon, 0);
    pool.emptySpill.finish(this.#horizon);
    out.set([
      this.#calls,
      this.#timedOut,
      this.#coldStarts,
      this.#spillColdStarts,
      this.#servedReady,
      this.#servedSpill,
      this.#queued,
      this.#readyStarts,
      this.#spillStarts,
      this.#waitMs,
      this.#readyCallMs,
      this.#spillCallMs,
      pool.readyBusyMs,
      pool.spillBusyMs,
      pool.emptyReady.idleMs,
      pool.emptySpill.idleMs,
      this.#ready.readyMs,
      this.#peak,
      this.#withinTarget,
      this.#sketch.quantile(50),
      this.#sketch.quantile(95),
      this.#sketch.quantile(99),
    ]);
  }

  /** All that happens up to `now`, or before it. */
  #advance(now: number, including: boolean): void {
    const pool = this.#pool;
    for (;;) {
      const release = pool.next === NEVER ? NEVER : Math.floor(pool.next / 2);
      const up = this.#coming.length > 0 ? this.#coming[0].at : NEVER;
      const next = Math.min(release, up, this.#nextStep);
      if (this.#queue.length > 0) this.#timeOutBefore(Math.min(next, now));
      if (including ? next > now : next >= now) return;
      if (release === next) {
        pool.release();
        this.#knative?.windows.change(next, -1);
        if (this.#queue.length > 0) this.#serveQueue(next, false);
      } else if (up === next) {
        this.#comeUp(next);
      } else {
        this.#step(next);
      }
    }
  }

  #arrive(at: number, duration: number): void {
    this.#calls++;
    if (this.#knative !== undefined) this.#measureArrival(this.#knative, at);
    if (this.#serve(at, duration, 0, false)) return;
    this.#queued++;
    this.#queue.push(at, duration);
  }

  #measureArrival(knative: KnativeScaler, at: number): void {
    if (this.#resting) {
      this.#resting = false;
      knative.windows.resume(at);
      this.#nextStep = this.#within(Math.floor(at / knative.tickMs + 1) * knative.tickMs);
    }
    knative.windows.change(at, 1);
    if (this.#ready.asked === 0) this.#ask(at, knative.poke(at));
  }

  /** Whether some instance takes the call. `fresh`: a ready one would be one that has just come up. */
  #serve(now: number, duration: number, waited: number, fresh: boolean): boolean {
    const pool = this.#pool;
    if (pool.serveReady(now, duration)) {
      if (fresh) this.#coldStarts++;
      this.#servedReady++;
      this.#readyCallMs += duration;
      this.#record(waited, duration);
      return true;
    }
    if (this.#knative !== undefined) return false;
    let wait = 0;
    if (!pool.serveSpill(now, duration)) {
      wait = pool.serveStarting(now, duration);
      if (wait < 0) {
        const instances = this.#ready.asked + pool.leaving + pool.busySpill;
        if (instances >= this.#settings.maxInstances) return false;
        pool.start(now, duration);
        wait = this.#settings.coldStartMs;
        this.#spillStarts++;
        if (instances >= this.#peak) this.#peak = instances + 1;
      }
      this.#coldStarts++;
      this.#spillColdStarts++;
    }
    this.#servedSpill++;
    this.#spillCallMs += duration;
    this.#record(waited + wait, duration);
    return true;
  }

  #record(wait: number, duration: number): void {
    this.#waitMs += wait;
    this.#sketch.add(wait + duration);
    if (wait + duration <= this.#settings.latencyTargetMs) this.#withinTarget++;
    this.#tracking?.observe(this.#pool.readyCalls, this.#up * this.#settings.concurrency);
  }

  #serveQueue(now: number, fresh: boolean): void {
    const queue = this.#queue;
    while (queue.length > 0 && this.#serve(now, queue.duration, now - queue.arrival, fresh)) queue.drop();
  }

  /** Calls that may not wait until `now` leave the queue. */
  #timeOutBefore(now: number): void {
    const queue = this.#queue;
    const timeout = this.#settings.queueTimeoutMs;
    while (queue.length > 0 && queue.arrival + timeout < now) {
      this.#knative?.windows.change(queue.arrival + timeout, -1);
      queue.drop();
      this.#timedOut++;
    }
  }

  #comeUp(now: number): void {
    const { count } = this.#coming.shift()!;
    if (this.#up === 0) this.#knative?.activated(now);
    this.#up += count;
    this.#pool.emptyReady.change(now, count);
    this.#serveQueue(now, true);
  }

  #step(now: number): void {
    const { asked } = this.#ready;
    const knative = this.#knative;
    if (knative !== undefined) {
      this.#ask(now, knative.tick(now, asked, this.#up));
      this.#resting = knative.rests(now, this.#ready.asked, this.#up);
      this.#nextStep = this.#within(this.#resting ? knative.nextChange(now) : now + knative.tickMs);
    } else if (this.#tracking !== undefined) {
      this.#ask(now, this.#tracking.decide(asked, this.#up));
      this.#nextStep = this.#within(now + this.#tracking.periodMs);
    } else if (this.#schedule !== undefined) {
      this.#ask(now, this.#schedule.at(now));
      this.#nextStep = this.#within(this.#schedule.next(now));
    }
  }

  /** From now on so many ready instances are asked for. */
  #ask(now: number, wanted: number): void {
    const pool = this.#pool;
    const { asked } = this.#ready;
    const count = Math.min(wanted, this.#settings.maxInstances);
    if (count === asked) return;
    this.#ready.ask(now, count);
    if (count > asked) {
      this.#coming.push({ at: now + this.#settings.readyDelayMs, count: count - asked });
      this.#readyStarts += count - asked;
      const instances = count + pool.leaving + pool.busySpill + pool.emptySpill.countAt(now);
      if (instances > this.#peak) this.#peak = instances;
      return;
    }
    let left = asked - count;
    for (let last = this.#coming.at(-1); last !== undefined && left > 0; last = this.#coming.at(-1)) {
      const fewer = Math.min(left, last.count);
      last.count -= fewer;
      left -= fewer;
      if (last.count === 0) this.#coming.pop();
    }
    this.#up -= left;
    pool.dismiss(now, left);
    // What leaves makes room under the cap.
    if (this.#queue.length > 0) this.#serveQueue(now, false);
  }

  /** A step at `at`, if that is before the horizon. */
  #within(at: number): number {
    return at < this.#horizon ? at : NEVER;
  }
}

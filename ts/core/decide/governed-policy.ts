/** A policy under a forecast and limits: what the control loop runs, and what a replay runs to say what it would have cost. */
import { type FunctionForecast, type TrustEvent, TrustedForecast } from '../forecast/index.js';
import { IsothermError } from '../kernels/error.js';
import { type AdaptivePrices, PolicyStepper } from '../kernels/policy.js';
import type { Counts, Policy, Start, WarmInterval } from '../kernels/policy-interface.js';
import { MOST_STARTS } from '../kernels/pure/policy/schedule.js';
import { readState, type StateReader, StateWriter } from '../kernels/pure/state.js';
import { BusyMean } from './busy-mean.js';
import { applyLimits, checkLimits, type LimitName, type Limits, NO_LIMITS } from './limits.js';
import { loadLimits, saveLimits } from './limits-state.js';
import { differs, type LiveDecision, loadDecision, released, saveDecision } from './live-decision.js';
import { OpenMinutes } from './open-minutes.js';
import { NO_POOL, type Pool, type PoolOptions, type PoolTerms, poolOf } from './pool.js';
import { PoolAccount } from './pool-account.js';
import { reasonFor } from './reason.js';

export interface GovernedPolicyOptions {
  /** What a tick is, whole ms; ticks are at its multiples. */
  tickMs: number;
  /** When the first tick is; 0 when left out. Nothing is known of before the tick before it. */
  firstTickMs?: number;
  /** How far the forecast looks, whole ms. */
  horizonMs: number;
  prices: AdaptivePrices;
  pool: PoolOptions;
  /** None when left out. */
  limits?: Limits;
}

/** What the last tick was about. */
export interface GovernedTick {
  atMs: number;
  /** Instances before it. */
  counts: Counts;
  forecast: FunctionForecast;
  pool: Pool;
  /** Limits that held it. */
  bound: readonly LimitName[];
  /** The decision before it. */
  previous: LiveDecision | null;
  /** Whether another decision was made, and whether it wants another number of instances. */
  isNew: boolean;
  isChanged: boolean;
}

const VERSION = 2;
/** For how long an instance that is always to be there is kept: what is renewed at each call and tick. */
const PINNED_MS = 3_600_000;
/** Errors: `OUT_OF_RANGE`. */
function checkOptions({ tickMs, firstTickMs = 0, horizonMs, pool }: GovernedPolicyOptions): void {
  const whole = (name: string, value: number, least: number, most: number): void => {
    if (Number.isSafeInteger(value) && value >= least && value <= most) return;
    throw new IsothermError('OUT_OF_RANGE', `${name} is ${value}, expected a whole number in ${least}..=${most}`);
  };
  whole('tickMs', tickMs, 1, 3_600_000);
  whole('firstTickMs', firstTickMs, 0, 2 ** 50);
  whole('horizonMs', horizonMs, 0, 6 * 3_600_000);
  whole('pool.maxInstances', pool.maxInstances, 0, 1000);
  whole('pool.minInstances', pool.minInstances, 0, 1000);
  if (!(pool.buffer >= 1 && pool.buffer <= 100)) {
    throw new IsothermError('OUT_OF_RANGE', `pool.buffer is ${pool.buffer}, expected a number in 1..=100`);
  }
}

/** Whether starts, pre-warming and idling cost the same. */
export const areSamePrices = (a: AdaptivePrices, b: AdaptivePrices): boolean =>
  (Object.keys(a) as (keyof AdaptivePrices)[]).every((name) => a[name] === b[name]);

const AWAY: WarmInterval = { prewarmMs: 0, keepAliveMs: 0 };

/**
 * Wraps a policy: at ticks it closes minutes for the forecast, starts what the policy starts and what the forecast's pool lacks, and holds all to the limits.
 * At releases the policy answers, but an instance of the pool or of the least stays, and one above the most goes.
 *
 * It is deterministic and can be saved: `replayPolicy` runs it offline to the last digit as the control loop does. `PolicyStepper` and `TrustedForecast`
 * that it is made of are its own from then on. O(1) a call; a tick O(horizon + pool) and what the two take.
 *
 * Errors: `OUT_OF_RANGE`, and those of policy and forecast; `BAD_STATE` (load).
 *
 * @example
 * const prices = { idleUsdPerMs: 5e-10, coldStartUsd: 5e-4, preWarmUsd: 5e-5, coldStartMs: 1000 };
 * const pool = { minInstances: 2, maxInstances: 100, buffer: 1.2 };
 * const own = PolicyStepper.create({ kind: 'window', keepAliveMs: 60_000 });
 * const policy = new GovernedPolicy(own, new TrustedForecast({ model: 'auto' }), { tickMs: 30_000, horizonMs: 600_000, prices, pool });
 * policy.onTick(0, { busy: 0, warmIdle: 0, pending: 0 });
 * policy.decision?.desiredInstances; // 0
 */
export class GovernedPolicy implements Policy {
  readonly ticks = true;
  #policy: PolicyStepper;
  readonly forecast: TrustedForecast;
  #options: GovernedPolicyOptions;
  #limits: Limits;
  #terms: PoolTerms;
  #minutes: OpenMinutes;
  #mean = new BusyMean();
  /** What the forecast wants, whether the account trusts it or not. */
  #pool: Pool = NO_POOL;
  #account = new PoolAccount();
  #poolAtMs = 0;
  #decision: LiveDecision | null = null;
  #changedAtMs = 0;
  /** The interval of the last release. */
  #released: WarmInterval | null = null;
  #last: GovernedTick | null = null;
  #events: TrustEvent[] = [];
  /** Whether the rate that the function shares has a change left at the next tick. */
  mayChange = true;

  constructor(policy: PolicyStepper, forecast: TrustedForecast, options: GovernedPolicyOptions) {
    checkOptions(options);
    const { tickMs, firstTickMs = 0 } = options;
    this.#policy = policy;
    this.forecast = forecast;
    this.#options = options;
    this.#limits = checkLimits(options.limits ?? NO_LIMITS);
    this.#terms = { ...options.prices, tickMs, busyMs: 0 };
    this.#minutes = new OpenMinutes(Math.floor(Math.max(0, firstTickMs - tickMs) / 60_000));
  }

  get policy(): PolicyStepper {
    return this.#policy;
  }

  /** What holds; none before the first tick. */
  get decision(): LiveDecision | null {
    return this.#decision;
  }

  /** Of the last tick that was not missed, since this was made or loaded. */
  get lastTick(): GovernedTick | null {
    return this.#last;
  }

  get limits(): Limits {
    return this.#limits;
  }

  /** From the next tick on. Errors: `OUT_OF_RANGE`. */
  set limits(limits: Limits) {
    this.#limits = checkLimits(limits);
  }

  /** Engine time of the last thing that it was told. */
  get nowMs(): number {
    return this.#mean.nowMs;
  }

  /** Mean time that a call keeps its instance, ms. */
  get meanBusyMs(): number {
    return this.#mean.meanMs;
  }

  /** What pools were worth so far, and whether one is held. */
  get poolAccount(): Pick<PoolAccount, 'scoreUsd' | 'isTrusted'> {
    return this.#account;
  }

  /** What pools were weighed by at the last tick. */
  get poolTerms(): Readonly<PoolTerms> {
    return this.#terms;
  }

  /** From now on starts take as long, and cost as much, as `prices` say; `spec` is the policy's under them. What was learnt and decided stays. */
  reprice(spec: PolicyStepper['spec'], prices: AdaptivePrices): void {
    this.policy.reprice(spec);
    this.#options = { ...this.#options, prices };
    this.#terms = { ...this.#terms, ...prices };
  }

  /**
   * From now on prices, horizon and pool are those of `options`, whose ticks are the same; `spec` is the policy's under them, or another policy's, which has
   * learnt nothing yet. What was seen and decided stays. Errors: `OUT_OF_RANGE`, those of the policy; nothing has changed then.
   */
  settle(spec: PolicyStepper['spec'], options: GovernedPolicyOptions, isAnother: boolean): void {
    checkOptions(options);
    if (isAnother) {
      const before = this.#policy;
      this.#policy = PolicyStepper.create(spec);
      before.close();
      this.#options = { ...this.#options, prices: options.prices };
      this.#terms = { ...this.#terms, ...options.prices };
    } else if (!areSamePrices(options.prices, this.#options.prices)) this.reprice(spec, options.prices);
    const { horizonMs, pool } = options;
    this.#options = { ...this.#options, horizonMs, pool };
    const { instances, ticks } = this.#pool;
    const most = Math.min(instances, pool.maxInstances);
    this.#pool = { ...this.#pool, instances: most, ticks: ticks.slice(0, most) };
  }

  /** Changes of the forecast's model since they were taken last. */
  takeEvents(): TrustEvent[] {
    return this.#events.splice(0);
  }

  onArrival(atMs: number, busy: number): void {
    this.#account.taken(busy - 1, atMs, this.#terms);
    this.#minutes.add(atMs);
    this.#mean.arrived(atMs, busy);
    this.policy.onArrival(atMs, busy);
  }

  onRelease(atMs: number): WarmInterval {
    this.#mean.released(atMs);
    const own = this.policy.onRelease(atMs);
    const level = this.#mean.busy;
    this.#account.released(level, atMs, own, this.#heldUntilMs(level, atMs), this.#terms);
    this.#released = this.#governed(atMs, own);
    return this.#released;
  }

  onTick(nowMs: number, counts: Counts): Start[] {
    this.#close(nowMs);
    this.#mean.passed(nowMs);
    const { horizonMs, tickMs } = this.#options;
    const forecast = this.forecast.forecast(nowMs, Math.ceil(horizonMs / tickMs), tickMs);
    const own = this.policy.ticks ? this.policy.onTick(nowMs, counts, forecast.calls) : [];
    const there = counts.busy + counts.warmIdle + counts.pending;
    const ownStarts = own.reduce((sum, { count }) => sum + count, 0);
    const previous = this.#decision;
    const isHeld = this.#limits.paused && previous !== null;
    const pool = this.#pooled(nowMs, forecast.calls, there + ownStarts);
    const lacking = Math.max(0, pool.instances - there - ownStarts);
    const last = previous === null ? null : { desired: previous.desiredInstances, changedAtMs: this.#changedAtMs };
    const { desired, bound } = applyLimits(there + ownStarts + lacking, last, this.#limits, nowMs, this.mayChange);
    const count = Math.min(Math.max(0, desired - there), MOST_STARTS);
    const decision: LiveDecision = {
      atMs: nowMs,
      ...released(this.#released),
      poolInstances: pool.instances,
      desiredInstances: desired,
      starts: count,
      reason: '',
      bound,
    };
    const isNew = previous === null || (!isHeld && differs(decision, previous));
    const isChanged = previous?.desiredInstances !== desired;
    if (isChanged) this.#changedAtMs = nowMs;
    if (isNew) {
      const told = { ownStarts, lacking, there, calls: forecast.calls, tickMs, model: forecast.model };
      this.#decision = { ...decision, reason: reasonFor(decision, previous, told) };
    }
    this.#last = { atMs: nowMs, counts, forecast, pool, bound, previous, isNew, isChanged };
    return isHeld ? this.#starts([], NO_POOL, there, count) : this.#starts(own, pool, there + ownStarts, count);
  }

  /** Nothing is known of the time from `fromMs` to `untilMs`, a tick: what was decided holds, and nothing is learnt. */
  onGap(fromMs: number, untilMs: number): void {
    const beginMs = Math.max(0, fromMs);
    this.policy.onGap(beginMs, untilMs);
    this.#account.stood(beginMs, untilMs);
    this.#poolAtMs += untilMs - beginMs;
    this.#minutes.miss(beginMs, untilMs, this.#observe);
    this.#mean.passed(untilMs);
  }

  /** Its state as bytes: the same on every backend, equal for equal pasts. */
  save(): Uint8Array {
    const out = new StateWriter();
    out.u8(VERSION);
    out.part(this.policy.save());
    out.part(this.forecast.save());
    saveLimits(out, this.#limits);
    this.#minutes.save(out);
    this.#mean.save(out);
    out.whole(this.#poolAtMs);
    out.whole(this.#pool.instances);
    for (const ticks of this.#pool.ticks) out.whole(ticks);
    this.#account.save(out);
    saveDecision(out, this.#decision);
    out.whole(this.#changedAtMs);
    out.u8(this.#released === null ? 0 : 1);
    if (this.#released !== null) out.interval(this.#released);
    return out.finish();
  }

  /** What was saved as `state`, with `spec` the policy's and the options that it was made with. Errors: `BAD_STATE`. */
  static load(spec: PolicyStepper['spec'], state: Uint8Array, options: GovernedPolicyOptions): GovernedPolicy {
    return readState('governed policy', state, (from) => {
      const version = from.u8();
      if (version !== VERSION) {
        throw new IsothermError('BAD_STATE', `governed policy state is of version ${version}, expected ${VERSION}`);
      }
      const policy = PolicyStepper.load(spec, from.part());
      try {
        const governed = new GovernedPolicy(policy, TrustedForecast.load(from.part()), options);
        governed.#restore(from);
        return governed;
      } catch (thrown) {
        policy.close();
        throw thrown;
      }
    });
  }

  close(): void {
    this.policy.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #restore(from: StateReader): void {
    this.#limits = loadLimits(from);
    this.#minutes = OpenMinutes.load(from);
    this.#mean = BusyMean.load(from);
    if (!this.#minutes.isAt(this.#mean.nowMs)) {
      throw new IsothermError('BAD_STATE', 'governed policy state has minutes of another time');
    }
    this.#poolAtMs = from.whole();
    const instances = from.whole(this.#options.pool.maxInstances);
    this.#pool = { instances, ticks: Array.from({ length: instances }, () => from.whole(0xffff)) };
    this.#account = PoolAccount.load(from, MOST_STARTS);
    this.#decision = loadDecision(from);
    this.#changedAtMs = from.whole();
    this.#released = from.u8() === 0 ? null : from.interval();
  }

  #observe = (atMs: number, calls: number): void => {
    for (const event of this.forecast.observeMinute(atMs, calls)) this.#events.push(event);
  };

  #close(nowMs: number): void {
    this.#minutes.close(nowMs, this.#observe);
  }

  /** The policy's answer for the instance released to as many busy ones as there are now, within what is wanted. */
  #governed(atMs: number, own: WarmInterval): WarmInterval {
    const level = this.#mean.busy;
    const { minInstances, maxInstances, paused } = this.#limits;
    if (paused && this.#released !== null) return this.#released;
    if (maxInstances !== null && level >= maxInstances) return AWAY;
    const poolUntilMs = this.#account.isTrusted ? this.#heldUntilMs(level, atMs) : atMs;
    const leastMs = Math.max(level < minInstances ? PINNED_MS : 0, poolUntilMs - atMs);
    // An instance that is to come back later than that goes: a tick starts what is missing until then.
    if (leastMs <= 0 || own.prewarmMs > leastMs) return own;
    if (own.prewarmMs === 0 && own.keepAliveMs >= leastMs) return own;
    return { prewarmMs: 0, keepAliveMs: Math.max(leastMs, own.prewarmMs + own.keepAliveMs) };
  }

  /** The pool of this tick, none where it does not pay; `there` with what the policy starts. */
  #pooled(nowMs: number, calls: Float64Array, there: number): Pool {
    const { tickMs, pool } = this.#options;
    const terms = this.#terms;
    terms.busyMs = this.#mean.meanMs;
    this.#account.ticked(nowMs, terms);
    const wanted = poolOf(calls, terms, pool);
    this.#pool = wanted;
    this.#poolAtMs = nowMs;
    for (let level = Math.max(there, this.#mean.busy); level < wanted.instances; level++) {
      this.#account.lacks(level, nowMs, wanted.ticks[level]! * tickMs, terms);
    }
    return this.#account.isTrusted ? wanted : NO_POOL;
  }

  /** Until when the pool holds the instance of a level. */
  #heldUntilMs(level: number, atMs: number): number {
    const { instances, ticks } = this.#pool;
    return level < instances ? Math.max(atMs, this.#poolAtMs + ticks[level]! * this.#options.tickMs) : atMs;
  }

  /** `count` starts: the policy's own first, then what the pool lacks, then what limits hold on to. `there` with the policy's own. */
  #starts(own: readonly Start[], pool: Pool, there: number, count: number): Start[] {
    const { tickMs, prices } = this.#options;
    const starts: Start[] = [];
    let left = count;
    for (const start of own) {
      const some = Math.min(left, start.count);
      if (some > 0) starts.push({ ...start, count: some });
      left -= some;
    }
    for (let place = there; left > 0 && place < pool.instances; ) {
      const ticks = pool.ticks[place]!;
      let next = place + 1;
      while (next < pool.instances && next - place < left && pool.ticks[next] === ticks) next++;
      starts.push({ count: next - place, prewarmMs: prices.coldStartMs, keepAliveMs: ticks * tickMs });
      left -= next - place;
      place = next;
    }
    if (left > 0) {
      const pinned = there + count - left < this.#limits.minInstances;
      starts.push({ count: left, prewarmMs: prices.coldStartMs, keepAliveMs: pinned ? PINNED_MS : tickMs });
    }
    return starts;
  }
}

/**
 * Learns each function's idle gaps and weighs, at every release, idle memory against the cold starts it avoids: the pure twin of
 * `adaptive` in `crates/policy`, where it is explained, operation for operation.
 */
import { ensure } from '../../check.js';
import {
  type Counts,
  type KernelPolicy,
  NO_STARTS,
  type Start,
  type StateReader,
  type StateWriter,
  type WarmInterval,
} from '../policy.js';
import { classOf } from './bins.js';
import { Deque } from './deque.js';
import { Episodes } from './episodes.js';
import { Ideal, MOST_IDLE } from './ideal.js';
import { Instances } from './instances.js';
import { BY_CLOCK, Learnt, planOf, SPARE, type Terms } from './learnt.js';
import { BY_LOAD, INTERVALS } from './level.js';
import type { Prior } from './prior.js';
import type { Warmths } from './program.js';
import { startAhead, startPromised } from './starts.js';

/** A gap this much of the break-even time begins an episode: shorter ones are never left cold. */
const EPISODE_SHARE = 0.2;
/** An instance beyond all that were needed stays for this much of the break-even time. */
const SPARE_SHARE = 0.08;
/** Where idling is all but free, ms. */
const LONGEST_MS = 2 ** 28;
/** A release is taken for a cold call's when it comes this much of the mean duration too early for it. */
const DURATION_SLACK = 0.1;
/** A mean duration beyond this is taken for it, ms: sums of times stay exact. */
const LONGEST_MEAN_MS = 2 ** 50;
const MAX_U32 = 0xffff_ffff;

/** How long idling costs no more than a cold start, at most `LONGEST_MS`. */
function breakEvenMs({ coldStartUsd, idleUsdPerMs }: Terms): number {
  return coldStartUsd < idleUsdPerMs * LONGEST_MS ? Math.trunc(coldStartUsd / idleUsdPerMs) : LONGEST_MS;
}

/** The policy of one function; unless it pre-warms instances only stay, none is started ahead. */
export class Adaptive implements KernelPolicy {
  /** Whether it pre-warms. */
  readonly ticks: boolean;
  #coldMs: number;
  #breakEvenMs: number;
  #learnt: Learnt;
  /** The instances as they are: how many are busy, and those idle or promised. */
  #busy = 0;
  #instances = new Instances();
  /** Arrivals of cold calls that are not over; the first `#ahead` of them would be over had they been warm. */
  #coldCalls = new Deque();
  #ahead = 0;
  /** Mean duration of warm calls: their busy ms and their number. */
  #busyMs = 0;
  #done = 0;
  /** Before every instant at first. */
  #lastAt = Number.MIN_SAFE_INTEGER;
  /** The same traffic had no call been cold. */
  #ideal = new Ideal();
  #episodes: Episodes;
  /** What the instance released last is to do, ms after its release. */
  #from = 0;
  #to = 0;
  #answer: WarmInterval = { prewarmMs: 0, keepAliveMs: 0 };

  private constructor(learnt: Learnt, preWarms: boolean) {
    this.ticks = preWarms;
    this.#learnt = learnt;
    this.#coldMs = learnt.terms.coldStartMs;
    this.#breakEvenMs = breakEvenMs(learnt.terms);
    this.#episodes = new Episodes(this.#coldMs, this.#breakEvenMs);
  }

  /** A policy that has seen nothing. */
  static of(terms: Terms, preWarms: boolean, prior: Prior): Adaptive {
    return new Adaptive(new Learnt(terms, preWarms, prior), preWarms);
  }

  onArrival(time: number, busy: number): void {
    // What is reported late counts as happening now.
    const at = Math.max(time, this.#lastAt);
    this.#settle(at);
    this.#agree(at, Math.max(busy - 1, 0));
    this.#busy = busy;
    this.#idealArrival(at);
    const cold = !this.#instances.take(at);
    if (cold) this.#coldCalls.push(at);
    this.#learnt.press(cold);
  }

  onRelease(time: number): WarmInterval {
    const at = Math.max(time, this.#lastAt);
    this.#settle(at);
    if (this.#busy > 0) this.#busy--;
    const wasCold = this.#endCall(at);
    if (wasCold && this.#ahead > 0) this.#ahead--;
    else this.#idealRelease(at);
    // A cold call's instance would have been released earlier: its plan counts from then.
    const base = wasCold ? at - this.#coldMs : at;
    this.#decide(this.#busy, base);
    const earliest = Math.max(base + this.#from, at);
    // There may be no time for a fresh one.
    const from = earliest < at + this.#coldMs ? at : earliest;
    const prewarmMs = from - at;
    let keepAliveMs = Math.max(base + this.#to - from, 0);
    // While others start, calls come that a warm instance spares a start of their own.
    if (prewarmMs === 0 && this.#coldCalls.length > 0) keepAliveMs = Math.max(keepAliveMs, this.#coldMs);
    this.#instances.push(from, from + keepAliveMs);
    const last = this.#answer;
    if (last.prewarmMs === prewarmMs && last.keepAliveMs === keepAliveMs) return last;
    this.#answer = { prewarmMs, keepAliveMs };
    return this.#answer;
  }

  onTick(time: number, counts: Counts): readonly Start[] {
    if (!this.ticks) return NO_STARTS;
    const now = Math.max(time, this.#lastAt);
    this.#settle(now);
    this.#agree(now, counts.busy);
    this.#busy = counts.busy;
    this.#instances.forget(now);
    const starts: Start[] = [];
    const on = { learnt: this.#learnt, ideal: this.#ideal, instances: this.#instances, coldMs: this.#coldMs };
    startPromised(on, this.#ahead, now, counts, starts);
    startAhead(on, now, starts);
    return starts;
  }

  onGap(from: number, until: number): void {
    // Calls that run were told: they go on, and end.
    const told = this.#lastAt;
    const begin = Math.max(from, told);
    this.#settle(begin);
    this.#agree(begin, this.#busy);
    const now = Math.max(until, begin);
    this.#settle(now);
    this.#ideal.stand(from, begin, now);
    this.#instances.stand(from, told, now);
    this.#episodes.forget();
    this.#learnt.bursts.stand(now, this.#ideal.busy);
  }

  seen(): number[] {
    return this.#learnt.seen();
  }

  /** At most `LONGEST_MEAN_MS`. */
  #meanMs(): number {
    return this.#done > 0 ? Math.min(this.#busyMs / this.#done, LONGEST_MEAN_MS) : 0;
  }

  /** Counts busy time until `now`, while no call is cold, and releases the cold calls that would be over had they been warm. */
  #settle(now: number): void {
    if (this.#coldCalls.length === 0) this.#busyMs += this.#busy * (now - this.#lastAt);
    this.#lastAt = now;
    if (this.#ahead === this.#coldCalls.length) return;
    const mean = Math.trunc(this.#meanMs());
    while (this.#ahead < this.#coldCalls.length) {
      const over = this.#coldCalls.at(this.#ahead) + mean;
      if (over > now) break;
      this.#ahead++;
      this.#idealRelease(over);
    }
  }

  /** Takes over how many are busy where what was told does not add up to it, as a report was lost. */
  #agree(now: number, busy: number): void {
    if (this.#ideal.busy + this.#ahead !== busy) this.#correct(now, busy);
  }

  /** Calls of which only the begin was told are over now. */
  #correct(now: number, allBusy: number): void {
    while (this.#coldCalls.length > allBusy) {
      this.#coldCalls.shift();
      if (this.#ahead > 0) this.#ahead--;
    }
    const ideal = this.#ideal;
    const busy = allBusy - this.#ahead;
    // Calls of which nobody told, or more ends of calls than it remembers.
    ideal.busy = Math.min(Math.max(ideal.busy, busy), busy + MOST_IDLE, MAX_U32);
    while (ideal.busy > busy) this.#idealRelease(now);
  }

  /** A call is over: counts it, and says whether it was a cold one. */
  #endCall(at: number): boolean {
    if (this.#coldCalls.length === 0) {
      this.#done += 1;
      return false;
    }
    const due = this.#coldCalls.at(0) + this.#coldMs;
    // Until a call was warm, the first cold one tells the duration.
    if (this.#done === 0 && due <= at) {
      this.#done = 1;
      this.#busyMs = at - due;
    }
    const mean = this.#meanMs();
    const slack = 1 + Math.trunc(mean * DURATION_SLACK);
    if (due + Math.trunc(mean) > at + slack && this.#coldCalls.length <= this.#busy) return false;
    this.#coldCalls.shift();
    return true;
  }

  #idealRelease(at: number): void {
    if (this.#ideal.busy > 0) this.#ideal.release(at);
  }

  #idealArrival(at: number): void {
    const place = this.#ideal.arrive(at);
    this.#learnt.bursts.observe(Math.min(place + 1, MAX_U32));
    const since = this.#ideal.releasedAt;
    const isKnown = !Number.isNaN(since);
    const isLong = isKnown && this.#learnGap(place, at, since, this.#ideal.releasedFrom);
    if (isLong || !isKnown || this.#episodes.concerns(at)) this.#follow(place, at, isLong, isLong || !isKnown);
  }

  /** A gap of `place` ended: learns it, and says whether it was long. */
  #learnGap(place: number, at: number, since: number, load: number): boolean {
    const learnt = this.#learnt;
    const gap = Math.max(at - since, 0);
    const byLoad = learnt.byLoad(load);
    const window = byLoad.window;
    byLoad.observe(gap);
    const known = learnt.planned(classOf(place));
    known.observe(gap, window);
    const { costs } = known;
    if (place === 0 && this.ticks) learnt.clock.observe(since, at, costs);
    return gap * costs.idle > learnt.terms.coldStartUsd * EPISODE_SHARE;
  }

  /** Tells the episodes that are on of a call, and begins one after a long gap. */
  #follow(place: number, at: number, isLong: boolean, isFirst: boolean): void {
    const learnt = this.#learnt;
    const episodes = this.#episodes;
    for (let over = episodes.endOne(at); over !== undefined; over = episodes.endOne(at)) {
      learnt.followers += over.followers;
      learnt.level(classOf(over.level)).cascade.followers += over.followers;
    }
    const mean = Math.trunc(this.#meanMs());
    if (isFirst) episodes.firstCall(place, at, mean);
    else episodes.call(at, mean);
    if (!isLong || !episodes.begin(place, at, mean)) return;
    learnt.episodes += 1;
    learnt.level(classOf(place)).cascade.episodes += 1;
  }

  /** What the instance released to `place` is to do: its first warm interval, ms after `base`. */
  #decide(place: number, base: number): void {
    const learnt = this.#learnt;
    if (place >= this.#ideal.mostBusy) {
      learnt.plan = SPARE;
      learnt.decidedAt = place;
      this.#from = 0;
      this.#to = this.#spareMs();
      return;
    }
    const level = classOf(place);
    const known = learnt.planned(level);
    const { costs } = known;
    const byLoad = learnt.windowByLoad(this.#ideal.load, costs);
    learnt.decidedAt = place;
    const byClock =
      this.ticks &&
      place === 0 &&
      this.#ideal.busy === 0 &&
      learnt.clock.plan(base, known.intervals, costs, this.#coldMs);
    this.#from = 0;
    if (byClock) {
      learnt.plan = BY_CLOCK;
      this.#adopt(learnt.clock.intervals);
      return;
    }
    const answer = known.answer();
    learnt.plan = planOf(answer);
    if (answer === INTERVALS) this.#adopt(known.intervals);
    else this.#to = answer === BY_LOAD ? byLoad : known.window;
  }

  /**
   * How long an instance stays that the traffic would never have needed, had no call been cold: it may soon be needed, as load that
   * rises goes on to. A cold call and the next must find it, or each cold start would bring about another for ever.
   */
  #spareMs(): number {
    const share = Math.trunc(this.#breakEvenMs * this.#learnt.pressure * SPARE_SHARE);
    return Math.max(share, this.#coldMs + Math.trunc(this.#meanMs()));
  }

  #adopt({ from, to, count }: Warmths): void {
    this.#from = count > 0 ? from[0] : 0;
    this.#to = count > 0 ? to[0] : 0;
  }

  /** Another of the same kind and prior. Errors: `BAD_STATE`. */
  loadOther(from: StateReader): Adaptive {
    return Adaptive.load(from, this.ticks, this.#learnt.prior);
  }

  /** Adds what `other`, which is not used any more, has learnt of the same function; what is going on stays its own. Errors: `BAD_STATE`. */
  merge(other: Adaptive): void {
    const [own, others] = [this.#learnt.terms, other.#learnt.terms];
    const areSame = (Object.keys(own) as (keyof Terms)[]).every((name) => own[name] === others[name]);
    ensure(areSame, 'BAD_STATE', () => {
      return 'policy state was saved with other parameters than those it is merged with';
    });
    this.#busyMs += other.#busyMs;
    this.#done += other.#done;
    if (!this.#learnt.bursts.isTold && other.#learnt.bursts.isTold) {
      // It takes over the other's minute, and its clock never goes back.
      this.#lastAt = Math.max(this.#lastAt, other.#lastAt);
    }
    this.#learnt.merge(other.#learnt);
  }

  save(out: StateWriter): void {
    this.#learnt.saveTerms(out);
    out.u32(this.#busy);
    this.#instances.save(out);
    out.u32(this.#coldCalls.length);
    for (let i = 0; i < this.#coldCalls.length; i++) out.i64(this.#coldCalls.at(i));
    out.u32(this.#ahead);
    out.f64(this.#busyMs);
    out.f64(this.#done);
    out.i64(this.#lastAt);
    this.#ideal.save(out);
    this.#episodes.save(out);
    this.#learnt.save(out);
  }

  /** Errors: `BAD_STATE`. */
  static load(from: StateReader, preWarms: boolean, prior: Prior): Adaptive {
    const policy = new Adaptive(Learnt.loadTerms(from, preWarms, prior), preWarms);
    policy.#busy = from.u32();
    policy.#instances = Instances.load(from);
    let last = Number.NEGATIVE_INFINITY;
    for (let left = from.u32(); left > 0; left--) {
      const at = from.time();
      ensure(last <= at, 'BAD_STATE', () => 'policy state has cold calls out of order');
      policy.#coldCalls.push(at);
      last = at;
    }
    policy.#ahead = from.u32();
    const behind = policy.#ahead <= policy.#coldCalls.length;
    ensure(behind, 'BAD_STATE', () => 'policy state is ahead of its calls');
    policy.#busyMs = from.amount();
    policy.#done = from.amount();
    policy.#lastAt = from.time();
    ensure(last <= policy.#lastAt, 'BAD_STATE', () => 'policy state has a cold call that is yet to come');
    policy.#ideal = Ideal.load(from, policy.#lastAt);
    policy.#episodes.restore(from, policy.#lastAt);
    policy.#learnt.restore(from, policy.#lastAt);
    return policy;
  }
}

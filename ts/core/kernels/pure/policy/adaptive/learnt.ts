/** What the adaptive policy has learnt of one function, and the plans that it makes of that. */
import { ensure } from '../../check.js';
import type { StateReader, StateWriter } from '../policy.js';
import { CLASSES, classOf } from './bins.js';
import { Bursts } from './bursts.js';
import { Clock } from './clock.js';
import { LOADS } from './concurrency.js';
import { Level, Load, levelCosts } from './level.js';
import type { Prior } from './prior.js';
import type { Costs } from './program.js';

/** Episodes of all levels that count at one: its own weigh against them. */
const POOLED_EPISODES = 4;
/** How fast a target moves the price, per call. */
const TARGET_STEP = 0.05;
const TARGET_MOST = 1024;
/** How much it moves until all plans are made anew. */
const STALE_PRESSURE = 1.1;
const MAX_U32 = 0xffff_ffff;

/** What a function's idle time, cold starts and pre-warms cost, and the share of calls that may be cold; -1: the price decides. */
export interface Terms {
  idleUsdPerMs: number;
  coldStartUsd: number;
  preWarmUsd: number;
  coldStartMs: number;
  target: number;
}

function saveKnown(list: readonly (Level | Load | undefined)[], out: StateWriter): void {
  out.u8(list.length);
  for (const known of list) {
    out.u8(known === undefined ? 0 : 1);
    known?.save(out);
  }
}

function loadKnown<T>(from: StateReader, most: number, load: (from: StateReader) => T): (T | undefined)[] {
  const count = from.u8();
  ensure(count <= most, 'BAD_STATE', () => `policy state has ${count} classes, expected at most ${most}`);
  return Array.from({ length: count }, () => (from.u8() === 0 ? undefined : load(from)));
}

/** Plans in the numbers of `seen`: none yet, a level's three answers plus one, the minutes of the hour, a spare. */
const NO_PLAN = 0;
export const planOf = (answer: number): number => answer + 1;
export const BY_CLOCK = 4;
/** An instance that the traffic would not have needed, had no call been cold. */
export const SPARE = 5;

function loadPressure(from: StateReader): number {
  const pressure = from.amount();
  ensure(pressure >= 1 && pressure <= TARGET_MOST, 'BAD_STATE', () => {
    return `policy state has the pressure ${pressure}, expected 1 to ${TARGET_MOST}`;
  });
  return pressure;
}

export class Learnt {
  readonly terms: Terms;
  /** A cold start's price is multiplied by this, to meet the target. */
  pressure = 1;
  /** As it was when all plans were last made anew for it. */
  #plannedPressure = 1;
  /** Episodes of all levels, and their followers. */
  episodes = 0;
  followers = 0;
  clock = new Clock();
  /** What decided at the last release, and which level that was at. */
  plan = NO_PLAN;
  decidedAt = 0;
  bursts = new Bursts();
  #preWarms: boolean;
  readonly prior: Prior;
  #levels: (Level | undefined)[] = [];
  #loads: (Load | undefined)[] = [];

  constructor(terms: Terms, preWarms: boolean, prior: Prior) {
    this.terms = terms;
    this.#preWarms = preWarms;
    this.prior = prior;
  }

  /** What is known of the level, from now on. */
  level(at: number): Level {
    const levels = this.#levels;
    while (levels.length <= at) levels.push(undefined);
    let level = levels[at];
    if (level === undefined) {
      level = new Level();
      levels[at] = level;
    }
    return level;
  }

  known(at: number): Level | undefined {
    return at < this.#levels.length ? this.#levels[at] : undefined;
  }

  byLoad(at: number): Load {
    const loads = this.#loads;
    while (loads.length <= at) loads.push(undefined);
    let load = loads[at];
    if (load === undefined) {
      load = new Load();
      loads[at] = load;
    }
    return load;
  }

  /** How many more calls a cold start at this level makes cold. */
  followersAt(at: number): number {
    const pooled = this.followers / (this.episodes + 1);
    const cascade = this.known(at)?.cascade;
    const episodes = cascade === undefined ? 0 : cascade.episodes;
    const followers = cascade === undefined ? 0 : cascade.followers;
    return (followers + POOLED_EPISODES * pooled) / (episodes + POOLED_EPISODES);
  }

  /** Writes the prices at this level. */
  price(at: number, out: Costs): void {
    const { idleUsdPerMs, coldStartUsd, preWarmUsd } = this.terms;
    const preWarm = this.#preWarms ? preWarmUsd : Number.POSITIVE_INFINITY;
    levelCosts(out, idleUsdPerMs, coldStartUsd * this.pressure, preWarm, this.followersAt(at), at > 0);
  }

  /** The level, its plans brought up to date. */
  planned(at: number): Level {
    const level = this.level(at);
    if (level.isDue) {
      this.price(at, level.costs);
      level.plan(this.prior, at > 0, this.terms.coldStartMs);
    }
    return level;
  }

  /** The window of a load, brought up to date. */
  windowByLoad(at: number, costs: Costs): number {
    const load = this.byLoad(at);
    load.plan(this.prior, costs);
    return load.window;
  }

  /** Moves the price of a cold start towards what meets the target. */
  press(cold: boolean): void {
    const { target } = this.terms;
    if (target < 0) return;
    const moved = this.pressure * (1 + TARGET_STEP * ((cold ? 1 : 0) - target));
    this.pressure = Math.min(Math.max(moved, 1), TARGET_MOST);
    const planned = this.#plannedPressure;
    if (this.pressure <= planned * STALE_PRESSURE && this.pressure >= planned / STALE_PRESSURE) return;
    this.#plannedPressure = this.pressure;
    this.#replan();
  }

  /** Whether the clock decided at the last release. */
  get byClock(): boolean {
    return this.plan === BY_CLOCK;
  }

  /**
   * `[gaps seen at level 0, window there in ms, followers of a cold start there, pressure of the target, 1 if by the clock, plan of the last
   * release, its level, gaps seen there]`.
   */
  seen(): number[] {
    const lowest = this.known(0);
    const there = this.known(classOf(this.decidedAt));
    const known = [lowest?.gaps.seen ?? 0, lowest?.window ?? 0, this.followersAt(0), this.pressure];
    return [...known, this.byClock ? 1 : 0, this.plan, this.decidedAt, there?.gaps.seen ?? 0];
  }

  /** No plan holds any longer. */
  #replan(): void {
    for (const level of this.#levels) level?.replan();
    for (const load of this.#loads) load?.replan();
  }

  /** Adds what another has learnt of the function; all plans are made anew. */
  merge(other: Learnt): void {
    this.episodes += other.episodes;
    this.followers += other.followers;
    for (const [at, level] of other.#levels.entries()) if (level !== undefined) this.level(at).merge(level);
    for (const [at, load] of other.#loads.entries()) if (load !== undefined) this.byLoad(at).merge(load);
    this.#replan();
    this.clock.merge(other.clock);
    // One that was told of no minute takes over all.
    if (!other.bursts.isTold) return;
    if (this.bursts.isTold) this.bursts.merge(other.bursts);
    else this.bursts = other.bursts;
  }

  saveTerms(out: StateWriter): void {
    const { idleUsdPerMs, coldStartUsd, preWarmUsd, coldStartMs, target } = this.terms;
    for (const value of [idleUsdPerMs, coldStartUsd, preWarmUsd, coldStartMs, target]) out.f64(value);
    out.f64(this.pressure);
    out.f64(this.#plannedPressure);
  }

  static loadTerms(from: StateReader, preWarms: boolean, prior: Prior): Learnt {
    const [idleUsdPerMs, coldStartUsd, preWarmUsd] = [from.amount(), from.amount(), from.amount()];
    const coldStartMs = from.amount();
    const whole = coldStartMs <= MAX_U32 && Math.floor(coldStartMs) === coldStartMs;
    ensure(whole, 'BAD_STATE', () => `policy state has a cold start of ${coldStartMs} ms`);
    const target = from.f64();
    const fits = target === -1 || (target >= 0 && target <= 1);
    ensure(fits, 'BAD_STATE', () => `policy state has the target ${target}, expected a share`);
    const learnt = new Learnt({ idleUsdPerMs, coldStartUsd, preWarmUsd, coldStartMs, target }, preWarms, prior);
    learnt.pressure = loadPressure(from);
    learnt.#plannedPressure = loadPressure(from);
    return learnt;
  }

  save(out: StateWriter): void {
    saveKnown(this.#levels, out);
    saveKnown(this.#loads, out);
    out.f64(this.episodes);
    out.f64(this.followers);
    this.clock.save(out);
    out.u8(this.plan);
    out.u32(this.decidedAt);
    this.bursts.save(out);
  }

  /** What was learnt until `now`. */
  restore(from: StateReader, now: number): void {
    this.#levels = loadKnown(from, CLASSES, Level.load);
    this.#loads = loadKnown(from, LOADS, Load.load);
    this.episodes = from.amount();
    this.followers = from.amount();
    this.clock = Clock.load(from);
    this.plan = from.u8();
    ensure(this.plan <= SPARE, 'BAD_STATE', () => `policy state has the plan ${this.plan}`);
    this.decidedAt = from.u32();
    this.bursts = Bursts.load(from, now);
  }
}

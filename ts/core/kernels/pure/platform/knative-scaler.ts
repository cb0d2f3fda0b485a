/**
 * Knative's pod autoscaler: the mean number of calls in flight over a minute, and over six seconds in a panic, divided by the target.
 *
 * Source: knative/serving, pkg/autoscaler/scaling/autoscaler.go and pkg/reconciler/autoscaling/kpa/scaler.go (2026-08).
 */
import { ConcurrencyWindows } from './concurrency-windows.js';
import type { Knative } from './settings.js';

/** Knative's least target. */
const LEAST_TARGET = 0.01;
const NEVER = Number.POSITIVE_INFINITY;

export class KnativeScaler {
  readonly windows: ConcurrencyWindows;
  readonly tickMs: number;
  readonly initial: number;
  #settings: Knative;
  #target: number;
  #panicAt = NEVER;
  #mostInPanic = 0;
  /** Since when an instance is up, and since when none is needed. */
  #activeSince: number;
  #inactiveSince = NEVER;

  constructor(settings: Knative, concurrency: number, begin: number) {
    this.#settings = settings;
    this.#target = Math.max(LEAST_TARGET, concurrency * settings.targetUtilisation);
    this.windows = new ConcurrencyWindows(settings.stableWindowMs, settings.panicWindowMs, begin);
    this.tickMs = settings.tickMs;
    this.initial = Math.max(settings.initialScale, settings.minScale.at(0));
    this.#activeSince = begin;
  }

  /** The first instance after none has come up. */
  activated(now: number): void {
    this.#activeSince = now;
  }

  /** A tick: how many to ask for, of `asked` of which `up` are up. */
  tick(now: number, asked: number, up: number): number {
    this.windows.advance(now);
    const stable = this.windows.stable(now);
    if (Number.isNaN(stable)) return asked;
    const wanted = this.#decide(now, asked, up, stable, this.windows.panic(now));
    if (wanted > 0) this.windows.resume(now);
    return wanted;
  }

  /** A call came while nothing was asked for: Knative does not wait for the tick. */
  poke(now: number): number {
    const { inFlight } = this.windows;
    return this.#decide(now, 0, 0, inFlight, inFlight);
  }

  /** Whether ticks change nothing until the next call, or until `nextChange`. Where nothing is asked for nothing is measured then. */
  rests(now: number, asked: number, up: number): boolean {
    const { windows } = this;
    const least = this.#settings.minScale.at(now);
    const quiet = windows.inFlight === 0 && up === asked && asked === least && this.#panicAt === NEVER;
    const rests = quiet && windows.empty;
    if (rests && asked === 0) windows.pause(now);
    return rests;
  }

  /** The first tick at which the least scale may be another. */
  nextChange(now: number): number {
    return Math.ceil(this.#settings.minScale.next(now) / this.tickMs) * this.tickMs;
  }

  #decide(now: number, asked: number, up: number, stable: number, panic: number): number {
    const { maxScaleUpRate, maxScaleDownRate, panicThreshold, stableWindowMs, minScale, maxScale } = this.#settings;
    const ready = Math.max(1, up);
    const most = Math.ceil(maxScaleUpRate * ready);
    const least = Math.floor(ready / maxScaleDownRate);
    const forStable = Math.ceil(stable / this.#target);
    const forPanic = Math.ceil(panic / this.#target);
    if (forPanic / ready >= panicThreshold) {
      this.#panicAt = now;
    } else if (this.#panicAt + stableWindowMs < now) {
      this.#panicAt = NEVER;
      this.#mostInPanic = 0;
    }
    let wanted = Math.min(Math.max(forStable, least), most);
    if (this.#panicAt !== NEVER) {
      // In a panic nothing is taken away.
      wanted = Math.max(wanted, Math.min(Math.max(forPanic, least), most), this.#mostInPanic);
      this.#mostInPanic = wanted;
    }
    wanted = Math.min(Math.max(wanted, minScale.at(now)), maxScale);
    if (wanted === 0) return this.#unneeded(now, asked, up);
    if (this.#inactiveSince !== NEVER) this.#activeSince = now;
    this.#inactiveSince = NEVER;
    return wanted;
  }

  /** The last instance goes once the function was up for a stable window and then not needed for the grace period. */
  #unneeded(now: number, asked: number, up: number): number {
    const { stableWindowMs, graceMs } = this.#settings;
    if (up === 0) return asked;
    if (this.#inactiveSince === NEVER) {
      if (now - this.#activeSince < stableWindowMs) return 1;
      this.#inactiveSince = now;
    }
    return now - this.#inactiveSince >= graceMs ? 0 : asked;
  }
}

/** The scalers of the platform replay, as their definition says them: from lists of what was, without shortcuts. */
import type { KnativeReady, TargetTrackingReady } from '../../ts/core/kernels/index.js';

export interface Scaler {
  /** Instances at first, and the time between two steps. */
  first: number;
  everyMs: number;
  /** How many to ask for. */
  step(nowMs: number, asked: number, up: number): number;
  /** The same when a call comes and nothing is asked for. */
  poke(nowMs: number): number;
  began(nowMs: number): void;
  ended(nowMs: number): void;
  served(used: number, places: number): void;
  activated(nowMs: number): void;
}

export class TrackingOracle implements Scaler {
  readonly first: number;
  readonly everyMs: number;
  #ready: TargetTrackingReady;
  #utilisations: number[] = [];
  #points: (number | undefined)[] = [];

  constructor(ready: TargetTrackingReady) {
    this.first = ready.min;
    this.everyMs = ready.periodMs ?? 60_000;
    this.#ready = ready;
  }

  step(_nowMs: number, asked: number, up: number): number {
    const { target, min, max, scaleOutPeriods = 3, scaleInPeriods = 15, statistic = 'average' } = this.#ready;
    const seen = this.#utilisations;
    const average = seen.reduce((sum, one) => sum + one, 0) / seen.length;
    this.#points.push(seen.length === 0 ? undefined : statistic === 'maximum' ? Math.max(...seen) : average);
    this.#utilisations = [];
    const last = (count: number) => this.#points.slice(-count);
    const all = (count: number, holds: (point: number) => boolean): boolean =>
      this.#points.length >= count && last(count).every((point) => point !== undefined && holds(point));
    const wanted = Math.ceil(up * ((this.#points.at(-1) ?? 0) / target));
    if (all(scaleOutPeriods, (point) => point > target)) return Math.min(Math.max(asked, wanted), max);
    if (all(scaleInPeriods, (point) => point < 0.9 * target)) return Math.max(Math.min(asked, wanted), min);
    return asked;
  }

  served(used: number, places: number): void {
    if (places > 0) this.#utilisations.push(used / places);
  }

  poke(): number {
    return 0;
  }

  began(): void {}

  ended(): void {}

  activated(): void {}
}

export class KnativeOracle implements Scaler {
  readonly first: number;
  readonly everyMs: number;
  #ready: Required<KnativeReady>;
  #target: number;
  /** Calls in flight: from when, and how many from then on. */
  #inFlight: { fromMs: number; count: number }[] = [];
  #dataFrom: { stable: number; panic: number };
  #paused: number | undefined;
  #panicMs: number | undefined;
  #mostInPanic = 0;
  #activeMs: number;
  #inactiveMs: number | undefined;

  constructor(ready: KnativeReady, concurrency: number, beginMs: number) {
    this.#ready = {
      targetUtilisation: 0.7,
      stableWindowMs: 60_000,
      panicWindowMs: 6000,
      panicThreshold: 2,
      tickMs: 2000,
      maxScaleUpRate: 1000,
      maxScaleDownRate: 2,
      scaleToZeroGraceMs: 30_000,
      initialScale: 1,
      minScale: 0,
      maxScale: Number.POSITIVE_INFINITY,
      ...ready,
    };
    this.#target = Math.max(0.01, concurrency * this.#ready.targetUtilisation);
    this.first = Math.max(this.#ready.initialScale, this.#least(0));
    this.everyMs = this.#ready.tickMs;
    this.#inFlight = [{ fromMs: beginMs, count: 0 }];
    this.#dataFrom = { stable: beginMs, panic: beginMs };
    this.#activeMs = beginMs;
  }

  #least(nowMs: number): number {
    const { minScale } = this.#ready;
    if (typeof minScale === 'number') return minScale;
    const { stepMs, instances } = minScale;
    return instances[Math.max(0, Math.floor(nowMs / stepMs)) % instances.length]!;
  }

  #now(): number {
    return this.#inFlight.at(-1)!.count;
  }

  /** Calls times ms in flight within a span. */
  #integral(fromMs: number, toMs: number): number {
    return this.#inFlight.reduce((sum, { fromMs: begin, count }, i) => {
      const end = this.#inFlight[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
      return sum + count * Math.max(0, Math.min(end, toMs) - Math.max(begin, fromMs));
    }, 0);
  }

  #mean(nowMs: number, windowMs: number, dataFromMs: number): number {
    const fromMs = Math.max(nowMs - windowMs, dataFromMs);
    return Math.round((this.#integral(fromMs, nowMs) / (nowMs - fromMs)) * 1e6) / 1e6;
  }

  began(nowMs: number): void {
    this.#resume(nowMs);
    this.#inFlight.push({ fromMs: nowMs, count: this.#now() + 1 });
  }

  #resume(nowMs: number): void {
    if (this.#paused === undefined) return;
    const gap = nowMs - this.#paused;
    if (gap >= this.#ready.stableWindowMs) this.#dataFrom.stable = nowMs;
    if (gap >= this.#ready.panicWindowMs) this.#dataFrom.panic = nowMs;
    this.#paused = undefined;
  }

  ended(nowMs: number): void {
    this.#inFlight.push({ fromMs: nowMs, count: this.#now() - 1 });
  }

  activated(nowMs: number): void {
    this.#activeMs = nowMs;
  }

  served(): void {}

  step(nowMs: number, asked: number, up: number): number {
    const { stableWindowMs, panicWindowMs } = this.#ready;
    const stable = this.#mean(nowMs, stableWindowMs, this.#dataFrom.stable);
    const panic = this.#mean(nowMs, panicWindowMs, this.#dataFrom.panic);
    const wanted = this.#decide(nowMs, asked, up, stable, panic);
    const quiet = this.#integral(nowMs - stableWindowMs, nowMs) === 0 && this.#now() === 0;
    if (wanted > 0) this.#resume(nowMs);
    else if (quiet && this.#panicMs === undefined) this.#paused ??= nowMs;
    return wanted;
  }

  poke(nowMs: number): number {
    return this.#decide(nowMs, 0, 0, this.#now(), this.#now());
  }

  #decide(nowMs: number, asked: number, up: number, stable: number, panic: number): number {
    const { panicThreshold, stableWindowMs, maxScaleUpRate, maxScaleDownRate, maxScale } = this.#ready;
    const ready = Math.max(1, up);
    const bounded = (wanted: number): number =>
      Math.min(Math.max(wanted, Math.floor(ready / maxScaleDownRate)), Math.ceil(maxScaleUpRate * ready));
    const forPanic = Math.ceil(panic / this.#target);
    if (forPanic / ready >= panicThreshold) this.#panicMs = nowMs;
    else if (this.#panicMs !== undefined && nowMs - this.#panicMs > stableWindowMs) {
      this.#panicMs = undefined;
      this.#mostInPanic = 0;
    }
    let wanted = bounded(Math.ceil(stable / this.#target));
    if (this.#panicMs !== undefined) {
      this.#mostInPanic = Math.max(wanted, bounded(forPanic), this.#mostInPanic);
      wanted = this.#mostInPanic;
    }
    wanted = Math.min(Math.max(wanted, this.#least(nowMs)), maxScale);
    return wanted === 0 ? this.#lastOne(nowMs, asked, up) : this.#needed(nowMs, wanted);
  }

  #needed(nowMs: number, wanted: number): number {
    if (this.#inactiveMs !== undefined) this.#activeMs = nowMs;
    this.#inactiveMs = undefined;
    return wanted;
  }

  #lastOne(nowMs: number, asked: number, up: number): number {
    if (up === 0) return asked;
    if (this.#inactiveMs === undefined && nowMs - this.#activeMs < this.#ready.stableWindowMs) return 1;
    this.#inactiveMs ??= nowMs;
    return nowMs - this.#inactiveMs < this.#ready.scaleToZeroGraceMs ? asked : 0;
  }
}

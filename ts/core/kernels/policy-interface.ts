/** The policy interface: what a keep-alive policy is told and asked, for one function. */

/** When an instance is warm: from `prewarmMs` after now, for `keepAliveMs` (may be infinite), both ends included. */
export interface WarmInterval {
  /** 0: the instance stays. Above: it goes, and a fresh one is warm from then. */
  prewarmMs: number;
  keepAliveMs: number;
}

/** A function's instances at a tick. */
export interface Counts {
  busy: number;
  warmIdle: number;
  pending: number;
}

/** Instances to start at a tick, all with one interval. */
export interface Start extends WarmInterval {
  /** 0..100000. */
  count: number;
}

/**
 * A keep-alive policy. It sees the past only; times are whole ms on a clock that never goes backwards. Implement it in
 * TypeScript and pass it to `replayPolicy` of `isotherm/evaluate`.
 *
 * @example
 * class TenMinutes implements Policy {
 *   readonly ticks = false;
 *   onArrival() {}
 *   onRelease() { return { prewarmMs: 0, keepAliveMs: 600_000 }; }
 *   onTick() { return []; }
 * }
 */
export interface Policy {
  /** Whether `onTick` may start instances; the replay makes no ticks otherwise. */
  readonly ticks: boolean;
  /** A call arrives; `busy` instances are serving right after it, its own included. */
  onArrival(atMs: number, busy: number): void;
  /** An instance is released: when shall it, or one in its place, be warm? Whole ms. */
  onRelease(atMs: number): WarmInterval;
  /** The clock ticks: which instances to start? `forecast` is the calls expected per tick from now on, where there is one. */
  onTick(nowMs: number, counts: Counts, forecast?: Float64Array): readonly Start[];
  /**
   * Nothing is known of the time from `fromMs` to `untilMs`, which is now, but the calls that were told: silence in it means nothing. Instances stay as they
   * are meanwhile. Replays of traces have no gaps; a control loop has.
   */
  onGap?(fromMs: number, untilMs: number): void;
}

/** The kernel contract: keep-alive windows. */

/** Exact keep-alive optimisation over one function's idle gaps. */
export interface KeepaliveKernels {
  /**
   * The cheapest warm interval. `weights` is empty for all ones; `preWarmUsd` NaN allows no pre-warm.
   * Writes `[preWarmMs, keepAliveMs, objectiveUsd]`.
   */
  keepAliveWindow(
    gapsMs: Float64Array,
    weights: Float64Array,
    idleUsdPerMs: number,
    coldStartUsd: number,
    preWarmUsd: number,
    out: Float64Array,
  ): void;
  /** Cost of every window that can be best: ascending `outKeepAliveMs` and `outObjectiveUsd` (each `[n + 1]`); returns how many. */
  keepAliveCurve(
    gapsMs: Float64Array,
    weights: Float64Array,
    idleUsdPerMs: number,
    coldStartUsd: number,
    outKeepAliveMs: Float64Array,
    outObjectiveUsd: Float64Array,
  ): number;
  /** `keepAliveWindow` of many functions: gaps of function `f` at `offsets[f]..offsets[f + 1]`; prices per function; `out: [n, 3]`. */
  keepAliveWindowBatch(
    offsets: Float64Array,
    gapsMs: Float64Array,
    weights: Float64Array,
    idleUsdPerMs: Float64Array,
    coldStartUsd: Float64Array,
    preWarmUsd: Float64Array,
    threads: number,
    out: Float64Array,
  ): void;
}

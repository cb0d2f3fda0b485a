/** What the control loop decides for one function at a tick. */
import type { LimitName } from './limits.js';

/** Why no new decision was made, and the last one holds. */
export type Hold = 'missing data' | 'paused';

/** What shall hold for a function from a tick on. */
export interface LiveDecision {
  /** Engine time of the tick that it was made at, ms. */
  atMs: number;
  /** The interval of the last release, `[release + prewarmMs, release + prewarmMs + keepAliveMs]`; both null before the first one, `keepAliveMs` infinite for ever. */
  prewarmMs: number | null;
  keepAliveMs: number | null;
  /** Instances that the forecast has earn their place; 0 where they are too few for a pool. */
  poolInstances: number;
  /** Instances that shall be there: busy, warm and on their way, within the limits. */
  desiredInstances: number;
  /** Instances that are started at this tick. */
  starts: number;
  /** In a few words. */
  reason: string;
  /** Limits that changed it. */
  bound: LimitName[];
}

/** A function's instances: kept ready, or started by a call that found no other. Times never go back. */
import type { EmptyReady, EmptySpill } from './empty-instances.js';

export interface Pool {
  /** Twice the time of the next release, 1 more where a call started the instance; or infinity. */
  readonly next: number;
  readonly emptyReady: EmptyReady;
  readonly emptySpill: EmptySpill;
  /** Calls on ready instances that are to stay. */
  readyCalls: number;
  /** Ready instances that leave when their last call ends. */
  leaving: number;
  /** Instances started by calls that serve or start. */
  busySpill: number;
  /** Time in which an instance serves, ready; and serves or starts, others. */
  readyBusyMs: number;
  spillBusyMs: number;
  /** The next release happens. */
  release(): void;
  /** A ready instance with room serves a call of `duration`; false where there is none. Among several the busiest. */
  serveReady(now: number, duration: number): boolean;
  /** Another instance with room does, the busiest, else the one emptied last. */
  serveSpill(now: number, duration: number): boolean;
  /** The instance started last does once it is up; answers with the wait, or below 0 where it is up or full. */
  serveStarting(now: number, duration: number): number;
  /** A new instance does. */
  start(now: number, duration: number): void;
  /** `count` ready instances that are up are no longer asked for: empty ones go, then the least busy take no further calls. */
  dismiss(now: number, count: number): void;
}

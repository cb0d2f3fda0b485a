/** A clock that stands where it is put. */
import type { Clock } from '../ts/server/providers/index.js';

/** Stands still until it is moved; `idle` resolves when the loop has nothing to do at that time. */
export class StandingClock implements Clock {
  nowMs: number;
  #sleepers: { resolve: () => void; signal: AbortSignal }[] = [];
  #watchers: (() => void)[] = [];

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  now(): number {
    return this.nowMs;
  }

  sleep(_ms: number, signal: AbortSignal): Promise<void> {
    for (const told of this.#watchers.splice(0)) told();
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason);
      const wake = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      this.#sleepers.push({ resolve: wake, signal });
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** Resolves when somebody sleeps from now on. */
  idle(): Promise<void> {
    return new Promise((resolve) => this.#watchers.push(resolve));
  }

  /** Resolves when the loop has caught up with it. */
  async moveTo(nowMs: number): Promise<void> {
    this.nowMs = nowMs;
    const idle = this.idle();
    for (const { resolve } of this.#sleepers.splice(0)) resolve();
    await idle;
  }
}

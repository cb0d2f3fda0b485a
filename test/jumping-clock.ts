/** A clock that a test moves by hand, forwards and back. */
import { IsothermError } from '../ts/core/kernels/index.js';
import type { Clock } from '../ts/server/providers/clock.js';

export class JumpingClock implements Clock {
  #nowMs: number;
  readonly #sleepers = new Set<{ leftMs: number; wake: () => void }>();

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** As when somebody sets it: sleeps go on for as long as before. */
  jump(ms: number): void {
    this.#nowMs += ms;
  }

  /** Time passes: sleeps that are over by then end. */
  advance(ms: number): void {
    this.#nowMs += ms;
    for (const sleeper of this.#sleepers) {
      sleeper.leftMs -= ms;
      if (sleeper.leftMs <= 0) sleeper.wake();
    }
  }

  get sleepers(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stopped = (): void => {
        this.#sleepers.delete(sleeper);
        reject(new IsothermError('ABORTED', 'waiting was stopped', { cause: signal.reason }));
      };
      const sleeper = {
        leftMs: ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal.removeEventListener('abort', stopped);
          resolve();
        },
      };
      if (signal.aborted) return stopped();
      signal.addEventListener('abort', stopped, { once: true });
      this.#sleepers.add(sleeper);
      if (ms <= 0) sleeper.wake();
    });
  }
}

/** The time that a loop lives in. */
import { setTimeout as wait } from 'node:timers/promises';
import { IsothermError } from 'isotherm/kernels';

export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Ends after so many ms of this clock. Errors: ABORTED. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The clock on the wall. */
export const wallClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => pause(ms, signal),
};

/** The longest that a timer of the platform waits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits so many ms of the wall clock. Errors: ABORTED. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    for (let left = Math.max(0, ms); ; left -= LONGEST_TIMER_MS) {
      await wait(Math.min(left, LONGEST_TIMER_MS), undefined, signal === undefined ? {} : { signal });
      if (left <= LONGEST_TIMER_MS) return;
    }
  } catch (cause) {
    if (signal?.aborted) throw new IsothermError('ABORTED', 'waiting was stopped', { cause: signal.reason });
    throw cause;
  }
}

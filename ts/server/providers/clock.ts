/** The time that a loop lives in. */
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { IsothermError } from 'isotherm/kernels';

export interface Clock {
  /** Ms of this clock in a ms of the wall's; 1 where it is left out. */
  readonly speed?: number;
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

/** How many sleeps of a clock without a pace pass before others get their turn. */
const SLEEPS_IN_A_ROW = 64;

/**
 * A clock that begins at a time of its own and runs faster than the wall's, or slower. With a speed of Infinity time passes by sleeping alone: a sleep ends at
 * once, and it is then so much later.
 */
export class VirtualClock implements Clock {
  readonly #startMs: number;
  readonly speed: number;
  readonly #wall: Clock;
  readonly #wallStartMs: number;
  #sleptMs = 0;
  #sleeps = 0;

  /** `speed`: ms of this clock in a ms of the wall's, above 0. */
  constructor(startMs: number, speed: number, wall: Clock = wallClock) {
    if (!(speed > 0)) throw new IsothermError('BAD_ARGUMENT', `the speed is ${speed}; expected a number above 0`);
    this.#startMs = startMs;
    this.speed = speed;
    this.#wall = wall;
    this.#wallStartMs = wall.now();
  }

  now(): number {
    if (this.speed === Number.POSITIVE_INFINITY) return this.#startMs + this.#sleptMs;
    return this.#startMs + (this.#wall.now() - this.#wallStartMs) * this.speed;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (this.speed !== Number.POSITIVE_INFINITY) return this.#wall.sleep(ms / this.speed, signal);
    const untilMs = this.#sleptMs + Math.max(0, ms);
    // Requests and timers are to be answered meanwhile.
    await (++this.#sleeps % SLEEPS_IN_A_ROW === 0 ? nextTurn() : undefined);
    if (signal.aborted) throw new IsothermError('ABORTED', 'waiting was stopped', { cause: signal.reason });
    this.#sleptMs = Math.max(this.#sleptMs, untilMs);
  }
}

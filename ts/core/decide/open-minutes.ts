/** Calls of the minutes that are not over yet. */
import { IsothermError } from '../kernels/error.js';
import type { StateReader, StateWriter } from '../kernels/pure/state.js';

const MINUTE_MS = 60_000;
/** Minutes that a tick may be long, and one more. */
const MOST_MINUTES = 722;

/** What a minute comes to: NaN where it was not seen, or not all of it. */
export type ClosedMinute = (atMs: number, calls: number) => void;

export class OpenMinutes {
  /** The first that is open. */
  #first: number;
  /** Calls of that and the ones after it, up to the last that is known of. */
  #calls: number[] = [];

  constructor(first: number) {
    this.#first = first;
  }

  /** A call; one before the first open minute counts to that. */
  add(atMs: number): void {
    const place = Math.max(0, Math.floor(atMs / MINUTE_MS) - this.#first);
    while (this.#calls.length <= place) this.#calls.push(0);
    this.#calls[place]!++;
  }

  /** Nothing is known of the time from `fromMs` to `untilMs`. Of the minutes in between only the first and the last are closed: what is told of them knows that others are missing. */
  miss(fromMs: number, untilMs: number, close: ClosedMinute): void {
    this.close(fromMs, close);
    const last = Math.ceil(untilMs / MINUTE_MS) - 1;
    if (last > this.#first) {
      close(this.#first * MINUTE_MS, Number.NaN);
      if (last > this.#first + 1) close((last - 1) * MINUTE_MS, Number.NaN);
      this.#first = last;
      this.#calls = [];
    }
    this.#calls[0] = Number.NaN;
  }

  /** Minutes that are over at `nowMs`. */
  close(nowMs: number, close: ClosedMinute): void {
    const end = Math.floor(nowMs / MINUTE_MS);
    while (this.#first < end) {
      close(this.#first * MINUTE_MS, this.#calls.shift() ?? 0);
      this.#first++;
    }
  }

  /** Whether these can be the open minutes at `nowMs`. */
  isAt(nowMs: number): boolean {
    const minute = Math.floor(nowMs / MINUTE_MS);
    return this.#first + MOST_MINUTES >= minute && this.#first <= minute + MOST_MINUTES;
  }

  save(out: StateWriter): void {
    out.whole(this.#first);
    out.whole(this.#calls.length);
    for (const calls of this.#calls) out.whole(Number.isNaN(calls) ? 0 : calls + 1);
  }

  /** Errors: `BAD_STATE`. */
  static load(from: StateReader): OpenMinutes {
    const minutes = new OpenMinutes(from.whole(2 ** 35));
    for (let left = from.whole(MOST_MINUTES); left > 0; left--) {
      const calls = from.whole();
      if (calls === Number.MAX_SAFE_INTEGER)
        throw new IsothermError('BAD_STATE', 'state has a minute with too many calls');
      minutes.#calls.push(calls === 0 ? Number.NaN : calls - 1);
    }
    return minutes;
  }
}

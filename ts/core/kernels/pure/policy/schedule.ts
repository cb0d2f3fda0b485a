/** Instances started at set times beside a constant interval, as scheduled provisioned concurrency does. */
import { ensure } from '../check.js';
import type { KernelPolicy, Start, StateReader, StateWriter, WarmInterval } from './policy.js';

/** The most instances that one entry may start: far above what platforms allow, far below what fills a memory. */
export const MOST_STARTS = 100_000;

/** Instances to start at the tick at `atMs`. */
export interface ScheduledStart {
  atMs: number;
  start: Start;
}

export class Schedule implements KernelPolicy {
  readonly ticks = true;
  #interval: WarmInterval;
  /** Ascending by time; entries of one instant in the order of their start. */
  #starts: readonly ScheduledStart[];
  #next = 0;

  constructor(interval: WarmInterval, starts: readonly ScheduledStart[]) {
    this.#interval = interval;
    this.#starts = starts;
  }

  onArrival(): void {}

  onRelease(): WarmInterval {
    return this.#interval;
  }

  onTick(nowMs: number): readonly Start[] {
    const due: Start[] = [];
    for (; this.#next < this.#starts.length && this.#starts[this.#next].atMs <= nowMs; this.#next++) {
      if (this.#starts[this.#next].atMs === nowMs) due.push(this.#starts[this.#next].start);
    }
    return due;
  }

  seen(): number[] {
    return [this.#starts.length - this.#next];
  }

  save(out: StateWriter): void {
    out.interval(this.#interval);
    const left = this.#starts.slice(this.#next);
    out.u64(left.length);
    for (const { atMs, start } of left) {
      out.instant(atMs);
      out.u32(start.count);
      out.interval(start);
    }
  }

  static load(from: StateReader): Schedule {
    const interval = from.interval();
    const starts: ScheduledStart[] = [];
    for (let left = from.count(); left > 0; left--) {
      const atMs = from.span();
      ensure(atMs >= (starts.at(-1)?.atMs ?? 0), 'BAD_STATE', () => 'scheduled starts are out of order');
      const start = { count: from.u32(), ...from.interval() };
      ensure(start.count <= MOST_STARTS, 'BAD_STATE', () => {
        return `a scheduled start is of ${start.count} instances, expected at most ${MOST_STARTS}`;
      });
      starts.push({ atMs, start });
    }
    return new Schedule(interval, starts);
  }
}

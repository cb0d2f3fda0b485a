/** Keeps a little more than the recent peak of busy instances warm, renewed at every tick: reactive over-provisioning. */
import { ensure } from '../check.js';
import { stood } from './gap.js';
import {
  type Counts,
  type KernelPolicy,
  NO_STARTS,
  type Start,
  type StateReader,
  type StateWriter,
  type WarmInterval,
} from './policy.js';

const WINDOW_MS = 600_000;
const STARTED_KEEP_ALIVE_MS = 600_000;
const AFTER_RELEASE: WarmInterval = { prewarmMs: 0, keepAliveMs: 60_000 };

export class RecentPeak implements KernelPolicy {
  readonly ticks = true;
  #prewarmMs: number;
  /** Arrivals that may still be the largest of a window, busy counts descending; those before `#first` are gone. */
  #times: number[] = [];
  #busy: number[] = [];
  #first = 0;

  constructor(prewarmMs: number) {
    this.#prewarmMs = prewarmMs;
  }

  onArrival(atMs: number, busy: number): void {
    while (this.#busy.length > this.#first && this.#busy[this.#busy.length - 1] <= busy) {
      this.#busy.pop();
      this.#times.pop();
    }
    this.#busy.push(busy);
    this.#times.push(atMs);
  }

  onRelease(): WarmInterval {
    return AFTER_RELEASE;
  }

  onTick(nowMs: number, counts: Counts): readonly Start[] {
    while (this.#first < this.#times.length && this.#times[this.#first] < nowMs - WINDOW_MS) this.#first++;
    if (this.#first > 1024) this.#forget();
    const wanted = Math.floor((this.#peak() * 6 + 4) / 5);
    const count = wanted - counts.busy - counts.warmIdle - counts.pending;
    if (count <= 0) return NO_STARTS;
    return [{ count: Math.min(count, 0xffff_ffff), prewarmMs: this.#prewarmMs, keepAliveMs: STARTED_KEEP_ALIVE_MS }];
  }

  onGap(fromMs: number, untilMs: number): void {
    for (let i = this.#first; i < this.#times.length; i++) this.#times[i] = stood(this.#times[i], fromMs, untilMs);
  }

  seen(): number[] {
    return [this.#peak()];
  }

  save(out: StateWriter): void {
    this.#forget();
    out.instant(this.#prewarmMs);
    out.u64(this.#times.length);
    for (let i = 0; i < this.#times.length; i++) {
      out.instant(this.#times[i]);
      out.u32(this.#busy[i]);
    }
  }

  static load(from: StateReader): RecentPeak {
    const policy = new RecentPeak(from.span());
    for (let left = from.count(); left > 0; left--) {
      const at = from.instant() ?? Number.NaN;
      const busy = from.u32();
      const first = policy.#times.length === 0 && !Number.isNaN(at);
      const fits = first || (at >= policy.#times.at(-1)! && busy < policy.#busy.at(-1)!);
      ensure(fits, 'BAD_STATE', () => 'peaks are out of order');
      policy.#times.push(at);
      policy.#busy.push(busy);
    }
    return policy;
  }

  #peak(): number {
    return this.#first < this.#busy.length ? this.#busy[this.#first] : 0;
  }

  #forget(): void {
    this.#times = this.#times.slice(this.#first);
    this.#busy = this.#busy.slice(this.#first);
    this.#first = 0;
  }
}

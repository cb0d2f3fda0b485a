/** The same interval after every release: fixed windows, no window at all, and for ever. */
import { type KernelPolicy, NO_STARTS, type Start, type StateWriter, type WarmInterval } from './policy.js';

export class Constant implements KernelPolicy {
  readonly ticks = false;
  readonly interval: WarmInterval;

  constructor(interval: WarmInterval) {
    this.interval = interval;
  }

  onArrival(): void {}

  onRelease(): WarmInterval {
    return this.interval;
  }

  onTick(): readonly Start[] {
    return NO_STARTS;
  }

  seen(): number[] {
    return [];
  }

  save(out: StateWriter): void {
    out.interval(this.interval);
  }
}

/** How long a function's starts take, as its provider tells of them. */
import type { StartTime } from '../decide/receipt.js';
import { IsothermError } from '../kernels/index.js';
import type { StateReader, StateWriter } from '../kernels/pure/state.js';

/** The last measured starts: the median of so many is moved by no single one. */
const REMEMBERED = 15;
/** Fewer say nothing against a table. */
const LEAST = 3;
/** By how much of what is in force the median must differ: prices and plans do not follow every flutter. */
const HYSTERESIS = 0.2;
const MOST_MS = 0xffff_ffff;

const SOURCES = ['configured', 'measured', 'table'] as const;

/** The median of the last measured starts, in force once it differs from what was by more than a fifth; what is configured stays. */
export class StartEstimate {
  #inForce: StartTime;
  /** Ms, the latest last. */
  #measured: number[] = [];

  constructor(first: StartTime) {
    this.#inForce = first;
  }

  get inForce(): StartTime {
    return this.#inForce;
  }

  /** Starts that were measured, whole ms in the order of their calls; whether another time is in force from now on. */
  observe(startsMs: Float64Array): boolean {
    if (this.#inForce.from === 'configured' || startsMs.length === 0) return false;
    this.#measured = [...this.#measured, ...startsMs.subarray(-REMEMBERED)].slice(-REMEMBERED);
    const measurements = this.#measured.length;
    if (measurements < LEAST) return false;
    // What takes no time at all was not measured finely enough; a price of 0 would be one for ever.
    const ms = Math.max(1, this.#measured.toSorted((a, b) => a - b)[Math.floor((measurements - 1) / 2)]!);
    if (Math.abs(ms - this.#inForce.ms) <= HYSTERESIS * this.#inForce.ms) return false;
    this.#inForce = { ms, from: 'measured', measurements };
    return true;
  }

  save(out: StateWriter): void {
    const { ms, from, measurements } = this.#inForce;
    out.whole(ms);
    out.u8(SOURCES.indexOf(from));
    out.whole(measurements);
    out.u8(this.#measured.length);
    for (const start of this.#measured) out.whole(start);
  }

  /** Errors: `BAD_STATE`. */
  static load(from: StateReader): StartEstimate {
    const ms = from.whole(MOST_MS);
    const source = SOURCES[from.u8()];
    const estimate = new StartEstimate({ ms, from: source ?? 'table', measurements: from.whole() });
    const count = from.u8();
    if (source === undefined || count > REMEMBERED) {
      throw new IsothermError(
        'BAD_STATE',
        `state has ${count} measured starts of an unknown kind, expected at most ${REMEMBERED}`,
      );
    }
    for (let left = count; left > 0; left--) estimate.#measured.push(from.whole(MOST_MS));
    return estimate;
  }
}

/** A replay that goes on: one policy on one function, fed as its calls become known. */
import { type Counts, IsothermError, type Policy } from '../kernels/index.js';
import { Engine } from '../kernels/pure/replay/engine.js';
import { readState, StateWriter } from '../kernels/pure/state.js';
import type { LiveTotals } from './control-model.js';

/** A policy whose state can be had as bytes; `PolicyStepper` is one. */
export interface SavedPolicy extends Policy {
  save(): Uint8Array;
}

export interface LiveReplayOptions {
  /** How long a cold start waits, whole ms. */
  coldStartMs: number;
  /** Whole ms, at least 1; ticks are at its multiples. */
  tickMs: number;
  /** When the first tick is, a multiple of `tickMs`; 0 when left out. */
  firstTickMs?: number;
}

type Starts = Pick<LiveTotals, 'coldStarts' | 'waitMs' | 'preWarms' | 'preWarmMs'>;

const startsOf = ({ coldStarts, waitMs, preWarms, preWarmMs }: Starts): number[] => [
  coldStarts,
  waitMs,
  preWarms,
  preWarmMs,
];

const VERSION = 2;
const MOST_MS = 2 ** 50;

const wholeIn = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most;

function check(name: string, value: number, least: number, most: number): void {
  if (wholeIn(value, least, most)) return;
  throw new IsothermError('OUT_OF_RANGE', `${name} is ${value}, expected a whole number of ms in ${least}..${most}`);
}

/**
 * Replays one function tick by tick, without an end: fed the calls of each tick and advanced to it, it has at every tick the very figures of `replay` of
 * all calls so far with that end. In whichever pieces it is fed, and however often it is saved and loaded.
 *
 * O(calls) and O(instances) a tick; memory O(instances). Errors: `OUT_OF_RANGE` (a time that is not whole ms), `TIME_ORDER` (calls that go back behind each
 * other or behind what has happened), `BAD_LENGTH`, `BAD_STATE`, and what the policy throws.
 *
 * @example
 * const policy = PolicyStepper.create({ kind: 'window', keepAliveMs: 600_000 });
 * const live = new LiveReplay(policy, { coldStartMs: 1000, tickMs: 30_000 });
 * live.feed(Float64Array.of(5_000, 20_000), Uint32Array.of(250, 250));
 * live.advance(30_000);
 * live.totals(); // { calls: 2, coldStarts: 1, preWarms: 0, idleMs: 23500, waitMs: 1000, preWarmMs: 0 }
 */
export class LiveReplay<P extends SavedPolicy = SavedPolicy> {
  readonly policy: P;
  readonly tickMs: number;
  #coldStartMs: number;
  #engine: Engine;
  #calls = 0;
  #busyMs = 0;
  /** What had started before starts took as long as they do now. */
  #before: Starts = { coldStarts: 0, waitMs: 0, preWarms: 0, preWarmMs: 0 };
  /** Everything up to here has happened, arrivals at this ms aside. */
  #nowMs: number;
  /** The last call. */
  #lastMs: number;

  constructor(policy: P, options: LiveReplayOptions) {
    const { coldStartMs, tickMs, firstTickMs = 0 } = options;
    check('coldStartMs', coldStartMs, 0, 0xffff_ffff);
    check('tickMs', tickMs, 1, 0xffff_ffff);
    check('firstTickMs', firstTickMs, 0, MOST_MS);
    if (firstTickMs % tickMs !== 0) {
      throw new IsothermError('OUT_OF_RANGE', `firstTickMs is ${firstTickMs}, expected a multiple of ${tickMs} ms`);
    }
    this.policy = policy;
    this.#coldStartMs = coldStartMs;
    this.tickMs = tickMs;
    this.#engine = Engine.live(policy, coldStartMs, tickMs, firstTickMs);
    this.#nowMs = firstTickMs - tickMs;
    this.#lastMs = this.#nowMs;
  }

  /** How long a cold start waits, ms. */
  get coldStartMs(): number {
    return this.#coldStartMs;
  }

  /** From now on; what has started took as long as it did. Errors: `OUT_OF_RANGE`. */
  set coldStartMs(ms: number) {
    check('coldStartMs', ms, 0, 0xffff_ffff);
    this.#before = this.totals();
    this.#coldStartMs = ms;
    this.#engine.wait = ms;
  }

  /** Engine time that everything has happened up to, ms. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Durations of all calls in all, ms. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** The next calls, ascending, none before what has happened: `startMs` and `durationMs` in whole ms. */
  feed(startMs: Float64Array, durationMs: Uint32Array): void {
    if (startMs.length !== durationMs.length) {
      throw new IsothermError('BAD_LENGTH', `durationMs has ${durationMs.length} entries, expected ${startMs.length}`);
    }
    let last = this.#lastMs;
    for (const start of startMs) {
      check('startMs', start, -MOST_MS, MOST_MS);
      if (start < last) throw new IsothermError('TIME_ORDER', `a call at ${start} ms comes after one at ${last} ms`);
      last = start;
    }
    this.#lastMs = last;
    this.#engine.feed(startMs, startMs.length, durationMs);
    this.#calls += startMs.length;
    for (const duration of durationMs) this.#busyMs += duration;
  }

  /** Everything up to `atMs` happens: releases, and ticks, that at `atMs` too. What arrives at `atMs` comes behind. */
  advance(atMs: number): void {
    this.#goTo(atMs);
    this.#engine.advance(atMs);
  }

  /** Nothing is known of the time up to `atMs`: there is no tick, instances stay as they are, no idle time is counted, and the policy is told. */
  stand(atMs: number): void {
    const from = this.#nowMs;
    this.#goTo(atMs);
    this.#engine.stand(from, atMs);
    this.policy.onGap?.(from, atMs);
  }

  /** Instances now. */
  counts(): Counts {
    return this.#engine.counts(this.#nowMs);
  }

  /** What was spent up to now. */
  totals(): LiveTotals {
    const { coldStarts, preWarms, idleMs } = this.#engine.soFar(this.#nowMs);
    const before = this.#before;
    const waitMs = before.waitMs + (coldStarts - before.coldStarts) * this.#coldStartMs;
    const preWarmMs = before.preWarmMs + (preWarms - before.preWarms) * this.#coldStartMs;
    return { calls: this.#calls, coldStarts, preWarms, idleMs, waitMs, preWarmMs };
  }

  /** Its state as bytes, its policy's among them; equal for equal pasts. Errors: `BAD_ARGUMENT` where calls were fed since it was advanced. */
  save(): Uint8Array {
    if (this.#lastMs > this.#nowMs) {
      throw new IsothermError('BAD_ARGUMENT', 'a replay is saved where it was advanced to, not between calls');
    }
    const out = new StateWriter();
    out.u8(VERSION);
    out.part(this.policy.save());
    out.whole(this.#nowMs + this.tickMs);
    out.whole(this.#calls);
    out.whole(this.#busyMs);
    for (const value of startsOf(this.#before)) out.whole(value);
    this.#engine.save(out, this.#nowMs);
    return out.finish();
  }

  /** The replay that was saved as `state`, with the policy that `loadPolicy` makes of its bytes. Errors: `BAD_STATE`, and those of `loadPolicy`. */
  static load<P extends SavedPolicy>(
    state: Uint8Array,
    loadPolicy: (state: Uint8Array) => P,
    options: LiveReplayOptions,
  ): LiveReplay<P> {
    return readState('replay', state, (from) => {
      const version = from.u8();
      if (version !== VERSION)
        throw new IsothermError('BAD_STATE', `replay state is of version ${version}, expected ${VERSION}`);
      const live = new LiveReplay(loadPolicy(from.part()), options);
      const nowMs = from.whole(MOST_MS) - options.tickMs;
      live.#calls = from.whole();
      live.#busyMs = from.whole();
      const [coldStarts, waitMs, preWarms, preWarmMs] = startsOf(live.#before).map(() => from.whole());
      live.#before = { coldStarts: coldStarts!, waitMs: waitMs!, preWarms: preWarms!, preWarmMs: preWarmMs! };
      live.#engine = Engine.load(from, live.policy, live.coldStartMs, live.tickMs, nowMs);
      live.#nowMs = nowMs;
      live.#lastMs = nowMs;
      return live;
    });
  }

  #goTo(atMs: number): void {
    check('atMs', atMs, 0, MOST_MS);
    if (atMs < this.#nowMs || atMs < this.#lastMs) {
      throw new IsothermError('TIME_ORDER', `time goes back from ${Math.max(this.#nowMs, this.#lastMs)} to ${atMs} ms`);
    }
    this.#nowMs = atMs;
    this.#lastMs = atMs;
  }
}

/** The loop: observe, forecast, decide, record, tick after tick. */
import type { TickResult } from 'isotherm/evaluate';
import type { Clock, Observation, Observer, Sample } from '../providers/index.js';
import type { Store, StoredGap, StoredReceipt, TickCommit } from '../store/index.js';
import { conditionsEvent } from './conditions.js';
import { type EventLog, toStored } from './event-log.js';
import { MOST_LATE_MS } from './feed.js';
import type { Fleet } from './fleet.js';
import type { Ingestion } from './ingestion.js';
import type { ManagedFunction, RecordedConditions } from './managed-function.js';
import type { SamplesByFunction } from './past.js';
import { storedReceipt } from './receipt-view.js';
import { SavedStates } from './saved-states.js';
import { StorePatience } from './store-patience.js';
import type { TickTime } from './tick-time.js';

/** Why nothing is known of a tick. */
export type Silence = Pick<StoredGap, 'reason' | 'detail'>;

/** Every function is saved once in so many ticks; a restart computes at most as many again. */
export const CHECKPOINT_TICKS = 20;

/** A clock that goes back by more than this has jumped; less is a correction. */
const JUMP_BACK_MS = 1000;
const JUMP_AHEAD_MS = 60_000;

/** Functions of which each is told by itself. */
const MOST_TOLD = 5;

/** The longest nap: a clock that jumps is noticed then. */
const NAP_MS = 1000;

export interface LoopParts {
  store: Store;
  observer: Observer;
  clock: Clock;
  time: TickTime;
  fleet: Fleet;
  ingestion: Ingestion;
  events: EventLog;
  /** Decisions from before the first tick, until they are stored with it. */
  receipts: StoredReceipt[];
  /** Why nothing is known of a tick although the observer has no gap to tell; null where all is well. */
  silence: (tick: number) => Silence | null;
  /** Of a tick that is done and committed. */
  onTick: (tick: TickDone) => void | Promise<void>;
}

export interface TickDone {
  tick: number;
  endMs: number;
  tookMs: number;
  calls: number;
  receipts: number;
}

/** Waiting that ends because everything ends is no error. */
function unlessAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}

export class Loop {
  readonly patience: StorePatience;
  /** The last tick that was committed. */
  tick: number;
  /** Whether ticks are due that were not processed. */
  isBehind = false;
  /** How far the clock is before the last tick, where it was set back; else 0. */
  clockBehindMs = 0;
  /** Whether the observer has told all that it ever will. */
  hasEnded = false;
  #isFirst = true;
  #parts: LoopParts;
  #degraded: string | null = null;
  #skewed: string | null = null;

  constructor(parts: LoopParts, lastTick: number) {
    this.#parts = parts;
    this.tick = lastTick;
    const { events } = parts;
    this.patience = new StorePatience(
      ({ code, message }) => events.emit('store-down', null, `the store is away, the loop waits: ${message}`, { code }),
      () => events.emit('store-up', null, 'the store is back, the loop goes on'),
    );
  }

  /** Until `signal` aborts; a tick that has begun is brought to its end unless the store is away. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, time, observer } = this.#parts;
    while (!signal.aborted) {
      const next = this.tick + 1;
      if (observer.endMs !== null && time.beginOf(next) >= observer.endMs) return this.#end(observer.endMs, signal);
      const dueMs = time.endOf(next) + observer.lagMs;
      const nowMs = clock.now();
      const behindMs = time.beginOf(next) - nowMs;
      this.clockBehindMs = behindMs > JUMP_BACK_MS ? behindMs : 0;
      if (nowMs < dueMs) {
        this.isBehind = false;
        const napMs = Math.min(dueMs - nowMs, NAP_MS);
        await clock.sleep(napMs, signal).catch(unlessAborted(signal));
        this.#watchClock(clock.now() - nowMs, napMs);
        continue;
      }
      this.isBehind = nowMs >= dueMs + time.tickMs;
      await this.#process(next, signal).catch(unlessAborted(signal));
    }
  }

  /** Silence after the end is no lack of calls: nothing is decided upon it. */
  async #end(endMs: number, signal: AbortSignal): Promise<void> {
    const { events, ingestion, observer, store } = this.#parts;
    this.hasEnded = true;
    this.isBehind = false;
    ingestion.end();
    const words = `${observer.name} has come to its end: nothing is decided any more, and the figures stay`;
    events.emit('provider-ended', null, words, { endMs });
    const waiting = events.waiting();
    const work = this.patience.until(() => store.addEvents(waiting.map(toStored)), signal);
    await work.then(() => events.stored(waiting), unlessAborted(signal));
    if (signal.aborted) return;
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  /** How far the clock moved during a nap: work may take its time, and a clock may run fast, but a nap ends when it should. */
  #watchClock(movedMs: number, napMs: number): void {
    const { events, time, clock } = this.#parts;
    const { speed = 1 } = clock;
    if (movedMs < -JUMP_BACK_MS) {
      const words = `the clock went back by ${Math.round(-movedMs / 1000)} s: the loop waits until it is where it was`;
      events.emit('clock-jump', null, words, { movedMs });
    } else if (movedMs - napMs > JUMP_AHEAD_MS * speed + time.tickMs) {
      const words = `the clock went ahead by ${Math.round(movedMs / 1000)} s: the ticks between are made up for`;
      events.emit('clock-jump', null, words, { movedMs });
    }
  }

  async #process(tick: number, signal: AbortSignal): Promise<void> {
    const { store, ingestion, events, time, onTick } = this.#parts;
    const startMs = performance.now();
    const observed = await this.#observe(tick, signal);
    if (observed.samples.length > 0)
      await this.patience.until(() => ingestion.acceptObserved(observed.samples), signal);
    if (observed.gaps.length > 0) await this.patience.until(() => store.acceptGaps(observed.gaps), signal);
    // A tick that a restart does again has the gaps of before, too.
    const gaps = this.#isFirst ? await this.patience.until(() => store.gaps(tick, tick), signal) : observed.gaps;
    await ingestion.closeTick(tick);
    const samples = await this.patience.until(() => ingestion.take(tick), signal);
    const { commit, calls } = await this.#step(tick, samples, gaps);
    const waiting = events.waiting();
    const all = { ...commit, events: [...commit.events, ...waiting.map(toStored)] };
    await this.patience.until(() => store.commitTick(all), signal);
    events.stored(waiting);
    this.#parts.receipts.length = 0;
    for (const { functionKey } of all.checkpoints) {
      const managed = this.#parts.fleet.functions.get(functionKey);
      if (managed !== undefined) managed.birth = null;
    }
    this.tick = tick;
    this.#isFirst = false;
    await onTick({
      tick,
      endMs: time.endOf(tick),
      tookMs: performance.now() - startMs,
      calls,
      receipts: commit.receipts.length,
    });
  }

  async #step(
    tick: number,
    samples: SamplesByFunction,
    gaps: StoredGap[],
  ): Promise<{ commit: TickCommit; calls: number }> {
    const { fleet, time, events } = this.#parts;
    const receipts: StoredReceipt[] = [...this.#parts.receipts];
    const conditions: Record<string, RecordedConditions> = {};
    const saved = new SavedStates();
    const opened: ManagedFunction[] = [];
    const closed: ManagedFunction[] = [];
    let settled = 0;
    let calls = 0;
    let late = 0;
    let tooOld = 0;
    for await (const { managed, result, recorded, tooOld: ownTooOld } of fleet.step({ tick, samples, gaps })) {
      this.#tell(managed, result);
      if (result.receipt !== null) receipts.push(storedReceipt(result.receipt, time));
      if (recorded !== null) conditions[managed.key] = recorded;
      if (recorded?.setting !== undefined) settled++;
      if (managed.birth !== null || managed.setting.stream % CHECKPOINT_TICKS === tick % CHECKPOINT_TICKS) {
        managed.lookUpTrust();
        saved.add(managed);
      }
      if (managed.gapChange !== null) (managed.gapChange === 'opened' ? opened : closed).push(managed);
      calls += managed.last.calls;
      late += result.late;
      tooOld += ownTooOld;
    }
    if (this.#isFirst || tick % CHECKPOINT_TICKS === 0) saved.addLeft(fleet.left.keys(), tick);
    this.#tellOfMany('gap', opened, 'no data, the last decision holds');
    this.#tellOfMany('gap-closed', closed, 'data again');
    if (settled > 0) {
      events.emit('config', null, `${settled} functions go on under another configuration from here`, { settled });
    }
    if (late > 0)
      events.emit('late', null, `${late} calls came after their tick, and count as happening now`, { late });
    if (tooOld > 0) {
      const words = `${tooOld} samples came more than ${MOST_LATE_MS / 60_000} minutes after their tick: they are kept, and nothing is decided upon them`;
      events.emit('late', null, words, { tooOld });
    }
    const atMs = time.endOf(tick);
    const hasConditions = Object.keys(conditions).length > 0;
    const commit: TickCommit = {
      tick,
      atMs,
      receipts,
      events: hasConditions ? [conditionsEvent(tick, atMs, conditions)] : [],
      totals: saved.totals,
      checkpoints: saved.checkpoints,
    };
    return { commit, calls };
  }

  /** What a function's tick is worth telling. */
  #tell(managed: ManagedFunction, { receipt, events: trust, startChange }: TickResult): void {
    const { events } = this.#parts;
    const { key } = managed;
    for (const { kind, model, to, reason } of trust) {
      if (kind !== 'selected') events.emit(kind, key, `${key}: ${reason}`, { model, to });
    }
    if (startChange !== null) {
      const { before, now } = startChange;
      const words = `${key}: starts take ${now.ms} ms, the median of the last ${now.measurements}; ${before.ms} ms held before (${before.from})`;
      events.emit('start-time', key, words, { fromMs: before.ms, toMs: now.ms, measurements: now.measurements });
    }
    if (receipt !== null) {
      const { desiredInstances, reason } = receipt.decision;
      events.emit('decision', key, `${key}: ${desiredInstances} instances, ${reason}`, {
        receiptId: receipt.id,
        desiredInstances,
      });
    }
  }

  /** What changed for many is told once. */
  #tellOfMany(kind: 'gap' | 'gap-closed', all: readonly ManagedFunction[], words: string): void {
    const { events } = this.#parts;
    if (all.length <= MOST_TOLD) for (const { key } of all) events.emit(kind, key, `${key}: ${words}`);
    else events.emit(kind, null, `${all.length} functions: ${words}`, { functions: all.length });
  }

  async #observe(tick: number, signal: AbortSignal): Promise<{ samples: Sample[]; gaps: StoredGap[] }> {
    const { observer, time, events, silence } = this.#parts;
    const samples: Sample[] = [];
    const gaps: StoredGap[] = [];
    const [beginMs, endMs] = [time.beginOf(tick), time.endOf(tick)];
    const all: AsyncIterable<Observation> = observer.observe(beginMs, endMs, signal);
    for await (const one of all) {
      if (one.kind === 'gap')
        gaps.push({ ...one, fromMs: Math.max(one.fromMs, beginMs), toMs: Math.min(one.toMs, endMs), tick });
      else samples.push(one);
    }
    const silent = silence(tick);
    if (silent !== null) {
      gaps.push({
        kind: 'gap',
        functionKey: null,
        fromMs: beginMs,
        toMs: endMs,
        ...silent,
        tick,
      });
    }
    const { degraded, clock: skewed } = observer.health();
    if (skewed !== this.#skewed) {
      events.emit('clock-jump', null, skewed ?? `the clock of ${observer.name} is right again`);
      this.#skewed = skewed;
    }
    if (degraded !== this.#degraded) {
      if (degraded !== null) events.emit('provider-down', null, degraded);
      else events.emit('provider-up', null, `${observer.name} answers again`);
      this.#degraded = degraded;
    }
    // Of what was before the tick nothing can be held any more.
    return { samples, gaps: gaps.filter(({ fromMs, toMs }) => fromMs < toMs) };
  }
}

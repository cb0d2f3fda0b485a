/** The gate that samples come in by: each gets its tick, is committed, and only then acknowledged and kept for its tick. */
import { IsothermError } from 'isotherm/kernels';
import type { Sample } from '../providers/index.js';
import { type Outcome, placedCall, placedCount, type Store, type StoredSample } from '../store/index.js';
import { Turns } from '../turns.js';
import { checkFeedable } from './feedable.js';
import { addSample, type SamplesByFunction } from './past.js';
import type { TickTime } from './tick-time.js';

/** How far ahead of the clock a sample may lie: clocks differ. */
const MOST_AHEAD_MS = 5 * 60_000;

/** Samples that go into one transaction. */
const MOST_AT_ONCE = 20_000;

/** Samples that may wait; who brings more is told to come again. */
const MOST_WAITING = 200_000;

/** `bad`: it says what cannot be; `problem` says what. */
export type SampleOutcome = Outcome | 'ahead' | 'bad';

export interface Ingested {
  outcome: SampleOutcome;
  late: boolean;
  problem?: IsothermError;
}

export interface IngestionCounts {
  accepted: number;
  duplicates: number;
  late: number;
  rejected: number;
}

interface Waiting {
  samples: readonly Sample[];
  resolve: (ingested: Ingested[]) => void;
  reject: (error: unknown) => void;
}

const atOf = (sample: Sample): number => (sample.kind === 'call' ? sample.atMs : sample.fromMs);

function problemOf(sample: Sample): IsothermError | undefined {
  try {
    checkFeedable(sample);
    return undefined;
  } catch (error) {
    if (error instanceof IsothermError) return error;
    throw error;
  }
}

/** Calls without an id of their own are told apart by their order among equal ones in their request. */
class Ordinals {
  #seen = new Map<string, number>();

  of(sample: Sample): number {
    if (sample.kind !== 'call' || sample.id !== undefined) return 0;
    const key = `${sample.atMs} ${sample.functionKey}`;
    const ordinal = this.#seen.get(key) ?? 0;
    this.#seen.set(key, ordinal + 1);
    return ordinal;
  }
}

export class Ingestion {
  readonly counts: IngestionCounts = { accepted: 0, duplicates: 0, late: 0, rejected: 0 };
  /** When samples were accepted last, by the clock. */
  lastAcceptedMs: number;
  /** Time of the newest sample that was accepted; null before the first. */
  lastSampleMs: number | null = null;
  #store: Store;
  #time: TickTime;
  #now: () => number;
  /** The tick that is not over yet. */
  #open: number;
  #waiting: Waiting[] = [];
  #waitingSamples = 0;
  #running: Promise<void> | null = null;
  #isEnded = false;
  /** Accepted and not fed yet, by tick. */
  #kept = new Map<number, SamplesByFunction>();
  /** Ticks of which a commit may have gone through though its answer was lost: they are read from the store. */
  #uncertain = new Set<number>();

  constructor(store: Store, time: TickTime, open: number, now: () => number) {
    this.#store = store;
    this.#time = time;
    this.#open = open;
    this.#now = now;
    this.lastAcceptedMs = now();
  }

  get openTick(): number {
    return this.#open;
  }

  /** Resolves when they are committed. Errors: `STORE_UNAVAILABLE`, `STORE_FULL`, `TOO_BUSY`. */
  accept(samples: readonly Sample[]): Promise<Ingested[]> {
    if (this.#waitingSamples + samples.length > MOST_WAITING) {
      const sentence = `${this.#waitingSamples} samples wait to be stored; expected at most ${MOST_WAITING}: come again in a second`;
      return Promise.reject(new IsothermError('TOO_BUSY', sentence));
    }
    return this.acceptObserved(samples);
  }

  /** As `accept`, of what the loop itself has observed: however many there are. */
  acceptObserved(samples: readonly Sample[]): Promise<Ingested[]> {
    if (samples.length === 0) return Promise.resolve([]);
    this.#waitingSamples += samples.length;
    const promise = new Promise<Ingested[]>((resolve, reject) => this.#waiting.push({ samples, resolve, reject }));
    this.#running ??= this.#run();
    return promise;
  }

  /** The tick is over: what comes from now on is late for it. Resolves when nothing is on its way into it any more. */
  async closeTick(tick: number): Promise<void> {
    this.#open = Math.max(this.#open, tick + 1);
    await this.#inFlight;
  }

  /** What a closed tick is fed with; once. */
  async take(tick: number): Promise<SamplesByFunction> {
    const kept = this.#kept.get(tick) ?? new Map();
    if (!this.#uncertain.has(tick)) {
      this.#kept.delete(tick);
      return kept;
    }
    const stored: SamplesByFunction = new Map();
    for await (const sample of this.#store.samples(tick, tick)) addSample(stored, sample);
    this.#kept.delete(tick);
    this.#uncertain.delete(tick);
    return stored;
  }

  /** No tick comes any more: what is accepted from now on is stored, and kept for no tick. */
  end(): void {
    this.#isEnded = true;
    this.#kept.clear();
  }

  /** Puts back what was accepted for ticks to come, after a restart. */
  keep(sample: StoredSample): void {
    if (this.#isEnded) return;
    const kept = this.#kept.get(sample.tick) ?? new Map();
    this.#kept.set(sample.tick, kept);
    addSample(kept, sample);
    const atMs = atOf(sample);
    if (this.lastSampleMs === null || atMs > this.lastSampleMs) this.lastSampleMs = atMs;
  }

  #inFlight: Promise<unknown> = Promise.resolve();

  /** Takes all that waits into one transaction after another: a commit costs the same for one sample as for many. */
  async #run(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        let count = 0;
        let parts = 0;
        while (
          parts < this.#waiting.length &&
          (parts === 0 || count + this.#waiting[parts]!.samples.length <= MOST_AT_ONCE)
        ) {
          count += this.#waiting[parts++]!.samples.length;
        }
        const batch = this.#waiting.splice(0, parts);
        this.#waitingSamples -= count;
        const work = this.#commit(batch);
        this.#inFlight = work;
        await work;
      }
    } finally {
      this.#running = null;
    }
  }

  async #commit(batch: Waiting[]): Promise<void> {
    const latest = this.#now() + MOST_AHEAD_MS;
    const placed: StoredSample[] = [];
    const answers: Ingested[][] = [];
    /** Of each placed sample, the answer that it fills. */
    const slots: Ingested[] = [];
    const turns = new Turns();
    for (const { samples } of batch) {
      const ordinals = new Ordinals();
      const answer: Ingested[] = [];
      for (const sample of samples) {
        if (turns.isOver) await turns.give();
        const ordinal = ordinals.of(sample);
        const atMs = atOf(sample);
        const slot: Ingested = { outcome: 'ahead', late: false };
        answer.push(slot);
        if (atMs > latest) continue;
        const problem = problemOf(sample);
        if (problem !== undefined) {
          slot.outcome = 'bad';
          slot.problem = problem;
          continue;
        }
        const own = this.#time.tickOf(atMs);
        const tick = Math.max(own, this.#open);
        const late = own < this.#open;
        slot.late = late;
        placed.push(sample.kind === 'call' ? placedCall(sample, tick, late, ordinal) : placedCount(sample, tick, late));
        slots.push(slot);
      }
      answers.push(answer);
    }
    try {
      const outcomes = placed.length === 0 ? [] : await this.#store.acceptSamples(placed);
      for (const [i, outcome] of outcomes.entries()) {
        if (turns.isOver) await turns.give();
        slots[i]!.outcome = outcome;
        if (outcome === 'accepted') this.keep(placed[i]!);
      }
    } catch (error) {
      for (const { tick } of placed) this.#uncertain.add(tick);
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const [i, { resolve }] of batch.entries()) {
      this.#count(answers[i]!);
      resolve(answers[i]!);
    }
  }

  #count(ingested: readonly Ingested[]): void {
    this.lastAcceptedMs = this.#now();
    const { counts } = this;
    for (const { outcome, late } of ingested) {
      if (outcome === 'accepted') {
        counts.accepted++;
        if (late) counts.late++;
      } else if (outcome === 'duplicate') counts.duplicates++;
      else counts.rejected++;
    }
  }
}

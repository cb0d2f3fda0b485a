import type { Observation } from './observation.js';

/** What an observer says of itself: for the status and for logs. */
export interface ObserverHealth {
  /** What is wrong, in words; null while all is well. */
  degraded: string | null;
  /** How far its clock is off, and what is done about that, in words; null where it makes no difference. */
  clock: string | null;
  /** The provider's clock less ours, ms; null where it is not known. */
  clockSkewMs: number | null;
  /** Of the latest answer, epoch ms; null before the first. */
  lastAnswerMs: number | null;
  /** Counters that began again, and samples that cannot be, since the start. */
  restarts: number;
  badSamples: number;
}

/** One source of what happened, pulled by the loop tick by tick. */
export interface Observer {
  readonly name: string;
  /** How far behind the clock a time must lie before it is asked for; it may change where the provider's clock is another one. */
  readonly lagMs: number;
  /** After this, epoch ms, nothing can come; null where there is no end. */
  readonly endMs: number | null;
  /**
   * The earliest time from which there is anything, where the observer has a past to give: a whole minute; null where it begins now.
   *
   * Errors: SERVER_UNAVAILABLE, SERVER_REFUSED, ABORTED.
   */
  beginMs(signal: AbortSignal): Promise<number | null>;
  /**
   * All that happened in `[fromMs, toMs)`, epoch ms; both are whole seconds. A time without samples and without a gap is a time without calls. Samples of a time
   * before `fromMs` may come too: what is only known now. Trouble with the provider comes as gaps, and stands in `health()`: it never throws for that. Time goes on from one
   * call to the next; one that is asked for again is looked at anew. A long time comes in pieces, one after the other.
   *
   * Errors: ABORTED.
   */
  observe(fromMs: number, toMs: number, signal: AbortSignal): AsyncIterable<Observation>;
  health(): ObserverHealth;
  /** Lets go of what it holds; nothing is asked of it afterwards. */
  close(): Promise<void>;
}

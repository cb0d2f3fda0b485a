import type { Observation } from './observation.js';

/** What an observer says of itself: for the status and for logs. */
export interface ObserverHealth {
  /** What is wrong, in words; null while all is well. */
  degraded: string | null;
  /** The provider's clock less ours, ms; null where it is not known. */
  clockSkewMs: number | null;
  /** Of the latest answer, epoch ms; null before the first. */
  lastAnswerMs: number | null;
}

/** One source of what happened, pulled by the loop tick by tick. */
export interface Observer {
  readonly name: string;
  /** How far behind the clock a time must lie before it is asked for. */
  readonly lagMs: number;
  /** The earliest time from which there is anything, where the observer has a past to give; null where it begins now. */
  beginMs(signal: AbortSignal): Promise<number | null>;
  /**
   * All that happened in `[fromMs, toMs)`, epoch ms. Trouble with the provider comes as gaps, and stands in `health()`: it never throws for that. A
   * time may be asked for again. Times that lie before any that was asked for are back-fill: read in pieces, and as long as the provider keeps them.
   *
   * Errors: ABORTED.
   */
  observe(fromMs: number, toMs: number, signal: AbortSignal): AsyncIterable<Observation>;
  health(): ObserverHealth;
  /** Lets go of what it holds; nothing is asked of it afterwards. */
  close(): Promise<void>;
}

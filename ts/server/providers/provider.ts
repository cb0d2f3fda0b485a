import type { ByteSource } from 'isotherm/trace';

/** What a provider is asked for. */
export interface ObserveRequest {
  /** In the language of the provider: selectors of raw counters, or expressions. */
  queries: readonly string[];
  /** Epoch ms; both ends are looked at. */
  startMs: number;
  endMs: number;
  /** Time between two samples, ms. */
  stepMs: number;
  /** Stops it with the code ABORTED. */
  signal?: AbortSignal;
  /** How many samples of a series are there, over all queries, and how many there will be. */
  onProgress?: (done: number, total: number) => void;
}

/** One platform's monitoring. */
export interface Provider {
  /**
   * What happened, in the provider's own form, as `readTrace` takes it. The first answer is there when this resolves; the others are
   * asked for as the source is read.
   *
   * Errors: SERVER_UNAVAILABLE, SERVER_REFUSED, BAD_ARGUMENT, ABORTED; the same while the source is read.
   */
  observe(request: ObserveRequest): Promise<ByteSource>;
}

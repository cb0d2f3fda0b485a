/** The stored past, tick by tick. */
import type { Store, StoredGap, StoredSample } from '../store/index.js';

/** Ticks of which gaps are read at once: of a whole fleet they are many. */
const TICKS_AT_ONCE = { fleet: 120, one: 2880 };

/** Those of each function, unordered. */
export type SamplesByFunction = Map<string, StoredSample[]>;

export function addSample(samples: SamplesByFunction, sample: StoredSample): void {
  const own = samples.get(sample.functionKey);
  if (own === undefined) samples.set(sample.functionKey, [sample]);
  else own.push(sample);
}

/** What is known of a tick. */
export interface TickPast {
  tick: number;
  samples: SamplesByFunction;
  gaps: readonly StoredGap[];
}

/**
 * Every tick of `[from, to]`, also those of which nothing is stored; of one function where its key is given. No more than a tick's samples are in memory at
 * once.
 *
 * Errors: as of the store; `ABORTED`.
 */
export async function* pastTicks(
  store: Store,
  from: number,
  to: number,
  signal: AbortSignal,
  functionKey?: string,
): AsyncGenerator<TickPast> {
  const samples = store.samples(from, to, functionKey)[Symbol.asyncIterator]();
  let next: IteratorResult<StoredSample> | undefined;
  const stretch = functionKey === undefined ? TICKS_AT_ONCE.fleet : TICKS_AT_ONCE.one;
  for (let begin = from; begin <= to; begin += stretch) {
    const end = Math.min(begin + stretch - 1, to);
    const gaps = new Map<number, StoredGap[]>();
    for (const gap of await store.gaps(begin, end, functionKey)) {
      const others = gaps.get(gap.tick);
      if (others === undefined) gaps.set(gap.tick, [gap]);
      else others.push(gap);
    }
    for (let tick = begin; tick <= end; tick++) {
      signal.throwIfAborted();
      const own: SamplesByFunction = new Map();
      for (next ??= await samples.next(); next.done !== true && next.value.tick <= tick; next = await samples.next()) {
        addSample(own, next.value);
      }
      yield { tick, samples: own, gaps: gaps.get(tick) ?? [] };
    }
  }
}

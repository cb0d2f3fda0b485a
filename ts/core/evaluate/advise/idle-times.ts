/** What a log shows of the time that a platform keeps idle instances: environments used again, and environments gone. */
import type { CallsTrace } from '../../trace/index.js';

/** In whole ms, rounded up; neither in any order. */
export interface IdleTimes {
  /** Idle times after which an environment was used again: kept for at least as long. */
  reused: number[];
  /** Of environments that were never used again: how long each had lain idle when a call of its function was cold. Kept for less. */
  gone: number[];
}

/**
 * The idle times that calls before `untilMs` show. Only environments count whose first call was cold: one that was there before may be kept
 * ready for ever. O(calls).
 */
export function idleTimes({ columns, offsets, startMs, durationMs }: CallsTrace, untilMs: number): IdleTimes {
  const found: IdleTimes = { reused: [], gone: [] };
  const { environment, coldStart, initMs } = columns;
  if (environment === undefined || coldStart === undefined) return found;
  for (let f = 0; f + 1 < offsets.length; f++) {
    const from = offsets[f]!;
    let to = from;
    const lastCall = new Map<number, number>();
    for (; to < offsets[f + 1]! && startMs[to]! < untilMs; to++) lastCall.set(environment[to]!, to);
    const freeAt = new Map<number, number>();
    let unused: number[] = [];
    for (let call = from; call < to; call++) {
      const own = environment[call]!;
      if (Number.isNaN(own)) continue;
      const atMs = startMs[call]!;
      if (coldStart[call] === 1) {
        for (const freeMs of unused) if (freeMs <= atMs) found.gone.push(Math.ceil(atMs - freeMs));
        unused = unused.filter((freeMs) => freeMs > atMs);
      } else if (!freeAt.has(own)) continue;
      else if (atMs >= freeAt.get(own)!) found.reused.push(Math.ceil(atMs - freeAt.get(own)!));
      const waitMs = coldStart[call] === 1 && initMs !== undefined ? initMs[call]! || 0 : 0;
      freeAt.set(own, atMs + waitMs + durationMs[call]!);
      if (lastCall.get(own) === call) unused.push(freeAt.get(own)!);
    }
  }
  return found;
}

/** Ten minutes: what models are scored on, and what is modelled of a day. */
import type { MinuteHistory } from './minute-history.js';

export const BLOCK_MINUTES = 10;
export const DAY_BLOCKS = 144;

const minutes = new Float64Array(BLOCK_MINUTES);

/** The calls of a block, numbered from minute 0; NaN where a minute of it is not known, or not kept. */
export function blockCalls(history: MinuteHistory, block: number): number {
  const from = block * BLOCK_MINUTES;
  if (from < history.keptFrom) return Number.NaN;
  history.read(from, minutes, BLOCK_MINUTES);
  let calls = 0;
  for (let minute = 0; minute < BLOCK_MINUTES; minute++) calls += minutes[minute]!;
  return calls;
}

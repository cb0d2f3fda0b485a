/** Rows that were left out, in lines. */
import type { TraceReading } from '../trace/index.js';

/** At most this many are shown one by one. */
const SHOWN = 5;

export function badRowNotes({ bad, badRows }: Pick<TraceReading, 'bad' | 'badRows'>): string[] {
  if (badRows === 0) return [];
  const shown = bad.slice(0, SHOWN).map(({ message }) => `  ${message}`);
  const more = badRows > shown.length ? [`  and ${badRows - shown.length} more`] : [];
  return [`${badRows} bad rows were skipped:`, ...shown, ...more];
}

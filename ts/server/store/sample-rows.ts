/** Samples as rows, and back. */
import type { Outcome, StoredSample } from './rows.js';
import type { Tables } from './schema.js';

export type SampleRow = Tables['samples'];

export function rowOf(sample: StoredSample, functionId: number): SampleRow {
  const isCall = sample.kind === 'call';
  return {
    function_id: functionId,
    at_ms: (isCall ? sample.atMs : sample.fromMs) + 0,
    span_ms: isCall ? 0 : sample.toMs - sample.fromMs,
    ordinal: isCall && sample.id === undefined ? sample.ordinal : 0,
    id: (isCall ? sample.id : undefined) ?? '',
    tick: sample.tick,
    late: sample.late,
    duration_ms: sample.durationMs ?? null,
    calls: isCall ? null : sample.calls,
    cold_starts: coldStartsOf(sample),
    init_ms: (isCall ? sample.initMs : undefined) ?? null,
    memory_mib: sample.memoryMiB ?? null,
    error: (isCall ? sample.error : undefined) ?? null,
  };
}

function coldStartsOf(sample: StoredSample): number | null {
  if (sample.kind === 'count') return sample.coldStarts ?? null;
  return sample.coldStart === undefined ? null : Number(sample.coldStart);
}

export function sampleOf(row: SampleRow, functionKey: string): StoredSample {
  const { tick, late } = row;
  if (row.span_ms === 0) {
    return {
      kind: 'call',
      functionKey,
      atMs: row.at_ms,
      durationMs: row.duration_ms!,
      ordinal: row.ordinal,
      tick,
      late,
      ...(row.id === '' ? {} : { id: row.id }),
      ...(row.cold_starts === null ? {} : { coldStart: row.cold_starts === 1 }),
      ...(row.init_ms === null ? {} : { initMs: row.init_ms }),
      ...(row.memory_mib === null ? {} : { memoryMiB: row.memory_mib }),
      ...(row.error === null ? {} : { error: row.error }),
    };
  }
  return {
    kind: 'count',
    functionKey,
    fromMs: row.at_ms,
    toMs: row.at_ms + row.span_ms,
    calls: row.calls!,
    tick,
    late,
    ...(row.duration_ms === null ? {} : { durationMs: row.duration_ms }),
    ...(row.cold_starts === null ? {} : { coldStarts: row.cold_starts }),
    ...(row.memory_mib === null ? {} : { memoryMiB: row.memory_mib }),
  };
}

/** What makes it the sample that it is. */
export const identityOf = (row: SampleRow): string =>
  `${row.function_id} ${row.at_ms} ${row.span_ms} ${row.ordinal} ${row.id}`;

/** How one compares with what is there under the same identity. When it was accepted does not count. */
export function compared(row: SampleRow, present: SampleRow): Outcome {
  const isSame =
    row.duration_ms === present.duration_ms &&
    row.calls === present.calls &&
    row.cold_starts === present.cold_starts &&
    row.init_ms === present.init_ms &&
    row.memory_mib === present.memory_mib &&
    row.error === present.error;
  return isSame ? 'duplicate' : 'conflict';
}

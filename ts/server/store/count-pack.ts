/**
 * Counts of many functions over one interval as one row: what a scrape of a fleet brings every tick, most of them zero. Sorted by function;
 * columns: numbers of functions (differences), calls, cold starts (one more, 0: none known), then durations and memory where any is known.
 */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { SampleRow } from './sample-rows.js';
import type { Tables } from './schema.js';
import { readNumbers, writeNumbers } from './varint.js';

export type CountPack = Tables['count_packs'];

const HAS_DURATION = 1;
const HAS_MEMORY = 2;

/** `rows` have interval, tick and lateness in common. */
export function packCounts(rows: readonly SampleRow[]): Uint8Array {
  const sorted = rows.toSorted((a, b) => a.function_id - b.function_id);
  const hasDuration = sorted.some((row) => row.duration_ms !== null);
  const hasMemory = sorted.some((row) => row.memory_mib !== null);
  const whole = writeNumbers([
    ...sorted.map((row, i) => row.function_id - (sorted[i - 1]?.function_id ?? 0)),
    ...sorted.map((row) => row.calls!),
    ...sorted.map((row) => (row.cold_starts === null ? 0 : row.cold_starts + 1)),
  ]);
  const floats = Float64Array.from([
    ...(hasDuration ? sorted.map((row) => row.duration_ms ?? Number.NaN) : []),
    ...(hasMemory ? sorted.map((row) => row.memory_mib ?? Number.NaN) : []),
  ]);
  const head = writeNumbers([
    sorted.length,
    (hasDuration ? HAS_DURATION : 0) | (hasMemory ? HAS_MEMORY : 0),
    whole.length,
  ]);
  const bytes = Buffer.concat([head, whole, Buffer.from(floats.buffer)]);
  return deflateRawSync(bytes, { level: constants.Z_BEST_SPEED });
}

/** `functionId`: of that function alone. */
export function unpackCounts({ body, at_ms, span_ms, tick, late }: CountPack, functionId?: number): SampleRow[] {
  const bytes = inflateRawSync(body);
  const { values: head, end } = readNumbers(bytes, 0, 3);
  const [many, has, length] = head as [number, number, number];
  const { values } = readNumbers(bytes, end, 3 * many);
  const floatsAt = bytes.byteOffset + end + length;
  const floats = new Float64Array(bytes.buffer.slice(floatsAt, bytes.byteOffset + bytes.byteLength));
  const memoryAt = (has & HAS_DURATION) === 0 ? 0 : many;
  const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const rows: SampleRow[] = [];
  let function_id = 0;
  for (let i = 0; i < many; i++) {
    function_id += values[i]!;
    if (functionId !== undefined && functionId !== function_id) continue;
    const coldStarts = values[2 * many + i]!;
    rows.push({
      ...{ function_id, at_ms, span_ms, ordinal: 0, id: '', tick, late, calls: values[many + i]! },
      duration_ms: (has & HAS_DURATION) === 0 ? null : known(floats[i]!),
      memory_mib: (has & HAS_MEMORY) === 0 ? null : known(floats[memoryAt + i]!),
      ...{ cold_starts: coldStarts === 0 ? null : coldStarts - 1, init_ms: null, error: null },
    });
  }
  return rows;
}

import { eachCell } from '../cells.js';
import type { CallDurations, CountsTrace } from '../trace.js';
import { CsvBytes, type TraceFile } from './csv-bytes.js';

const DAY = 1440;

/**
 * A trace in the three schemas of the Azure 2019 dataset: a file of invocations per day, one of durations and one of memory, these two
 * with a row per function. `readTrace` gives back the same trace where keys are `owner/app/function`, indices are 0, 1, 2, … and
 * there is no date; missing ids are written as `-`. A function without calls is in the first day only.
 *
 * Memory: one row. Time: linear in functions times minutes.
 *
 * @example
 * for (const { name, chunks } of writeAzure2019(trace)) await writeFile(join(folder, name), chunks);
 */
export function* writeAzure2019(trace: CountsTrace): Generator<TraceFile, void> {
  const days = Math.ceil(trace.minutes / DAY);
  for (let day = 0; day < days; day++) {
    const name = `invocations_per_function_md.anon.d${String(day + 1).padStart(2, '0')}.csv`;
    yield { name, chunks: invocations(trace, day) };
  }
  yield {
    name: 'function_durations_percentiles.anon.d01.csv',
    chunks: perFunction(trace, 'Average', trace.functions.durationMs, trace.functions.callDurations),
  };
  yield {
    name: 'app_memory_percentiles.anon.d01.csv',
    chunks: perFunction(trace, 'AverageAllocatedMb', trace.functions.memoryMiB),
  };
}

function* invocations(trace: CountsTrace, day: number): Generator<Uint8Array, void> {
  const from = day * DAY;
  const counts = new Float64Array(Math.min(DAY, trace.minutes - from));
  const csv = header('Trigger');
  for (let minute = 1; minute <= counts.length; minute++) csv.count(minute);
  csv.endRow();
  for (let f = 0; f < trace.functions.keys.length; f++) {
    let calls = 0;
    counts.fill(0);
    eachCell(trace.cells, trace.offsets[f], trace.offsets[f + 1], (minute, count) => {
      if (minute < from || minute >= from + counts.length) return;
      counts[minute - from] = count;
      calls += count;
    });
    // The first day names every function in its order; later on a row of zeros says nothing.
    if (day > 0 && calls === 0) continue;
    for (const id of idsOf(trace.functions.keys[f])) csv.text(id);
    csv.text(trace.functions.trigger[f]);
    for (let minute = 0; minute < counts.length; minute++) csv.count(counts[minute]);
    csv.endRow();
    const chunk = csv.take();
    if (chunk !== undefined) yield chunk;
  }
  const rest = csv.take(true);
  if (rest !== undefined) yield rest;
}

function* perFunction(
  trace: CountsTrace,
  column: string,
  values: Float64Array,
  durations?: CallDurations,
): Generator<Uint8Array, void> {
  const csv = header(column);
  const k = durations?.shares.length ?? 0;
  for (const share of durations?.shares ?? []) csv.text(`percentile_Average_${Number((share * 100).toPrecision(12))}`);
  csv.endRow();
  for (let f = 0; f < trace.functions.keys.length; f++) {
    for (const id of idsOf(trace.functions.keys[f])) csv.text(id);
    csv.text(String(values[f]));
    for (const ms of durations?.ms.subarray(f * k, (f + 1) * k) ?? []) csv.text(Number.isNaN(ms) ? '' : String(ms));
    csv.endRow();
    const chunk = csv.take();
    if (chunk !== undefined) yield chunk;
  }
  const rest = csv.take(true);
  if (rest !== undefined) yield rest;
}

function header(column: string): CsvBytes {
  return new CsvBytes().text('HashOwner').text('HashApp').text('HashFunction').text(column);
}

/** Owner, app and function; a key's parts have `/` and `%` escaped. */
function idsOf(key: string): string[] {
  const parts = key.split('/');
  const ids = parts.length <= 3 ? parts : [parts[0], parts[1], parts.slice(2).join('/')];
  while (ids.length < 3) ids.unshift('-');
  return ids.map((id) => id.replaceAll('%2F', '/').replaceAll('%25', '%'));
}

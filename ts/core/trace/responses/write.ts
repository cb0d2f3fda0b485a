import { CsvBytes, type TraceFile } from '../writers/csv-bytes.js';
import { RESPONSE_COLUMNS, type Responses } from './records.js';

/**
 * Call records as CSV, numbers in full; `readResponses` gives back the same records, functions numbered in the order of their first.
 *
 * Memory: a chunk. Time: linear in the records.
 *
 * @example
 * const { name, chunks } = writeResponses(responses);
 */
export function writeResponses(responses: Responses): TraceFile {
  return { name: 'responses.csv', chunks: rows(responses) };
}

function* rows(responses: Responses): Generator<Uint8Array, void> {
  const csv = new CsvBytes();
  for (const column of RESPONSE_COLUMNS) csv.text(column);
  csv.endRow();
  for (let at = 0; at < responses.functionOf.length; at++) {
    csv
      .text(responses.functionIds[responses.functionOf[at]])
      .text(new Date(responses.timestampMs[at]).toISOString())
      .text(String(responses.responseMs[at]))
      .text(String(responses.cpuPercent[at]))
      .text(String(responses.memoryPercent[at]))
      .count(responses.coldStart[at])
      .text(String(responses.coldStartMs[at]))
      .text(String(responses.throttlingRate[at]))
      .text(String(responses.errorRate[at]))
      .endRow();
    const chunk = csv.take();
    if (chunk !== undefined) yield chunk;
  }
  const rest = csv.take(true);
  if (rest !== undefined) yield rest;
}

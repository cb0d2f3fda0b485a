/** A file that someone uploads: read like any trace, stored like any samples. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileSource } from 'isotherm/files';
import { readTrace } from 'isotherm/trace';
import type { UploadResult } from '../api/schemas/samples.js';
import type { Sample } from '../providers/index.js';
import type { Ingestion } from './ingestion.js';
import type { UploadOptions } from './plane.js';
import { PushAnswer } from './pushed.js';
import { traceSamples } from './trace-samples.js';

const BATCH = 10_000;

/** Calls without an id are told apart by their order in a batch: equal ones come in the same. */
const isEqual = (a: Sample, b: Sample): boolean =>
  a.kind === 'call' && b.kind === 'call' && a.atMs === b.atMs && a.functionKey === b.functionKey;

/**
 * Errors: those of `readTrace` (bad rows are left out and listed as rejected), `BAD_TIME` for a file without dates, `STORE_UNAVAILABLE`, `STORE_FULL`,
 * `ABORTED`: what was committed stays, and the same file again goes on from there.
 */
export async function upload(
  ingestion: Ingestion,
  body: AsyncIterable<Uint8Array>,
  name: string,
  { signal, onProgress }: UploadOptions,
): Promise<UploadResult> {
  const folder = await mkdtemp(join(tmpdir(), 'isotherm-upload-'));
  try {
    const path = join(folder, 'body');
    await pipeline(Readable.from(body), createWriteStream(path), { signal });
    const { size: bytes } = await stat(path);
    const reading = await readTrace(fileSource(path, bytes, name), {
      skipBad: true,
      signal,
      onProgress: ({ rows }) => onProgress?.({ bytes, rows, samples: 0 }),
    });
    const answer = new PushAnswer();
    let samples = 0;
    for (const batch of batches(traceSamples(reading.trace))) {
      signal.throwIfAborted();
      answer.add(await ingestion.accept(batch));
      samples += batch.length;
      onProgress?.({ bytes, rows: reading.rows, samples });
    }
    const { result } = answer;
    for (const { file, line, code, message } of reading.bad) {
      result.rejected.push({ index: line, code, message: `${file}: ${message}` });
    }
    result.rejectedTotal += reading.badRows;
    return { name, format: reading.format, bytes, rows: reading.rows, samples, ...result };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function* batches(samples: Iterable<Sample>): Generator<Sample[]> {
  let batch: Sample[] = [];
  for (const sample of samples) {
    if (batch.length >= BATCH && !isEqual(batch.at(-1)!, sample)) {
      yield batch;
      batch = [];
    }
    batch.push(sample);
  }
  if (batch.length > 0) yield batch;
}

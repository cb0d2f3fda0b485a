/** Samples of a plane for tests: by their identities, pushed or out of a file. */
import { IsothermError } from 'isotherm/kernels';
import { bytesSource, readTrace } from 'isotherm/trace';
import type { PushResult, Sample } from '../ts/server/api/schemas/samples.js';
import type { UploadOptions } from '../ts/server/control/plane.js';

const identity = (sample: Sample, ordinal: number): string =>
  'atMs' in sample
    ? JSON.stringify([sample.functionKey, sample.atMs, sample.id ?? ordinal])
    : JSON.stringify([sample.functionKey, sample.fromMs, sample.toMs]);

export class MemorySamples {
  readonly counts = { accepted: 0, duplicates: 0, late: 0, rejected: 0 };
  readonly #contents = new Map<string, string>();

  /** `onAccepted` is told of each that is new. */
  push(samples: readonly Sample[], onAccepted: (sample: Sample) => void): PushResult {
    const result: PushResult = { accepted: 0, duplicates: 0, late: 0, rejected: [], rejectedTotal: 0 };
    const ordinals = new Map<string, number>();
    for (const [index, sample] of samples.entries()) {
      const place = 'atMs' in sample ? `${sample.functionKey} ${sample.atMs}` : '';
      const ordinal = ordinals.get(place) ?? 0;
      ordinals.set(place, ordinal + 1);
      const key = identity(sample, ordinal);
      const content = JSON.stringify(Object.entries(sample).sort());
      const before = this.#contents.get(key);
      if (before === content) result.duplicates += 1;
      else if (before !== undefined) {
        result.rejected.push({
          index,
          code: 'SAMPLE_CONFLICT',
          message: 'another content is stored under this identity',
        });
      } else {
        this.#contents.set(key, content);
        onAccepted(sample);
        result.accepted += 1;
      }
    }
    result.rejectedTotal = result.rejected.length;
    this.counts.accepted += result.accepted;
    this.counts.duplicates += result.duplicates;
    this.counts.rejected += result.rejectedTotal;
    return result;
  }
}

/** What a file has. Errors: as of `readTrace`; `UNKNOWN_FORMAT`, `BAD_TIME`. */
export async function uploadedCalls(
  body: AsyncIterable<Uint8Array>,
  name: string,
  { signal, onProgress }: UploadOptions,
): Promise<{ name: string; format: string; bytes: number; rows: number; samples: Sample[] }> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    signal.throwIfAborted();
    chunks.push(chunk);
    bytes += chunk.length;
    onProgress?.({ bytes, rows: 0, samples: 0 });
  }
  const { trace, rows, format } = await readTrace(bytesSource(name, Buffer.concat(chunks)));
  const samples: Sample[] = [];
  if (trace.kind !== 'calls') throw new IsothermError('UNKNOWN_FORMAT', 'this plane takes calls only');
  const { originMs } = trace;
  if (Number.isNaN(originMs)) throw new IsothermError('BAD_TIME', `${name} has times without dates`);
  for (const [f, functionKey] of trace.functions.keys.entries()) {
    for (let i = trace.offsets[f]; i < trace.offsets[f + 1]; i++) {
      samples.push({ functionKey, atMs: originMs + trace.startMs[i], durationMs: trace.durationMs[i] });
    }
  }
  return { name, format, bytes, rows, samples };
}

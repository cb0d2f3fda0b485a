/** Files in memory for the tests of the trace readers. */
import { gzipSync } from 'node:zlib';
import type { ReadTraceOptions } from '../ts/core/trace/index.js';
import { type ByteSource, bytesSource, readTrace, type TraceReading } from '../ts/core/trace/index.js';

export function text(name: string, content: string): ByteSource {
  return bytesSource(name, new TextEncoder().encode(content));
}

export function gzip(name: string, content: string | Uint8Array): ByteSource {
  return bytesSource(name, gzipSync(content));
}

/** The bytes in chunks that end at the given positions, each chunk in a buffer that the next one overwrites. */
export function inChunks(name: string, bytes: Uint8Array, ends: readonly number[]): ByteSource {
  const bounds = [...new Set(ends)].filter((end) => end > 0 && end < bytes.length).sort((a, b) => a - b);
  return {
    name,
    size: bytes.length,
    async *stream() {
      const buffer = new Uint8Array(bytes.length);
      let from = 0;
      for (const to of [...bounds, bytes.length]) {
        buffer.fill(0x23);
        buffer.set(bytes.subarray(from, to));
        yield buffer.subarray(0, to - from);
        from = to;
      }
    },
  };
}

export function read(content: string, options?: ReadTraceOptions): Promise<TraceReading> {
  return readTrace(text('trace.csv', content), options);
}

/** Per function key its cells as `minute: count`. */
export function cellsOf(reading: TraceReading): Record<string, Record<number, number>> {
  const { trace } = reading;
  if (trace.kind !== 'counts') throw new TypeError('the trace has calls, not counts');
  const all: Record<string, Record<number, number>> = {};
  trace.functions.keys.forEach((key, f) => {
    const cells: Record<number, number> = {};
    let at = trace.offsets[f];
    let minute = -1;
    const varint = (): number => {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = trace.cells[at++];
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
    };
    while (at < trace.offsets[f + 1]) {
      minute += varint();
      cells[minute] = varint();
    }
    all[key] = cells;
  });
  return all;
}

/** Per function key its calls as `[startMs, durationMs]`. */
export function callsOf(reading: TraceReading): Record<string, [number, number][]> {
  const { trace } = reading;
  if (trace.kind !== 'calls') throw new TypeError('the trace has counts, not calls');
  const all: Record<string, [number, number][]> = {};
  trace.functions.keys.forEach((key, f) => {
    const starts = Array.from(trace.startMs.subarray(trace.offsets[f], trace.offsets[f + 1]));
    all[key] = starts.map((start, i) => [start, trace.durationMs[trace.offsets[f] + i]]);
  });
  return all;
}

/** What went wrong: code, place and message of the error that reading throws. */
export async function failure(reading: Promise<unknown>): Promise<{ code: string; message: string; place?: unknown }> {
  try {
    await reading;
  } catch (error) {
    const { code, message, place } = error as { code: string; message: string; place?: unknown };
    return { code, message, place };
  }
  throw new Error('nothing was thrown');
}

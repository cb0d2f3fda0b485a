import { IsothermError } from '../../kernels/error.js';

/**
 * Bytes that a reader can ask for, more than once: a file, a blob, an array. A chunk may be reused by the source as soon
 * as the next one is asked for; readers copy what they keep.
 */
export interface ByteSource {
  /** For messages, and for the order of the days of a folder. */
  name: string;
  /** Bytes in all, where known: progress needs it, and Parquet. */
  size?: number;
  stream(): AsyncIterable<Uint8Array>;
  /** Bytes `from..to`. A Parquet file is read piece by piece with it, and taken into memory without. */
  slice?(from: number, to: number): Promise<Uint8Array>;
}

const CHUNK = 1 << 20;

/**
 * A source over bytes in memory.
 *
 * @example
 * bytesSource('trace.csv', new TextEncoder().encode('app,func,end_timestamp,duration\na,f,1.5,0.5\n')).size // 44
 */
export function bytesSource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    async *stream() {
      for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
    },
    slice: async (from, to) => bytes.subarray(from, to),
  };
}

/** All bytes of a stream, in one piece. */
export async function allBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    pieces.push(chunk.slice());
    length += chunk.length;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** The bytes of a source, inflated when they begin as gzip does. `count` hears of every chunk as it lies in the source. */
export async function* plainBytes(
  source: ByteSource,
  count: (bytes: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const chunks = source.stream()[Symbol.asyncIterator]();
  try {
    let first: Uint8Array = new Uint8Array(0);
    while (first.length < 2) {
      const next = await chunks.next();
      if (next.done === true) break;
      count(next.value.length);
      const joined = new Uint8Array(first.length + next.value.length);
      joined.set(first);
      joined.set(next.value, first.length);
      first = joined;
    }
    const rest = async function* (): AsyncGenerator<Uint8Array> {
      if (first.length > 0) yield first;
      for (;;) {
        const next = await chunks.next();
        if (next.done === true) return;
        count(next.value.length);
        yield next.value;
      }
    };
    if (first[0] === 0x1f && first[1] === 0x8b) yield* inflated(source.name, rest());
    else yield* rest();
  } finally {
    await chunks.return?.();
  }
}

async function* inflated(file: string, packed: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let broken: { error: unknown } | undefined;
  const input = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const next = await packed.next();
        if (next.done === true) controller.close();
        // A copy: the stream holds it while the source may already reuse its chunk.
        else controller.enqueue(new Uint8Array(next.value));
      } catch (error) {
        broken = { error };
        controller.error(error);
      }
    },
  });
  const output = input.pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      const next = await output.read();
      if (next.done) return;
      yield next.value;
    }
  } catch (cause) {
    if (broken !== undefined) throw broken.error;
    const expected = 'a whole gzip file';
    throw new IsothermError('BAD_GZIP', `${file}: the gzip data are damaged or end early; expected ${expected}`, {
      cause,
      place: { file, expected },
    });
  } finally {
    // Not awaited to a result: on an early end the pipe has nobody left to tell.
    await output.cancel().catch(() => {});
  }
}

/** A file as the body of a request: read as it comes, bounded, with progress in the answer where it is asked for. */
import type { IncomingMessage } from 'node:http';
import { answerInLines, wantsLines } from './lines.js';
import type { Asked } from './operation.js';
import { goneSignal } from './operation.js';
import { ApiError } from './problem.js';
import type { UploadProgress } from './schemas/samples.js';

/** The chunks of a body, none of them later than `pauseMs` after the one before, and no more than `most` bytes. */
async function* bounded(body: IncomingMessage, most: number, pauseMs: number): AsyncGenerator<Uint8Array> {
  const late = (): void => {
    body.destroy(new ApiError('REQUEST_TIMEOUT', `nothing came for ${pauseMs / 1000} s`));
  };
  let timer = setTimeout(late, pauseMs);
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      clearTimeout(timer);
      bytes += chunk.length;
      if (bytes > most) throw new ApiError('BODY_TOO_LARGE', `an upload has at most ${most} bytes`);
      yield chunk;
      // A store that is slow is no fault of the sender.
      timer = setTimeout(late, pauseMs);
    }
  } finally {
    clearTimeout(timer);
  }
}

export function receive({ plane, query, request, reply, settings }: Asked<{ name: string }, unknown, unknown>) {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > settings.uploadLimit) {
    throw new ApiError('BODY_TOO_LARGE', `an upload has at most ${settings.uploadLimit} bytes`, {
      headers: { connection: 'close' },
    });
  }
  const body = bounded(request.raw, settings.uploadLimit, settings.bodyTimeoutMs);
  const signal = goneSignal(reply);
  if (!wantsLines(request)) {
    return plane.upload(body, query.name, { signal }).catch((error: unknown) => {
      // What was not read of the body is not waited for.
      reply.header('connection', 'close');
      throw error;
    });
  }
  return answerInLines(request, reply, (onProgress: (progress: UploadProgress) => void) =>
    plane.upload(body, query.name, { signal, onProgress }),
  );
}

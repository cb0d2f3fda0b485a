/** Answers line by line: progress as it comes, and the result or the problem in the last line. */
import { PassThrough } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from './problem.js';

export const LINES = 'application/x-ndjson';

/** Ms between lines of progress. */
const EVERY_MS = 500;

/** Whether a client asks for progress. */
export const wantsLines = ({ headers }: FastifyRequest): boolean => (headers.accept ?? '').includes(LINES);

/** Sends what `work` tells of its progress, now and then, and what becomes of it. */
export function answerInLines<Progress, Result>(
  request: FastifyRequest,
  reply: FastifyReply,
  work: (onProgress: (progress: Progress) => void) => Promise<Result>,
): FastifyReply {
  const lines = new PassThrough();
  const write = (line: unknown): void => {
    if (!lines.destroyed) lines.write(`${JSON.stringify(line)}\n`);
  };
  let last = 0;
  const onProgress = (progress: Progress): void => {
    const now = performance.now();
    if (now - last < EVERY_MS || lines.writableNeedDrain) return;
    last = now;
    write({ progress });
  };
  work(onProgress).then(
    (result) => {
      write({ result });
      lines.end();
    },
    (error: unknown) => {
      const { problem, unexpected } = problemOf(error, request.id);
      if (unexpected) request.log.error({ err: error, request: request.id }, 'request failed');
      write({ problem });
      lines.end();
    },
  );
  return reply.type(LINES).send(lines);
}

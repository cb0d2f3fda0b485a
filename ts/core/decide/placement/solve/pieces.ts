/** Long work in pieces, between which others get their turn: what is yielded is how far it is, 0..1. */

import type { AsyncOptions } from '../../../kernels/async.js';
import { IsothermError } from '../../../kernels/error.js';

export type Pieces<Result> = Generator<number, Result>;

/** All pieces at once. */
export function whole<Result>(pieces: Pieces<Result>): Result {
  for (;;) {
    const step = pieces.next();
    if (step.done) return step.value;
  }
}

/** Work that is a part of a larger one: from `from` to `to` of it. */
export function* part<Result>(pieces: Pieces<Result>, from: number, to: number): Pieces<Result> {
  try {
    for (;;) {
      const step = pieces.next();
      if (step.done) return step.value;
      yield from + (to - from) * Math.min(1, Math.max(0, step.value));
    }
  } finally {
    givenUp(pieces);
  }
}

/** What work that is not gone on with holds is given back; nothing changes where it is done. */
const givenUp = (pieces: Pieces<unknown>): void => void pieces.return(undefined);

const PROGRESS_PARTS = 1000;

/** Others wait for about as long, and for what is left of a piece. */
const SLICE_MS = 20;

/** Gives way to other work after the piece that ends a slice of time: a turn takes longer than most pieces. Progress in thousandths, and never backwards. Errors: those of the work, and `ABORTED`. */
export async function inTurns<Result>(
  pieces: Pieces<Result>,
  { signal, onProgress }: AsyncOptions = {},
): Promise<Result> {
  let [done, sinceMs] = [0, performance.now()];
  try {
    for (;;) {
      if (signal?.aborted) throw new IsothermError('ABORTED', 'placing was stopped', { cause: signal.reason });
      const step = pieces.next();
      if (step.done) return step.value;
      done = Math.max(done, Math.floor(step.value * PROGRESS_PARTS));
      onProgress?.(done, PROGRESS_PARTS);
      if (performance.now() - sinceMs < SLICE_MS) continue;
      await new Promise((resolve) => setTimeout(resolve, 0));
      sinceMs = performance.now();
    }
  } finally {
    givenUp(pieces);
  }
}

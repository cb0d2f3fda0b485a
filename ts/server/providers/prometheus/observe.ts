/** Range queries over any time, piece by piece. */
import { IsothermError } from 'isotherm/kernels';
import type { ByteSource } from 'isotherm/trace';
import type { ObserveRequest } from '../provider.js';
import type { PrometheusApi } from './api.js';
import { MOST_POINTS } from './pieces.js';
import { TooMuchAsked } from './refusal.js';

/** How often a piece that is too much for the server is halved: down to a sixteenth of what it may ask for. */
const MOST_HALVINGS = 4;
/** The reader looks at so much before it begins. */
const SLICE = 1 << 20;
const LINE_END = new Uint8Array([10]);

/** A part of the time of one query: `points` samples from `fromMs` on. */
interface Piece {
  query: string;
  fromMs: number;
  points: number;
}

/** The answers to all queries as one source: documents, one behind the other, of which the first and one more are in memory. */
export async function observe(api: PrometheusApi, request: ObserveRequest): Promise<ByteSource> {
  const total = checkedPoints(request);
  const { queries, startMs, stepMs, onProgress } = request;
  let most = Math.min(total, MOST_POINTS);
  const fewest = Math.ceil(most / 2 ** MOST_HALVINGS);

  const answerTo = (piece: Piece): Promise<Uint8Array> => {
    const endMs = piece.fromMs + (piece.points - 1) * stepMs;
    return api.queryRange({ query: piece.query, startMs: piece.fromMs, endMs, stepMs }, request.signal);
  };

  /** The answer from sample `from` on, and how many samples it is for: fewer than asked where that is too much. */
  const fetched = async (query: string, from: number): Promise<{ answer: Uint8Array; points: number }> => {
    for (;;) {
      const piece = { query, fromMs: startMs + from * stepMs, points: Math.min(most, total - from) };
      try {
        return { answer: await answerTo(piece), points: piece.points };
      } catch (thrown) {
        if (!(thrown instanceof TooMuchAsked)) throw thrown;
        if (piece.points <= fewest) throw thrown.refusal;
        most = Math.ceil(piece.points / 2);
      }
    }
  };

  // The reader looks at the beginning first, and then reads from there: the first answer is asked for once.
  const first = await fetched(queries[0]!, 0);
  return {
    name: 'prometheus',
    async *stream() {
      for (const [q, query] of queries.entries()) {
        for (let from = 0; from < total; ) {
          const { answer, points } = q === 0 && from === 0 ? first : await fetched(query, from);
          from += points;
          onProgress?.(q * total + from, queries.length * total);
          for (let at = 0; at < answer.length; at += SLICE) yield answer.subarray(at, at + SLICE);
          yield LINE_END;
        }
      }
    },
  };
}

/** Samples of a series over the whole time. */
function checkedPoints({ queries, startMs, endMs, stepMs }: ObserveRequest): number {
  const problem =
    queries.length === 0
      ? 'there is no query'
      : !(Number.isInteger(stepMs) && stepMs >= 1)
        ? `the step is ${stepMs} ms; expected whole ms, at least 1`
        : !(Number.isFinite(startMs) && Number.isFinite(endMs) && endMs - startMs >= stepMs)
          ? `the time is from ${startMs} to ${endMs} ms; expected at least one step of ${stepMs} ms`
          : undefined;
  if (problem !== undefined) throw new IsothermError('BAD_ARGUMENT', problem);
  return Math.floor((endMs - startMs) / stepMs) + 1;
}

/** What a server that gives no answer says instead, in our words and its own. */
import { type ErrorCode, IsothermError } from 'isotherm/kernels';

/** An answer over HTTP. */
export interface Answer {
  status: number;
  /** Of `content-type`, without parameters. */
  type: string;
  /** Of `retry-after`, ms; NaN without. */
  retryAfterMs: number;
  /** Of `location`: the address without what may be secret in it. */
  movedTo: string;
  body: Uint8Array;
}

/** What was asked is too much for the server: less of it may do. */
export class TooMuchAsked extends Error {
  /** What to say when less is not asked for. */
  readonly refusal: IsothermError;

  constructor(refusal: IsothermError) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** Ways in which servers of this API say that a query is too large. */
const TOO_MUCH = /too many samples|maximum number of samples|maximum resolution|timed out|timeout/i;
const SHOWN_CHARACTERS = 300;

/** Why this answer is none; undefined for one that is. `where` is the server's address. */
export function refusalOf(where: string, answer: Answer): IsothermError | TooMuchAsked | undefined {
  const { status, type, body, movedTo } = answer;
  if (status === 200 && isObject(body)) return undefined;
  if (status === 200) {
    const problem = `it answered with ${type || 'something'} that is no JSON`;
    return refused(where, problem, 'the Prometheus API at this address');
  }
  if (status >= 300 && status < 400) return refused(where, `it sends us on to ${movedTo}`, 'the address itself');
  const said = wordsOf(answer);
  const problem = `it answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (status === 401 || status === 403)
    return refused(where, problem, 'credentials that may read (--help has the options)');
  const refusal = failure(isTransient(status) ? 'SERVER_UNAVAILABLE' : 'SERVER_REFUSED', where, problem);
  // A gateway that waited in vain says 504.
  const isTooMuch = status === 504 || ([400, 422, 503].includes(status) && TOO_MUCH.test(said));
  return isTooMuch ? new TooMuchAsked(refusal) : refusal;
}

/** Whether the same request may be answered a little later. */
export const isTransient = (status: number): boolean => status === 429 || status >= 500;

export function failure(code: ErrorCode, where: string, problem: string, cause?: unknown): IsothermError {
  return new IsothermError(code, `${where}: ${problem}`, { cause });
}

function refused(where: string, problem: string, expected: string): IsothermError {
  return failure('SERVER_REFUSED', where, `${problem}; expected ${expected}`);
}

function isObject(body: Uint8Array): boolean {
  const first = body.find((byte) => byte > 32);
  return first === 0x7b;
}

/** The error in the words of Prometheus, of Google's or Kubernetes' API, or of a plain text; a page says nothing. */
function wordsOf({ body, type }: Answer): string {
  const text = new TextDecoder().decode(body.subarray(0, 1 << 16));
  let words = type === 'text/html' ? '' : text;
  try {
    const { errorType, error, message } = JSON.parse(text) as Record<string, unknown>;
    const inner = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error;
    words = [errorType, inner ?? message].filter((part) => typeof part === 'string').join(': ');
  } catch {
    // No JSON: the text itself.
  }
  const line = words.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
}

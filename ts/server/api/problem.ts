/** What a request that cannot be served is answered: `application/problem+json` (RFC 9457) with a stable code, and never a stack trace. */
import { IsothermError } from 'isotherm/kernels';
import type { Problem, ProblemPlace } from './schemas/problems.js';

/** Codes of the API beside those of `isotherm/kernels`, with status and title. */
const OF_THE_API = {
  INVALID_REQUEST: [400, 'The request is not as expected'],
  BAD_CURSOR: [400, 'The cursor is of another list'],
  UNAUTHENTICATED: [401, 'A key is needed'],
  FORBIDDEN: [403, 'The key may not do this'],
  HOST_REFUSED: [403, 'The host name is not served'],
  ORIGIN_REFUSED: [403, 'Pages of this origin may not ask'],
  NOT_FOUND: [404, 'There is nothing here'],
  METHOD_NOT_ALLOWED: [405, 'The method is not for this place'],
  REQUEST_TIMEOUT: [408, 'The request took too long to arrive'],
  SAMPLE_CONFLICT: [409, 'Another sample has this identity'],
  PAUSED_BY_CONFIG: [409, 'The configuration pauses it'],
  BODY_TOO_LARGE: [413, 'The body is too large'],
  URI_TOO_LONG: [414, 'The address is too long'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The type of the body is not understood'],
  EXPECTATION_FAILED: [417, 'The expectation cannot be met'],
  RATE_LIMITED: [429, 'Too many requests'],
  HEADERS_TOO_LARGE: [431, 'The headers are too large'],
  INTERNAL: [500, 'Something is wrong here'],
  STORE_UNAVAILABLE: [503, 'The store is away'],
  STORE_FULL: [503, 'The store has no space left'],
  TOO_BUSY: [503, 'There is too much to do'],
  TOO_MANY_STREAMS: [503, 'Too many streams are open'],
  STARTING: [503, 'The server is starting'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ApiCode = keyof typeof OF_THE_API;

const BAD_INPUT = 'The input cannot be used';

/** Status of errors that come from below: what is not here is a fault of ours. */
const FROM_BELOW: Readonly<Record<string, readonly [status: number, title: string] | undefined>> = {
  BAD_ARGUMENT: [400, BAD_INPUT],
  BAD_LENGTH: [400, BAD_INPUT],
  NOT_FINITE: [400, BAD_INPUT],
  OUT_OF_RANGE: [400, BAD_INPUT],
  UNKNOWN_FORMAT: [400, BAD_INPUT],
  BAD_HEADER: [400, BAD_INPUT],
  BAD_ROW: [400, BAD_INPUT],
  BAD_NUMBER: [400, BAD_INPUT],
  BAD_TIME: [400, BAD_INPUT],
  TIME_ORDER: [400, BAD_INPUT],
  BAD_GZIP: [400, BAD_INPUT],
  BAD_PARQUET: [400, BAD_INPUT],
  EMPTY_INPUT: [400, BAD_INPUT],
  UNKNOWN_POLICY: [400, BAD_INPUT],
  MODEL_UNAVAILABLE: [400, BAD_INPUT],
  UNKNOWN_FUNCTION: [404, 'There is no such function'],
  UNKNOWN_RECEIPT: [404, 'There is no such receipt'],
  ABORTED: [503, 'The work was stopped'],
};

/** Every code that a problem can carry. */
export const PROBLEM_CODES: readonly string[] = [...new Set([...Object.keys(OF_THE_API), ...Object.keys(FROM_BELOW)])];

export const PROBLEM_TYPE = 'application/problem+json';

/** A problem with this code as it would be answered, for the documents. */
export function problemExample(code: string): Problem {
  const known = OF_THE_API[code as ApiCode] ?? FROM_BELOW[String(code)];
  if (known === undefined) throw new Error(`there is no problem ${code}`);
  const [status, title] = known;
  return { type: typeOf(code), title, status, code, detail: title, instance: 'urn:isotherm:request:req-1' };
}

const typeOf = (code: string): string => `urn:isotherm:problem:${code.toLowerCase().replaceAll('_', '-')}`;

interface ApiErrorOptions {
  errors?: ProblemPlace[];
  /** Further headers of the answer, in small letters. */
  headers?: Record<string, string>;
}

/** What a route or a hook throws to answer with a problem. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiCode;
  /** Fastify sets it anew. */
  statusCode: number;
  readonly errors: ProblemPlace[] | undefined;
  readonly headers: Record<string, string>;

  constructor(code: ApiCode, detail: string, options: ApiErrorOptions = {}) {
    super(detail);
    this.code = code;
    this.statusCode = OF_THE_API[code][0];
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}

/** A problem with the headers that go with it. */
export interface ProblemAnswer {
  problem: Problem;
  headers: Record<string, string>;
  /** True if it is a fault of ours, which the log shall hold. */
  unexpected: boolean;
}

/** Seconds after which a client may ask again where the store is away. */
export const RETRY_AFTER_S = 10;

/** Errors of Fastify and of Node's parser, by their codes. */
const OF_FASTIFY: Readonly<Record<string, readonly [code: ApiCode, detail: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'the body is larger than the limit'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 'expected Content-Type: application/json'],
  FST_ERR_CTP_EMPTY_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 'expected Content-Type: application/json'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['INVALID_REQUEST', 'the body is empty, expected JSON'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['INVALID_REQUEST', 'the body is not JSON'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['INVALID_REQUEST', 'the body is not as long as Content-Length says'],
  FST_ERR_BAD_URL: ['INVALID_REQUEST', 'the address is not URL-encoded as it should be'],
  FST_ERR_MAX_PARAM_LENGTH: ['URI_TOO_LONG', 'a part of the path is too long'],
  FST_ERR_ASYNC_CONSTRAINT: ['INVALID_REQUEST', 'the request cannot be routed'],
  FST_ERR_REP_INVALID_PAYLOAD_TYPE: ['INTERNAL', ''],
};

function settled(error: unknown): { status: number; title: string; code: string; detail: string; error?: ApiError } {
  if (error instanceof ApiError) {
    const [status, title] = OF_THE_API[error.code];
    return { status, title, code: error.code, detail: error.message, error };
  }
  const code = (error as { code?: unknown } | null)?.code;
  // Codes that another package throws as an IsothermError count by their name.
  if (error instanceof IsothermError || (error as Error | null)?.name === 'IsothermError') {
    const known = FROM_BELOW[String(code)] ?? OF_THE_API[code as ApiCode];
    if (known !== undefined && known[0] < 500) {
      return { status: known[0], title: known[1], code: String(code), detail: (error as Error).message };
    }
    if (known?.[0] === 503) {
      // What the database said may hold an address or a user: that is for the log.
      return {
        status: 503,
        title: known[1],
        code: String(code),
        detail: 'ask again later: nothing of this request was kept',
      };
    }
  }
  const fromFastify = typeof code === 'string' ? OF_FASTIFY[code] : undefined;
  if (fromFastify !== undefined && fromFastify[0] !== 'INTERNAL') {
    const [status, title] = OF_THE_API[fromFastify[0]];
    return { status, title, code: fromFastify[0], detail: fromFastify[1] };
  }
  if (error instanceof SyntaxError && (error as { statusCode?: number }).statusCode === 400) {
    return {
      status: 400,
      title: OF_THE_API.INVALID_REQUEST[1],
      code: 'INVALID_REQUEST',
      detail: 'the body is not JSON that is accepted',
    };
  }
  const [status, title] = OF_THE_API.INTERNAL;
  return { status, title, code: 'INTERNAL', detail: 'the log says more under the name in `instance`' };
}

/** The problem that an error amounts to; `requestId` is the request's name in the log. */
export function problemOf(error: unknown, requestId: string): ProblemAnswer {
  const { status, title, code, detail, error: own } = settled(error);
  const problem: Problem = {
    type: typeOf(code),
    title,
    status,
    code,
    detail,
    instance: `urn:isotherm:request:${requestId}`,
  };
  if (own?.errors !== undefined) problem.errors = own.errors;
  const headers = { ...own?.headers };
  if (status === 503 && headers['retry-after'] === undefined) headers['retry-after'] = String(RETRY_AFTER_S);
  return { problem, headers, unexpected: status === 500 };
}

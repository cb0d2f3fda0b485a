/** One server of the Prometheus HTTP API: time-outs, retries, and what went wrong in words. */
import { setTimeout as wait } from 'node:timers/promises';
import { IsothermError } from 'isotherm/kernels';
import { type Answer, failure, isTransient, refusalOf, TooMuchAsked } from './refusal.js';

export interface PrometheusSettings {
  /** Where `/api/v1` lies: `http://localhost:9090`. */
  url: string;
  /** Sent with each request; never shown. */
  headers?: Readonly<Record<string, string>>;
  /** How long one request may take; 120000 when left out. */
  timeoutMs?: number;
  /** How long to wait before a request is tried again, twice as long each time; 500 when left out. */
  retryDelayMs?: number;
}

/** Samples of one query from `startMs` to `endMs`, both included. */
export interface RangeQuery {
  query: string;
  startMs: number;
  endMs: number;
  stepMs: number;
}

const MOST_ATTEMPTS = 5;
/** A server that wants more time than this is not waited for. */
const LONGEST_WAIT_MS = 60_000;

const seconds = (ms: number): string => String(ms / 1000);

export class PrometheusApi {
  /** The address as it may be shown. */
  readonly where: string;
  readonly #base: string;
  readonly #headers: Headers;
  readonly #timeoutMs: number;
  readonly #retryDelayMs: number;
  #hasAnswered = false;

  constructor({ url, headers = {}, timeoutMs = 120_000, retryDelayMs = 500 }: PrometheusSettings) {
    const base = parsedUrl(url);
    this.where = base.href.replace(/\/+$/, '');
    this.#base = this.where;
    this.#headers = checkedHeaders(headers);
    this.#timeoutMs = timeoutMs;
    this.#retryDelayMs = retryDelayMs;
  }

  /**
   * The answer of `/api/v1/query_range`, whole. Tried again after 429, 5xx and broken connections, a few times.
   *
   * Errors: SERVER_UNAVAILABLE, SERVER_REFUSED, ABORTED; `TooMuchAsked` where less may be answered.
   */
  queryRange(
    { query, startMs, endMs, stepMs }: RangeQuery,
    signal?: AbortSignal,
    attempts = MOST_ATTEMPTS,
  ): Promise<Uint8Array> {
    const time = { start: seconds(startMs), end: seconds(endMs), step: seconds(stepMs) };
    return this.#get('query_range', { query, ...time }, signal, attempts);
  }

  /** The answer of `/api/v1/query` at one time, NaN for now. Errors: as of `queryRange`. */
  query(query: string, atMs: number, signal?: AbortSignal, attempts = MOST_ATTEMPTS): Promise<Uint8Array> {
    return this.#get('query', { query, ...(!Number.isNaN(atMs) && { time: seconds(atMs) }) }, signal, attempts);
  }

  async #get(
    path: string,
    parameters: Record<string, string>,
    signal: AbortSignal | undefined,
    attempts: number,
  ): Promise<Uint8Array> {
    const address = `${this.#base}/api/v1/${path}?${new URLSearchParams(parameters)}`;
    for (let attempt = 1; ; attempt++) {
      const { answer, failed } = await this.#attempt(address, signal);
      if (answer !== undefined) {
        const refusal = refusalOf(this.where, answer);
        if (refusal === undefined) return answer.body;
        const isOver = !isTransient(answer.status) || attempt === attempts || refusal instanceof TooMuchAsked;
        if (isOver || answer.retryAfterMs > LONGEST_WAIT_MS) throw refusal;
      } else if (attempt === attempts || !this.#hasAnswered) {
        // A first connection that fails is a wrong address rather than a passing trouble.
        throw failed;
      }
      const delayMs = this.#retryDelayMs * 2 ** (attempt - 1);
      await this.#pause(Math.max(delayMs, answer?.retryAfterMs || 0), signal);
    }
  }

  async #attempt(address: string, signal?: AbortSignal): Promise<{ answer?: Answer; failed?: IsothermError }> {
    const limit = AbortSignal.timeout(this.#timeoutMs);
    try {
      const response = await fetch(address, {
        headers: this.#headers,
        // Headers may be secret: they go to the address that was named.
        redirect: 'manual',
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      });
      this.#hasAnswered = true;
      const body = new Uint8Array(await response.arrayBuffer());
      const { status, headers } = response;
      const type = (headers.get('content-type') ?? '').split(';')[0]!.trim();
      const retryAfterMs = millisecondsOf(headers.get('retry-after'));
      return { answer: { status, type, retryAfterMs, movedTo: shownAddress(headers.get('location'), address), body } };
    } catch (cause) {
      if (signal?.aborted) throw stopped(signal);
      if (limit.aborted) {
        const problem = `it did not answer within ${this.#timeoutMs / 1000} s`;
        throw new TooMuchAsked(failure('SERVER_UNAVAILABLE', this.where, problem, cause));
      }
      return { failed: failure('SERVER_UNAVAILABLE', this.where, `it cannot be reached (${reasonOf(cause)})`, cause) };
    }
  }

  async #pause(ms: number, signal?: AbortSignal): Promise<void> {
    try {
      await wait(ms, undefined, signal === undefined ? {} : { signal });
    } catch (cause) {
      throw signal === undefined ? cause : stopped(signal);
    }
  }
}

function stopped(signal: AbortSignal): IsothermError {
  return new IsothermError('ABORTED', 'observing was stopped', { cause: signal.reason });
}

function parsedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    // Not shown whole: there may be a password in it.
    const shown = url === undefined ? 'is no URL' : `begins with ${url.protocol}`;
    throw new IsothermError('BAD_ARGUMENT', `the server's address ${shown}; expected one as in http://localhost:9090`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    const expected = 'an address only, and credentials as headers';
    throw new IsothermError('BAD_ARGUMENT', `the server's URL has credentials or a query; expected ${expected}`);
  }
  return url;
}

function checkedHeaders(headers: Readonly<Record<string, string>>): Headers {
  const checked = new Headers({ accept: 'application/json' });
  for (const [name, value] of Object.entries(headers)) {
    try {
      checked.set(name, value);
    } catch {
      // The cause would show the value.
      throw new IsothermError('BAD_ARGUMENT', `the header '${name}' has a name or a value that HTTP does not allow`);
    }
  }
  return checked;
}

/** `retry-after` is in seconds, or a date; NaN without. */
function millisecondsOf(retryAfter: string | null): number {
  if (retryAfter === null) return Number.NaN;
  return /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
}

function shownAddress(location: string | null, from: string): string {
  if (location === null || !URL.canParse(location, from)) return 'another address';
  const { origin, pathname } = new URL(location, from);
  return `${origin}${pathname}`;
}

/** `ECONNREFUSED` and the like: `fetch` hides it in the cause of its error. */
function reasonOf(thrown: unknown): string {
  const { cause } = thrown as { cause?: { code?: unknown; message?: unknown } };
  return String(cause?.code ?? cause?.message ?? (thrown as Error).message);
}

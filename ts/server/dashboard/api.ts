/** The API, as the pages ask it. The key stays in this tab. */
import type { Problem } from '../api/schemas/problems.js';

const KEY_NAME = 'isotherm-key';

/** What the server refused, in its words. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** Where in the request, if that is known. */
  readonly errors: Problem['errors'];

  constructor({ status, code, detail, errors }: Pick<Problem, 'status' | 'code' | 'detail' | 'errors'>) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/** No answer at all. */
export class Unreachable extends Error {
  constructor() {
    super('the server does not answer');
  }
}

export function headers(): Record<string, string> {
  const key = sessionStorage.getItem(KEY_NAME);
  return key === null ? {} : { authorization: `Bearer ${key}` };
}

export function keepKey(key: string): void {
  sessionStorage.setItem(KEY_NAME, key);
}

export async function refusalOf(response: Response): Promise<Refusal> {
  try {
    return new Refusal((await response.json()) as Problem);
  } catch {
    return new Refusal({
      status: response.status,
      code: 'NO_PROBLEM',
      detail: `the server answered ${response.status}`,
    });
  }
}

async function respond(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { ...headers(), ...init.headers } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Unreachable();
  }
  if (!response.ok) throw await refusalOf(response);
  return response;
}

const ask = async <Answer>(path: string, init: RequestInit): Promise<Answer> =>
  (await (await respond(path, init)).json()) as Answer;

export type Query = Readonly<Record<string, string | number | undefined>>;

export function get<Answer>(path: string, query: Query = {}, signal?: AbortSignal): Promise<Answer> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return ask(`v1/${path}${text === '' ? '' : `?${text}`}`, signal === undefined ? {} : { signal });
}

export function send<Answer>(method: 'POST' | 'PATCH', path: string, body?: unknown): Promise<Answer> {
  if (body === undefined) return ask(`v1/${path}`, { method });
  return ask(`v1/${path}`, withBody(method, body));
}

const withBody = (method: string, body: unknown) => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

interface Line<Progress, Answer> {
  progress?: Progress;
  result?: Answer;
  problem?: Problem;
}

/** Long work: its progress is told as it comes. */
export async function sendPatiently<Progress, Answer>(
  path: string,
  body: unknown,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Answer> {
  const init = withBody('POST', body);
  const accept = { ...init.headers, accept: 'application/x-ndjson' };
  const response = await respond(`v1/${path}`, { ...init, headers: accept, signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + value).split('\n');
      rest = lines.pop()!;
      for (const text of lines) {
        const { progress, result, problem } = JSON.parse(text) as Line<Progress, Answer>;
        if (progress !== undefined) onProgress(progress);
        if (problem !== undefined) throw new Refusal(problem);
        if (result !== undefined) return result;
      }
    }
  } catch (error) {
    if (error instanceof Refusal || signal.aborted) throw error;
  }
  throw new Unreachable();
}

/** The API, as the pages ask it. The key stays in this tab. */
import type { Problem } from '../api/schemas/problems.js';

const KEY_NAME = 'isotherm-key';

/** What the server refused, in its words. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor({ status, code, detail }: Pick<Problem, 'status' | 'code' | 'detail'>) {
    super(detail);
    this.status = status;
    this.code = code;
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

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { ...headers(), ...init.headers } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Unreachable();
  }
  if (!response.ok) throw await refusalOf(response);
  return (await response.json()) as Answer;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export function get<Answer>(path: string, query: Query = {}, signal?: AbortSignal): Promise<Answer> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return ask(`v1/${path}${text === '' ? '' : `?${text}`}`, signal === undefined ? {} : { signal });
}

export function send<Answer>(method: 'POST' | 'PATCH', path: string, body?: unknown): Promise<Answer> {
  if (body === undefined) return ask(`v1/${path}`, { method });
  return ask(`v1/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

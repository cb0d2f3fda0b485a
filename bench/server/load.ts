/** Requests at their own pace: a client that waits for one answer does not keep others from asking. */
import { type Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** A GET, or a POST of JSON. */
export interface Asked {
  path: string;
  body?: string;
}

export interface Load {
  name: string;
  request: () => Asked;
  perSecond: number;
  /** Asserts what was answered. */
  check(body: string): void;
}

/** The answer to one request. Rejects with what was answered where that is no success. */
export function ask(url: string, { path, body }: Asked, agent: Agent): Promise<string> {
  return new Promise((done, failed) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const one = request(url + path, { agent, headers, method: body === undefined ? 'GET' : 'POST' }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => {
        const { statusCode = 0 } = response;
        if (statusCode >= 200 && statusCode < 300) done(text);
        else failed(new Error(`${path}: ${statusCode} ${text}`));
      });
    });
    one.on('error', failed).end(body);
  });
}

/** Ms from when each request was due, at some moment of its interval, to when its answer was read: what a client would wait. Loads that kept step would meet at the server every time. */
export async function latencies(
  url: string,
  { request, perSecond, check }: Load,
  agent: Agent,
  seconds: number,
): Promise<number[]> {
  const found: number[] = [];
  const running: Promise<void>[] = [];
  const from = performance.now();
  for (let i = 0; i < perSecond * seconds; i++) {
    const due = from + ((i + Math.random()) * 1000) / perSecond;
    const ahead = due - performance.now();
    if (ahead > 1) await wait(ahead);
    // A timer of ours that wakes late, or early, is no wait for an answer.
    const now = performance.now();
    const since = Math.min(now, Math.max(due, now - 2));
    running.push(
      ask(url, request(), agent).then((body) => {
        found.push(performance.now() - since);
        check(body);
      }),
    );
  }
  await Promise.all(running);
  return found;
}

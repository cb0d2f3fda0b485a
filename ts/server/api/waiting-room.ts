/** The port while a plane is opened: taken at once, so that who asks is told to come back and not that nobody is here. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLoopback, type Settings } from './options.js';
import { ApiError, PROBLEM_TYPE, problemOf } from './problem.js';
import type { Desired } from './schemas/decisions.js';
import { CAREFUL, isOwnName, whoAsks } from './security.js';

/** Seconds after which it is worth to ask again. */
const AGAIN_S = 1;
const MOST_CONNECTIONS = 256;
/** Bodies are not waited for. */
const LONGEST_REQUEST_MS = 10_000;

/** Numbers that are looked up at once. */
const MOST_ASKED = 16;
const DESIRED = /^\/v1\/functions\/([^/?]+)\/desired(?:\?|$)/;
const NO_OTHER_NAMES: ReadonlySet<string> = new Set();

const NO_PROGRESS = 'it starts';

const CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

export interface WaitingRoom {
  /** `http://127.0.0.1:7717` */
  url: string;
  /** That was free, where 0 was asked for. */
  port: number;
  /** From now on who may read is told the last number of a function that was decided. */
  tell(known: LastKnown): void;
  /** Gives the port back; who is connected is let go. */
  close(): Promise<void>;
}

/** What is known while a plane is opened, of a store that is open. */
export interface LastKnown extends Pick<Settings, 'keys' | 'authRequired'> {
  /** Undefined where nothing was decided. */
  desired: (functionKey: string) => Promise<Pick<Desired, 'value' | 'asOfMs'> | undefined>;
}

/**
 * Answers `/healthz` that the process lives, and everything else with 503 `STARTING` and, on loopback, how far it has come: who asks from elsewhere may be a
 * stranger, and no key is known yet. Once the store is open an autoscaler that may read is given the number that stands, as `stale`.
 *
 * Errors: what the system says when the address is taken (`EADDRINUSE`) or not allowed.
 */
export async function openWaitingRoom(
  { host, port }: { host: string; port: number },
  progress: () => string,
): Promise<WaitingRoom> {
  const words = isLoopback(host) ? progress : () => NO_PROGRESS;
  let scaler: LastNumbers | undefined;
  const server = createServer({ requestTimeout: LONGEST_REQUEST_MS }, (request, reply) => {
    beCareful(reply);
    const desired = scaler?.asked(request);
    if (desired === undefined) answer(request, reply, words());
    else
      desired.then(
        (found) => (found === undefined ? answer(request, reply, words()) : reply.end(JSON.stringify(found))),
        () => answer(request, reply, words()),
      );
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: urlOf(server),
    port: address.port,
    tell: (known) => {
      scaler = new LastNumbers(host, known);
    },
    close: () => closed(server),
  };
}

/** What an autoscaler asks for, from the store: a few at a time, as the opening needs it too. */
class LastNumbers {
  readonly #host: string;
  readonly #known: LastKnown;
  #asked = 0;

  constructor(host: string, known: LastKnown) {
    this.#host = host;
    this.#known = known;
  }

  /** Undefined where nothing else is said than that it starts: to who may not read as well. */
  asked({ method, url, headers }: IncomingMessage): Promise<Desired | undefined> | undefined {
    const [, encoded] = DESIRED.exec(url ?? '') ?? [];
    if (method !== 'GET' || encoded === undefined || this.#asked >= MOST_ASKED) return undefined;
    if (isLoopback(this.#host) && !isOwnName(headers.host, NO_OTHER_NAMES)) return undefined;
    if (whoAsks(headers.authorization, { host: this.#host, ...this.#known }) === null) return undefined;
    return this.#ask(encoded);
  }

  async #ask(encoded: string): Promise<Desired | undefined> {
    this.#asked++;
    try {
      const functionKey = decodeURIComponent(encoded);
      const last = await this.#known.desired(functionKey);
      return last && { ...last, stale: true, functionKey };
    } finally {
      this.#asked--;
    }
  }
}

/** Where a server listens. */
export function urlOf(server: Server): string {
  const { family, address, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function beCareful(reply: ServerResponse): void {
  reply.setHeader('connection', 'close');
  reply.setHeader('content-type', 'application/json');
  for (const [name, value] of Object.entries({
    ...CAREFUL,
    'cache-control': 'no-store',
    'content-security-policy': CSP,
  })) {
    reply.setHeader(name, value);
  }
}

function answer(request: IncomingMessage, reply: ServerResponse, progress: string): void {
  if (request.url?.split('?', 1)[0] === '/healthz') {
    reply.end(JSON.stringify({ status: 'ok' }));
    return;
  }
  const { problem } = problemOf(new ApiError('STARTING', progress), 'none');
  reply.statusCode = problem.status;
  reply.setHeader('retry-after', AGAIN_S);
  if (request.headers.accept?.includes('text/html')) {
    reply.setHeader('content-type', 'text/html; charset=utf-8');
    reply.end(page(progress));
    return;
  }
  reply.setHeader('content-type', PROBLEM_TYPE);
  reply.end(JSON.stringify(problem));
}

/** For people: it asks again by itself. */
const page = (progress: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="${AGAIN_S}">
<title>Isotherm starts</title>
<body style="font: 1rem/1.5 system-ui; max-width: 40rem; margin: 20vh auto; padding: 0 1rem">
<h1 style="font-size: 1.25rem">Isotherm starts</h1>
<p role="status">${progress}.</p>
</body>
</html>
`;

async function closed(server: Server): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await ended;
}

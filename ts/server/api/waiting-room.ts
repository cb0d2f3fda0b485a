/** The port while a plane is opened: taken at once, so that who asks is told to come back and not that nobody is here. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLoopback } from './options.js';
import { ApiError, PROBLEM_TYPE, problemOf } from './problem.js';
import { CAREFUL } from './security.js';

/** Seconds after which it is worth to ask again. */
const AGAIN_S = 1;
const MOST_CONNECTIONS = 256;
/** Bodies are not waited for. */
const LONGEST_REQUEST_MS = 10_000;

const NO_PROGRESS = 'it starts';

const CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

export interface WaitingRoom {
  /** `http://127.0.0.1:7717` */
  url: string;
  /** That was free, where 0 was asked for. */
  port: number;
  /** Gives the port back; who is connected is let go. */
  close(): Promise<void>;
}

/**
 * Answers `/healthz` that the process lives, and everything else with 503 `STARTING` and, on loopback, how far it has come: who asks from elsewhere may be a
 * stranger, and no key is known yet.
 *
 * Errors: what the system says when the address is taken (`EADDRINUSE`) or not allowed.
 */
export async function openWaitingRoom(
  { host, port }: { host: string; port: number },
  progress: () => string,
): Promise<WaitingRoom> {
  const words = isLoopback(host) ? progress : () => NO_PROGRESS;
  const server = createServer({ requestTimeout: LONGEST_REQUEST_MS }, (request, reply) =>
    answer(request, reply, words()),
  );
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  const address = server.address() as AddressInfo;
  return { url: urlOf(server), port: address.port, close: () => closed(server) };
}

/** Where a server listens. */
export function urlOf(server: Server): string {
  const { family, address, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function answer(request: IncomingMessage, reply: ServerResponse, progress: string): void {
  reply.setHeader('connection', 'close');
  for (const [name, value] of Object.entries({
    ...CAREFUL,
    'cache-control': 'no-store',
    'content-security-policy': CSP,
  })) {
    reply.setHeader(name, value);
  }
  if (request.url?.split('?', 1)[0] === '/healthz') {
    reply.setHeader('content-type', 'application/json');
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

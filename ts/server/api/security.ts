/** Who may ask for what: host names, origins, keys and roles, and the headers that keep browsers careful. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Identity, identify, type Role } from './keys.js';
import { isLoopback, type Settings } from './options.js';
import { ApiError } from './problem.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null where a key is asked for and none that is right was given. */
    identity: Identity | null;
  }
  interface FastifyContextConfig {
    /** What a key must be allowed to do; none for what anybody may read. */
    role?: Role | 'none';
  }
}

const LOCAL: Identity = { name: 'local', role: 'write' };

/** `Host` without its port, in small letters; IPv6 without brackets. */
export function hostName(header: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(header);
  return (bracketed?.[1] ?? header.replace(/:\d*$/, '')).toLowerCase();
}

/** On loopback a page of another site can reach us under its own name, by letting that name point here: names that are not ours are refused. */
export function isOwnName(header: string | undefined, names: ReadonlySet<string>): boolean {
  const name = hostName(header ?? '');
  return isLoopback(name) || names.has(name);
}

function checkHost(request: FastifyRequest, names: ReadonlySet<string>): void {
  if (!isOwnName(request.headers.host, names)) {
    throw new ApiError(
      'HOST_REFUSED',
      'expected a Host of this machine: localhost, 127.0.0.1, or one that the configuration names',
    );
  }
}

/** True for pages of our own: the origin's host is the one that was asked. */
function ownOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
}

function allowOrigin(request: FastifyRequest, reply: FastifyReply, origins: ReadonlySet<string>): boolean {
  const { origin } = request.headers;
  if (origins.size > 0) reply.header('vary', 'origin');
  if (origin === undefined) return false;
  if (origins.has(origin)) {
    reply.header('access-control-allow-origin', origin);
    reply.header(
      'access-control-expose-headers',
      'etag, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset',
    );
    return true;
  }
  // Without CORS a browser hides the answer; a change must not even be begun.
  const changes = !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
  if (changes && !ownOrigin(origin, request.headers.host)) {
    throw new ApiError(
      'ORIGIN_REFUSED',
      'pages of another origin may change nothing unless the configuration names it under `server.cors`',
    );
  }
  return false;
}

function preflight(request: FastifyRequest, reply: FastifyReply): boolean {
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
  reply
    .header('access-control-allow-methods', 'GET, POST, PUT, PATCH')
    .header('access-control-allow-headers', 'authorization, content-type, last-event-id, if-none-match')
    .header('access-control-max-age', '600')
    .code(204)
    .send();
  return true;
}

/** What keeps browsers careful. */
export const CAREFUL: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** For JSON; pages have their own. */
const NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'";
/** For the dashboard: what it is made of comes from here. */
export const OWN_FILES =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function bearer(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +(\S+)$/i.exec(header)?.[1];
}

/** What every answer carries. */
export function beCareful(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(CAREFUL).header('x-request-id', request.id).header('cache-control', 'no-store');
  if (!request.url.startsWith('/docs')) reply.header('content-security-policy', NOTHING_RUNS);
}

/** Who asks; null where a key is asked for and none that is right was given. */
export function whoAsks(
  authorization: string | undefined,
  { host, keys, authRequired }: Pick<Settings, 'host' | 'keys' | 'authRequired'>,
): Identity | null {
  const stored = keys();
  if (isLoopback(host) && !authRequired && !stored.some(({ revokedMs }) => revokedMs === null)) return LOCAL;
  const key = bearer(authorization);
  return key === undefined ? null : (identify(key, stored) ?? null);
}

/** Finds out who asks, before any route: does not refuse yet, so that wrong keys count by address. */
export function guard(app: FastifyInstance, { host, hostNames, keys, authRequired, corsOrigins }: Settings): void {
  const loopback = isLoopback(host);
  const names = new Set([...hostNames.map((name) => name.toLowerCase()), ...(loopback ? [host] : [])]);
  const origins = new Set(corsOrigins);
  // Elsewhere keys stand between a stranger and the answer; names can be asked for too.
  const namesCount = loopback || hostNames.length > 0;
  app.decorateRequest('identity', null);

  app.addHook('onRequest', async (request, reply) => {
    beCareful(request, reply);
    if (request.headers.host === undefined) throw new ApiError('INVALID_REQUEST', 'header host: is missing');
    if (namesCount) checkHost(request, names);
    if (allowOrigin(request, reply, origins) && preflight(request, reply)) return reply;
    request.identity = whoAsks(request.headers.authorization, { host, keys, authRequired });
  });
}

/** Refuses who may not; goes behind the rate limit of each route. */
export async function admit(request: FastifyRequest): Promise<void> {
  const role = request.routeOptions.config.role ?? 'read';
  if (role === 'none') return;
  const { identity } = request;
  if (identity === null) {
    throw new ApiError(
      'UNAUTHENTICATED',
      'expected Authorization: Bearer isk_…, with a key that is known and not revoked',
      {
        headers: { 'www-authenticate': 'Bearer realm="isotherm"' },
      },
    );
  }
  if (role === 'write' && identity.role !== 'write') {
    throw new ApiError('FORBIDDEN', `the key ${JSON.stringify(identity.name)} may read; this needs one that may write`);
  }
}

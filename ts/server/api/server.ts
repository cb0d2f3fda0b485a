/** The API over a plane: Fastify with the operations, and what stands before and behind all of them. */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import { VERSION } from 'isotherm/kernels';
import { MINUTE_MS } from '../time.js';
import { EventHub } from './event-hub.js';
import { openLog } from './log.js';
import { ICON, LOGO } from './mark.js';
import { Metrics } from './metrics.js';
import { openApiDocument } from './openapi.js';
import type { Operation, Surroundings } from './operation.js';
import { OPERATIONS } from './operations.js';
import { type ApiOptions, type Settings, settings } from './options.js';
import { ApiError, PROBLEM_TYPE, problemOf } from './problem.js';
import { admit, beCareful, guard, OWN_FILES } from './security.js';
import { validators } from './validate.js';
import { urlOf, type WaitingRoom } from './waiting-room.js';

/** An API that listens. */
export interface Api {
  /** `http://127.0.0.1:7717` */
  url: string;
  /** The least that is written to the log from now on. */
  setLogLevel(level: NonNullable<ApiOptions['log']>['level']): void;
  /** Ends streams, finishes the requests that run, and stops listening. */
  close(): Promise<void>;
}

/** Connections at once: more wait for the system to take them. */
const MOST_CONNECTIONS = 2048;
/** Ms a connection may be silent. Longer than between heartbeats, so that streams live. */
const SILENCE_MS = 120_000;
/** Ms for a whole request, uploads too; a body that is no upload has its own, shorter time. */
const LONGEST_REQUEST_MS = 6 * 3_600_000;

function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { problem, headers, unexpected } = problemOf(error, request.id);
  // Of a client that left in the middle of its body there is nothing to tell.
  if (unexpected && !request.raw.readableAborted)
    request.log.error({ err: error, request: request.id }, 'request failed');
  // A body that was refused is not read to its end.
  if (problem.status === 413 || problem.status === 408) reply.header('connection', 'close');
  reply.code(problem.status).headers(headers).header('content-type', PROBLEM_TYPE).send(JSON.stringify(problem));
}

/** What Node's parser could not make a request of. */
function answerNonsense(error: Error & { code?: string }, socket: Socket): void {
  if (socket.destroyed || !socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [code, status, words] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? (['REQUEST_TIMEOUT', 408, 'Request Timeout'] as const)
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? (['HEADERS_TOO_LARGE', 431, 'Request Header Fields Too Large'] as const)
        : (['INVALID_REQUEST', 400, 'Bad Request'] as const);
  const detail = code === 'INVALID_REQUEST' ? 'this is not HTTP' : words.toLowerCase();
  const body = JSON.stringify(problemOf(new ApiError(code, detail), 'none').problem);
  socket.end(
    `HTTP/1.1 ${status} ${words}\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** Methods by path: what answers 405 where a path is right and the method is not. */
function methodsOf(path: string): string[] {
  const parts = path.split('/');
  const fits = ({ path: pattern }: Operation): boolean => {
    const wanted = pattern.split('/');
    return wanted.length === parts.length && wanted.every((part, i) => part.startsWith('{') || part === parts[i]);
  };
  return [...new Set(OPERATIONS.filter(fits).flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
}

function notFound(request: FastifyRequest): never {
  const path = request.url.split('?', 1)[0]!;
  const allowed = methodsOf(path);
  if (allowed.length > 0) {
    throw new ApiError('METHOD_NOT_ALLOWED', `expected ${allowed.join(' or ')}`, {
      headers: { allow: allowed.join(', ') },
    });
  }
  throw new ApiError('NOT_FOUND', `nothing is at ${JSON.stringify(path.slice(0, 200))}; /docs says what is`);
}

/** Bodies that drip in are not waited for. */
function hurry(app: FastifyInstance, bodyTimeoutMs: number): void {
  const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  app.addHook('preParsing', async (request) => {
    if (request.routeOptions.config.streams === true || request.raw.complete) return;
    const late = (): void => {
      request.raw.destroy(new ApiError('REQUEST_TIMEOUT', `the body was not here after ${bodyTimeoutMs / 1000} s`));
    };
    timers.set(request, setTimeout(late, bodyTimeoutMs));
  });
  const done = async (request: FastifyRequest): Promise<void> => clearTimeout(timers.get(request));
  app.addHook('preValidation', done);
  app.addHook('onResponse', done);
  app.addHook('onRequestAbort', done);
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The handler reads the body itself. */
    streams?: boolean;
    /** The path as it is documented, for metrics. */
    documented?: string;
  }
}

function mount(app: FastifyInstance, one: Operation, surroundings: Surroundings): void {
  const { plane, hub, metrics, settings } = surroundings;
  const streams = one.streams !== undefined;
  app.route({
    method: one.method,
    url: one.path.replace(/\{(\w+)\}/g, ':$1'),
    exposeHeadRoute: one.id !== 'streamEvents',
    schema: {
      ...(one.query === undefined ? {} : { querystring: one.query }),
      ...(one.params === undefined ? {} : { params: one.params }),
      ...(one.body === undefined ? {} : { body: one.body }),
    },
    config: {
      role: one.role,
      streams,
      documented: one.path,
      ...(one.rate === undefined ? {} : { rateLimit: one.rate === 0 ? false : { max: settings.rateLimit * one.rate } }),
    },
    handler: (request, reply) => {
      const { query, params, body } = request;
      const actor = request.identity?.name ?? 'nobody';
      return one.handle({ plane, hub, metrics, settings, query, params, body, actor, request, reply });
    },
  });
}

const SVG = 'image/svg+xml';

async function documents(app: FastifyInstance): Promise<void> {
  const document = openApiDocument(VERSION);
  const text = JSON.stringify(document);
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  await app.register(swagger, { mode: 'static', specification: { document: document as never } });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { url: '/openapi.json', deepLinking: true, docExpansion: 'list' },
    staticCSP: OWN_FILES,
    logo: { type: SVG, content: LOGO },
    theme: {
      title: 'Isotherm API',
      favicon: [{ filename: 'icon.svg', rel: 'icon', sizes: 'any', type: SVG, content: ICON }],
    },
  });
  app.get('/openapi.json', { config: { role: 'none', documented: '/openapi.json' } }, (request, reply) => {
    reply.header('etag', etag).header('cache-control', 'no-cache');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type('application/json').send(text);
  });
}

function logRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const seconds = reply.elapsedTime / 1000;
    const { statusCode: status } = reply;
    metrics.answered(request.method, request.routeOptions.config.documented ?? 'other', status, seconds);
    const line = {
      request: request.id,
      method: request.method,
      url: request.url,
      status,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      by: request.identity?.name ?? null,
      from: request.ip,
    };
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    if (status >= 500) request.log.warn(line, 'answered');
    else if (changes) request.log.info(line, 'answered');
    else request.log.debug(line, 'answered');
  });
}

/** The server, ready to listen; `listen` is what programs call. */
export async function buildApi(options: ApiOptions): Promise<FastifyInstance> {
  const chosen: Settings = settings(options);
  const { plane, headersTimeoutMs } = chosen;
  let serial = 0;
  const start = Date.now().toString(36);
  const app = fastify({
    loggerInstance: openLog(chosen.log) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: chosen.bodyLimit,
    connectionTimeout: SILENCE_MS,
    keepAliveTimeout: 30_000,
    requestTimeout: LONGEST_REQUEST_MS,
    forceCloseConnections: 'idle',
    http: {
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: Math.max(100, headersTimeoutMs / 4),
      maxHeaderSize: 16_384,
      // Asked for below, where it is answered like everything else.
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: 8192, caseSensitive: true, ignoreTrailingSlash: false },
    genReqId: () => `${start}-${(++serial).toString(36)}`,
    clientErrorHandler: answerNonsense,
    frameworkErrors: (error, request, reply) => {
      // No hook runs before these.
      beCareful(request as FastifyRequest, reply as FastifyReply);
      sendProblem(error, request as FastifyRequest, reply as FastifyReply);
    },
    return503OnClosing: false,
  });
  app.server.maxConnections = MOST_CONNECTIONS;
  const hub = new EventHub(plane, chosen.mostStreams, chosen.heartbeatMs);
  const metrics = new Metrics(plane, hub, chosen.meteredFunctions);

  app.setValidatorCompiler(validators());
  // Shapes are the plane's own; dropping what a schema lacks would hide that it lies.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(sendProblem);
  app.removeContentTypeParser('text/plain');
  guard(app, chosen);
  logRequests(app, metrics);
  hurry(app, chosen.bodyTimeoutMs);
  await app.register(rateLimit, {
    max: chosen.rateLimit,
    timeWindow: MINUTE_MS,
    enableDraftSpec: true,
    keyGenerator: ({ identity, ip }) => (identity === null || identity.name === 'local' ? ip : `key ${identity.name}`),
    errorResponseBuilder: (_request, { max, ttl }) =>
      new ApiError('RATE_LIMITED', `at most ${max} requests a minute; ask again in ${Math.ceil(ttl / 1000)} s`),
  });
  // Behind the limit, so that wrong keys count.
  app.addHook('onRoute', (route) => {
    route.onRequest = [...[route.onRequest ?? []].flat(), admit];
    if (route.url === '/docs' || route.url.startsWith('/docs/')) route.config = { ...route.config, role: 'none' };
  });
  // For files that a route of files does not find.
  app.setNotFoundHandler(notFound);
  const limited = app.rateLimit();
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    await limited.call(app, request, reply);
    // Before a body is looked at: what it is does not matter.
    notFound(request);
  });

  await documents(app);
  const surroundings: Surroundings = { plane, hub, metrics, settings: chosen };
  for (const one of OPERATIONS.filter(({ streams }) => streams === undefined)) mount(app, one, surroundings);
  await app.register(async (files) => {
    files.removeAllContentTypeParsers();
    files.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const one of OPERATIONS.filter(({ streams }) => streams !== undefined)) mount(files, one, surroundings);
  });
  if (chosen.dashboard !== undefined) {
    await app.register(async (pages) => {
      pages.addHook('onRoute', (route) => {
        route.config = { ...route.config, role: 'none', documented: '/' };
      });
      pages.addHook('onRequest', async (_request, reply) => {
        reply.header('content-security-policy', OWN_FILES).header('cache-control', 'no-cache');
      });
      await pages.register(fastifyStatic, { root: chosen.dashboard!, wildcard: false, cacheControl: false });
    });
  }
  app.addHook('preClose', async () => {
    hub.close();
    // Connections that fall idle from now on are not kept.
    app.server.keepAliveTimeout = 1;
  });
  app.addHook('onClose', async () => metrics.close());
  return app;
}

/** Serves the API of a plane in the place of its waiting room. Errors: what the system says when the address is taken (`EADDRINUSE`) or not allowed. */
export async function serveApi(options: ApiOptions, room: WaitingRoom): Promise<Api> {
  const app = await buildApi(options);
  try {
    await app.ready();
    await room.close();
    // Who opened it says where it listens, and as the first line.
    const { level } = app.log;
    app.log.level = 'silent';
    await app.listen({ host: settings(options).host, port: room.port });
    app.log.level = level;
  } catch (error) {
    await app.close();
    throw error;
  }
  return {
    url: urlOf(app.server),
    setLogLevel: (level) => {
      app.log.level = level;
    },
    close: () => app.close(),
  };
}

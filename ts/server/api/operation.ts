/** An operation of the API: its address, its documents and what it does, in one place. The server and the OpenAPI document are made of a list of them. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { Plane } from '../control/plane.js';
import type { EventHub } from './event-hub.js';
import type { Role } from './keys.js';
import type { Metrics } from './metrics.js';
import type { Settings } from './options.js';

/** What operations work with. */
export interface Surroundings {
  plane: Plane;
  hub: EventHub;
  metrics: Metrics;
  settings: Settings;
}

export interface Asked<Query, Params, Body> extends Surroundings {
  query: Query;
  params: Params;
  body: Body;
  /** Name of the key, or `local`: for the audit. */
  actor: string;
  request: FastifyRequest;
  reply: FastifyReply;
}

export interface Answer {
  description: string;
  schema?: TSchema;
  /** `application/json` if left out. */
  type?: string;
  /** Checked against the schema by a test. */
  example?: unknown;
  status?: number;
}

export interface Operation<Query = unknown, Params = unknown, Body = unknown> {
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Parts in braces are parameters. */
  path: string;
  tag: string;
  summary: string;
  description: string;
  /** What a key must be allowed to do; `none` needs no key. */
  role: Role | 'none';
  query?: TSchema;
  params?: TSchema;
  body?: TSchema;
  bodyExample?: unknown;
  /** The body is a stream of this kind, for the handler to read. */
  streams?: string;
  answer: Answer;
  /** A second form of the answer, by `Accept`. */
  otherAnswer?: Answer;
  /** Codes beside those that every operation of its kind has. */
  problems?: readonly string[];
  /** Times the rate limit, in a count of its own; 0 for no limit. */
  rate?: number;
  handle(asked: Asked<Query, Params, Body>): unknown;
}

/** Ties the types of what is asked to the schemas that it is checked by. */
export function operation<Query extends TSchema, Params extends TSchema, Body extends TSchema>(
  definition: Omit<Operation<Static<Query>, Static<Params>, Static<Body>>, 'query' | 'params' | 'body'> & {
    query?: Query;
    params?: Params;
    body?: Body;
  },
): Operation {
  return definition as unknown as Operation;
}

/** For work that takes longer than a connection may be silent. */
export function patient(request: FastifyRequest): void {
  // A request that is injected has no socket with a clock.
  request.raw.socket.setTimeout?.(0);
}

/** Aborted when the client goes away before its answer is written. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new Error('the client went away'));
  });
  return controller.signal;
}

/** The OpenAPI 3.1 document, made of the operations. */
import type { TSchema } from 'typebox';
import type { Answer, Operation } from './operation.js';
import { OPERATIONS } from './operations.js';
import { PROBLEM_TYPE, problemExample } from './problem.js';
import { Problem } from './schemas/problems.js';

type Json = Record<string, unknown>;

const TAGS = [
  { name: 'Overview', description: 'The control plane as a whole.' },
  { name: 'Functions', description: 'What is known of each function, forecast of it and decided for it.' },
  { name: 'Samples', description: 'What happened, told by those who know. Sending it twice is as good as once.' },
  { name: 'Receipts', description: 'What decisions followed from.' },
  { name: 'Placement', description: 'Where functions run, and where they would better run.' },
  { name: 'Limits', description: 'What an operator may change while it runs.' },
  { name: 'Events', description: 'What happens in the control plane.' },
  { name: 'Machines', description: 'For probes and Prometheus.' },
];

/** Moves every schema with a title to `components`, where it stands once. */
class Components {
  readonly schemas: Record<string, Json> = {};
  readonly #texts = new Map<string, string>();

  take(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((one) => this.take(one));
    if (typeof schema !== 'object' || schema === null) return schema;
    const plain: Json = {};
    for (const [key, value] of Object.entries(schema)) plain[key] = this.take(value);
    // A property may be called `title`: only a text is a title.
    if (typeof plain.title !== 'string') return plain;
    const { title, ...rest } = plain;
    const text = JSON.stringify(rest);
    if (this.#texts.has(title as string) && this.#texts.get(title as string) !== text) {
      throw new Error(`two shapes are called ${title}`);
    }
    this.#texts.set(title as string, text);
    this.schemas[title as string] = rest;
    return { $ref: `#/components/schemas/${title}` };
  }
}

interface ObjectSchema {
  properties?: Record<string, TSchema & { description?: string }>;
  required?: string[];
}

function parameters(
  schema: TSchema | undefined,
  place: 'path' | 'query',
  components: Components,
  examples: Json,
): Json[] {
  const { properties = {}, required = [] } = (schema ?? {}) as ObjectSchema;
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: components.take(rest),
    ...(examples[name] === undefined ? {} : { example: examples[name] }),
  }));
}

const EXAMPLES: Json = {
  functionKey: 'shop/checkout',
  receiptId: 'shop/checkout@2880',
  name: 'calls.csv',
  q: 'shop',
  limit: 100,
  sort: '-calls',
};

/** What any request of its kind can be answered. */
export function problemCodes(one: Operation): string[] {
  const codes = ['INVALID_REQUEST', 'HOST_REFUSED', ...(one.problems ?? [])];
  if (one.role !== 'none') codes.push('UNAUTHENTICATED');
  if (one.role === 'write') codes.push('FORBIDDEN');
  if (one.method !== 'GET') codes.push('ORIGIN_REFUSED');
  if (one.body !== undefined) codes.push('UNSUPPORTED_MEDIA_TYPE');
  if (one.body !== undefined || one.streams !== undefined) codes.push('BODY_TOO_LARGE', 'REQUEST_TIMEOUT');
  if (one.params !== undefined) codes.push('URI_TOO_LONG');
  if (one.params !== undefined || one.query !== undefined) codes.push('HEADERS_TOO_LARGE');
  if (one.rate !== 0) codes.push('RATE_LIMITED');
  codes.push('INTERNAL');
  return [...new Set(codes)];
}

const problemCodesInUse = (): string[] => [...new Set(OPERATIONS.flatMap(problemCodes))].sort();

const RATE_HEADERS: Json = {
  'ratelimit-limit': { description: 'Requests allowed in a minute.', schema: { type: 'integer' } },
  'ratelimit-remaining': { description: 'Requests left in this minute.', schema: { type: 'integer' } },
  'ratelimit-reset': { description: 'Seconds until the minute ends.', schema: { type: 'integer' } },
};

const RETRY_AFTER: Json = {
  'retry-after': { description: 'Seconds after which to ask again.', schema: { type: 'integer' } },
};

function problems(one: Operation, components: Components): Record<string, Json> {
  const byStatus = new Map<number, string[]>();
  for (const code of problemCodes(one)) {
    const { status } = problemExample(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const responses: Record<string, Json> = {};
  for (const [status, codes] of [...byStatus].sort(([a], [b]) => a - b)) {
    responses[status] = {
      description: codes.map((code) => `\`${code}\`: ${problemExample(code).title}.`).join(' '),
      ...(status === 429 || status === 503 ? { headers: RETRY_AFTER } : {}),
      content: {
        [PROBLEM_TYPE]: {
          schema: components.take(Problem),
          examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
        },
      },
    };
  }
  return responses;
}

function content({ schema, type = 'application/json', example }: Answer, components: Components): Json {
  return {
    [type]: {
      schema: schema === undefined ? { type: 'string' } : components.take(schema),
      ...(example === undefined ? {} : { example }),
    },
  };
}

function responses(one: Operation, components: Components): Json {
  const found: Record<string, Json> = {
    200: {
      description: one.answer.description,
      ...(one.rate === 0 ? {} : { headers: RATE_HEADERS }),
      content: content(one.answer, components),
    },
    ...problems(one, components),
  };
  const other = one.otherAnswer;
  if (other !== undefined) {
    const status = other.status ?? 200;
    const before = found[status] as { content?: Json } | undefined;
    found[status] =
      before === undefined
        ? { description: other.description, content: content(other, components) }
        : { ...before, content: { ...before.content, ...content(other, components) } };
  }
  return found;
}

function requestBody(one: Operation, components: Components): Json {
  if (one.streams !== undefined) {
    return {
      requestBody: { required: true, content: { [one.streams]: { schema: { type: 'string', format: 'binary' } } } },
    };
  }
  if (one.body === undefined) return {};
  const media = { schema: components.take(one.body), example: one.bodyExample };
  return { requestBody: { required: true, content: { 'application/json': media } } };
}

/** The document; equal operations give equal text. */
export function openApiDocument(version: string): Json {
  const components = new Components();
  const paths: Record<string, Json> = {};
  for (const one of OPERATIONS) {
    const asked = [
      ...parameters(one.params, 'path', components, EXAMPLES),
      ...parameters(one.query, 'query', components, EXAMPLES),
      ...(one.id === 'streamEvents'
        ? [
            {
              name: 'Last-Event-ID',
              in: 'header',
              required: false,
              description: 'The `id` of the last event seen.',
              schema: { type: 'integer', minimum: 0 },
            },
          ]
        : []),
    ];
    paths[one.path] = {
      ...paths[one.path],
      [one.method.toLowerCase()]: {
        operationId: one.id,
        tags: [one.tag],
        summary: one.summary,
        description: one.description,
        ...(asked.length === 0 ? {} : { parameters: asked }),
        ...requestBody(one, components),
        responses: responses(one, components),
        security: one.role === 'none' ? [] : [{ key: [] }, {}],
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Isotherm',
      version,
      summary: 'The control plane in shadow: what it observes, forecasts, decides and records.',
      description:
        'Times are whole milliseconds since 1970 (UTC), money is USD. Errors are problems (RFC 9457) with a stable `code`. On loopback without keys everything is open; elsewhere, and as soon as there is a key, `Authorization: Bearer isk_…` is asked for.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The server that this document came from.' }],
    tags: TAGS,
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(components.schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      examples: Object.fromEntries(problemCodesInUse().map((code) => [code, { value: problemExample(code) }])),
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'A key of `isotherm serve --create-key NAME --role read|write`.',
        },
      },
    },
  };
}

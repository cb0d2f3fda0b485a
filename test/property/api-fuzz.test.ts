/** Whatever is sent to an operation, in form or not: the answer is one that its document tells, and never a fault of ours. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOf, document, resolved } from '../api-document.js';
import { type Json, type Running, running } from '../e2e/api-server.js';

let api: Running;

beforeAll(async () => {
  api = await running({ bodyLimit: 100_000, uploadLimit: 100_000 });
  api.plane.decide('shop/checkout', 3);
});
afterAll(() => api.close());

const hostile = fc.constantFrom(
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  'NaN',
  '\u0000',
  '%',
  '%00',
  '../../etc/passwd',
  "' OR 1=1 --",
  '{{7*7}}',
  '$ne',
  '__proto__',
  'constructor',
  'toString',
  '\ud800',
  '\u202e\ufeff',
  '🙂'.repeat(100),
  'x'.repeat(600),
  '9'.repeat(30),
  'a\r\nset-cookie: x=1',
);
const words = fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 40 }), fc.constant('shop/checkout'));

/** Values of a schema of the document: what it means is enough here, not all that it may say. */
function valuesOf(given: Json): fc.Arbitrary<Json> {
  const schema = resolved(given);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(valuesOf));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.type === 'null') return fc.constant(null);
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'integer') {
    const edges = [schema.minimum ?? -5, schema.maximum ?? Number.MAX_SAFE_INTEGER];
    return fc.oneof(fc.constantFrom(...edges), fc.integer({ min: edges[0], max: Math.min(edges[1], 100_000) }));
  }
  if (schema.type === 'number')
    return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1e12, noNaN: true });
  if (schema.type === 'array')
    return fc.array(valuesOf(schema.items), { minLength: schema.minItems ?? 0, maxLength: 4 });
  if (schema.type === 'object') {
    const required: string[] = schema.required ?? [];
    if (schema.properties === undefined)
      return fc.dictionary(fc.string({ maxLength: 5 }), fc.double({ min: 0, noNaN: true }), { maxKeys: 3 });
    const fields = Object.fromEntries(Object.entries(schema.properties).map(([name, one]) => [name, valuesOf(one)]));
    return fc.record(fields, { requiredKeys: required });
  }
  return fc.oneof(fc.constant('shop/checkout'), fc.string({ minLength: 1, maxLength: 20 }));
}

/** A value with one place replaced by nonsense. */
const spoilt = (values: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc.tuple(values, fc.nat(), fc.oneof(fc.jsonValue(), words)).map(([value, at, nonsense]) => {
    const copy = JSON.parse(JSON.stringify(value));
    const places: [Json, string][] = [];
    const walk = (node: Json): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const key of Object.keys(node)) {
        places.push([node, key]);
        walk(node[key]);
      }
    };
    walk(copy);
    if (places.length === 0) return nonsense;
    const [node, key] = places[at % places.length]!;
    node[key] = nonsense;
    return copy;
  });

/** A lone surrogate has no form in UTF-8: what a client sends for it is U+FFFD. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

interface Request {
  path: string;
  query: [string, string][];
  headers: [string, string][];
  body: string | Uint8Array | undefined;
}

function requestsOf(path: string, one: Json): fc.Arbitrary<Request> {
  const parameters: Json[] = one.parameters ?? [];
  const inPath = parameters.filter((p) => p.in === 'path');
  const inQuery = parameters.filter((p) => p.in === 'query');
  const paths = fc.tuple(...inPath.map(() => words)).map((parts) => {
    let filled = path;
    inPath.forEach(({ name }, i) => {
      filled = filled.replace(`{${name}}`, () => encodeURIComponent(wellFormed(parts[i]!)));
    });
    return filled;
  });
  const right = inQuery.map(({ name, schema }) => fc.tuple(fc.constant(name as string), valuesOf(schema).map(String)));
  const wrong = fc.tuple(fc.oneof(words, fc.constantFrom('q', ...inQuery.map(({ name }) => name as string))), words);
  const queries = fc.array(fc.oneof(...right, wrong), { maxLength: 4 });
  const asciiWords = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)),
    maxLength: 30,
  });
  const headers = fc.array(
    fc.tuple(
      fc.constantFrom(
        'accept',
        'authorization',
        'last-event-id',
        'origin',
        'if-none-match',
        'x-forwarded-for',
        'cookie',
      ),
      asciiWords,
    ),
    { maxLength: 2 },
  );
  const content = one.requestBody?.content ?? {};
  let bodies: fc.Arbitrary<Request['body']> = fc.constant(undefined);
  if (content['application/json'] !== undefined) {
    const values = valuesOf(content['application/json'].schema);
    const text = (value: Json): string => JSON.stringify(value) ?? '';
    bodies = fc.oneof(values.map(text), spoilt(values).map(text), spoilt(values).map(text), fc.json(), words);
  } else if (content['application/octet-stream'] !== undefined) {
    bodies = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }),
      words,
      fc.constant('function,timestamp,durationMs\nf,1763726400000,5\n'),
    );
  }
  return fc.record({ path: paths, query: queries, headers, body: bodies });
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods as Json).map(([method, one]): [string, string, Json] => [method.toUpperCase(), path, one]),
);

async function check(method: string, { path, query, headers, body }: Request, one: Json): Promise<void> {
  const type =
    one.requestBody?.content['application/json'] === undefined ? 'application/octet-stream' : 'application/json';
  const search = new URLSearchParams(query).toString();
  const response = await api.app.inject({
    method: method as 'GET',
    url: search === '' ? path : `${path}?${search}`,
    headers: { ...Object.fromEntries(headers), ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : Buffer.from(body) }),
  });
  const { statusCode } = response;
  const told = one.responses[statusCode];
  expect(statusCode, response.body).toBeLessThan(500);
  expect(told, `${statusCode}: ${response.body}`).toBeDefined();
  const media = String(response.headers['content-type']).split(';')[0]!;
  expect(Object.keys(told.content), response.body).toContain(media);
  if (!media.endsWith('json')) return;
  const shape = checkOf(told.content[media].schema);
  expect(shape(response.json()), `${JSON.stringify(shape.errors)} ${response.body.slice(0, 500)}`).toBe(true);
}

describe('requests of every kind', () => {
  it.each(operations.filter(([, , { operationId }]) => operationId !== 'streamEvents'))(
    '%s %s',
    async (method, path, one) => {
      await fc.assert(
        fc.asyncProperty(requestsOf(path, one), (request) => check(method, request, one)),
        { numRuns: 60 },
      );
    },
  );

  it('to any address, by any method', async () => {
    const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE');
    const paths = fc.array(fc.oneof(words, fc.constantFrom('v1', 'functions', 'samples', 'docs', 'static', '..')), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(methods, paths, async (method, parts) => {
        const url = `/${parts.map((part) => encodeURIComponent(wellFormed(part))).join('/')}`;
        const response = await api.app.inject({ method: method as 'GET', url });
        expect(response.statusCode, `${method} ${url}: ${response.body}`).toBeLessThan(500);
        if (response.statusCode < 400 || method === 'HEAD') return;
        expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
        expect(checkOf({ $ref: '#/components/schemas/Problem' })(response.json())).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

it('left the server well, and no line of the log tells of a fault', async () => {
  expect((await api.app.inject('/healthz')).statusCode).toBe(200);
  expect(api.log.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
});

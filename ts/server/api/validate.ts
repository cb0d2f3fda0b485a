/** Checks requests by their schemas: nothing is coerced but the digits of a query, and what is wrong is said with its place. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FastifySchemaCompiler } from 'fastify';
import { ApiError } from './problem.js';
import type { ProblemPlace } from './schemas/problems.js';

type Place = ProblemPlace['in'];

const PLACES: Record<string, Place> = { body: 'body', querystring: 'query', params: 'path', headers: 'header' };

interface Schema {
  type?: string;
  title?: string;
  properties?: Record<string, Schema & { const?: unknown }>;
}

/** Of an `anyOf` that failed: the branch that was meant, by the properties that are there and by a `const` that tells branches apart. */
function meant(branches: readonly Schema[], data: unknown): number {
  const scores = branches.map((branch) => {
    if (branch.type === 'null') return -1;
    if (branch.properties === undefined || typeof data !== 'object' || data === null) return 0;
    let score = 0;
    for (const [name, { const: fixed }] of Object.entries(branch.properties)) {
      if (!Object.hasOwn(data, name)) continue;
      score += 1;
      if (fixed !== undefined && (data as Record<string, unknown>)[name] === fixed) score += branches.length * 100;
    }
    return score;
  });
  return scores.indexOf(Math.max(...scores));
}

/** The error to show: of a choice, that of the branch which was meant. */
function telling(errors: readonly ErrorObject[]): ErrorObject {
  let candidates = errors;
  for (;;) {
    const last = candidates.at(-1)!;
    if (last.keyword !== 'anyOf' || !Array.isArray(last.schema)) return last;
    const inside = `${last.schemaPath}/${meant(last.schema as Schema[], last.data)}/`;
    const within = candidates.filter(({ schemaPath }) => schemaPath.startsWith(inside));
    if (within.length === 0) return last;
    candidates = within;
  }
}

const quoted = (words: readonly unknown[]): string => words.map((word) => JSON.stringify(word)).join(', ');

function expected(error: ErrorObject): string {
  const { keyword, params, message } = error;
  if (keyword === 'additionalProperties') {
    const known = Object.keys((error.parentSchema as Schema | undefined)?.properties ?? {});
    return known.length === 0 ? 'is not known' : `is not known, expected ${known.join(', ')}`;
  }
  if (keyword === 'required') return 'is missing';
  if (keyword === 'type') return `expected ${[params.type].flat().join(' or ')}`;
  if (keyword === 'enum') return `expected one of ${quoted(params.allowedValues)}`;
  if (keyword === 'const') return `expected ${JSON.stringify(params.allowedValue)}`;
  if (keyword === 'anyOf') {
    const names = (error.schema as Schema[])
      .map(({ title, type }) => title ?? type)
      .filter((name) => name !== undefined);
    return `expected ${names.join(' or ')}`;
  }
  return `expected: ${(message ?? keyword).replace(/^must /, '')}`;
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function placeOf(error: ErrorObject, place: Place): ProblemPlace {
  const { keyword, params } = error;
  const last =
    keyword === 'additionalProperties'
      ? params.additionalProperty
      : keyword === 'required'
        ? params.missingProperty
        : '';
  const pointer = `${error.instancePath}${last === '' ? '' : `/${escaped(String(last))}`}`;
  return {
    in: place,
    // A parameter goes by its name.
    pointer: (place === 'body' ? pointer : pointer.slice(1)).slice(0, 300),
    message: expected(error),
  };
}

const DIGITS = /^-?(0|[1-9]\d{0,15})$/;

/** The query with numbers where its schema has them; a text that is no number stays, and fails. */
function withNumbers(query: unknown, schema: Schema): unknown {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    const type = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name]?.type : undefined;
    // Not by assignment: `__proto__` is a name like others, and refused like others.
    const settled = type === 'integer' && typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
    Object.defineProperty(result, name, { value: settled, enumerable: true, writable: true, configurable: true });
  }
  return result;
}

/** A compiler for `setValidatorCompiler`; each server has its own. */
export function validators(): FastifySchemaCompiler<object> {
  const ajv = new Ajv({ strict: false, allErrors: false, verbose: true, ownProperties: true });
  const compiled = new WeakMap<object, ValidateFunction>();
  return ({ schema, httpPart = 'body' }) => {
    const check = compiled.get(schema) ?? ajv.compile(schema);
    compiled.set(schema, check);
    const place = PLACES[httpPart] ?? 'body';
    return (data: unknown) => {
      const value = place === 'query' ? withNumbers(data, schema as Schema) : data;
      if (check(value)) return { value };
      const error = placeOf(telling(check.errors ?? []), place);
      const where = error.pointer === '' ? `the ${place}` : `${place} ${error.pointer}`;
      return { error: new ApiError('INVALID_REQUEST', `${where}: ${error.message}`, { errors: [error] }) };
    };
  };
}

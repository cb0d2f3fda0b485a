/** The OpenAPI document: as committed, whole, and true. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from 'isotherm/kernels';
import { describe, expect, it } from 'vitest';
import { problemCodes } from '../../ts/server/api/openapi.js';
import { OPERATIONS } from '../../ts/server/api/operations.js';
import { PROBLEM_CODES } from '../../ts/server/api/problem.js';
import { checkOf, document, resolved } from '../api-document.js';
import type { Json } from '../e2e/api-server.js';

const committed = join(import.meta.dirname, '../../ts/server/api/openapi.json');

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods as Json).map(([method, one]): [string, Json] => [`${method} ${path}`, one]),
);

/** Every value in the document, with its place. */
function* values(node: Json, place = '#'): Generator<[string, Json]> {
  yield [place, node];
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) yield* values(value, `${place}/${key}`);
}

it('is the one that is committed: node scripts/openapi.mjs', () => {
  expect(JSON.parse(readFileSync(committed, 'utf8'))).toEqual(document);
});

it('is OpenAPI 3.1 with a name, a version, a licence and no two operations of one name', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(document.info).toMatchObject({ title: 'Isotherm', version: VERSION, license: { identifier: 'Apache-2.0' } });
  const names = operations.map(([, { operationId }]) => operationId);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toHaveLength(OPERATIONS.length);
});

it('refers only to what is there, and has nothing that is not referred to', () => {
  const referred = new Set<string>();
  for (const [place, value] of values(document)) {
    if (!place.endsWith('/$ref')) continue;
    expect(resolved({ $ref: value }), `${place}: ${value}`).toBeDefined();
    referred.add(value);
  }
  const { schemas, examples } = document.components;
  const there = Object.entries({ schemas, examples }).flatMap(([kind, all]) =>
    Object.keys(all).map((name) => `#/components/${kind}/${name}`),
  );
  expect([...referred].sort()).toEqual(there.sort());
});

it('holds only schemas that JSON Schema 2020-12 knows', () => {
  for (const name of Object.keys(document.components.schemas)) {
    expect(() => checkOf({ $ref: `#/components/schemas/${name}` }), name).not.toThrow();
  }
});

describe.each(operations)('%s', (place, one) => {
  it('says what it is for, and takes each part of its path', () => {
    expect(one.summary.length).toBeGreaterThan(3);
    expect(one.description.length).toBeGreaterThan(10);
    expect(document.tags.map(({ name }: Json) => name)).toContain(one.tags[0]);
    const parts = [...place.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const taken = (one.parameters ?? []).filter((p: Json) => p.in === 'path');
    expect(taken.map(({ name }: Json) => name)).toEqual(parts);
    expect(taken.every(({ required }: Json) => required === true)).toBe(true);
    for (const { name, description } of one.parameters ?? []) expect(description, name).toMatch(/\.$|^Name of/);
  });

  it('has examples of its answer, of its body and of every problem, each of its shape', () => {
    const media: [string, Json][] = Object.entries(one.responses).flatMap(([status, { content }]: Json) =>
      Object.values(content).map((media): [string, Json] => [status, media]),
    );
    if (one.requestBody !== undefined && one.requestBody.content['application/json'] !== undefined) {
      media.push(['body', one.requestBody.content['application/json']]);
    }
    for (const [status, { schema, example, examples }] of media) {
      const shown = example === undefined ? Object.values(examples ?? {}).map((one) => resolved(one).value) : [example];
      expect(shown.length, status).toBeGreaterThan(0);
      const check = checkOf(schema);
      for (const value of shown) expect(check(value), `${status}: ${JSON.stringify(check.errors)}`).toBe(true);
    }
  });

  it('tells the problems that it may answer with, by code', () => {
    const { responses, operationId } = one;
    const told = Object.values(responses).flatMap(({ content }: Json) =>
      Object.keys(content['application/problem+json']?.examples ?? {}),
    );
    const definition = OPERATIONS.find(({ id }) => id === operationId)!;
    expect(told.sort()).toEqual(problemCodes(definition).sort());
    for (const code of told) expect(PROBLEM_CODES).toContain(code);
    for (const status of ['400', '403', '500']) expect(Object.keys(responses)).toContain(status);
  });
});

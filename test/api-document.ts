/** The OpenAPI document with its schemas as checks. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { VERSION } from 'isotherm/kernels';
import { openApiDocument } from '../ts/server/api/openapi.js';
import type { Json } from './e2e/api-server.js';

export const document: Json = JSON.parse(JSON.stringify(openApiDocument(VERSION)));

const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allowUnionTypes: true,
  validateFormats: false,
});
ajv.addVocabulary(['components', 'example']);
ajv.addSchema({ $id: 'isotherm', components: document.components });

const checks = new Map<string, ValidateFunction>();

/** A check of a schema of the document; throws for one that JSON Schema 2020-12 does not know. */
export function checkOf(schema: Json): ValidateFunction {
  const text = JSON.stringify(schema).replaceAll('"#/', '"isotherm#/');
  const check = checks.get(text) ?? ajv.compile(JSON.parse(text));
  checks.set(text, check);
  return check;
}

/** A reference followed; anything else as it is. */
export const resolved = (value: Json): Json =>
  value.$ref === undefined
    ? value
    : value.$ref
        .split('/')
        .slice(1)
        .reduce((at: Json, part: string) => at[part], document);

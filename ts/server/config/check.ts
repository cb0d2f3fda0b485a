/** Values against the schema, with what was found and what was expected in words. */
import { Ajv, type ErrorObject } from 'ajv';
import { escaped, keyOf, short } from './document.js';
import { nearest } from './nearest.js';
import { FILE } from './schema.js';
import { type QuantityRule, quantityInWords, unitsOf } from './schema-parts.js';
import { meantQuantity, quantity } from './units.js';

/** What is wrong, where in the values. */
export interface Finding {
  /** JSON pointer to the value that is wrong, or to the object that lacks one. */
  pointer: string;
  /** The key itself is wrong, rather than its value. */
  isKey: boolean;
  /** There is no such key: the others are as they would be without it. */
  isUnknown?: true;
  message: string;
}

/** A schema as it is looked into here. */
export interface SchemaNode {
  type?: string | string[];
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  pattern?: string;
  properties?: Record<string, SchemaNode>;
  patternProperties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  oneOf?: SchemaNode[];
  'x-quantity'?: QuantityRule;
  'x-expected'?: string;
  'x-restart'?: true;
  'x-secret'?: true;
  'x-masked'?: true;
  'x-needs'?: string;
}

export const ROOT = FILE as unknown as SchemaNode;

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  discriminator: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
});
ajv.addVocabulary(['x-restart', 'x-secret', 'x-masked', 'x-needs', 'x-expected']);
ajv.addKeyword({
  keyword: 'x-quantity',
  validate: ({ kind, least, most, unbounded }: QuantityRule, value: unknown) => {
    const amount = quantity(value, unitsOf(kind), unbounded);
    return (amount >= least && amount <= most) || amount === Number.POSITIVE_INFINITY;
  },
  errors: false,
});
const validate = ajv.compile(FILE);

/** All that the schema finds wrong, one finding a value. */
export function check(value: unknown): Finding[] {
  if (validate(value)) return [];
  const findings = new Map<string, Finding>();
  for (const error of validate.errors ?? []) {
    const finding = findingOf(error);
    if (finding !== undefined && !findings.has(finding.pointer)) findings.set(finding.pointer, finding);
  }
  return [...findings.values()];
}

function findingOf(error: ErrorObject): Finding | undefined {
  const { keyword, instancePath: pointer, params, data } = error;
  const schema = error.parentSchema as SchemaNode;
  if (keyword === 'additionalProperties') {
    const name = String(params.additionalProperty);
    const message = unknownKey(pointer, name, schema);
    return { pointer: `${pointer}/${escaped(name)}`, isKey: true, isUnknown: true, message };
  }
  if (keyword === 'required') {
    const name = String(params.missingProperty);
    const within = pointer === '' ? 'the file' : `'${keyOf(pointer)}'`;
    const wanted = schema.properties?.[name];
    const expected = wanted === undefined ? '' : `; expected ${expectation(wanted)}`;
    return { pointer: `${pointer}/${escaped(name)}`, isKey: true, message: `${within} has no '${name}'${expected}` };
  }
  if (keyword === 'discriminator') {
    const name = String(params.tag);
    const kinds = schema.oneOf!.map((one) => String(one.properties![name]!.const));
    const found = params.tagValue;
    if (found === undefined) {
      const message = `'${keyOf(pointer)}' has no '${name}'; expected one of ${kinds.join(', ')}`;
      return { pointer: `${pointer}/${name}`, isKey: true, message };
    }
    const message = `${keyOf(`${pointer}/${name}`)} is ${inWords(found)}; expected one of ${kinds.join(', ')}`;
    return { pointer: `${pointer}/${name}`, isKey: false, message: withNearest(message, found, kinds) };
  }
  // It comes with a better one.
  if (keyword === 'oneOf' || keyword === 'const') return undefined;
  const shown = schema['x-masked'] ? 'not as it should be' : inWords(data);
  const message = `${keyOf(pointer) || 'the file'} is ${shown}; expected ${expectation(schema)}`;
  const rule = schema['x-quantity'];
  const meant = rule && meantQuantity(data, unitsOf(rule.kind), rule.least, rule.most);
  if (meant !== undefined) return { pointer, isKey: false, message: `${message}; did you mean ${meant}?` };
  return { pointer, isKey: false, message: withNearest(message, data, schema.enum ?? []) };
}

function withNearest(message: string, found: unknown, names: readonly string[]): string {
  const near = typeof found === 'string' ? nearest(found, names) : undefined;
  return near === undefined ? message : `${message}; did you mean '${near}'?`;
}

function unknownKey(pointer: string, name: string, schema: SchemaNode): string {
  const key = keyOf(`${pointer}/${escaped(name)}`);
  const keys = Object.keys(schema.properties ?? {});
  const near = nearest(name, keys);
  if (near !== undefined) return `there is no key '${key}'; did you mean '${near}'?`;
  const kinds = (ROOT.properties![pointer.slice(1)]?.oneOf ?? []).map(({ properties }) => properties!);
  const kind = kinds.find((one) => Object.hasOwn(one, name))?.kind?.const;
  if (kind !== undefined) return `there is no key '${key}' here; '${name}' belongs to kind ${kind}`;
  const elsewhere = sectionWith(name);
  if (elsewhere !== undefined) return `there is no key '${key}'; '${name}' belongs to '${elsewhere}'`;
  return `there is no key '${key}'; expected one of ${keys.join(', ')}`;
}

/** The section that has such a key. */
function sectionWith(name: string): string | undefined {
  const sections = Object.entries(ROOT.properties!);
  return sections.find(([, { properties }]) => properties !== undefined && Object.hasOwn(properties, name))?.[0];
}

/** What was found: never long, and never on two lines. */
export function inWords(value: unknown): string {
  if (value === null) return 'empty';
  if (typeof value === 'string') return value === '' ? 'an empty text' : `'${short(value)}'`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a section with keys' : String(value);
}

/** What a value has to be. */
export function expectation(schema: SchemaNode): string {
  const rule = schema['x-quantity'];
  if (rule !== undefined) return quantityInWords(rule);
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  const types = [schema.type ?? []].flat();
  const { minimum = 0, maximum = 0 } = schema;
  if (types.includes('integer') || types.includes('number')) {
    const number = types.includes('integer') ? 'a whole number' : 'a number';
    const none = types.includes('string') ? ', or unlimited' : '';
    return `${number} from ${minimum} to ${maximum}${none}`;
  }
  if (types.includes('boolean')) return 'true or false';
  if (types.includes('string')) return schema['x-expected'] ?? 'a text';
  if (types.includes('array')) {
    return schema['x-expected'] ?? 'a list';
  }
  const keys = Object.keys(schema.properties ?? {});
  return keys.length === 0 ? 'keys with their values' : `a section with keys: ${keys.join(', ')}`;
}

/** Keys of `isotherm.yaml` as JSON Schema, with what else is known of them. */
import Type, { type TSchema, type TUnsafe } from 'typebox';
import { quantityPattern, SIZE_UNITS, TIME_UNITS, written } from './units.js';

/** A bare number, or one with its unit. */
export type Quantity = number | string;

/** What our schemas say beside JSON Schema; tools that do not know these words pass them over. */
export interface Extras {
  /** A change needs a restart; of a section: of every key in it. */
  'x-restart'?: true;
  /** The value must not stand in the file: by environment or by a file of its own. */
  'x-secret'?: true;
  /** The value is shown masked. */
  'x-masked'?: true;
  /** JSON pointer to the key without which this one changes nothing. */
  'x-needs'?: string;
}

interface Leaf<Value> extends Extras {
  /** What a text has to be, where a pattern alone would not tell. */
  'x-expected'?: string;
  about: string;
  default?: Value;
}

const described = <Value>({ about, ...others }: Leaf<Value>): Record<string, unknown> => ({
  description: about,
  ...others,
});

/** Seconds, or a time with its unit; the least and the most in seconds. */
export function time(leaf: Leaf<Quantity>, least: number, most: number, unbounded?: string): TUnsafe<Quantity> {
  return quantitySchema(leaf, { kind: 'time', least, most, ...(unbounded !== undefined && { unbounded }) });
}

/** Bytes, or a size with its unit; the least and the most in bytes. */
export function size(leaf: Leaf<Quantity>, least: number, most: number): TUnsafe<Quantity> {
  return quantitySchema(leaf, { kind: 'size', least, most });
}

/** What `x-quantity` holds. */
export interface QuantityRule {
  kind: 'time' | 'size';
  least: number;
  most: number;
  /** A word for no bound at all. */
  unbounded?: string;
}

export const unitsOf = (kind: QuantityRule['kind']): Readonly<Record<string, number>> =>
  kind === 'time' ? TIME_UNITS : SIZE_UNITS;

function quantitySchema(leaf: Leaf<Quantity>, rule: QuantityRule): TUnsafe<Quantity> {
  return Type.Unsafe<Quantity>({
    type: ['number', 'string'],
    minimum: rule.least,
    maximum: rule.most,
    pattern: quantityPattern(unitsOf(rule.kind), rule.unbounded),
    'x-quantity': rule,
    ...described(leaf),
  });
}

/** As a sentence has it: `a time from 1s to 1h, as in 30 (seconds) or 30s (ms, s, min, h, d)`. */
export function quantityInWords({ kind, least, most, unbounded }: QuantityRule): string {
  const units = unitsOf(kind);
  const basic = kind === 'time' ? 'seconds' : 'bytes';
  const range = `${kind === 'time' ? 'a time' : 'a size'} from ${written(least, units)} to ${written(most, units)}`;
  const example = kind === 'time' ? '90s' : '10MiB';
  const orNone = unbounded === undefined ? '' : `, or ${unbounded}`;
  return `${range}${orNone}; a number is in ${basic}, ${example} has its unit (${Object.keys(units).join(', ')})`;
}

export const whole = (leaf: Leaf<number>, least: number, most: number) =>
  Type.Integer({ minimum: least, maximum: most, ...described(leaf) });

export const amount = (leaf: Leaf<number>, least: number, most: number) =>
  Type.Number({ minimum: least, maximum: most, ...described(leaf) });

export const yesNo = (leaf: Leaf<boolean>) => Type.Boolean(described(leaf));

export const text = (leaf: Leaf<string>, pattern?: string) =>
  Type.String({ minLength: 1, ...(pattern !== undefined && { pattern }), ...described(leaf) });

export const oneOf = <const Names extends readonly string[]>(leaf: Leaf<Names[number]>, names: Names) =>
  Type.Unsafe<Names[number]>({ type: 'string', enum: [...names], ...described(leaf) });

/** A number, or a word for no bound. */
export const upTo = (leaf: Leaf<number | 'unlimited'>, least: number, most: number, isWhole: boolean) =>
  Type.Unsafe<number | 'unlimited'>({
    type: [isWhole ? 'integer' : 'number', 'string'],
    minimum: least,
    maximum: most,
    pattern: '^unlimited$',
    ...described(leaf),
  });

/** A section: keys that may all be left out, unless `required` says otherwise. */
export function section<Keys extends Record<string, TSchema>>(about: string, keys: Keys, extras: Extras = {}) {
  return Type.Partial(Type.Object(keys), { additionalProperties: false, description: about, ...extras });
}

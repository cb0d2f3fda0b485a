/**
 * What the shapes of the API are made of. They are JSON Schema: the one source of what crosses the API. Types are derived of them, requests are checked by them,
 * the OpenAPI document is made of them. Times are whole milliseconds since 1970 (UTC) unless a name says otherwise; money is USD; a `title` is the shape's name in
 * the OpenAPI document.
 */
import { type TSchema, Type } from 'typebox';

export const closed = { additionalProperties: false };

/** Beyond it `Date` ends. */
const LAST_MS = 8_640_000_000_000_000;

export const TimeMs = (description: string) => Type.Integer({ minimum: 0, maximum: LAST_MS, description });
export const AtLeast0 = (description: string) => Type.Number({ minimum: 0, description });
export const Count = (description: string) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });
export const OrNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
/** A list of words of which one holds. */
export const OneOf = <const Words extends readonly string[]>(words: Words, options: { description?: string } = {}) =>
  Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], ...options });

export const FunctionKey = Type.String({
  minLength: 1,
  maxLength: 512,
  description: 'Name of a function, as its source gives it.',
});

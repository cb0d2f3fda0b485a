/** An instant in whole parts of the clock, exact for every safe integer. */

/** Which part, counted from the clock's zero, and how far into it. */
export interface ClockPart {
  part: number;
  into: number;
}

/** Which part of `lengthMs` the instant is in. */
export function partOf(atMs: number, lengthMs: number): number {
  const part = Math.floor(atMs / lengthMs);
  // Far from zero the quotient may have been rounded up to a whole one.
  return part * lengthMs > atMs ? part - 1 : part;
}

/** Where the whole number `value` is in a cycle `of` so many, never negative. */
export const remainder = (value: number, of: number): number => ((value % of) + of) % of;

/** Splits `atMs` into parts of `lengthMs`. */
export function clockPart(atMs: number, lengthMs: number): ClockPart {
  const part = partOf(atMs, lengthMs);
  return { part, into: atMs - part * lengthMs };
}

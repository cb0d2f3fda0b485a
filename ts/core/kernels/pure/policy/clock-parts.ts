/** An instant in whole parts of the clock, exact for every safe integer. */

/** Which part, counted from the clock's zero, and how far into it. */
export interface ClockPart {
  part: number;
  into: number;
}

/** Splits `atMs` into parts of `lengthMs`. */
export function clockPart(atMs: number, lengthMs: number): ClockPart {
  const part = Math.floor(atMs / lengthMs);
  const into = atMs - part * lengthMs;
  // Far from zero the quotient may have been rounded up to a whole one.
  return into < 0 ? { part: part - 1, into: into + lengthMs } : { part, into };
}

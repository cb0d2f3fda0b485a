/**
 * Numbers out of bytes: always the double nearest to the text, as `Number(text)` gives it, mostly without making the text.
 */
const MINUS = 45;
const POINT = 46 - 48;
const POWERS = Float64Array.from({ length: 23 }, (_, e) => Number(`1e${e}`));
/** 2^53: every whole number up to here is a double. */
const EXACT = 9007199254740992;
/** Digits are gathered in two 32-bit integers of nine each. */
const HALF_DIGITS = 9;
const decoder = new TextDecoder();

/** The number in `bytes[from..to]`; NaN where that is no decimal number (`inf`, `0x1f` and nothing at all are none). */
export function parseNumber(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  const negative = bytes[at] === MINUS;
  if (negative) at++;
  const first = at;
  let head = 0;
  let tail = 0;
  // Digits from the first that is not 0 on: zeros in front carry nothing.
  let digits = 0;
  let point = -1;
  for (; at < to; at++) {
    const digit = bytes[at] - 48;
    if (digit >= 0 && digit <= 9) {
      if (digits < HALF_DIGITS) head = (Math.imul(head, 10) + digit) | 0;
      else if (digits < 2 * HALF_DIGITS) tail = (Math.imul(tail, 10) + digit) | 0;
      if ((digits | digit) !== 0) digits++;
    } else if (digit === POINT && point < 0) point = at;
    else return hardNumber(bytes, from, to);
  }
  const decimals = point >= 0 ? to - point - 1 : 0;
  if (to - first === 0 || (point >= 0 && to - first === 1)) return Number.NaN;
  if (digits > 2 * HALF_DIGITS || decimals > 22) return hardNumber(bytes, from, to);
  const scale = POWERS[decimals];
  let value: number;
  if (digits <= HALF_DIGITS) value = head / scale;
  else {
    const power = POWERS[digits - HALF_DIGITS];
    const whole = head * power + tail;
    value = whole <= EXACT ? whole / scale : quotient(head, power, tail, scale);
    if (Number.isNaN(value)) return hardNumber(bytes, from, to);
  }
  return negative ? -value : value;
}

/**
 * `(head * power + tail) / scale` to the nearest double, or NaN in the rare case that double-double arithmetic cannot tell
 * which one that is. Source: Dekker, Numerische Mathematik 18 (1971), products and quotients; the last test is Ziv's.
 */
function quotient(head: number, power: number, tail: number, scale: number): number {
  const product = head * power;
  const productError = timesError(head, power, product);
  const high = product + tail;
  const low = tail - (high - product) + productError;
  const guess = high / scale;
  const back = guess * scale;
  const correction = (high - back - timesError(guess, scale, back) + low) / scale;
  const slack = Math.abs(correction) * 2 ** -40;
  const value = guess + correction;
  return guess + (correction - slack) === guess + (correction + slack) ? value : Number.NaN;
}

/** 2^27 + 1: splits a double into two halves whose products are exact. */
const SPLITTER = 134217729;

/** What rounding took from `product = a * b`, exactly. */
function timesError(a: number, b: number, product: number): number {
  const ta = SPLITTER * a;
  const ah = ta - (ta - a);
  const al = a - ah;
  const tb = SPLITTER * b;
  const bh = tb - (tb - b);
  const bl = b - bh;
  return al * bl - (product - ah * bh - al * bh - ah * bl);
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function hardNumber(bytes: Uint8Array, from: number, to: number): number {
  return numberOf(decoder.decode(bytes.subarray(from, to)));
}

/** The number that a text is; NaN where it is no decimal number. Blanks around it do not count. */
export function numberOf(text: string): number {
  const bare = text.trim();
  return DECIMAL.test(bare) ? Number(bare) : Number.NaN;
}

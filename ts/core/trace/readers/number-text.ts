/**
 * Numbers out of bytes: always the double nearest to the text, as `Number(text)` gives it, mostly without making the text.
 */
const POWERS = Float64Array.from({ length: 23 }, (_, e) => Number(`1e${e}`));
/** 2^53: every whole number up to here is a double. */
const EXACT = 9007199254740992;
const MOST_DIGITS = 19;
const SPLITTER = 134217729;
const decoder = new TextDecoder();

/** The number in `bytes[from..to]`; NaN where that is no decimal number (`inf`, `0x1f` and nothing at all are none). */
export function parseNumber(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  const negative = bytes[at] === 45;
  if (negative) at++;
  let head = 0;
  let tail = 0;
  let digits = 0;
  let tailDigits = 0;
  let decimals = 0;
  let point = -1;
  const first = at;
  for (; at < to; at++) {
    const digit = bytes[at] - 48;
    if (digit >= 0 && digit <= 9) {
      if (digits < 15) head = head * 10 + digit;
      else if (digits < MOST_DIGITS) {
        tail = tail * 10 + digit;
        tailDigits++;
      }
      // Zeros in front carry nothing.
      if (digits > 0 || digit > 0) digits++;
    } else if (digit === -2 && point < 0) point = at;
    else return hardNumber(bytes, from, to);
  }
  if (point >= 0) decimals = to - point - 1;
  if (to - first === 0 || (point >= 0 && to - first === 1)) return Number.NaN;
  if (digits > MOST_DIGITS || decimals > 22) return hardNumber(bytes, from, to);
  const scale = POWERS[decimals];
  let value: number;
  if (tailDigits === 0) value = head / scale;
  else {
    const whole = head * POWERS[tailDigits] + tail;
    value = whole <= EXACT ? whole / scale : quotient(head, POWERS[tailDigits], tail, scale);
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

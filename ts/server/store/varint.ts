/** Whole numbers >= 0 (to 2^53) as bytes, seven bits each, low ones first: small numbers are short. */

export function writeNumbers(values: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (let value of values) {
    for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) + 0x80);
    bytes.push(value);
  }
  return Uint8Array.from(bytes);
}

/** `many` numbers from `start` on, or all to the end; and where they end. */
export function readNumbers(
  bytes: Uint8Array,
  start = 0,
  many = Number.POSITIVE_INFINITY,
): { values: number[]; end: number } {
  const values: number[] = [];
  let end = start;
  while (values.length < many && end < bytes.length) {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = bytes[end++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    values.push(value);
  }
  return { values, end };
}

/** Whole numbers >= 0 (to 2^53) as bytes, seven bits each, low ones first: small numbers are short. */

export function writeNumbers(values: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (let value of values) {
    for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) + 0x80);
    bytes.push(value);
  }
  return Uint8Array.from(bytes);
}

export function readNumbers(bytes: Uint8Array): number[] {
  const values: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = bytes[i++]!;
      value += (byte % 0x80) * scale;
      if (byte < 0x80) break;
    }
    values.push(value);
  }
  return values;
}

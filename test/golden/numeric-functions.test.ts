import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exp, ln, quantile } from '../../ts/core/kernels/pure/numeric.js';

const view = new DataView(new ArrayBuffer(8));

function double(hex: string): number {
  view.setBigUint64(0, BigInt(`0x${hex}`));
  return view.getFloat64(0);
}

function bits(value: number): string {
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

// Made by crates/numeric/examples/function_golden.rs from the Rust `libm` crate; its first lines say how.
const golden = readFileSync(new URL('./numeric-functions.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',') as [string, string, string]);

describe.each([
  ['exp', exp, 900],
  ['ln', ln, 950],
] as const)('%s', (name, port, least) => {
  const rows = golden.filter(([of]) => of === name);

  test('gives the bits of the Rust crate', () => {
    expect(rows.length).toBeGreaterThan(least);
    for (const [, input, output] of rows) {
      const given = port(double(input));
      // A NaN has no bits that JavaScript lets one see.
      if (Number.isNaN(double(output))) expect(given).toBeNaN();
      else if (bits(given) !== output) expect.fail(`${name}(${double(input)}) is ${given}, not ${double(output)}`);
    }
  });

  test('is within an ulp or two of the engine', () => {
    const engine = name === 'exp' ? Math.exp : Math.log;
    for (const [, input] of rows) {
      const x = double(input);
      const expected = engine(x);
      if (!Number.isFinite(expected)) expect(port(x)).toBe(expected);
      else expect(Math.abs(port(x) - expected)).toBeLessThanOrEqual(4e-16 * Math.abs(expected) + 1e-323);
    }
  });
});

describe('quantile', () => {
  test('interpolates between order statistics', () => {
    expect(quantile([], 0.5)).toBe(0);
    expect(quantile([3], 0.9)).toBe(3);
    expect(quantile([1, 2, 4], 0.5)).toBe(2);
    expect(quantile(Float64Array.of(1, 2, 4), 0.75)).toBe(3);
    expect(quantile([1, 2, 4], 0)).toBe(1);
    expect(quantile([1, 2, 4], 1)).toBe(4);
  });
});

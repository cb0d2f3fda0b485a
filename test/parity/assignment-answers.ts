/** What tests of assignments have in common: random costs, and answers in words. */
import fc from 'fast-check';
import { IsothermError } from '../../ts/core/kernels/index.js';

export const INFINITY = Number.POSITIVE_INFINITY;

export const words = (values: Float64Array): string => [...new BigInt64Array(values.buffer)].join();

export function outputs(rows: number, cols: number) {
  return [new Int32Array(rows), new Int32Array(cols), new Float64Array(rows), new Float64Array(cols)] as const;
}

export const inWords = ([rowToCol, colToRow, rowDuals, colDuals]: ReturnType<typeof outputs>): unknown[] => [
  [...rowToCol],
  [...colToRow],
  words(rowDuals),
  words(colDuals),
];

export const entry = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -9, max: 9 }) },
  { weight: 2, arbitrary: fc.integer({ min: -1000, max: 1000 }).map((tenths) => tenths / 10) },
  { weight: 1, arbitrary: fc.constant(INFINITY) },
);
export const array = <T>(one: fc.Arbitrary<T>, length: number) =>
  fc.array(one, { minLength: length, maxLength: length });

/** The sum, or the refusal's code. */
export const sumOf = (run: () => { cost: number }): number | string => {
  try {
    return run().cost;
  } catch (thrown) {
    if (thrown instanceof IsothermError) return thrown.code;
    throw thrown;
  }
};

export const near = (found: number | string, expected: number | string): boolean =>
  found === expected ||
  (typeof found === 'number' && typeof expected === 'number' && Math.abs(found - expected) <= 1e-9);

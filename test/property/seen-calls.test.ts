import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeenCalls } from '../../ts/core/trace/readers/seen-calls.js';
import { requestId } from '../import-files.js';

test('a call is new once, whatever came in between', () => {
  const ids = fc.constantFrom('', 'a', 'b', 'aa', 'ab', requestId(1), requestId(2));
  const times = fc.constantFrom(0, 1, 1785585600000, 1785585600001, 2 ** 32, 2 ** 33);
  fc.assert(
    fc.property(fc.array(fc.tuple(ids, times)), (calls) => {
      const seen = new SeenCalls();
      const known = new Set<string>();
      for (const [id, ms] of calls) {
        const key = `${id} ${ms}`;
        expect(seen.add(id, ms)).toBe(!known.has(key));
        known.add(key);
      }
    }),
  );
});

test('no two of 400,000 calls that differ little are taken for one', () => {
  const seen = new SeenCalls();
  let kept = 0;
  for (let n = 0; n < 100_000; n++) {
    for (const id of [requestId(n), `r${n}`]) {
      for (const ms of [1785585600000 + n, 1785585600000 + 100_000 * n]) if (seen.add(id, ms)) kept++;
    }
  }
  // Of n = 0 both times are the same.
  expect(kept).toBe(400_000 - 2);
});

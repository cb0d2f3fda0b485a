/** Many series, one after the other: the pure twin of `batch.rs`. */
import { IsothermError } from '../../error.js';
import { ensure } from '../check.js';
import { fitModel } from './fit.js';
import { saveModel } from './saved.js';
import { parseTask, SPEC } from './spec.js';

const NONE = new Float64Array(0);

export function fitBatch(offsets: Float64Array, y: Float64Array, specs: Float64Array): Float64Array {
  ensure(offsets.length > 0, 'BAD_LENGTH', () => 'offsets has length 0, expected at least 1');
  const series = offsets.length - 1;
  const expected = series * SPEC;
  ensure(specs.length === expected, 'BAD_LENGTH', () => `specs has ${specs.length} entries, expected ${expected}`);
  let fits = offsets[0] === 0 && offsets[series] === y.length;
  for (let i = 1; i <= series; i++) fits &&= offsets[i - 1] <= offsets[i] && Math.floor(offsets[i]) === offsets[i];
  ensure(fits, 'OUT_OF_RANGE', () => `offsets must be whole numbers that rise from 0 to ${y.length}`);
  const found = Array.from({ length: series }, (_, i) => {
    const values = y.subarray(offsets[i], offsets[i + 1]);
    return one(values, specs.subarray(i * SPEC, (i + 1) * SPEC));
  });
  const out = new Float64Array(found.reduce((sum, row) => sum + row.length, 0));
  let at = 0;
  for (const row of found) {
    out.set(row, at);
    at += row.length;
  }
  return out;
}

/** `[length, ...saved]`, or `[-length, ...bytes]` of why there is no model. */
function one(y: Float64Array, spec: Float64Array): Float64Array {
  try {
    const saved = saveModel(fitModel(parseTask(y, NONE, spec)));
    return rowOf(saved.length, saved);
  } catch (thrown) {
    if (!(thrown instanceof IsothermError)) throw thrown;
    const bytes = new TextEncoder().encode(`${thrown.code}: ${thrown.message}`);
    return rowOf(-bytes.length, bytes);
  }
}

function rowOf(head: number, rest: ArrayLike<number>): Float64Array {
  const row = new Float64Array(1 + rest.length);
  row[0] = head;
  row.set(rest, 1);
  return row;
}

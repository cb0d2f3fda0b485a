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
  const out = new Float64Array(found.reduce((sum, saved) => sum + saved.length + 1, 0));
  let at = 0;
  for (const saved of found) {
    out[at] = saved.length;
    out.set(saved, at + 1);
    at += saved.length + 1;
  }
  return out;
}

/** The saved model; empty where there is none. */
function one(y: Float64Array, spec: Float64Array): Float64Array {
  try {
    return saveModel(fitModel(parseTask(y, NONE, spec)));
  } catch (thrown) {
    if (thrown instanceof IsothermError) return NONE;
    throw thrown;
  }
}

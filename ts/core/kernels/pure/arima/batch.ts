/** Many series, one after the other: the pure twin of `batch.rs`. */
import { type ArimaSearch, candidateNumbers, searchModel } from '../../arima-search.js';
import type { ArimaKernels } from '../../contract.js';
import { IsothermError } from '../../error.js';
import { ensure, whole } from '../check.js';
import { fitModel } from './fit.js';
import { saveModel } from './saved.js';
import { LONGEST_SEASON, parseTask, SPEC } from './spec.js';

const NONE = new Float64Array(0);
/** Entries of a search. */
const SEARCH = 8;

export function fitBatch(offsets: Float64Array, y: Float64Array, specs: Float64Array): Float64Array {
  return spread(offsets, y, 'specs', specs, SPEC, (values, spec) => saveModel(fitModel(parseTask(values, NONE, spec))));
}

/** Rows `[length, compared, ...candidates, ...saved]`; the search asks for fits as it does of every backend. */
export function autoBatch(
  inUse: ArimaKernels,
  offsets: Float64Array,
  y: Float64Array,
  searches: Float64Array,
): Float64Array {
  return spread(offsets, y, 'searches', searches, SEARCH, (values, numbers) => {
    const { spec, candidates } = searchModel(inUse, parseSearch(values, numbers), () => {});
    const compared = candidateNumbers(candidates);
    const saved = saveModel(fitModel(parseTask(values, NONE, spec)));
    const out = new Float64Array(1 + compared.length + saved.length);
    out[0] = candidates.length;
    out.set(compared, 1);
    out.set(saved, 1 + compared.length);
    return out;
  });
}

/** Errors: `OUT_OF_RANGE`. */
function parseSearch(y: Float64Array, [season, d, D, p, q, P, Q, mean]: Float64Array): ArimaSearch {
  whole('season', season, 0, LONGEST_SEASON);
  ensure(season !== 1, 'OUT_OF_RANGE', () => 'season is 1, expected 0 or at least 2');
  const known = (name: string, value: number) => (whole(name, value, -1, 3) < 0 ? undefined : value);
  return {
    y,
    xreg: NONE,
    season,
    d: known('d', d),
    D: season === 0 ? 0 : known('D', D),
    maxP: whole('maxP', p, 0, 32),
    maxQ: whole('maxQ', q, 0, 32),
    maxSeasonalP: whole('maxSeasonalP', P, 0, 32),
    maxSeasonalQ: whole('maxSeasonalQ', Q, 0, 32),
    mean: whole('mean', mean, 0, 1) === 1,
  };
}

/** Rows of all series, one after the other. Errors: `BAD_LENGTH`, `OUT_OF_RANGE`. */
function spread(
  offsets: Float64Array,
  y: Float64Array,
  name: string,
  specs: Float64Array,
  width: number,
  row: (values: Float64Array, spec: Float64Array) => Float64Array,
): Float64Array {
  ensure(offsets.length > 0, 'BAD_LENGTH', () => 'offsets has length 0, expected at least 1');
  const series = offsets.length - 1;
  const expected = series * width;
  ensure(specs.length === expected, 'BAD_LENGTH', () => `${name} has ${specs.length} entries, expected ${expected}`);
  let fits = offsets[0] === 0 && offsets[series] === y.length;
  for (let i = 1; i <= series; i++) fits &&= offsets[i - 1] <= offsets[i] && Math.floor(offsets[i]) === offsets[i];
  ensure(fits, 'OUT_OF_RANGE', () => `offsets must be whole numbers that rise from 0 to ${y.length}`);
  const found = Array.from({ length: series }, (_, i) =>
    rowOrError(() => row(y.subarray(offsets[i], offsets[i + 1]), specs.subarray(i * width, (i + 1) * width))),
  );
  const out = new Float64Array(found.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of found) {
    out.set(one, at);
    at += one.length;
  }
  return out;
}

/** `[length, ...numbers]`, or `[-length, ...bytes]` of why there are none. */
function rowOrError(make: () => Float64Array): Float64Array {
  try {
    const numbers = make();
    return rowOf(numbers.length, numbers);
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

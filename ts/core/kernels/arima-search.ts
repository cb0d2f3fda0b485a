/** The stepwise search for a model. */
import { bridged, differenced, regularDifferences, seasonalDifferences } from './arima-differences.js';
import { type ArimaKernels, ARIMA_SUMMARY_HEAD as HEAD } from './contract.js';
import { type ErrorCode, fromBackend } from './error.js';
import { numbersOf } from './pure/arima/order.js';
import { roundingOf } from './pure/arima/problem.js';

/** A model that was compared. */
export interface ArimaCandidate {
  order: readonly [number, number, number];
  seasonal: readonly [number, number, number, number];
  mean: boolean;
  /** Infinite where it cannot be fitted, or has an autoregressive root within 0.1 % of the unit circle, or 1 % of 1. */
  aicc: number;
}

/** Numbers of a model that was compared, as it crosses from a kernel or a worker. */
const CANDIDATE = 9;

/** `[p, d, q, P, D, Q, s, mean, aicc]` of each. */
export function candidateNumbers(candidates: readonly ArimaCandidate[]): number[] {
  return candidates.flatMap(({ order, seasonal, mean, aicc }) => [...order, ...seasonal, Number(mean), aicc]);
}

/** Of numbers that begin with how many there are; and where the rest begins. */
export function readCandidates(numbers: Float64Array): { candidates: ArimaCandidate[]; end: number } {
  const candidates = Array.from({ length: numbers[0] }, (_, i): ArimaCandidate => {
    const [p, d, q, P, D, Q, s, mean, aicc] = numbers.subarray(1 + i * CANDIDATE, 1 + (i + 1) * CANDIDATE);
    return { order: [p, d, q], seasonal: [P, D, Q, s], mean: mean === 1, aicc };
  });
  return { candidates, end: 1 + numbers[0] * CANDIDATE };
}

/** What is searched, every bound set. */
export interface ArimaSearch {
  y: Float64Array;
  xreg: Float64Array;
  /** 0 for none, and where nothing seasonal is asked for; there is then no `D`. */
  season: number;
  /** Differences where they are known. */
  d: number | undefined;
  D: number | undefined;
  maxP: number;
  maxQ: number;
  maxSeasonalP: number;
  maxSeasonalQ: number;
  /** Whether models with one are tried, where `d + D` is at most 1. */
  mean: boolean;
}

interface DifferencedSearch extends ArimaSearch {
  d: number;
  D: number;
}

interface Place {
  p: number;
  q: number;
  P: number;
  Q: number;
  mean: boolean;
}

/** Models compared, at most. */
export const MOST_MODELS = 94;
/** Autoregressive roots nearer to the circle are not let pass; a real positive one must be farther. */
const NEAREST_ROOT = 1.001;
const NEAREST_REAL_ROOT = 1.01;
/** What says that a model is not for this series; another may be. */
const NOT_FITTED: ReadonlySet<ErrorCode> = new Set(['INFEASIBLE', 'BAD_LENGTH', 'OUT_OF_RANGE']);

/** Steps in two orders. */
const TURNS = [
  [-1, 0],
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, -1],
  [-1, 1],
  [1, -1],
  [1, 1],
];

/** Steps from a model to its neighbours, in the order in which they are tried: `[P, Q, p, q]`. */
const STEPS = [...TURNS.map(([P, Q]) => [P, Q, 0, 0]), ...TURNS.map(([p, q]) => [0, 0, p, q])];

/** Longer steps, tried where none of those leads on. */
const LEAPS = [
  [0, 0, 2, 0],
  [0, 0, 0, 2],
  [0, 0, 3, 0],
  [0, 0, 0, 3],
];

/** Differences by unit-root tests, where they are not given. */
function withDifferences(search: ArimaSearch): DifferencedSearch {
  const { y, season } = search;
  const whole = bridged(y);
  const D = search.D ?? seasonalDifferences(whole, season);
  let w = whole;
  for (let time = 0; time < D; time++) w = differenced(w, season);
  const d = search.d ?? regularDifferences(w, 2, roundingOf(whole) * 2 ** D);
  return { ...search, d, D, mean: search.mean && d + D <= 1 };
}

/** `[p, d, q, P, D, Q, s, mean, quick]` of the best model, and all that were compared. */
export function searchModel(
  inUse: ArimaKernels,
  asked: ArimaSearch,
  onTried: (count: number) => void,
): { spec: Float64Array; candidates: ArimaCandidate[] } {
  const search = withDifferences(asked);
  const tried = new Map<string, ArimaCandidate>();
  const compare = (place: Place): number => {
    const key = `${place.p},${place.q},${place.P},${place.Q},${place.mean}`;
    const known = tried.get(key);
    if (known !== undefined) return known.aicc;
    if (tried.size >= MOST_MODELS) return Number.POSITIVE_INFINITY;
    const { order, seasonal } = modelAt(search, place);
    const aicc = quickAicc(inUse, search, place);
    tried.set(key, { order, seasonal, mean: place.mean, aicc });
    onTried(tried.size);
    return aicc;
  };
  let best: Place | undefined;
  let least = Number.POSITIVE_INFINITY;
  const consider = (place: Place): boolean => {
    const value = compare(place);
    if (!(value < least)) return false;
    least = value;
    best = place;
    return true;
  };
  for (const place of firstPlaces(search)) consider(place);
  let moved = best !== undefined;
  while (moved) {
    moved = neighbours(search, best!, STEPS).some(consider);
    // Coefficients that help only together hide behind models that do not.
    if (!moved) moved = neighbours(search, best!, LEAPS).some(consider);
  }
  const found = best ?? { p: 0, q: 0, P: 0, Q: 0, mean: search.mean };
  return { spec: specOf(search, found, false), candidates: [...tried.values()] };
}

function firstPlaces({ maxP, maxQ, maxSeasonalP, maxSeasonalQ, mean }: DifferencedSearch): Place[] {
  const place = (p: number, q: number, P: number, Q: number, withMean: boolean): Place => ({
    p: Math.min(p, maxP),
    q: Math.min(q, maxQ),
    P: Math.min(P, maxSeasonalP),
    Q: Math.min(Q, maxSeasonalQ),
    mean: withMean,
  });
  const first = [place(2, 2, 1, 1, mean), place(0, 0, 0, 0, mean), place(1, 0, 1, 0, mean), place(0, 1, 0, 1, mean)];
  return mean ? [...first, place(0, 0, 0, 0, false)] : first;
}

function neighbours(search: DifferencedSearch, { p, q, P, Q, mean }: Place, steps: readonly number[][]): Place[] {
  const near = steps
    .map(([dP, dQ, dp, dq]) => ({ p: p + dp, q: q + dq, P: P + dP, Q: Q + dQ, mean }))
    .filter(
      (place) =>
        Math.min(place.p, place.q, place.P, place.Q) >= 0 &&
        place.p <= search.maxP &&
        place.q <= search.maxQ &&
        place.P <= search.maxSeasonalP &&
        place.Q <= search.maxSeasonalQ,
    );
  return search.mean ? [...near, { p, q, P, Q, mean: !mean }] : near;
}

function modelAt({ d, D, season }: DifferencedSearch, { p, q, P, Q }: Place) {
  return { order: [p, d, q] as const, seasonal: [P, D, Q, season] as const };
}

function specOf(search: DifferencedSearch, place: Place, quick: boolean): Float64Array {
  const { order, seasonal } = modelAt(search, place);
  return Float64Array.of(...order, ...seasonal, Number(place.mean), Number(quick));
}

/** Infinite where the model cannot be fitted or is too near to one of fewer coefficients and more differences. */
function quickAicc(inUse: ArimaKernels, search: DifferencedSearch, place: Place): number {
  const { y, xreg } = search;
  const { p, q, P, Q } = place;
  try {
    const handle = inUse.arimaFit(y, xreg, specOf(search, place, true));
    const summary = inUse.arimaSummary(handle);
    handle.close();
    const count = p + q + P + Q;
    const effects = (summary.length - HEAD) / 2 - count;
    const block = (from: number, size: number) => summary.slice(HEAD + from, HEAD + from + size);
    const far = rootsBeyond(block(0, p)) && rootsBeyond(block(p + q, P));
    if (!far) return Number.POSITIVE_INFINITY;
    const [, logLik, used] = summary;
    const k = count + effects + 1;
    const left = used - k - 1;
    return left > 0 ? -2 * logLik + 2 * k + (2 * k * (k + 1)) / left : Number.POSITIVE_INFINITY;
  } catch (thrown) {
    const error = fromBackend(thrown);
    if (NOT_FITTED.has(error.code)) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/**
 * Whether all roots of `1 - (c1 x + c2 x^2 + ..)` lie beyond the nearest that are let pass: then it is stationary with that radius. Only autoregressive
 * roots are asked, those of a season as powers of it. Near 1 another difference is what the series wants; an alternation or a cycle may last, and
 * no difference takes it away. A moving average near the circle says that values make up for one another, as those of a timer do.
 */
function rootsBeyond(coefficients: Float64Array): boolean {
  let power = 1;
  let realPower = 1;
  let atReal = 1;
  const scaled = coefficients.map((value) => {
    power *= NEAREST_ROOT;
    realPower *= NEAREST_REAL_ROOT;
    atReal -= value * realPower;
    return value * power;
  });
  const numbers = new Float64Array(scaled.length);
  numbersOf(scaled, 1, 1 - 1e-9, numbers);
  // The polynomial is 1 at 0: where it is not positive, a root lies between. A partial autocorrelation outside the circle was drawn in to the
  // limit, a number beyond 20,000.
  return atReal > 0 && numbers.every((value) => Math.abs(value) < 2e4);
}

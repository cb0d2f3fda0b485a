/** The order of a model, and the lags its two polynomials have. */
import { IsothermError } from '../../error.js';
import { ensure } from '../check.js';

/** `(p,d,q)(P,D,Q)s`. */
export interface Order {
  p: number;
  d: number;
  q: number;
  seasonalP: number;
  seasonalD: number;
  seasonalQ: number;
  season: number;
}

const MOST_LAGS = 3000;
const MOST_LOST = 20_000;

export const coefficientCount = (of: Order): number => of.p + of.q + of.seasonalP + of.seasonalQ;
/** Values that differencing takes. */
export const lostValues = (of: Order): number => of.d + of.season * of.seasonalD;
export const arLag = (of: Order): number => of.p + of.season * of.seasonalP;
export const maLag = (of: Order): number => of.q + of.season * of.seasonalQ;
/** The state's size, in Harvey's form. */
export const stateSize = (of: Order): number => Math.max(arLag(of), maLag(of) + 1);

/** A polynomial among the coefficients: where it begins, how many it has, and its sign. */
export interface Block {
  start: number;
  size: number;
  sign: number;
}

/** AR, MA, seasonal AR, seasonal MA. */
export function blocks(of: Order): Block[] {
  const { p, q, seasonalP, seasonalQ } = of;
  return [
    { start: 0, size: p, sign: 1 },
    { start: p, size: q, sign: -1 },
    { start: p + q, size: seasonalP, sign: 1 },
    { start: p + q + seasonalP, size: seasonalQ, sign: -1 },
  ];
}

export const isInReach = (of: Order): boolean =>
  Math.max(arLag(of), maLag(of)) <= MOST_LAGS && lostValues(of) <= MOST_LOST;

/** Errors: `OUT_OF_RANGE` of a model that reaches too far back, or has no season to reach by. */
export function reachInRange(of: Order): void {
  const parts = of.seasonalP + of.seasonalD + of.seasonalQ;
  ensure(parts === 0 || of.season >= 2, 'OUT_OF_RANGE', () => `seasonal[3] is ${of.season}, expected at least 2`);
  const furthest = Math.max(arLag(of), maLag(of));
  const tooFar = () => `the model has a coefficient at lag ${furthest}, expected at most ${MOST_LAGS}`;
  ensure(furthest <= MOST_LAGS, 'OUT_OF_RANGE', tooFar);
  const lost = lostValues(of);
  ensure(lost <= MOST_LOST, 'OUT_OF_RANGE', () => `differencing takes ${lost} values, expected at most ${MOST_LOST}`);
}

/** Weights of `y[t - 1]..` in `y[t]` under no change of the differences: `1 - (1 - B)^d (1 - B^s)^D`. */
export function differenceWeights(of: Order): Float64Array {
  const polynomial = new Float64Array(lostValues(of) + 1);
  polynomial[0] = 1;
  for (const [lag, times] of differences(of)) {
    for (let time = 0; time < times; time++) {
      for (let i = polynomial.length - 1; i >= lag; i--) polynomial[i] -= polynomial[i - lag];
    }
  }
  return polynomial.subarray(1).map((weight) => -weight);
}

/** `(1 - B)^d (1 - B^s)^D` of a series. */
export function difference(of: Order, series: Float64Array): Float64Array {
  let w = series.slice();
  for (const [lag, times] of differences(of)) {
    for (let time = 0; time < times; time++) {
      for (let t = w.length - 1; t >= lag; t--) w[t] -= w[t - lag];
      w = w.subarray(Math.min(lag, w.length));
    }
  }
  return w;
}

const differences = (of: Order): [number, number][] => [
  [1, of.d],
  [of.season, of.seasonalD],
];

/** One lag of a product of two polynomials: coefficient `short` times coefficient `long`, -1 where one is absent. */
interface Term {
  lag: number;
  short: number;
  long: number;
}

/** The lags of `(1 + a1 B + ..)(1 + b1 B^s + ..)`, descending: a filter meets the value it has just made last. */
function terms(short: number, long: number, season: number): Term[] {
  const all: Term[] = [];
  for (let j = long; j >= 0; j--) {
    for (let i = short; i >= 0; i--) {
      if (i + j > 0) all.push({ lag: i + season * j, short: i - 1, long: j - 1 });
    }
  }
  return all.sort((a, b) => b.lag - a.lag);
}

/** Sparse lags and their coefficients: AR as weights of the past, MA with its sign. */
export interface Polynomials {
  arLags: Int32Array;
  ar: Float64Array;
  maLags: Int32Array;
  ma: Float64Array;
}

/** The expanded polynomials at a point. */
export class Expanded implements Polynomials {
  readonly arLags: Int32Array;
  readonly maLags: Int32Array;
  readonly ar: Float64Array;
  readonly ma: Float64Array;
  /** AR, MA, seasonal AR, seasonal MA. */
  readonly coefficients: Float64Array;
  #blocks: Block[];
  #arTerms: Term[];
  #maTerms: Term[];

  constructor(of: Order) {
    this.#blocks = blocks(of);
    this.#arTerms = terms(of.p, of.seasonalP, of.season);
    this.#maTerms = terms(of.q, of.seasonalQ, of.season);
    this.arLags = Int32Array.from(this.#arTerms, (term) => term.lag);
    this.maLags = Int32Array.from(this.#maTerms, (term) => term.lag);
    this.ar = new Float64Array(this.#arTerms.length);
    this.ma = new Float64Array(this.#maTerms.length);
    this.coefficients = new Float64Array(coefficientCount(of));
  }

  /** Expands at the numbers `x` of the transform. */
  atNumbers(x: Float64Array): void {
    coefficientsAt(this.#blocks, x, this.coefficients);
    this.#expand();
  }

  atCoefficients(coefficients: Float64Array): void {
    if (coefficients.length !== this.coefficients.length) {
      throw new IsothermError(
        'BAD_LENGTH',
        `coefficients has ${coefficients.length} entries, expected ${this.coefficients.length}`,
      );
    }
    this.coefficients.set(coefficients);
    this.#expand();
  }

  #expand(): void {
    const [ar, ma, seasonalAr, seasonalMa] = this.#blocks;
    const c = this.coefficients;
    fillTerms(this.#arTerms, c, ar.start, seasonalAr.start, -1, this.ar);
    fillTerms(this.#maTerms, c, ma.start, seasonalMa.start, 1, this.ma);
  }

  /** Turns slopes in the lags' coefficients into slopes in `x`, added to `out`. */
  gradient(x: Float64Array, slopeAr: Float64Array, slopeMa: Float64Array, out: Float64Array): void {
    const [ar, ma, seasonalAr, seasonalMa] = this.#blocks;
    const slopes = new Float64Array(this.coefficients.length);
    const c = this.coefficients;
    termGradient(this.#arTerms, slopeAr, c, ar.start, seasonalAr.start, -1, slopes);
    termGradient(this.#maTerms, slopeMa, c, ma.start, seasonalMa.start, 1, slopes);
    for (const { start, size, sign } of this.#blocks) {
      if (size === 0) continue;
      const slopeOf = jacobian(x.subarray(start, start + size), sign);
      for (let j = 0; j < size; j++) {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += slopes[start + i] * slopeOf[i * size + j];
        out[start + j] += sum;
      }
    }
  }
}

function fillTerms(of: Term[], c: Float64Array, short: number, long: number, sign: number, out: Float64Array): void {
  for (let i = 0; i < of.length; i++) {
    const term = of[i];
    if (term.short < 0) out[i] = c[long + term.long];
    else if (term.long < 0) out[i] = c[short + term.short];
    else out[i] = sign * (c[short + term.short] * c[long + term.long]);
  }
}

function termGradient(
  of: Term[],
  gradient: Float64Array,
  c: Float64Array,
  short: number,
  long: number,
  sign: number,
  out: Float64Array,
): void {
  for (let i = 0; i < of.length; i++) {
    const term = of[i];
    const slope = gradient[i];
    if (term.short < 0) out[long + term.long] += slope;
    else if (term.long < 0) out[short + term.short] += slope;
    else {
      out[short + term.short] += sign * (slope * c[long + term.long]);
      out[long + term.long] += sign * (slope * c[short + term.short]);
    }
  }
}

/**
 * The coefficients at any real numbers, stationary and invertible: partial autocorrelation = x / sqrt(1 + x^2). Source: R. H.
 * Jones, "Maximum likelihood fitting of ARMA models", Technometrics 22(3), 1980.
 */
export function coefficientsAt(of: Block[], x: Float64Array, out: Float64Array): void {
  for (const { start, size, sign } of of) {
    const block = out.subarray(start, start + size);
    for (let k = 0; k < size; k++) stepUp(block, k, partialOf(x[start + k]));
    for (let k = 0; k < size; k++) block[k] *= sign;
  }
}

const partialOf = (x: number): number => x / Math.sqrt(1 + x * x);

/** Levinson's step from order `k` to `k + 1`. */
function stepUp(block: Float64Array, k: number, partial: number): void {
  const half = k >> 1;
  for (let i = 0; i < half; i++) {
    const a = block[i];
    const b = block[k - 1 - i];
    block[i] = a - partial * b;
    block[k - 1 - i] = b - partial * a;
  }
  if (k % 2 === 1) block[half] -= partial * block[half];
  block[k] = partial;
}

/** `[i * size + j]`: how coefficient `i` of one polynomial moves with number `j`. */
export function jacobian(x: Float64Array, sign: number): Float64Array {
  const size = x.length;
  const out = new Float64Array(size * size);
  const block = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    const partial = partialOf(x[k]);
    const root = 1 + x[k] * x[k];
    const slope = 1 / (root * Math.sqrt(root));
    for (let j = 0; j < k; j++) {
      for (let i = 0; i < (k + 1) >> 1; i++) {
        const mirror = k - 1 - i;
        const a = out[i * size + j];
        const b = out[mirror * size + j];
        out[i * size + j] = a - partial * b;
        if (mirror !== i) out[mirror * size + j] = b - partial * a;
      }
    }
    for (let i = 0; i < k; i++) out[i * size + k] = -slope * block[k - 1 - i];
    out[k * size + k] = slope;
    stepUp(block, k, partial);
  }
  for (let i = 0; i < out.length; i++) out[i] *= sign;
  return out;
}

/** The numbers that give `coefficients`; outside the region partial autocorrelations are drawn in to `limit`. */
export function numbersOf(coefficients: Float64Array, sign: number, limit: number, out: Float64Array): void {
  const size = coefficients.length;
  const block = coefficients.map((value) => value * sign);
  for (let k = size - 1; k >= 0; k--) {
    let partial = block[k];
    if (!(Math.abs(partial) <= limit)) partial = partial > 0 ? limit : partial < 0 ? -limit : 0;
    out[k] = partial / Math.sqrt(1 - partial * partial);
    const scale = 1 / (1 - partial * partial);
    for (let i = 0; i < (k + 1) >> 1; i++) {
      const mirror = k - 1 - i;
      const a = block[i];
      const b = block[mirror];
      block[i] = (a + partial * b) * scale;
      block[mirror] = (b + partial * a) * scale;
    }
  }
}

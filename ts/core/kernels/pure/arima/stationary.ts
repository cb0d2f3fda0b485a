/** Where a stationary ARMA starts: variance, impulse response and the first gain, in units of the innovation variance. */
import type { Polynomials } from './order.js';

/** The pure twin of `stationary.rs`; `y = e + z`, `φ(B) z = δ(B) e` with `δ = θ - φ(B)`. */
export class Stationary {
  #size: number;
  #arLag: number;
  #lags: number[];
  #fromAr: number[][];
  #fromMa: number[][];
  #delta: Float64Array;
  #predictors: Float64Array;
  #arGamma: Float64Array;
  /** Autocovariances of `z`, and its impulse response: `0..=size`. */
  #rest: Float64Array;
  #impulse: Float64Array;

  constructor(size: number, of: Polynomials) {
    const arLag = of.arLags.length > 0 ? of.arLags[0] : 0;
    const maLag = of.maLags.length > 0 ? of.maLags[0] : 0;
    this.#size = size;
    this.#arLag = arLag;
    this.#lags = [...new Set([...of.arLags, ...of.maLags])].sort((a, b) => a - b);
    const places = (among: Int32Array) => this.#lags.map((lag) => [...among.keys()].filter((at) => among[at] === lag));
    this.#fromAr = places(of.arLags);
    this.#fromMa = places(of.maLags);
    this.#delta = new Float64Array(this.#lags.length);
    this.#predictors = new Float64Array(arLag * arLag);
    this.#arGamma = new Float64Array(arLag > 0 ? size + Math.max(arLag, maLag) + 1 : 0);
    this.#rest = new Float64Array(size + 1);
    this.#impulse = new Float64Array(size + 1);
  }

  /** The variance of a value. */
  get variance(): number {
    return 1 + this.#rest[0];
  }

  /** To the start of these polynomials; false where the AR part is not stationary to working precision. */
  fill(of: Polynomials): boolean {
    const lags = this.#lags;
    const delta = this.#delta;
    for (let i = 0; i < lags.length; i++) {
      delta[i] = 0;
      for (const j of this.#fromAr[i]) delta[i] += of.ar[j];
      for (const j of this.#fromMa[i]) delta[i] += of.ma[j];
    }
    this.#fillImpulse(of);
    const rest = this.#rest;
    rest.fill(0);
    if (this.#arLag === 0) {
      for (let i = 0; i < lags.length; i++) {
        for (let j = 0; j <= i; j++) rest[lags[i] - lags[j]] += delta[i] * delta[j];
      }
      return true;
    }
    if (!this.#fillArGamma(of)) return false;
    const gamma = this.#arGamma;
    for (let i = 0; i < lags.length; i++) {
      for (let j = 0; j < lags.length; j++) {
        const weight = delta[i] * delta[j];
        const shift = lags[i] - lags[j];
        for (let m = 0; m < rest.length; m++) rest[m] += weight * gamma[Math.abs(m + shift)];
      }
    }
    return true;
  }

  #fillImpulse(of: Polynomials): void {
    const impulse = this.#impulse;
    impulse.fill(0);
    for (let i = 0; i < this.#lags.length; i++) impulse[this.#lags[i]] = this.#delta[i];
    const { arLags, ar } = of;
    if (arLags.length === 0) return;
    for (let i = 1; i < impulse.length; i++) {
      let sum = impulse[i];
      for (let j = 0; j < arLags.length; j++) if (arLags[j] < i) sum += ar[j] * impulse[i - arLags[j]];
      impulse[i] = sum;
    }
  }

  /** Levinson down to order 0, then up again over the autocovariances. */
  #fillArGamma(of: Polynomials): boolean {
    const p = this.#arLag;
    const predictors = this.#predictors;
    const top = (p - 1) * p;
    predictors.fill(0, top, top + p);
    for (let j = 0; j < of.arLags.length; j++) predictors[top + of.arLags[j] - 1] += of.ar[j];
    let variance = 1;
    for (let k = p - 1; k >= 0; k--) {
      const row = k * p;
      const partial = predictors[row + k];
      const left = (1 - partial) * (1 + partial);
      if (!(left > 0)) return false;
      const scale = 1 / left;
      variance *= scale;
      for (let i = 0; i < k; i++) {
        predictors[row - p + i] = (predictors[row + i] + partial * predictors[row + k - 1 - i]) * scale;
      }
    }
    if (!(variance < 1e300)) return false;
    const gamma = this.#arGamma;
    gamma[0] = variance;
    for (let k = 1; k <= Math.min(p, gamma.length - 1); k++) {
      const partial = predictors[(k - 1) * p + k - 1];
      let sum = partial * variance;
      if (k > 1) {
        const row = (k - 2) * p;
        for (let i = 0; i < k - 1; i++) sum += predictors[row + i] * gamma[k - 1 - i];
      }
      variance *= (1 - partial) * (1 + partial);
      gamma[k] = sum;
    }
    for (let k = p + 1; k < gamma.length; k++) {
      let sum = 0;
      for (let j = 0; j < of.arLags.length; j++) sum += of.ar[j] * gamma[k - of.arLags[j]];
      gamma[k] = sum;
    }
    return true;
  }

  /** The first gain: `gain[i] = cov(state[i] of the next step, value of this one)`. */
  firstGain(of: Polynomials, gain: Float64Array): void {
    gain.fill(0, 0, this.#size + 1);
    for (let j = 0; j < this.#lags.length; j++) {
      const lag = this.#lags[j];
      const value = this.#delta[j];
      gain[lag - 1] += value;
      for (let i = 0; i < lag - 1; i++) gain[i] += value * this.#impulse[lag - 1 - i];
    }
    for (let j = 0; j < of.arLags.length; j++) {
      const lag = of.arLags[j];
      const value = of.ar[j];
      for (let i = 0; i < lag; i++) gain[i] += value * this.#rest[lag - 1 - i];
    }
  }

  /** The state's covariance, `[size, size]`. */
  covariance(of: Polynomials): Float64Array {
    const r = this.#size;
    const phi = new Float64Array(r + 1);
    const load = new Float64Array(r + 1);
    load[0] = 1;
    for (let j = 0; j < of.arLags.length; j++) phi[of.arLags[j] - 1] += of.ar[j];
    for (let j = 0; j < of.maLags.length; j++) load[of.maLags[j]] += of.ma[j];
    const out = new Float64Array(r * r);
    const first = new Float64Array(r + 1);
    first[0] = this.variance;
    for (let i = 1; i < r; i++) {
      let sum = load[i];
      for (let k = 0; k < r - i; k++) {
        sum += phi[i + k] * (this.#impulse[k + 1] + this.#rest[k + 1]);
        if (k > 0) sum += load[i + k] * this.#impulse[k];
      }
      first[i] = sum;
    }
    for (let i = r - 1; i >= 0; i--) {
      for (let j = i; j >= 0; j--) {
        const below = i + 1 < r ? out[(i + 1) * r + j + 1] : 0;
        const value =
          j === 0
            ? first[i]
            : phi[i] * phi[j] * first[0] + phi[i] * first[j + 1] + phi[j] * first[i + 1] + below + load[i] * load[j];
        out[i * r + j] = value;
        out[j * r + i] = value;
      }
    }
    return out;
  }
}

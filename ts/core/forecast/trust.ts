/** What is remembered of how well each model foretold a function's calls, ten minutes at a time. */
import { BLOCK_MINUTES } from './blocks.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { CONFORMAL_ORIGINS, errorScale } from './conformal.js';
import type { MinuteHistory } from './minute-history.js';
import { FORECAST_MODELS, type ForecastModel } from './model.js';

/** Blocks that are remembered one by one. */
export const BLOCKS = CONFORMAL_ORIGINS;
/** What is left of an error after a block: the 24th root of a half, so that an error of four hours ago counts half. */
const DECAY = 0.9715319411536059;

/** The interval whose coverage is watched. Of 24 errors or fewer these quantiles are the least and the largest. */
export const LOWER = 0.05;
export const UPPER = 0.95;

/** No sum of errors is larger: a block has at most ten times 2^53 calls, and a loss decays to 36 blocks' worth. */
const MOST_LOSS = 1e20;

const MODELS = FORECAST_MODELS.length;
const one = new Float64Array(1);
const block = new Float64Array(BLOCK_MINUTES);

/** What each model was wrong by of late, and a ring of its errors in the last blocks. */
export class TrustScores {
  /** Per model: calls by which it was wrong, decayed. */
  #losses = new Float64Array(MODELS);
  /** Blocks, decayed alike. */
  #weight = 0;
  /** Per model and place in the ring: error in units of the scale. */
  #errors = new Float64Array(MODELS * BLOCKS);
  /** Per model, one bit per place: whether the block lay within the interval. */
  #covered = new Uint32Array(MODELS);
  #next = 0;
  #count = 0;

  /** Blocks in the ring, at most 24. */
  get count(): number {
    return this.#count;
  }

  /**
   * Scores all `models`, in the order of their names, on the block that ends with the history: what they say of the whole of it at its beginning. Not where a minute of it is not known,
   * or nothing before it. Whether it did.
   * O(models x blocks).
   */
  score(history: MinuteHistory, models: readonly ForecastModel[]): boolean {
    const origin = history.end - BLOCK_MINUTES;
    if (origin <= history.start) return false;
    history.read(origin, block, BLOCK_MINUTES);
    let actual = 0;
    for (let minute = 0; minute < BLOCK_MINUTES; minute++) actual += block[minute]!;
    if (Number.isNaN(actual)) return false;
    const pastMean = history.meanBefore(origin) * BLOCK_MINUTES;
    const place = this.#next;
    const bit = 1 << place;
    for (let model = 0; model < MODELS; model++) {
      models[model]!.forecast(history, origin, BLOCK_MINUTES, one);
      const forecast = one[0]!;
      const scale = errorScale(forecast, pastMean);
      const error = (actual - forecast) / scale;
      const isCovered = this.#covers(model, forecast, scale, actual, error);
      this.#covered[model] = isCovered ? this.#covered[model]! | bit : this.#covered[model]! & ~bit;
      this.#errors[model * BLOCKS + place] = error;
      this.#losses[model] = this.#losses[model]! * DECAY + Math.abs(actual - forecast);
    }
    this.#weight = this.#weight * DECAY + 1;
    this.#next = (place + 1) % BLOCKS;
    this.#count = Math.min(BLOCKS, this.#count + 1);
    return true;
  }

  /** The 5 % quantile of a model's forecast of a block, from its errors in the ring; the forecast itself where there are none. */
  lower(model: number, forecast: number, scale: number): number {
    return this.#count === 0 ? forecast : Math.max(0, forecast + this.#least(model) * scale);
  }

  /** The 95 % quantile. */
  upper(model: number, forecast: number, scale: number): number {
    return this.#count === 0 ? forecast : Math.max(0, forecast + this.#largest(model) * scale);
  }

  /** Calls by which a model was wrong, in sum, an error of four hours ago counting half. */
  loss(model: number): number {
    return this.#losses[model]!;
  }

  /** The same as a mean per block; 0 before there is one. */
  meanLoss(model: number): number {
    return this.#weight === 0 ? 0 : this.#losses[model]! / this.#weight;
  }

  /** The model that was wrong by least of those that `isFit`; `model` where there is none. */
  best(model: number, isFit: (model: number) => boolean = () => true): number {
    let best = -1;
    for (let other = 0; other < MODELS; other++) {
      if (isFit(other) && (best < 0 || this.#losses[other]! < this.#losses[best]!)) best = other;
    }
    return best < 0 ? model : best;
  }

  /** Share of the last `blocks` that lay in the model's 90 % interval; NaN before there is one. */
  coverage(model: number, blocks = BLOCKS): number {
    const counted = Math.min(blocks, this.#count);
    let covered = 0;
    for (let i = 1; i <= counted; i++) covered += (this.#covered[model]! >>> ((this.#next - i + BLOCKS) % BLOCKS)) & 1;
    return covered / counted;
  }

  saveTo(out: ByteWriter): void {
    out.u8(this.#next);
    out.u8(this.#count);
    out.f64(this.#weight);
    for (const values of [this.#losses, this.#errors, this.#covered]) out.array(values);
  }

  static loadFrom(state: ByteReader): TrustScores {
    const scores = new TrustScores();
    scores.#next = state.u8(BLOCKS - 1);
    scores.#count = state.u8(BLOCKS);
    scores.#weight = state.f64(MOST_LOSS);
    for (const values of [scores.#losses, scores.#errors, scores.#covered]) state.fill(values);
    const isLoss = (loss: number): boolean => loss >= 0 && loss <= MOST_LOSS;
    const isError = (error: number): boolean => Math.abs(error) <= MOST_LOSS;
    state.check(scores.#losses.every(isLoss) && scores.#errors.every(isError), 'a score that is no number of calls');
    return scores;
  }

  /** An error like the least or the largest one is within, however the quantiles are rounded. */
  #covers(model: number, forecast: number, scale: number, actual: number, error: number): boolean {
    const isAbove = this.#least(model) <= error || this.lower(model, forecast, scale) <= actual;
    return isAbove && (error <= this.#largest(model) || actual <= this.upper(model, forecast, scale));
  }

  #least(model: number): number {
    let least = Number.POSITIVE_INFINITY;
    const from = model * BLOCKS;
    for (let i = from; i < from + this.#count; i++) if (this.#errors[i]! < least) least = this.#errors[i]!;
    return least;
  }

  #largest(model: number): number {
    let largest = Number.NEGATIVE_INFINITY;
    const from = model * BLOCKS;
    for (let i = from; i < from + this.#count; i++) if (this.#errors[i]! > largest) largest = this.#errors[i]!;
    return largest;
  }
}

/** What is remembered of how well each model foretold the last ten-minute blocks of a function. */
import type { ByteReader, ByteWriter } from './bytes.js';
import { CONFORMAL_ORIGINS, conformalQuantile, errorScale } from './conformal.js';
import type { MinuteHistory } from './minute-history.js';
import { RULES } from './rules.js';

/** A model is scored on its forecast of the whole of a block of so many minutes, made at its beginning. */
export const BLOCK_MINUTES = 10;
/** Blocks that are remembered. */
export const BLOCKS = CONFORMAL_ORIGINS;

/** The interval whose coverage is watched. */
export const LOWER = 0.05;
export const UPPER = 0.95;

const MODELS = RULES.length;
const one = new Float64Array(1);
const block = new Float64Array(BLOCK_MINUTES);
const errors = new Float64Array(BLOCKS);

/** Ring of the last blocks: what each model foretold, what came, and what was known of the level. */
export class TrustScores {
  #forecasts = new Float64Array(MODELS * BLOCKS);
  #actual = new Float64Array(BLOCKS);
  #pastMean = new Float64Array(BLOCKS);
  /** Per model, one bit per place: whether the block lay within the interval. */
  #covered = new Uint32Array(MODELS);
  #next = 0;
  #count = 0;

  /** Blocks that are remembered, at most 24. */
  get count(): number {
    return this.#count;
  }

  /**
   * Scores all models on the block that ends with the history; not where a minute of it is not known, or nothing before it. Whether it did.
   * O(models x blocks).
   */
  score(history: MinuteHistory): boolean {
    const origin = history.end - BLOCK_MINUTES;
    if (origin <= history.start) return false;
    history.read(origin, block, BLOCK_MINUTES);
    let actual = 0;
    for (const calls of block) actual += calls;
    if (Number.isNaN(actual)) return false;
    const { calls, minutes } = history.before(origin);
    if (minutes === 0) return false;
    const pastMean = (calls / minutes) * BLOCK_MINUTES;
    const place = this.#next;
    for (let model = 0; model < MODELS; model++) {
      RULES[model]!.forecast(history, origin, BLOCK_MINUTES, one);
      const forecast = one[0]!;
      const { lower, upper } = this.interval(model, forecast, pastMean);
      const bit = 1 << place;
      const isCovered = lower <= actual && actual <= upper;
      this.#covered[model] = isCovered ? this.#covered[model]! | bit : this.#covered[model]! & ~bit;
      this.#forecasts[model * BLOCKS + place] = forecast;
    }
    this.#actual[place] = actual;
    this.#pastMean[place] = pastMean;
    this.#next = (place + 1) % BLOCKS;
    this.#count = Math.min(BLOCKS, this.#count + 1);
    return true;
  }

  /** The 90 % interval of a model's forecast of a block, from its errors in those that are remembered. */
  interval(model: number, forecast: number, pastMean: number): { lower: number; upper: number } {
    const count = this.#count;
    for (let place = 0; place < count; place++) {
      const past = this.#forecasts[model * BLOCKS + place]!;
      errors[place] = (this.#actual[place]! - past) / errorScale(past, this.#pastMean[place]!);
    }
    const sorted = errors.subarray(0, count).sort();
    return {
      lower: conformalQuantile(forecast, pastMean, sorted, count, LOWER),
      upper: conformalQuantile(forecast, pastMean, sorted, count, UPPER),
    };
  }

  /** Calls by which a model was wrong over the last `blocks`, in sum. */
  loss(model: number, blocks = BLOCKS): number {
    let loss = 0;
    this.#last(blocks, (place) => {
      loss += Math.abs(this.#actual[place]! - this.#forecasts[model * BLOCKS + place]!);
    });
    return loss;
  }

  /** Share of the last `blocks` that lay in the model's 90 % interval; NaN before there is one. */
  coverage(model: number, blocks = BLOCKS): number {
    let covered = 0;
    const counted = this.#last(blocks, (place) => {
      covered += (this.#covered[model]! >>> place) & 1;
    });
    return covered / counted;
  }

  /** Calls in the last `blocks`. */
  calls(blocks = BLOCKS): number {
    let calls = 0;
    this.#last(blocks, (place) => {
      calls += this.#actual[place]!;
    });
    return calls;
  }

  saveTo(out: ByteWriter): void {
    out.u8(this.#next);
    out.u8(this.#count);
    for (const values of [this.#forecasts, this.#actual, this.#pastMean, this.#covered]) out.array(values);
  }

  static loadFrom(state: ByteReader): TrustScores {
    const scores = new TrustScores();
    scores.#next = state.u8(BLOCKS - 1);
    scores.#count = state.u8(BLOCKS);
    for (const values of [scores.#forecasts, scores.#actual, scores.#pastMean]) {
      state.fill(values);
      state.check(
        values.every((value) => value >= 0 && value <= Number.MAX_VALUE),
        'a score that is no count of calls',
      );
    }
    state.fill(scores.#covered);
    return scores;
  }

  /** The latest `blocks` first; how many there were. */
  #last(blocks: number, visit: (place: number) => void): number {
    const counted = Math.min(blocks, this.#count);
    for (let i = 1; i <= counted; i++) visit((this.#next - i + BLOCKS) % BLOCKS);
    return counted;
  }
}

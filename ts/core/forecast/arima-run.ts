/** A fitted model going along its series. */
import type { Model } from '../kernels/pure/arima/model.js';
import { loadModel } from '../kernels/pure/arima/saved.js';
import { type ArimaFit, asCalls, evened, FIT_LEAD_MINUTES } from './arima-fit.js';
import { BLOCK_MINUTES, blockCalls, DAY_BLOCKS } from './blocks.js';
import { ErrorDrift } from './drift.js';
import type { MinuteHistory } from './minute-history.js';

/** No forecast is further above the largest block that was seen. */
const MOST_ABOVE = 1.5;
/** After so long without a fit, in a gap, a model says nothing any more. */
const MOST_BLOCKS = 3 * DAY_BLOCKS;
const NO_REGRESSORS = new Float64Array(0);

/** From the end of what was fitted on. It steps in plain code on every backend: a step takes no longer than a call across a boundary, and nothing is to be closed. */
export class ArimaRun {
  readonly fit: ArimaFit;
  /** The block that comes next. */
  at: number;
  readonly #lastBlock: number;
  #model: Model | undefined;
  #drift = new ErrorDrift();
  #most: number;

  constructor(fit: ArimaFit) {
    this.fit = fit;
    this.at = Math.floor((fit.fromMinute - FIT_LEAD_MINUTES) / BLOCK_MINUTES);
    this.#lastBlock = this.at + MOST_BLOCKS;
    this.#model = fit.saved.length === 0 ? undefined : loadModel(fit.saved);
    this.#most = fit.most;
  }

  get hasModel(): boolean {
    return this.#model !== undefined;
  }

  /** Whether its errors have become larger than they were. */
  get hasDrifted(): boolean {
    return this.#drift.isAlarm;
  }

  /** Takes the blocks before `block`. O(blocks), at most three days of them. */
  goTo(history: MinuteHistory, block: number): void {
    if (block > this.#lastBlock) this.#model = undefined;
    const model = this.#model;
    if (model === undefined) {
      this.at = Math.max(this.at, block);
      return;
    }
    const unit = Math.sqrt(model.fitted.sigma2);
    for (; this.at < block; this.at++) {
      const calls = blockCalls(history, this.at);
      this.#drift.observe(model.update(evened(calls), NO_REGRESSORS) / unit);
      if (calls > this.#most) this.#most = calls;
    }
  }

  /** Calls expected in the next blocks: where there is a model. */
  forecast(out: Float64Array): void {
    const error = new Float64Array(out.length);
    this.#model!.forecast(NO_REGRESSORS, out, error);
    const most = MOST_ABOVE * this.#most;
    for (let i = 0; i < out.length; i++) out[i] = Math.min(most, asCalls(out[i]!));
  }
}

/** The forecast of one function that is trusted no further than it has been right. */
import { type ArimaModel, IsothermError } from '../kernels/index.js';
import { type ArimaTask, FIT_LEAD_MINUTES } from './arima-fit.js';
import { ArimaForecast } from './arima-forecast.js';
import { BLOCK_MINUTES } from './blocks.js';
import { ByteReader, ByteWriter } from './bytes.js';
import { errorScale } from './conformal.js';
import { type ConformalOptions, conformalForecast, type LevelForecast } from './conformal-forecast.js';
import { MinuteHistory } from './minute-history.js';
import {
  FORECAST_MODELS,
  type ForecastModel,
  type ForecastModelName,
  forecastModel,
  MOST_HORIZON_MINUTES,
} from './model.js';
import { RULES } from './rules.js';
import { BLOCKS, LOWER, TrustScores, UPPER } from './trust.js';

const MINUTE_MS = 60_000;
const VERSION = 2;
const MODELS = FORECAST_MODELS.length;

/** A model is demoted when it was wrong by so much more than the best baseline, or when less of the last 24 blocks lay in its 90 % interval. */
const DEMOTE_LOSS = 1.1;
const LEAST_COVERAGE = 0.75;
/** It is promoted again when it was wrong by so much less than what is used in its place. */
const PROMOTE_LOSS = 0.95;
/** One baseline follows another when it was wrong by so much less: those that are nearly alike do not take turns. */
const SELECT_LOSS = 0.8;
/** So many blocks a change is left alone, that of a model that was wanted. */
const TRIAL_BLOCKS = 12;

/** What `auto` begins with. */
const FIRST_MODEL = 'ma15';

export interface TrustedForecastOptions {
  /** A name of `FORECAST_MODELS`, or `auto`: the one that was wrong by least. */
  model: 'auto' | ForecastModelName;
  /** Whole, from 0: functions of different phases are fitted in different minutes of two hours; 0 when left out. */
  phase?: number;
}

/** A change of the model in use. */
export interface TrustEvent {
  atMs: number;
  kind: 'demoted' | 'promoted' | 'selected';
  /** The model that was in use. */
  model: string;
  /** The one that is from now on. */
  to: string;
  /** Why, in words with figures. */
  reason: string;
}

/** Calls foreseen from a moment on. */
export interface FunctionForecast {
  model: string;
  version: string;
  /** Where the first step begins. */
  atMs: number;
  stepMs: number;
  /** Calls expected per step. */
  calls: Float64Array;
  /** From where the blocks count: the end of the last closed minute. */
  blocksFromMs: number;
  /** Per block of ten minutes up to the horizon: calls expected, and the 90 % interval. */
  blockCalls: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
  /** The wanted model, where another is in use because it was not trusted. */
  demotedFrom: string | null;
}

/** How one model did on the last blocks. */
export interface ModelTrust {
  model: string;
  version: string;
  isUsed: boolean;
  /** Blocks of ten minutes that its coverage is over, at most 24. */
  blocks: number;
  /** Mean calls per block by which it was wrong; an error of four hours ago counts half. */
  meanError: number;
  /** Share of the blocks that lay in its 90 % interval; NaN before there is one. */
  coverage: number;
}

/**
 * Forecasts the calls of one function, and scores every model each ten minutes on what they said then. Times are whole ms of the caller's clock with
 * midnight at multiples of a day. The same minutes give the same answers, also after `save` and `load`. Memory: 3 to 30 kB.
 *
 * @example
 * const trusted = new TrustedForecast({ model: 'ma5' });
 * for (const [minute, calls] of [3, 5, Number.NaN, 4].entries()) trusted.observeMinute(minute * 60_000, calls);
 * const { calls, model } = trusted.forecast(4 * 60_000, 20, 30_000);
 * [model, calls[0]] // ['ma5', 2]
 */
export class TrustedForecast {
  #model: 'auto' | ForecastModelName;
  #history: MinuteHistory | undefined;
  #scores = new TrustScores();
  #arima: ArimaForecast;
  /** In the order of their names. */
  #models: readonly ForecastModel[];
  #used: number;
  /** Blocks scored since the model in use was chosen, at most 24. */
  #since = 0;

  /** Errors: `MODEL_UNAVAILABLE`. */
  constructor({ model, phase }: TrustedForecastOptions) {
    this.#model = model;
    this.#used = indexOf(model === 'auto' ? FIRST_MODEL : model);
    this.#arima = new ArimaForecast(phase);
    this.#models = [...RULES, this.#arima];
  }

  /** The model that is wanted. */
  get model(): 'auto' | ForecastModelName {
    return this.#model;
  }

  /**
   * From now on another model is wanted. One of a name is used at once, on trial as if it had been the first; `auto` goes on with the one in use. What is known of the function and how
   * every model did stays. Errors: `MODEL_UNAVAILABLE`.
   */
  want(model: TrustedForecastOptions['model']): void {
    if (model === this.#model) return;
    if (model !== 'auto') {
      this.#used = indexOf(model);
      this.#since = 0;
    }
    this.#model = model;
  }

  /** The name of the model in use. */
  get used(): ForecastModelName {
    return FORECAST_MODELS[this.#used]!;
  }

  /** Of the model in use. */
  get version(): string {
    return this.#models[this.#used]!.version;
  }

  /** What is known of the function; none before the first minute. */
  get history(): MinuteHistory | undefined {
    return this.#history;
  }

  /**
   * Takes the calls of the minute that began at `atMs`, 0 or more, NaN where they are not known; minutes left out since the last one are not known.
   * Over such minutes nothing is learnt. O(1), each tenth minute O(models). Errors: `BAD_ARGUMENT`, `TIME_ORDER`, `OUT_OF_RANGE`.
   */
  observeMinute(atMs: number, calls: number): TrustEvent[] {
    const minute = atMs / MINUTE_MS;
    if (!Number.isSafeInteger(minute) || minute < 0) {
      throw new IsothermError('BAD_ARGUMENT', `atMs is ${atMs}, expected a whole minute from 0`);
    }
    this.#history ??= new MinuteHistory(minute);
    const history = this.#history;
    if (minute < history.end) {
      const sentence = `the minute at ${atMs} ms was observed before, expected ${history.end * MINUTE_MS} ms or later`;
      throw new IsothermError('TIME_ORDER', sentence);
    }
    if (minute > history.end) {
      // What is due right after the last minute knows all that was kept then, however long the gap is.
      history.skipTo(Math.min(minute, history.end + 2 * FIT_LEAD_MINUTES));
      this.#arima.follow(history);
      history.skipTo(minute);
    }
    history.push(calls);
    const isScored = history.end % BLOCK_MINUTES === 0 && this.#scores.score(history, this.#models);
    this.#arima.follow(history);
    if (!isScored) return [];
    this.#since = Math.min(BLOCKS, this.#since + 1);
    const event = this.#judge(history.end * MINUTE_MS);
    return event === undefined ? [] : [event];
  }

  /**
   * Calls expected in `ticks` steps of `tickMs` from `atMs` on, at or after the end of the last minute; calls lie evenly within a minute. O(ticks + minutes).
   * Errors: `OUT_OF_RANGE` where the horizon ends more than half a day after the last minute.
   */
  forecast(atMs: number, ticks: number, tickMs: number): FunctionForecast {
    const history = this.#history;
    const model = this.#models[this.#used]!;
    const fromMs = (history?.end ?? Math.floor(atMs / MINUTE_MS)) * MINUTE_MS;
    const endMs = atMs + ticks * tickMs;
    const minutes = Math.ceil((endMs - fromMs) / MINUTE_MS);
    if (!(atMs >= fromMs && ticks >= 0 && tickMs > 0 && minutes <= MOST_HORIZON_MINUTES)) {
      const sentence = `the forecast is for ${ticks} steps of ${tickMs} ms from ${atMs} ms`;
      const expected = `from ${fromMs} ms or later, at most ${MOST_HORIZON_MINUTES} minutes after that`;
      throw new IsothermError('OUT_OF_RANGE', `${sentence}, expected ${expected}`);
    }
    const perMinute = new Float64Array(minutes);
    const blockCalls = new Float64Array(Math.ceil(minutes / BLOCK_MINUTES));
    const lower = new Float64Array(blockCalls.length);
    const upper = new Float64Array(blockCalls.length);
    if (history !== undefined) {
      model.forecast(history, history.end, 1, perMinute);
      model.forecast(history, history.end, BLOCK_MINUTES, blockCalls);
      const pastMean = history.meanBefore(history.end) * BLOCK_MINUTES;
      for (let block = 0; block < blockCalls.length; block++) {
        const expected = blockCalls[block]!;
        const scale = errorScale(expected, pastMean);
        lower[block] = this.#scores.lower(this.#used, expected, scale);
        upper[block] = this.#scores.upper(this.#used, expected, scale);
      }
    }
    return {
      model: model.name,
      version: model.version,
      atMs,
      stepMs: tickMs,
      calls: spread(perMinute, atMs - fromMs, ticks, tickMs),
      blocksFromMs: fromMs,
      blockCalls,
      lower,
      upper,
      demotedFrom: this.#isDemoted() ? this.model : null,
    };
  }

  /**
   * The next `minutes` per minute and per ten minutes, each with the 5 %, 50 % and 95 % quantile from errors at the last 24 origins ten minutes apart: what a
   * chart shows. O(origins x minutes).
   */
  fan(minutes: number): LevelForecast[] {
    const levels = [1, BLOCK_MINUTES];
    return this.quantiles({ minutes, levels, quantiles: [LOWER, 0.5, UPPER], originStep: BLOCK_MINUTES });
  }

  /** What the model in use expects after the last minute, with quantiles; empty before the first minute. O(origins x minutes). */
  quantiles(options: ConformalOptions): LevelForecast[] {
    return this.#history === undefined ? [] : conformalForecast(this.#models[this.#used]!, this.#history, options);
  }

  /** The model of a name as it is for this function: to be asked about its history. */
  modelOf(name: ForecastModelName): ForecastModel {
    return this.#models[FORECAST_MODELS.indexOf(name)]!;
  }

  /**
   * The fit of `arima` that was begun in the last minutes and that nobody has made yet. Whoever runs `autoArima` on its series before the minute in which it is used gives what came to
   * `takeFit`; else that minute makes it itself, to the same bits. Undefined where there is none.
   */
  fitTask(): ArimaTask | undefined {
    return this.#history && this.#arima.task(this.#history);
  }

  /** A model that `autoArima` found for a task, which stays the caller's, or its error; too late it changes nothing. */
  takeFit(task: ArimaTask, found: ArimaModel | IsothermError): void {
    this.#arima.take(task, found);
  }

  /** How each model did lately. */
  trust(): ModelTrust[] {
    const blocks = this.#scores.count;
    return this.#models.map(({ name, version }, i) => ({
      model: name,
      version,
      isUsed: i === this.#used,
      blocks,
      meanError: this.#scores.meanLoss(i),
      coverage: this.#scores.coverage(i),
    }));
  }

  save(): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter();
    out.u8(VERSION);
    out.u8(MODELS);
    out.u8(this.model === 'auto' ? MODELS : FORECAST_MODELS.indexOf(this.model));
    out.u8(this.#used);
    out.u8(this.#since);
    this.#scores.saveTo(out);
    this.#arima.saveTo(out);
    out.u8(this.#history === undefined ? 0 : 1);
    this.#history?.saveTo(out);
    return out.finish();
  }

  /** What `save` gave. Errors: `BAD_STATE`. */
  static load(bytes: Uint8Array): TrustedForecast {
    const state = new ByteReader(bytes);
    const version = state.u8();
    state.check(version === VERSION, `version ${version}, expected ${VERSION}`);
    const models = state.u8();
    state.check(models === MODELS, `${models} models, expected ${MODELS}`);
    const wanted = state.u8(MODELS);
    const loaded = new TrustedForecast({ model: wanted === MODELS ? 'auto' : FORECAST_MODELS[wanted]! });
    loaded.#used = state.u8(MODELS - 1);
    loaded.#since = state.u8(BLOCKS);
    loaded.#scores = TrustScores.loadFrom(state);
    loaded.#arima = ArimaForecast.loadFrom(state);
    loaded.#models = [...RULES, loaded.#arima];
    if (state.u8(1) === 1) loaded.#history = MinuteHistory.loadFrom(state);
    state.end();
    return loaded;
  }

  #isDemoted(): boolean {
    return this.model !== 'auto' && this.model !== this.used;
  }

  /** After a block was scored: whether another model is to be used. */
  #judge(atMs: number): TrustEvent | undefined {
    if (this.model === 'auto') return this.#select(atMs);
    return this.#isDemoted() ? (this.#promote(atMs) ?? this.#select(atMs)) : this.#demote(atMs);
  }

  #select(atMs: number): TrustEvent | undefined {
    const best = this.#scores.best(this.#used);
    if (this.#scores.loss(best) >= SELECT_LOSS * this.#scores.loss(this.#used)) return undefined;
    return this.#use(best, atMs, 'selected', this.#lossWords(this.#used, best));
  }

  #demote(atMs: number): TrustEvent | undefined {
    if (this.#since < TRIAL_BLOCKS) return undefined;
    const scores = this.#scores;
    const best = scores.best(this.#used);
    if (scores.loss(this.#used) > DEMOTE_LOSS * scores.loss(best)) {
      return this.#use(best, atMs, 'demoted', this.#lossWords(this.#used, best));
    }
    const coverage = scores.coverage(this.#used);
    if (scores.count < BLOCKS || coverage >= LEAST_COVERAGE) return undefined;
    const covering = scores.best(this.#used, (model) => scores.coverage(model) >= LEAST_COVERAGE);
    if (covering === this.#used) return undefined;
    const reason = `${percent(coverage)} of the last ${BLOCKS} blocks of ten minutes lay in its 90 % interval, expected ${percent(LEAST_COVERAGE)} or more`;
    return this.#use(covering, atMs, 'demoted', reason);
  }

  #promote(atMs: number): TrustEvent | undefined {
    if (this.#since < TRIAL_BLOCKS) return undefined;
    const wanted = FORECAST_MODELS.indexOf(this.model as ForecastModelName);
    const scores = this.#scores;
    if (scores.loss(wanted) > PROMOTE_LOSS * scores.loss(this.#used)) return undefined;
    if (scores.coverage(wanted, TRIAL_BLOCKS) < LEAST_COVERAGE) return undefined;
    return this.#use(wanted, atMs, 'promoted', this.#lossWords(this.#used, wanted));
  }

  #lossWords(model: number, better: number): string {
    const [wrong, less] = [model, better].map((of) => Number(this.#scores.meanLoss(of).toPrecision(3)));
    return `${FORECAST_MODELS[model]} was wrong by ${wrong} calls in ten minutes, ${FORECAST_MODELS[better]} by ${less}, weighted towards the last hours`;
  }

  #use(model: number, atMs: number, kind: TrustEvent['kind'], reason: string): TrustEvent {
    const from = this.used;
    this.#used = model;
    this.#since = 0;
    return { atMs, kind, model: from, to: this.used, reason };
  }
}

/** Errors: `MODEL_UNAVAILABLE`. */
const indexOf = (model: ForecastModelName): number =>
  FORECAST_MODELS.indexOf(forecastModel(model).name as ForecastModelName);

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** From calls per minute to calls per step, evenly within each minute. */
function spread(perMinute: Float64Array, offsetMs: number, ticks: number, tickMs: number): Float64Array {
  const calls = new Float64Array(ticks);
  for (let tick = 0; tick < ticks; tick++) {
    const end = offsetMs + (tick + 1) * tickMs;
    for (let at = end - tickMs; at < end; ) {
      const minute = Math.floor(at / MINUTE_MS);
      const until = Math.min(end, (minute + 1) * MINUTE_MS);
      calls[tick] = calls[tick]! + perMinute[minute]! * ((until - at) / MINUTE_MS);
      at = until;
    }
  }
  return calls;
}

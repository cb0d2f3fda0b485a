/** ARIMA behind the interface of the rules: fitted now and then, filtered on in between. */
import type { ArimaModel, IsothermError } from '../kernels/index.js';
import {
  type ArimaFit,
  type ArimaTask,
  arimaFit,
  arimaTask,
  FIT_LEAD_MINUTES,
  fitWith,
  isKnown,
  loadFit,
  noFit,
  saveFit,
} from './arima-fit.js';
import { ArimaRun } from './arima-run.js';
import { BLOCK_MINUTES, blockCalls, DAY_BLOCKS } from './blocks.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import type { MinuteHistory } from './minute-history.js';
import type { ForecastModel } from './model.js';
import { RULES } from './rules.js';

/** A fit of a function is begun in one minute of so many, its own: of 10,000 functions at most some 84 in a minute. */
const FIT_EVERY_MINUTES = 120;
/** A model becomes as old as half of what it was fitted to, at most a day. */
const MOST_AGE_BLOCKS = DAY_BLOCKS;
/** One that has drifted is six hours old at least. */
const LEAST_AGE_BLOCKS = 36;
/** So many fits reach back a day, over which past errors are asked for. */
const MOST_FITS = 5;

/** What is said where there is no model. */
const STAND_IN = RULES.find(({ name }) => name === 'ma15')!;

/**
 * Forecasts one series by ARIMA on the square roots of its ten-minute totals. A model is fitted to the last two days once eight hours are known, and again when it is half as old as
 * what it knew, at most a day, or when its errors have grown (`ErrorDrift`); between fits it is filtered on, block by block. Where there is none it says what `ma15` says. A block is spread
 * evenly over its minutes.
 *
 * It belongs to one history, which it follows by itself, and what it says follows from that alone, also after `saveTo` and `loadFrom`: a fit is begun in a minute of its own, and used ten
 * minutes later, whoever made it until then. Asked about an earlier origin it answers as it did then, for a day or more; before that its answer is NaN.
 */
export class ArimaForecast implements ForecastModel {
  readonly name = 'arima';
  readonly version = '2';
  readonly #phase: number;
  /** In the order of time. */
  #fits: ArimaFit[] = [];
  #run: ArimaRun | undefined;
  /** Up to where it is known which fits were due. */
  #seen = 0;
  /** When the fit was begun that is not used yet. */
  #begun: number | undefined;
  /** That fit, where somebody made it. */
  #made: ArimaFit | undefined;

  /** `phase`: whole, from 0: in which minutes its fits are begun. */
  constructor(phase = 0) {
    this.#phase = phase % FIT_EVERY_MINUTES;
  }

  forecast(history: MinuteHistory, origin: number, level: number, out: Float64Array): void {
    const run = this.#at(history, origin);
    if (run === undefined) out.fill(Number.NaN);
    else if (!run.hasModel) STAND_IN.forecast(history, origin, level, out);
    else {
      const offset = origin - run.at * BLOCK_MINUTES;
      const blocks = new Float64Array(Math.ceil((offset + out.length * level) / BLOCK_MINUTES));
      run.forecast(blocks);
      spread(blocks, offset, level, out);
    }
  }

  /** To be told of each minute: fits are begun and used when they are due, not when a forecast is asked for. */
  follow(history: MinuteHistory): void {
    if (this.#run === undefined || this.#next() <= history.end) this.#goTo(history, history.end);
  }

  /** The fit that is begun and not made; to be done by whoever has time, and given to `take`. */
  task(history: MinuteHistory): ArimaTask | undefined {
    if (this.#begun === undefined || this.#made !== undefined) return undefined;
    return arimaTask(history, this.#begun);
  }

  /** What `autoArima` found for a task, a model or its error. Too late it changes nothing. */
  take(task: ArimaTask, found: ArimaModel | IsothermError): void {
    const made = fitWith(task, found);
    if (this.#begun !== undefined && task.fit.fromMinute === this.#begun + FIT_LEAD_MINUTES) this.#made = made;
  }

  saveTo(out: ByteWriter): void {
    out.u8(this.#phase);
    out.u8(this.#fits.length);
    for (const fit of this.#fits) saveFit(out, fit);
  }

  /** Errors: `BAD_STATE`. */
  static loadFrom(state: ByteReader): ArimaForecast {
    const loaded = new ArimaForecast(state.u8(FIT_EVERY_MINUTES - 1));
    const fits = Array.from({ length: state.u8(MOST_FITS) }, () => loadFit(state));
    const isAfter = ({ fromMinute }: ArimaFit, i: number): boolean => i === 0 || fromMinute > fits[i - 1]!.fromMinute;
    state.check(fits.every(isAfter), 'fits out of order');
    loaded.#fits = fits.slice(0, -1);
    if (fits.length > 0) loaded.#use(fits.at(-1)!);
    return loaded;
  }

  /** The model as it stood at an origin; undefined where that is not known any more. */
  #at(history: MinuteHistory, origin: number): ArimaRun | undefined {
    this.#goTo(history, origin);
    const block = Math.floor(origin / BLOCK_MINUTES);
    const run = this.#run!;
    if (run.fit.fromMinute <= origin && run.at === block) return run;
    const fit = this.#fits.findLast(({ fromMinute }) => fromMinute <= origin);
    if (fit === undefined) return undefined;
    const past = new ArimaRun(fit);
    past.goTo(history, block);
    return past;
  }

  /** Begins and uses fits that are due up to `minute`, and takes the blocks before it. */
  #goTo(history: MinuteHistory, minute: number): void {
    if (this.#run === undefined) this.#use(noFit(history.keptFrom));
    this.#seen = Math.max(this.#seen, history.keptFrom);
    for (let next = this.#next(); next <= minute; next = this.#next()) {
      this.#run!.goTo(history, Math.floor(next / BLOCK_MINUTES));
      this.#seen = next;
      if (this.#begun === undefined) {
        if (this.#isDue() && isKnownUpTo(history, next)) this.#begun = next;
      } else this.#end(this.#made ?? arimaFit(arimaTask(history, this.#begun)));
    }
    this.#seen = Math.max(this.#seen, minute);
    this.#run!.goTo(history, Math.floor(minute / BLOCK_MINUTES));
  }

  /** When a fit may be begun next, or is used. */
  #next(): number {
    if (this.#begun !== undefined) return this.#begun + FIT_LEAD_MINUTES;
    const after = this.#seen + 1 - this.#phase;
    return this.#phase + Math.ceil(after / FIT_EVERY_MINUTES) * FIT_EVERY_MINUTES;
  }

  #isDue(): boolean {
    const { fit, at, hasModel, hasDrifted } = this.#run!;
    const age = at - Math.floor(fit.fromMinute / BLOCK_MINUTES);
    if (age >= Math.min(MOST_AGE_BLOCKS, fit.blocks / 2)) return true;
    return hasModel && hasDrifted && age >= LEAST_AGE_BLOCKS;
  }

  #end(fit: ArimaFit): void {
    this.#begun = undefined;
    this.#made = undefined;
    // Where too little is known, after a gap, an old model is worse than none.
    if (isKnown(fit)) this.#use(fit);
    else if (this.#run!.hasModel) this.#use(noFit(fit.fromMinute));
  }

  #use(fit: ArimaFit): void {
    this.#fits.push(fit);
    if (this.#fits.length > MOST_FITS) this.#fits.shift();
    this.#run = new ArimaRun(fit);
    this.#seen = fit.fromMinute;
    this.#begun = undefined;
    this.#made = undefined;
  }
}

/** Nothing is begun in a gap: it would know less. */
const isKnownUpTo = (history: MinuteHistory, minute: number): boolean =>
  !Number.isNaN(blockCalls(history, Math.floor(minute / BLOCK_MINUTES) - 1));

/** From calls per ten minutes to calls per `level` minutes, beginning `offset` minutes into the first. */
function spread(blocks: Float64Array, offset: number, level: number, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) {
    const end = offset + (i + 1) * level;
    let calls = 0;
    for (let at = end - level; at < end; ) {
      const block = Math.floor(at / BLOCK_MINUTES);
      const until = Math.min(end, (block + 1) * BLOCK_MINUTES);
      calls += blocks[block]! * ((until - at) / BLOCK_MINUTES);
      at = until;
    }
    out[i] = calls;
  }
}

/** Forecasts by request: one line of JSON in, one line of JSON out. */
import { type ErrorCode, IsothermError } from '../kernels/index.js';
import { CONFORMAL_ORIGINS } from './conformal.js';
import { conformalForecast } from './conformal-forecast.js';
import { type ForecastModelName, MOST_HORIZON_MINUTES } from './model.js';
import { TrustedForecast } from './trusted-forecast.js';

const MINUTE_MS = 60_000;
/** Totals of longer blocks get no quantiles. */
const LONGEST_WITH_QUANTILES = 10;

/** Of less than two days the last origins alone make the quantiles: a day has not come round often enough to tell its hours apart. */
const SHORT_MINUTES = 2880;
const SHORT_ORIGINS = 8;

type Fields = Record<string, unknown>;

/**
 * Answers requests about series of calls per minute, which it learns from the requests. Minutes count from a midnight.
 *
 * `{"op":"observe","series":"f","from":0,"counts":[3,1,null]}` gives `{}`: the calls of minutes 0, 1 and 2; null is not known, and so is a minute left out.
 *
 * `{"op":"forecast","series":"f","origin":3,"horizon":60,"levels":[1,10,60],"quantiles":[0.05,0.95]}` gives `{"point":{"1":[60 numbers],"10":[…],"60":[…]},
 * "quantiles":{"1":[[2 numbers], … 60 times],"10":[…]},"model":"ma15","version":"1"}`: of the model that is trusted most with `auto`, of a rule by name always that
 * one. What is wrong gives `{"error":{"code":…,"message":…}}`.
 *
 * @example
 * const session = new ForecastSession({ model: 'auto' });
 * session.answer('{"op":"observe","series":"f","from":0,"counts":[2,4]}'); // '{}'
 * session.answer('{"op":"forecast","series":"f","origin":2,"horizon":10,"levels":[10],"quantiles":[]}');
 * // '{"point":{"10":[30]},"quantiles":{"10":[[]]},"model":"ma15","version":"1"}'
 */
export class ForecastSession {
  #model: 'auto' | ForecastModelName;
  #series = new Map<string, TrustedForecast>();

  /** Errors: `MODEL_UNAVAILABLE`. */
  constructor({ model }: { model: 'auto' | ForecastModelName }) {
    this.#model = new TrustedForecast({ model }).model;
  }

  /** The answer to one request; never throws. O(counts), or O(horizon) with a day of past origins. */
  answer(line: string): string {
    try {
      return JSON.stringify(this.#answer(fieldsOf(line)));
    } catch (thrown) {
      const code: ErrorCode = thrown instanceof IsothermError ? thrown.code : 'INTERNAL';
      return JSON.stringify({ error: { code, message: thrown instanceof Error ? thrown.message : String(thrown) } });
    }
  }

  #answer(request: Fields): object {
    const { op, series } = request;
    if (typeof series !== 'string') throw wrong('series', series, 'a name');
    if (op === 'observe') return this.#observe(series, request);
    if (op === 'forecast') return this.#forecast(series, request);
    throw wrong('op', op, "'observe' or 'forecast'");
  }

  #observe(name: string, request: Fields): object {
    const from = wholeNumber(request, 'from', 0, Number.MAX_SAFE_INTEGER / MINUTE_MS);
    const counts = array(request, 'counts').map((calls, i) => {
      if (calls === null) return Number.NaN;
      if (typeof calls === 'number' && calls >= 0 && calls <= Number.MAX_SAFE_INTEGER) return calls;
      throw wrong(`counts[${i}]`, calls, '0..2^53 - 1, or null for not known');
    });
    const series = this.#series.get(name) ?? new TrustedForecast({ model: this.#model });
    const end = series.history?.end ?? 0;
    if (from < end) {
      throw new IsothermError(
        'TIME_ORDER',
        `from is ${from}, expected ${end} or later: '${name}' is observed up to there`,
      );
    }
    counts.forEach((calls, i) => {
      series.observeMinute((from + i) * MINUTE_MS, calls);
    });
    if (counts.length > 0) this.#series.set(name, series);
    return {};
  }

  #forecast(name: string, request: Fields): object {
    const series = this.#series.get(name);
    if (series === undefined)
      throw new IsothermError('UNKNOWN_FUNCTION', `there is no series '${name}'; observe it first`);
    const origin = wholeNumber(request, 'origin', 0, Number.MAX_SAFE_INTEGER / MINUTE_MS);
    const minutes = wholeNumber(request, 'horizon', 1, MOST_HORIZON_MINUTES);
    const levels = array(request, 'levels').map((level, i) => {
      if (Number.isInteger(level) && (level as number) > 0 && minutes % (level as number) === 0) return level as number;
      throw wrong(`levels[${i}]`, level, `minutes that divide the horizon of ${minutes}`);
    });
    const quantiles = array(request, 'quantiles').map((q, i) => {
      if (typeof q === 'number' && q >= 0 && q <= 1) return q;
      throw wrong(`quantiles[${i}]`, q, 'a share from 0 to 1');
    });
    const known = observedUpTo(series, origin);
    // A rule by name is that rule: else nobody could tell how good it is.
    const rule = known.modelOf(this.#model === 'auto' ? known.used : this.#model);
    const history = known.history!;
    const origins = history.end - history.start < SHORT_MINUTES ? SHORT_ORIGINS : CONFORMAL_ORIGINS;
    const found = conformalForecast(rule, history, { minutes, levels, quantiles, originStep: minutes, origins });
    return {
      point: Object.fromEntries(found.map(({ level, calls }) => [level, [...calls]])),
      quantiles: Object.fromEntries(
        found
          .filter(({ level }) => level <= LONGEST_WITH_QUANTILES)
          .map(({ level, calls, quantiles: byQuantile }) => [
            level,
            Array.from(calls, (_, block) => byQuantile.map((values) => values[block]!)),
          ]),
      ),
      model: rule.name,
      version: rule.version,
    };
  }
}

/** The series where its last minute is the one before `origin`: minutes that were not observed are not known. */
function observedUpTo(series: TrustedForecast, origin: number): TrustedForecast {
  const end = series.history!.end;
  if (origin < end)
    throw new IsothermError('TIME_ORDER', `origin is ${origin}, expected ${end} or later: so far it is observed`);
  if (origin === end) return series;
  const longer = TrustedForecast.load(series.save());
  longer.observeMinute((origin - 1) * MINUTE_MS, Number.NaN);
  return longer;
}

function fieldsOf(line: string): Fields {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch (cause) {
    throw new IsothermError('BAD_ROW', 'the request is no JSON; expected an object on one line', { cause });
  }
  if (typeof request === 'object' && request !== null && !Array.isArray(request)) return request as Fields;
  throw new IsothermError('BAD_ROW', 'the request is no object; expected op, series and what belongs to the op');
}

function array(request: Fields, name: string): unknown[] {
  const value = request[name];
  if (Array.isArray(value)) return value;
  throw wrong(name, value, 'an array');
}

function wholeNumber(request: Fields, name: string, least: number, most: number): number {
  const value = request[name];
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  throw wrong(name, value, `a whole number from ${least} to ${Math.floor(most)}`);
}

const SHOWN = 60;

function wrong(name: string, value: unknown, expected: string): IsothermError {
  const found = value === undefined ? 'missing' : (JSON.stringify(value) ?? String(value));
  return new IsothermError('BAD_ARGUMENT', `${name} is ${found.slice(0, SHOWN)}, expected ${expected}`);
}

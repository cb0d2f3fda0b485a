/** What is ahead of the end of a trace. */
import type { Trace } from '../trace/index.js';
import { BLOCK_MINUTES, blockCalls } from './blocks.js';
import { callsPerMinute } from './calls-per-minute.js';
import { ERRORS_OF_AN_INTERVAL } from './conformal.js';
import type { LevelForecast } from './conformal-forecast.js';
import type { ForecastModelName } from './model.js';
import type { ForecastTrial } from './protocol.js';
import { TrustedForecast } from './trusted-forecast.js';

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;

/** What is scored of a trace: the last 30 % of its hours, and before it so much again, at most a day, to collect errors from. */
const TEST_SHARE = 0.3;
const MOST_CALIBRATION_HOURS = 24;
const LEAST_HOURS = 4;

/** A function's calls in the time after a trace. */
export interface Outlook {
  function: string;
  /** Of the whole trace. */
  calls: number;
  model: string;
  version: string;
  /** The wanted model, where another is used because it was not trusted. */
  demotedFrom: string | null;
  /** By minutes, by ten minutes, and the whole horizon in one block; `quantiles` are those of `OUTLOOK_QUANTILES`. */
  levels: LevelForecast[];
  /** Calls of the last six hours by ten minutes, of what there is. */
  past: Float64Array;
}

/** The quantiles of an outlook. */
export const OUTLOOK_QUANTILES: readonly number[] = [0.05, 0.25, 0.5, 0.75, 0.95];

const PAST_BLOCKS = 36;

/** Calls below which a forecast is hardly more than a guess. */
const FEW_CALLS = 10;

/** Whether there were past errors enough for the interval of nine cases of ten. */
export const hasInterval = ({ errors }: LevelForecast): boolean => errors >= ERRORS_OF_AN_INTERVAL;

/** What is not known, where a trace has too little to go by: a sentence each. */
export function thinness(outlooks: readonly Outlook[], minutes: number): string[] {
  const said: string[] = [];
  const lacks = [...new Set([BLOCK_MINUTES, minutes])].filter((asked) =>
    outlooks.some(({ levels }) => levels.some((one) => one.level === asked && !hasInterval(one))),
  );
  if (lacks.length > 0) {
    const which = lacks
      .map((asked) =>
        asked >= 2 * HOUR_MINUTES && asked % HOUR_MINUTES === 0 ? `${asked / HOUR_MINUTES} h` : `${asked} min`,
      )
      .join(' and ');
    said.push(
      `Too little to go by for an interval of ${which}: it takes ${ERRORS_OF_AN_INTERVAL} errors of forecasts that its past would have been given, and the trace is too short for so many.`,
    );
  }
  const few = outlooks.filter(({ calls }) => calls < FEW_CALLS);
  if (few.length > 0) {
    const who =
      few.length === outlooks.length && few.length > 1
        ? `all ${few.length} functions`
        : few.map((one) => one.function).join(', ');
    said.push(
      `Fewer than ${FEW_CALLS} calls are known of ${who}: a forecast of 0 does not say that no call will come.`,
    );
  }
  return said;
}

/** The next `minutes`, a multiple of ten up to 720, of one function of a trace. O(minutes of the trace). Errors: `MODEL_UNAVAILABLE`. */
export function outlook(
  trace: Trace,
  f: number,
  { model, minutes }: { model: 'auto' | ForecastModelName; minutes: number },
): Outlook {
  const trusted = new TrustedForecast({ model });
  let all = 0;
  callsPerMinute(trace, f).forEach((calls, minute) => {
    trusted.observeMinute(minute * MINUTE_MS, calls);
    all += calls;
  });
  const end = Math.floor(trace.minutes / BLOCK_MINUTES);
  const from = Math.max(0, end - PAST_BLOCKS);
  const past = Float64Array.from({ length: end - from }, (_, i) => blockCalls(trusted.history!, from + i));
  const levels = [...new Set([1, 10, minutes])];
  return {
    function: trace.functions.keys[f]!,
    calls: all,
    model: trusted.used,
    version: trusted.version,
    demotedFrom: model === 'auto' || model === trusted.used ? null : model,
    levels: trusted.quantiles({ minutes, levels, quantiles: OUTLOOK_QUANTILES, originStep: minutes }),
    past,
  };
}

/** Which minutes of a trace forecasts are scored on; undefined where it has less than four hours. */
export function trialOf(trace: Trace): ForecastTrial | undefined {
  const hours = Math.floor(trace.minutes / HOUR_MINUTES);
  if (hours < LEAST_HOURS) return undefined;
  const test = Math.max(1, Math.floor(hours * TEST_SHARE));
  const calibration = Math.min(test, MOST_CALIBRATION_HOURS);
  return {
    calibrationFrom: (hours - test - calibration) * HOUR_MINUTES,
    testFrom: (hours - test) * HOUR_MINUTES,
    testTo: hours * HOUR_MINUTES,
    origins: calibration,
  };
}

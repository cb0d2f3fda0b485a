/** Regressors for ARIMA models: waves and the calendar. */
import { IsothermError } from './error.js';
import type { Numbers } from './keepalive.js';
import { ensure, whole } from './pure/check.js';
import { onUnitCircle } from './unit-circle.js';

const NONE = new Float64Array(0);
/** Values that columns are of, and steps before the first: products with a harmonic stay whole. */
const LONGEST = 1e8;
const FURTHEST = 1e12;
const MOST_HARMONICS = 1000;

export interface FourierOptions {
  /** Steps between the beginning of the series and the first value: how many were fitted, where they go on. 0 when left out. */
  from?: number;
}

/**
 * Waves of a period as regressors: the sine and the cosine of each harmonic, `[length]` each, for a season that is long, not whole, or of several
 * lengths at once.
 *
 * Columns go harmonic by harmonic, sine first: `sin(2 pi k t / period)`, `cos(2 pi k t / period)` with `t = from, from + 1, ..`. Of the harmonic that is
 * half of the period the sine, which is always 0, is left out. The same bits on every engine.
 *
 * @param length how many values, at most 1e8.
 * @param period in steps, at least 2, whole or not.
 * @param harmonics how many, from 1 to half of the period, at most 1000.
 * @param options `from`: of the values ahead of a series of `n`, `n`.
 * @throws IsothermError `OUT_OF_RANGE`.
 *
 * Complexity: O(length harmonics).
 *
 * Source: Hyndman and Athanasopoulos, "Forecasting: principles and practice", 3rd edition, sections 7.4 and 10.5 (dynamic harmonic regression).
 *
 * @example
 * // Twelve values of a wave, and the next two.
 * const wave = fourierTerms(12, 4, 1);
 * const y = wave[0].map((sine, t) => 5 + 3 * sine + ((t * t) % 5) / 10);
 * using model = fitArima(y, { order: [0, 0, 0], xreg: wave });
 * model.forecast(2, { xreg: fourierTerms(2, 4, 1, { from: 12 }) }).mean.map(Math.round); // [5, 8]
 */
export function fourierTerms(
  length: number,
  period: number,
  harmonics: number,
  { from = 0 }: FourierOptions = {},
): Float64Array[] {
  whole('length', length, 0, LONGEST);
  whole('from', from, 0, FURTHEST);
  const fine = period >= 2 && period <= FURTHEST;
  ensure(fine, 'OUT_OF_RANGE', () => `period is ${period}, expected a number in 2..=${FURTHEST}`);
  whole('harmonics', harmonics, 1, Math.min(Math.floor(period / 2), MOST_HARMONICS));
  const out: Float64Array[] = [];
  for (let k = 1; k <= harmonics; k++) {
    const [sine, cosine] = [new Float64Array(length), new Float64Array(length)];
    for (let t = 0; t < length; t++) {
      [sine[t], cosine[t]] = onUnitCircle(((k * (from + t)) % period) / period);
    }
    out.push(...(2 * k === period ? [cosine] : [sine, cosine]));
  }
  return out;
}

/** `hourOfDay`: 23 columns, of 1 o'clock to 23; `dayOfWeek`: 6, of Tuesday to Sunday; `weekend`: one, of Saturday and Sunday. */
export type CalendarTerm = 'hourOfDay' | 'dayOfWeek' | 'weekend';

export interface CalendarOptions {
  /** Time of the series' first value: whole ms since 1970, UTC. */
  startMs: number;
  /** Time from each value to the next: whole ms, at least 1. */
  stepMs: number;
  /** Which columns, in this order. */
  terms: readonly CalendarTerm[];
  /** As of `fourierTerms`. */
  from?: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The furthest times that `Date` knows. */
const LATEST_MS = 8.64e15;
/** 1970 began on a Thursday. */
const FIRST_DAY = 3;
const SATURDAY = 5;

const modulo = (value: number, by: number): number => value - by * Math.floor(value / by);
const hourOf = (ms: number): number => modulo(Math.floor(ms / HOUR_MS), 24);
/** Monday is 0. */
const dayOf = (ms: number): number => modulo(Math.floor(ms / DAY_MS) + FIRST_DAY, 7);

/** Columns of each term, and which of them is 1 at a time; -1 for none. */
const TERMS: Record<CalendarTerm, { columns: number; at: (ms: number) => number }> = {
  hourOfDay: { columns: 23, at: (ms) => hourOf(ms) - 1 },
  dayOfWeek: { columns: 6, at: (ms) => dayOf(ms) - 1 },
  weekend: { columns: 1, at: (ms) => (dayOf(ms) >= SATURDAY ? 0 : -1) },
};

/**
 * The calendar as regressors: columns of 0 and 1, `[length]` each, that say which hour of the day or which day of the week it is, in UTC.
 *
 * Midnight's hour, Monday and working days have no column: the mean stands for them, and columns for all would add up to it. A column that is 0
 * throughout, as of days that the series does not reach, makes `fitArima` answer `INFEASIBLE`.
 *
 * @param length how many values, at most 1e8.
 * @throws IsothermError `OUT_OF_RANGE` (times beyond those of `Date` too); `BAD_ARGUMENT`: a term that there is not or that is there twice, and
 * `weekend` beside `dayOfWeek`, which says it already.
 *
 * Complexity: O(length columns).
 *
 * Source: Hyndman and Athanasopoulos, "Forecasting: principles and practice", 3rd edition, section 7.4 (dummy variables).
 *
 * @example
 * // Days from Friday, 2 January 2026.
 * const days = { startMs: Date.UTC(2026, 0, 2), stepMs: 86_400_000, terms: ['weekend'] } as const;
 * calendarTerms(4, days); // [[0, 1, 1, 0]]
 * calendarTerms(2, { ...days, from: 7 }); // [[0, 1]]
 */
export function calendarTerms(length: number, options: CalendarOptions): Float64Array[] {
  const { startMs, stepMs, terms, from = 0 } = options;
  whole('length', length, 0, LONGEST);
  whole('from', from, 0, FURTHEST);
  whole('startMs', startMs, -LATEST_MS, LATEST_MS);
  whole('stepMs', stepMs, 1, FURTHEST);
  const lastMs = startMs + (from + length) * stepMs;
  ensure(lastMs <= LATEST_MS, 'OUT_OF_RANGE', () => `the last value is at ${lastMs} ms, expected at most ${LATEST_MS}`);
  checkTerms(terms);
  return terms.flatMap((term) => {
    const { columns: count, at } = TERMS[term];
    const out = Array.from({ length: count }, () => new Float64Array(length));
    for (let t = 0; t < length; t++) {
      const which = at(startMs + (from + t) * stepMs);
      if (which >= 0) out[which][t] = 1;
    }
    return out;
  });
}

/** Errors: `BAD_ARGUMENT`. */
function checkTerms(terms: readonly CalendarTerm[]): void {
  const known = Object.keys(TERMS);
  for (const term of terms) {
    ensure(known.includes(term), 'BAD_ARGUMENT', () => `there is no term ${term}, expected ${known.join(', ')}`);
  }
  ensure(new Set(terms).size === terms.length, 'BAD_ARGUMENT', () => 'a term is there twice');
  const twofold = terms.includes('dayOfWeek') && terms.includes('weekend');
  ensure(!twofold, 'BAD_ARGUMENT', () => 'weekend is there beside dayOfWeek, whose columns add up to it');
}

/** Columns of one length, one after the other. Errors: `BAD_LENGTH`. */
export function columns(given: readonly Numbers[] | undefined, length: number, name: string): Float64Array {
  if (given === undefined || given.length === 0) return NONE;
  const out = new Float64Array(given.length * length);
  given.forEach((column, i) => {
    if (column.length !== length) {
      throw new IsothermError('BAD_LENGTH', `${name}[${i}] has length ${column.length}, expected ${length}`);
    }
    out.set(column, i * length);
  });
  return out;
}

/** The category of a function, and the rule that follows from it: the pure twin of `spes/category.rs` in `crates/policy`. */
import type { Run, Runs, Wait } from './runs.js';

/** In the numbers of the crate's `Category`. */
export const UNKNOWN = 0;
export const ALWAYS_WARM = 1;
const REGULAR = 2;
const APPRO_REGULAR = 3;
const DENSE = 4;
const SUCCESSIVE = 5;
const POSSIBLE = 6;
const PULSED = 7;

const AHEAD = 2;
const MODES = 5;
const APPRO_REGULAR_MODES = 3;
const ONE_RANGE = 10;
const DENSE_UNDER = 5;
const DENSE_LAST = 10;
const DENSE_LAST_UNREPEATED = 3;
const LONG_RUN = 10;
const MANY_CALLS = 11;
const PULSED_GIVE_UP = 3;
const DENSE_GIVE_UP = 5;

/** Minutes of waiting in which an instance is kept, ascending by first. */
export type Prediction = readonly { first: number; last: number }[];

/** A call behind a wait of `from` to `to` minutes. */
const expected = (from: number, to: number) => ({ first: from + 1 - AHEAD, last: to + 1 + AHEAD });

/** Whether an instance would be warm in the minute behind a wait of `waited`. */
export function foresees(prediction: Prediction, waited: number): boolean {
  return prediction.some(({ first, last }) => first <= waited && waited <= last);
}

/** Minutes of a wait of `waited` in which it would idle: the first, and each that follows one in which a call is expected. */
export function idleMinutes(prediction: Prediction, waited: number): number {
  let idle = 1;
  let counted = 0;
  for (const { first, last } of prediction) {
    const from = Math.max(first, counted + 1);
    const to = Math.min(last, waited - 1);
    idle += Math.max(to - from + 1, 0);
    counted = Math.max(counted, to);
  }
  return idle;
}

export class Rule {
  readonly category: number;
  readonly prediction: Prediction;
  #giveUp: number;

  constructor(category: number, prediction: Prediction = []) {
    this.category = category;
    this.prediction = prediction;
    this.#giveUp =
      category === DENSE || category === ALWAYS_WARM ? DENSE_GIVE_UP : category === PULSED ? PULSED_GIVE_UP : 1;
  }

  /** Whether an instance is warm in the minute behind a wait of `waited` minutes. */
  isWarm(waited: number): boolean {
    return this.category === ALWAYS_WARM || waited < this.#giveUp || foresees(this.prediction, waited);
  }

  /** The first wait from `waited` on behind which no instance is warm. */
  endOfWarm(waited: number): number {
    let end = Math.max(waited, this.#giveUp);
    // Ascending by their first minute, so that one pass is enough.
    for (const { first, last } of this.prediction) if (first <= end) end = Math.max(end, last + 1);
    return end;
  }
}

/** From all that is known. */
export function deriveRule({ waits, ended, active: goesOn }: Runs): Rule {
  let waited = 0;
  for (const wait of waits) waited += wait.waited * wait.times;
  let active = 0;
  for (const run of ended) active += run.active;
  active += goesOn;
  if (waited + active >= 1000 && waited * 1000 < waited + active) return new Rule(ALWAYS_WARM);
  const known = ended.length;
  if (known === 0) return new Rule(UNKNOWN);
  const regularly = known >= 4 ? regular(waits, known, waited) : undefined;
  if (regularly !== undefined) return new Rule(REGULAR, regularly);
  const frequent = modes(waits);
  const nearly = known >= 3 ? approRegular(frequent, known) : undefined;
  if (nearly !== undefined) return new Rule(APPRO_REGULAR, nearly);
  if (percentile(waits, known, 90) < DENSE_UNDER) return new Rule(DENSE, dense(waits, frequent));
  if (ended.every((run) => run.active >= LONG_RUN) || ended.every((run) => run.calls >= MANY_CALLS)) {
    return new Rule(SUCCESSIVE);
  }
  const prediction = possible(waits);
  return prediction.length === 0 || !foresightPays(ended) ? new Rule(PULSED) : new Rule(POSSIBLE, prediction);
}

/** The waiting time at a position in ascending order. */
function orderStatistic(waits: readonly Wait[], position: number): number {
  let left = position;
  for (const { waited, times } of waits) {
    if (left < times) return waited;
    left -= times;
  }
  return 0;
}

/** Linear between order statistics. */
function percentile(waits: readonly Wait[], known: number, percent: number): number {
  const position = (percent * (known - 1)) / 100;
  const below = Math.floor(position);
  const low = orderStatistic(waits, below);
  const high = orderStatistic(waits, Math.min(below + 1, known - 1));
  return low + (position - below) * (high - low);
}

/** All alike: within a minute of each other but for the outermost, or a coefficient of variation of at most 0.01. One beat may be missed. */
function regular(waits: readonly Wait[], known: number, sum: number): Prediction | undefined {
  const mean = sum / known;
  let squares = 0;
  for (const { waited, times } of waits) {
    const apart = waited - mean;
    squares += apart * apart * times;
  }
  const deviation = Math.sqrt(squares / known);
  const alike = percentile(waits, known, 95) - percentile(waits, known, 5) < 1;
  if (!alike && deviation > 0.01 * mean) return undefined;
  const beat = orderStatistic(waits, Math.floor((known - 1) / 2)) + 1;
  const beside = AHEAD + Math.floor(Math.min(deviation, 2));
  return [
    { first: beat - beside, last: beat + beside },
    { first: 2 * beat - beside, last: 2 * beat + beside },
  ];
}

/** Waiting times by how often they occur, the most frequent first, the shorter first of equals. */
function modes(waits: readonly Wait[]): Wait[] {
  return waits.toSorted((a, b) => b.times - a.times || a.waited - b.waited).slice(0, MODES);
}

function approRegular(frequent: readonly Wait[], known: number): Prediction | undefined {
  const first = frequent.slice(0, APPRO_REGULAR_MODES);
  const together = first.reduce((sum, { times }) => sum + times, 0);
  if (first[0].times < 2 || together * 10 < known * 9) return undefined;
  return each(first.filter(({ times }) => times * 10 > known).map(({ waited }) => waited));
}

/** A call behind each of the waits. */
const each = (waits: readonly number[]): Prediction =>
  waits.toSorted((a, b) => a - b).map((waited) => expected(waited, waited));

const repeated = (frequent: readonly Wait[]): number[] =>
  frequent.filter(({ times }) => times > 1).map(({ waited }) => waited);

function dense(waits: readonly Wait[], frequent: readonly Wait[]): Prediction {
  const often = repeated(frequent);
  const all = often.length > 0 ? often : [waits[0].waited, waits[waits.length - 1].waited];
  const least = Math.min(...all);
  const last = often.length > 0 ? DENSE_LAST : DENSE_LAST_UNREPEATED;
  return [expected(least, Math.max(Math.min(Math.max(...all), last), least))];
}

/** The rule for possible functions: waiting times that occurred more than once, as one range where they are close. */
export function possible(waits: readonly Wait[]): Prediction {
  const often = repeated(modes(waits));
  if (often.length === 0) return [];
  const least = Math.min(...often);
  const most = Math.max(...often);
  return most - least <= ONE_RANGE ? [expected(least, most)] : each(often);
}

/** Which of the two rules for what is left would have done better so far: whether that for possible functions. */
function foresightPays(ended: readonly Run[]): boolean {
  let calls = 0;
  let pulsedCold = 0;
  let pulsedIdle = 0;
  let possibleCold = 0;
  let possibleIdle = 0;
  for (const run of ended) {
    calls += run.calls;
    pulsedCold += run.waited >= PULSED_GIVE_UP ? 1 : 0;
    pulsedIdle += Math.min(run.waited, PULSED_GIVE_UP);
    possibleCold += run.foreseen ? 0 : 1;
    possibleIdle += run.idle;
  }
  if (possibleCold === pulsedCold || possibleIdle === pulsedIdle) {
    return possibleCold < pulsedCold || possibleIdle < pulsedIdle;
  }
  const fewerCold = possibleCold < pulsedCold;
  if (fewerCold === possibleIdle < pulsedIdle) return fewerCold;
  // One has fewer cold starts, the other idles less.
  const cold = fewerCold ? possibleCold : pulsedCold;
  const moreCold = fewerCold ? pulsedCold : possibleCold;
  const idle = fewerCold ? possibleIdle : pulsedIdle;
  const lessIdle = fewerCold ? pulsedIdle : possibleIdle;
  const worthIt = cold * 10 <= calls || 0.5 * (moreCold - cold) * lessIdle >= (idle - lessIdle) * cold;
  return fewerCold === worthIt;
}

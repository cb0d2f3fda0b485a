/** What a store takes: everything is looked at before it is asked for anything. */
import { IsothermError } from 'isotherm/kernels';
import type { Sample } from '../providers/observation.js';
import type { StoredGap, StoredSample } from './rows.js';

/** UTF-16 units; in UTF-8 still short enough for an index of PostgreSQL. */
export const LONGEST_TEXT = 512;
/** Of a text that says of what it is, with one of the longest in it. */
export const LONGEST_SUBJECT = LONGEST_TEXT + 64;
const LARGEST_INT = 2 ** 31 - 1;
/** Of a count's interval: a day. */
export const LONGEST_SPAN_MS = 86_400_000;
/** The last instant of a JavaScript `Date`, ms. */
const LARGEST_TIME_MS = 8.64e15;

/** Why no database holds this text; undefined where one does. */
export function textProblem(text: string, longest = LONGEST_TEXT): string | undefined {
  if (text.length > longest) return `is ${text.length} characters long, expected at most ${longest}`;
  if (text.includes('\0')) return 'holds a NUL (U+0000)';
  if (/\p{Surrogate}/u.test(text)) return 'holds half of a surrogate pair';
  // The embedded database's reader takes one for a mark of the encoding, and leaves it out.
  if (text.startsWith('\ufeff')) return 'begins with a byte order mark (U+FEFF)';
  return undefined;
}

/** Errors: BAD_ARGUMENT. */
export function checkText(what: string, text: string, longest = LONGEST_TEXT): void {
  const problem = typeof text === 'string' ? textProblem(text, longest) : 'is no text';
  if (problem !== undefined) throw new IsothermError('BAD_ARGUMENT', `${what} ${problem}`);
}

/** Errors: BAD_ARGUMENT for empty ones too. */
export function checkName(what: string, text: string, longest = LONGEST_TEXT): void {
  checkText(what, text, longest);
  if (text === '') throw new IsothermError('BAD_ARGUMENT', `${what} is empty`);
}

/** Errors: OUT_OF_RANGE. */
export function checkTick(tick: number): void {
  checkWhole('a tick', tick, 1);
}

/** Errors: OUT_OF_RANGE. */
export function checkTime(what: string, ms: number): void {
  if (!(Math.abs(ms) <= LARGEST_TIME_MS)) outOfRange(what, ms, 'a time in ms that a calendar has');
}

/** Errors: OUT_OF_RANGE. */
export function checkWhole(what: string, value: number, least: number): void {
  if (!(Number.isInteger(value) && value >= least && value <= LARGEST_INT)) {
    outOfRange(what, value, `a whole number in ${least}..${LARGEST_INT}`);
  }
}

function checkAmount(what: string, value: number | undefined): void {
  if (value !== undefined && !(value >= 0 && value <= Number.MAX_VALUE)) outOfRange(what, value, 'a number >= 0');
}

function outOfRange(what: string, value: number, expected: string): never {
  throw new IsothermError('OUT_OF_RANGE', `${what} is ${value}, expected ${expected}`);
}

/** Errors: BAD_ARGUMENT, OUT_OF_RANGE. */
export function checkSample(sample: StoredSample): void {
  checkFacts(sample);
  checkTick(sample.tick);
  if (sample.kind === 'call') checkWhole('the place among equal calls', sample.ordinal, 0);
}

/** What a sample says, wherever it is placed. Errors: BAD_ARGUMENT, OUT_OF_RANGE. */
export function checkFacts(sample: Sample): void {
  checkName('a function key', sample.functionKey);
  checkAmount('a duration', sample.durationMs);
  checkAmount('memory', sample.memoryMiB);
  if (sample.kind === 'call') {
    checkTime('the time of a call', sample.atMs);
    checkAmount('an init duration', sample.initMs);
    if (sample.id !== undefined) checkName('the id of a call', sample.id);
    return;
  }
  checkTime('the start of a count', sample.fromMs);
  if (!Number.isInteger(sample.fromMs)) outOfRange('the start of a count', sample.fromMs, 'whole ms');
  const spanMs = sample.toMs - sample.fromMs;
  if (!(Number.isInteger(spanMs) && spanMs >= 1 && spanMs <= LONGEST_SPAN_MS)) {
    outOfRange('the interval of a count', spanMs, `whole ms in 1..${LONGEST_SPAN_MS}`);
  }
  checkWhole('a count of calls', sample.calls, 0);
  if (sample.coldStarts !== undefined) checkWhole('a count of cold starts', sample.coldStarts, 0);
}

/** Errors: BAD_ARGUMENT, OUT_OF_RANGE. */
export function checkGap(gap: StoredGap): void {
  if (gap.functionKey !== null) checkName('a function key', gap.functionKey);
  checkTick(gap.tick);
  checkTime('the start of a gap', gap.fromMs);
  checkTime('the end of a gap', gap.toMs);
  if (gap.toMs <= gap.fromMs) outOfRange('the length of a gap', gap.toMs - gap.fromMs, 'ms > 0');
  checkName('the reason of a gap', gap.reason);
  checkText('the words of a gap', gap.detail);
}

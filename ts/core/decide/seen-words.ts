/** What the numbers in a receipt's `saw` stand for, in words. */
import { grouped, time } from './explain-words.js';

/** What `spes` calls its categories, in the numbers of its receipts. */
const CATEGORIES = ['unknown', 'always warm', 'regular', 'appro-regular', 'dense', 'successive', 'possible', 'pulsed'];

/** What an adaptive policy calls its plans, likewise. */
const PLANS = [
  'none yet',
  'warm intervals',
  'one window',
  'the window of the present load',
  'the minutes of the hour',
  'a moment only',
];

const NAMED: Readonly<Record<string, readonly string[]>> = { category: CATEGORIES, plan: PLANS };

/** By the name that `PolicyStepper.seen` gives; the last three are what a policy is told at a tick. */
export const SEEN_WORDS: Readonly<Record<string, string>> = {
  gapsSeen: 'idle times known of level 0: of instances released while no other call ran',
  windowMs: 'the window from the release on that it takes to be cheapest at level 0, ms',
  followersOfAColdStart: 'further cold starts that one at level 0 brings about, mean',
  pricePressure: 'what it multiplies the price of a cold start by, to meet its target; 1 without one',
  isByTheClock: '1 where the plan by the minutes of the hour decided last, 0 where one by idle times did',
  plan: 'which plan decided at the last release',
  level: 'calls that were running when that instance was released',
  gapsAtLevel: 'idle times known of that level; the prior counts as two',
  idleTimesInRange: 'idle times known that were under 4 h',
  idleTimesOutOfRange: 'idle times known that were 4 h and longer',
  binVariation:
    'coefficient of variation of the counts over the bins of a minute; under 2 it takes them to mean nothing',
  headBin: 'the minute of the 5th percentile: cold until 0.9 times its beginning; -1: the histogram is not used',
  tailBin: 'the minute of the 99th percentile: warm until 1.1 times its end; -1: the histogram is not used',
  peakBusy: 'most instances busy at once in the last ten minutes',
  entriesLeft: 'starts of its schedule that are still to come',
  breakEvenMs: 'idle time that costs as much as a cold start, ms',
  category: 'what the pattern of its minutes with and without calls is taken for',
  waitingTimesKnown: 'stretches of minutes without calls that are over',
  expectedFromMinute: 'first minute without calls after which the next call is expected; -1: none is',
  expectedToMinute: 'the last such minute; -1: none',
  meanBusy: 'mean of busy instances of the day before',
  instancesToHold: 'instances that are to be there all day',
  busy: 'instances with a call',
  warmIdle: 'instances that were warm and idle',
  pending: 'instances that were starting or promised',
  meanBusyMs: 'mean time that a call keeps its instance, ms',
  poolScoreUsd:
    'what pools that the forecast asks for would have saved beside the policy, less what they would have cost, USD; the past fades',
};

/** What a number of these is called that stands for a name: a plan or a category. */
export const seenName = (name: string, value: number): string | undefined => NAMED[name]?.[value];

/** `gapsSeen 99: idle times known of …`; of a time from a minute on also `(20.6 min)`. */
export function seenInWords(name: string, value: number): string {
  const inUnits = name.endsWith('Ms') && value >= 60_000 && Number.isFinite(value) ? ` (${time(value)})` : '';
  const shown = seenName(name, value) ?? `${grouped(value, Number.isInteger(value) ? 15 : 6)}${inUnits}`;
  const words = SEEN_WORDS[name];
  return words === undefined ? `${name} ${shown}` : `${name} ${shown}: ${words}`;
}

/** Which of an adaptive policy's plans a release followed, and what that rests on; undefined of other policies. */
export function planInWords({ plan, level, gapsAtLevel }: Readonly<Record<string, number>>): string | undefined {
  if (plan === undefined || plan === 0) return undefined;
  const others =
    level === 0 ? 'no other call was' : level === 1 ? '1 other call was' : `${grouped(level!)} other calls were`;
  const where = `level ${grouped(level!)} (${others} running)`;
  const known = gapsAtLevel === 1 ? 'its one idle time' : `its ${grouped(gapsAtLevel!)} idle times`;
  const own =
    gapsAtLevel === 0
      ? 'the prior alone, as no idle time of it is known'
      : `${known} and the prior, which counts as two`;
  switch (plan) {
    case 1:
      return `Plan: warm intervals for ${where}, by ${own}; on the recent idle times they would have cost least.`;
    case 2:
      return `Plan: one window for ${where}, by ${own}${gapsAtLevel === 0 ? '' : '; on the recent idle times nothing else would have cost clearly less'}.`;
    case 3:
      return `Plan: the window of the present load, by idle times of all levels at that load; on the recent idle times of ${where} it would have cost least.`;
    case 5:
      return `Plan: a moment only, as a spare at ${where}: had no call been cold, the traffic would never have needed it.`;
    default:
      return `Plan: by the minutes of the hour; at level 0 (no other call was running) that would have cost less than a plan by idle times.`;
  }
}

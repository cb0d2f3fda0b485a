import { ln, type SplitMix64 } from '../../kernels/pure/numeric.js';
import { PLATFORM_SWING, PUBLISHED, TRIGGERS, VARIATION, VARIATION_STRETCH } from '../calibration.js';
import { type ArrivalWriter, alternateForVariation } from './arrivals.js';
import { linearQuantile } from './distribution.js';
import { logUniform, streamOf } from './draws.js';
import { gapsOfVariation } from './gaps.js';
import type { Workload } from './patterns.js';
import { popularity } from './popularity.js';
import { season } from './season.js';
import { drawDurationMs, drawMemoryMiB } from './sizes.js';

/** Half of the platform's traffic does not swing, so the other half swings twice as much as the platform. */
const SEASONAL_SHARE = 1 - PUBLISHED.constantBaseline.value;
const SWING = (PLATFORM_SWING.peak - PLATFORM_SWING.trough) / 2 / SEASONAL_SHARE;
const WEEKEND = 1 - (1 - PLATFORM_SWING.weekend) / SEASONAL_SHARE;

/** Up to here a function is generated call by call, beyond it minute by minute. */
const RENEWAL_PER_MINUTE = 0.5;
/** How long a busy or a silent spell lasts, minutes. */
const SPELL = { low: 2, high: 60 };

/** Periods that timers and other machines are set to, seconds. */
const PERIODS_S = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400, 604800];

/** Functions called most, which make 95 % of the calls: their triggers are distributed as the calls are. */
const BUSIEST = 0.97;
const ONCE_A_MINUTE = 0.814;

/** A fleet after the published figures; each function stands for an app of its own. */
export function calibratedWorkload(seed: number, functions: number, minutes: number, calls?: number): Workload {
  const daily = season(minutes, SWING, WEEKEND);
  const mean = 1 + SEASONAL_SHARE * (daily.before[minutes] / minutes - 1);
  const popular = popularity(seed, functions, calls === undefined ? undefined : (calls * 1440) / (minutes * mean));
  return {
    callsPerMinute: (f) => popular.callsPerDay(f) / 1440,
    generate: (f, arrivals) => {
      const random = streamOf(seed, f);
      const rank = popular.rank(f);
      const trigger = drawTrigger(random, rank);
      const isTimer = trigger === 'timer';
      const drawn = linearQuantile(isTimer ? VARIATION.onlyTimers : VARIATION.noTimers, random.unit());
      const variation = isTimer ? drawn : drawn * VARIATION_STRETCH;
      const isSeasonal = random.unit() < SEASONAL_SHARE && !isTimer && variation > 0;
      const facts = { trigger, durationMs: drawDurationMs(random, rank), memoryMiB: drawMemoryMiB(random) };
      const perDay = popular.callsPerDay(f);
      const isPeriodic = isTimer || variation === 0;
      const perMinute = (isPeriodic ? periodicCallsPerDay(perDay) : perDay) / 1440;
      generateCalls(arrivals, random, perMinute, variation, isSeasonal ? daily : undefined);
      return facts;
    },
  };
}

function generateCalls(
  arrivals: ArrivalWriter,
  random: SplitMix64,
  perMinute: number,
  variation: number,
  swing: ReturnType<typeof season> | undefined,
): void {
  if (perMinute <= RENEWAL_PER_MINUTE) {
    arrivals.renew(random, gapsOfVariation(variation), perMinute, swing);
    return;
  }
  arrivals.begin(swing);
  if (variation < 1) {
    arrivals.regulate(random, perMinute, variation);
    return;
  }
  if (variation > 1) {
    alternateForVariation(arrivals, random, perMinute, variation, logUniform(random, SPELL.low, SPELL.high));
  }
  arrivals.scatter(random, perMinute);
}

/** The nearest period that people set, as calls a day; what is called more than once a second stays as it is. */
function periodicCallsPerDay(callsPerDay: number): number {
  const period = 86400 / callsPerDay;
  if (period < 1) return callsPerDay;
  let nearest = PERIODS_S[0];
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of PERIODS_S) {
    const ratio = ln(candidate / period);
    const distance = ratio < 0 ? -ratio : ratio;
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return 86400 / nearest;
}

/**
 * Shares of triggers among functions called at most once a minute, more often, and most: so that both published columns come
 * out, and 95 % of timers fire at most once a minute.
 */
const BANDS = (() => {
  const busiest = TRIGGERS.map(({ calls }) => calls);
  const middleWidth = BUSIEST - ONCE_A_MINUTE;
  const rest = TRIGGERS.map(({ functions, calls }) => functions - (1 - BUSIEST) * calls);
  const timer = TRIGGERS.findIndex(({ trigger }) => trigger === 'timer');
  const timersAbove = TRIGGERS[timer].functions * (1 - PUBLISHED.timersAtMostMinutely.value);
  const middleTimer = (timersAbove - (1 - BUSIEST) * TRIGGERS[timer].calls) / middleWidth;
  const others = rest.reduce((sum, share, t) => (t === timer ? sum : sum + share), 0);
  const middle = rest.map((share, t) => (t === timer ? middleTimer : (share / others) * (1 - middleTimer)));
  const rare = rest.map((share, t) => (share - middleWidth * middle[t]) / ONCE_A_MINUTE);
  return [
    { below: ONCE_A_MINUTE, shares: rare },
    { below: BUSIEST, shares: middle },
    { below: 1, shares: busiest },
  ];
})();

function drawTrigger(random: SplitMix64, rank: number): string {
  const { shares } = BANDS.find(({ below }) => rank < below)!;
  let rest = random.unit();
  for (let t = 0; t < shares.length; t++) {
    rest -= shares[t];
    if (rest < 0) return TRIGGERS[t].trigger;
  }
  return TRIGGERS[0].trigger;
}

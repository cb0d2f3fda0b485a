import type { SplitMix64 } from '../../kernels/pure/numeric.js';
import { TRIGGERS } from '../calibration.js';
import type { ArrivalWriter } from './arrivals.js';
import { logUniform, logUniformMean, streamOf } from './draws.js';
import { type Gaps, gapsOfVariation, heavyGaps } from './gaps.js';
import { type Season, season } from './season.js';
import { drawDurationMs, drawMemoryMiB } from './sizes.js';

/** What a function is, beside its calls. */
export interface FunctionFacts {
  trigger: string;
  durationMs: number;
  memoryMiB: number;
}

/** A fleet that can be generated function by function, in any order. */
export interface Workload {
  /** Mean calls a minute of function `f`: for sizing buffers. */
  callsPerMinute(f: number): number;
  /** Writes the calls of function `f` (all but the end of the function). */
  generate(f: number, arrivals: ArrivalWriter): FunctionFacts;
}

/** The patterns that are one process each, with its rates in calls a minute (log-uniform over functions). */
export const SIMPLE_PATTERNS = [
  'steady',
  'diurnal',
  'weekly',
  'bursty',
  'spike',
  'timer',
  'irregular',
  'rare',
] as const;

export type SimplePattern = (typeof SIMPLE_PATTERNS)[number];

const RATES: Record<Exclude<SimplePattern, 'timer'>, { low: number; high: number }> = {
  steady: { low: 1, high: 30 },
  diurnal: { low: 1, high: 30 },
  weekly: { low: 1, high: 30 },
  bursty: { low: 0.5, high: 10 },
  spike: { low: 0.5, high: 10 },
  irregular: { low: 1 / 240, high: 1 / 5 },
  rare: { low: 1 / (7 * 1440), high: 1 / 120 },
};

/** Periods of timers, minutes. */
const PERIODS = [1, 5, 10, 15, 30, 60, 360, 1440];
const MEAN_TICKS = PERIODS.reduce((sum, period) => sum + 1 / period, 0) / PERIODS.length;
/** One firing in fifty is seen in the minute after. */
const LATE = 0.02;

/** The swing of a day by nine to one, and a day by four to one in a week whose weekends have four tenths of the traffic. */
const SEASONS = { diurnal: { swing: 0.8, weekend: 1 }, weekly: { swing: 0.6, weekend: 0.4 } } as const;

/** A Markov-modulated Poisson process of two states: a fifth of the mean rate for an hour, nine times the mean for six minutes. */
const BURSTS = { calm: 0.2, calmShare: 10 / 11, calmMinutes: 60 };

/** One spike a day at a random minute: fifty times the base rate, falling by a fifth a minute. */
const SPIKE = { height: 50, decay: 0.8 };
const SPIKE_MEAN = 1 + SPIKE.height / (1 - SPIKE.decay) / 1440;

const EXPONENTIAL = gapsOfVariation(1);
/** Infinite variance: the gaps have no typical length. */
const HEAVY = heavyGaps(1.5);

/** Up to here a Poisson process is generated call by call, beyond it minute by minute. */
const RENEWAL_PER_MINUTE = 0.5;

/** A fleet of functions that all follow one pattern, each with a rate of its own; `calls` scales the rates. */
export function simpleWorkload(
  pattern: SimplePattern,
  seed: number,
  functions: number,
  minutes: number,
  calls?: number,
): Workload {
  const swing = pattern === 'diurnal' || pattern === 'weekly' ? SEASONS[pattern] : undefined;
  const seasonal = swing === undefined ? undefined : season(minutes, swing.swing, swing.weekend);
  const mean = pattern === 'timer' ? MEAN_TICKS : logUniformMean(RATES[pattern].low, RATES[pattern].high);
  const overTime = seasonal === undefined ? minutes : seasonal.before[minutes];
  const scale = calls === undefined ? 1 : calls / (functions * mean * overTime);
  return {
    callsPerMinute: () => mean * scale,
    generate: (f, arrivals) => {
      const random = streamOf(seed, f);
      const trigger = pattern === 'timer' ? 'timer' : drawTrigger(random);
      const facts = { trigger, durationMs: drawDurationMs(random), memoryMiB: drawMemoryMiB(random) };
      if (pattern === 'timer') {
        const period = PERIODS[random.below(PERIODS.length)] / scale;
        arrivals.tick(random, random.unit() * period, period, LATE);
      } else {
        const perMinute = logUniform(random, RATES[pattern].low, RATES[pattern].high) * scale;
        generateCalls(arrivals, random, pattern, perMinute, seasonal);
      }
      return facts;
    },
  };
}

function generateCalls(
  arrivals: ArrivalWriter,
  random: SplitMix64,
  pattern: Exclude<SimplePattern, 'timer'>,
  perMinute: number,
  seasonal: Season | undefined,
): void {
  if (pattern === 'irregular' || pattern === 'rare') {
    const gaps: Gaps = pattern === 'irregular' ? HEAVY : EXPONENTIAL;
    arrivals.renew(random, gaps, perMinute);
    return;
  }
  if (pattern === 'bursty' || pattern === 'spike') {
    arrivals.begin();
    if (pattern === 'bursty') {
      arrivals.alternate(random, BURSTS.calm, BURSTS.calmShare, BURSTS.calmMinutes);
      arrivals.scatter(random, perMinute);
      return;
    }
    for (let day = 0; day < arrivals.minutes; day += 1440) {
      const minute = day + random.below(1440);
      arrivals.spike(minute, SPIKE.height, SPIKE.decay);
    }
    arrivals.scatter(random, perMinute / SPIKE_MEAN);
    return;
  }
  if (perMinute <= RENEWAL_PER_MINUTE) {
    arrivals.renew(random, EXPONENTIAL, perMinute, seasonal);
    return;
  }
  arrivals.begin(seasonal);
  arrivals.scatter(random, perMinute);
}

/** By share of functions, timers aside. */
function drawTrigger(random: SplitMix64): string {
  const others = TRIGGERS.filter(({ trigger }) => trigger !== 'timer');
  const all = others.reduce((sum, { functions }) => sum + functions, 0);
  let rest = random.unit() * all;
  for (const { trigger, functions } of others) {
    rest -= functions;
    if (rest < 0) return trigger;
  }
  return others[0].trigger;
}

/** The reference policies as their definition says them, remembering everything and searching it anew each time. */
import { ln } from '../../ts/core/kernels/pure/numeric.js';
import type { Interval, OraclePolicy } from './replay-oracle.js';

/** splitmix64 as published (Steele, Lea, Flood 2014), on big integers. */
export function splitmix64(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
}

/** One interval at every release; window 0 and an infinite one included. */
export function constant(prewarmMs: number, keepAliveMs: number): OraclePolicy {
  return { arrival: () => {}, release: () => ({ prewarmMs, keepAliveMs }) };
}

export interface ScheduledStart extends Interval {
  atMs: number;
  count: number;
}

/** One interval at every release, and instances started at given ticks. */
export function schedule(interval: Interval, starts: readonly ScheduledStart[]): OraclePolicy {
  return { arrival: () => {}, release: () => interval, tick: (nowMs) => starts.filter((s) => s.atMs === nowMs) };
}

/** Started ahead of the largest number of busy instances of the last ten minutes, and a fifth more. */
export function recentPeak(prewarmMs: number): OraclePolicy {
  const seen: { atMs: number; busy: number }[] = [];
  return {
    arrival: (atMs, busy) => seen.push({ atMs, busy }),
    release: () => ({ prewarmMs: 0, keepAliveMs: 60_000 }),
    tick(nowMs, busy, warmIdle, pending) {
      const recent = seen.filter(({ atMs }) => atMs >= nowMs - 600_000 && atMs < nowMs);
      const peak = Math.max(0, ...recent.map((arrival) => arrival.busy));
      // 1.2 as a fraction: whole numbers leave nothing to round.
      const count = Math.ceil((6 * peak) / 5) - busy - warmIdle - pending;
      return count > 0 ? [{ count, prewarmMs, keepAliveMs: 600_000 }] : [];
    },
  };
}

const BINS = 240;

/** The first bin up to which at least `percent` of the idle times lie. */
function percentileBin(bins: readonly number[], percent: number): number {
  const n = bins.reduce((sum, count) => sum + count, 0);
  let cumulative = 0;
  return bins.findIndex((count) => {
    cumulative += count;
    return cumulative * 100 >= percent * n;
  });
}

/** Shahrad et al.: from the 5th to the 99th percentile of a function's idle times, with margins. */
export function hybridHistogram(): OraclePolicy {
  const idleTimes: number[] = [];
  let lastReleaseMs = Number.NaN;
  return {
    arrival(atMs) {
      if (!Number.isNaN(lastReleaseMs)) idleTimes.push(atMs - lastReleaseMs);
    },
    release(atMs) {
      lastReleaseMs = atMs;
      const bins = Array.from({ length: BINS }, () => 0);
      let outOfRange = 0;
      for (const idleMs of idleTimes) {
        const bin = Math.floor(idleMs / 60_000);
        if (bin < BINS) bins[bin] += 1;
        else outOfRange += 1;
      }
      const n = idleTimes.length - outOfRange;
      // std / mean < 2, squared and multiplied out: (sum of squares / 240 - mean^2) < 4 mean^2, mean = n / 240.
      const squares = bins.reduce((sum, count) => sum + count * count, 0);
      const unclear = BINS * squares < 5 * n * n;
      if (idleTimes.length < 10 || 2 * outOfRange > idleTimes.length || unclear) {
        return { prewarmMs: 0, keepAliveMs: 14_400_000 };
      }
      // 0.9 and 1.1 of 60000, so that nothing is rounded.
      const headMs = 54_000 * percentileBin(bins, 5);
      const tailMs = 66_000 * (percentileBin(bins, 99) + 1);
      const prewarmMs = headMs >= 60_000 ? headMs : 0;
      return { prewarmMs, keepAliveMs: tailMs - prewarmMs };
    },
  };
}

/** Stays as long as it costs what a cold start does. */
export function breakEven(idleUsdPerMs: number, coldStartUsd: number): OraclePolicy {
  const ms = idleUsdPerMs === 0 ? Number.POSITIVE_INFINITY : Math.floor(coldStartUsd / idleUsdPerMs);
  return constant(0, ms > Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : ms);
}

/** Karlin et al.: `x` with the distribution `(e^(x/B) - 1) / (e - 1)` on `[0, B]`. */
export function breakEvenRandomised(
  idleUsdPerMs: number,
  coldStartUsd: number,
  seed: number,
  stream: number,
): OraclePolicy {
  const next = splitmix64(splitmix64((BigInt(seed) << 32n) | BigInt(stream))());
  const ms = idleUsdPerMs === 0 ? Number.POSITIVE_INFINITY : coldStartUsd / idleUsdPerMs;
  return {
    arrival: () => {},
    release() {
      const unit = Number(next() >> 11n) / 2 ** 53;
      const keepAliveMs = Math.floor(ms * ln(1 + unit * (Math.E - 1)));
      return { prewarmMs: 0, keepAliveMs: ms > Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : keepAliveMs };
    },
  };
}

const DAY_MS = 86_400_000;

/** Twice the mean of busy instances, of the day before or so far, held to the end of the day. */
export function staticTwice(prewarmMs: number): OraclePolicy {
  /** Every instant that it was told of, with the busy instances from then on. */
  const told: { atMs: number; busy: number }[] = [];
  let busy = 0;
  let held = 0;
  const dayOf = (atMs: number): number => Math.floor(atMs / DAY_MS);
  const mean = (fromMs: number, toMs: number): number => {
    let busyMs = 0;
    told.forEach(({ atMs, busy: then }, i) => {
      const until = Math.min(told[i + 1]?.atMs ?? toMs, toMs);
      busyMs += then * Math.max(0, until - Math.max(atMs, fromMs));
    });
    return toMs > fromMs ? busyMs / (toMs - fromMs) : 0;
  };
  const target = (nowMs: number): number => {
    const first = told[0].atMs;
    const today = dayOf(nowMs) * DAY_MS;
    const of = first < today ? mean(Math.max(first, today - DAY_MS), today) : mean(first, nowMs);
    return Math.min(Math.ceil(2 * of), 2 ** 32 - 1);
  };
  const tell = (atMs: number, now: number) => {
    busy = now;
    told.push({ atMs, busy });
  };
  return {
    arrival(atMs, now) {
      tell(atMs, now);
      held = Math.max(0, held - 1);
    },
    release(atMs) {
      tell(atMs, Math.max(0, busy - 1));
      if (busy + held >= target(atMs)) return { prewarmMs: 0, keepAliveMs: 0 };
      held++;
      return { prewarmMs: 0, keepAliveMs: (dayOf(atMs) + 1) * DAY_MS + prewarmMs - atMs };
    },
    tick(nowMs, busyNow, warmIdle, pending) {
      tell(nowMs, busy);
      const midnight = dayOf(nowMs) * DAY_MS;
      held = pending + (nowMs < midnight + prewarmMs ? 0 : warmIdle);
      const count = target(nowMs) - busyNow - held;
      if (count <= 0) return [];
      held += count;
      return [{ count, prewarmMs, keepAliveMs: midnight + DAY_MS - nowMs }];
    },
  };
}

/** The reference policies as their definition says them, remembering everything and searching it anew each time. */
import type { Interval, OraclePolicy } from './replay-oracle.js';

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

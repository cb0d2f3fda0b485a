/** How long idle instances stay that nobody keeps ready: as the trace shows, else as is documented or measured of the platform. */
import type { TargetTerms } from '../../decide/advise/target.js';
import { count, counted, duration } from '../../decide/figures.js';
import type { Trace } from '../../trace/index.js';
import { FORMAT_PLATFORMS } from '../../trace/start-time-table.js';
import { idleTimes } from './idle-times.js';
import { TARGET_PLATFORMS } from './platforms.js';

export interface KeepAlive {
  ms: number;
  /** `trace`: the trace contradicts the platform's own less with this one. `platform`: documented, or measured by others. */
  from: 'trace' | 'platform';
  /** What is documented or measured of the platform. */
  platformMs: number;
  /** Idle times before the judged part that show how long environments stay, and how many of them it was otherwise in. */
  idleTimes: number;
  unlike: number;
  /** The longest of them after which an environment was used again, and the shortest after which one was gone, the unlike ones left out; NaN without any. */
  reusedMs: number;
  goneMs: number;
}

/** The end of a sorted list's part that is at most `most`. O(log n). */
function countAtMost(sorted: Float64Array, most: number): number {
  let low = 0;
  for (let high = sorted.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Of all times that the idle times contradict least, the one nearest to the platform's own. Only what came before the judged part counts, as
 * for every setting. O(n log n) in the idle times.
 */
export function keepAliveOf(trace: Trace, judgeFrom: number, terms: TargetTerms, format: string): KeepAlive {
  const { keepAliveMs: platformMs, target } = terms;
  const platform = FORMAT_PLATFORMS[format];
  // A log of another platform says nothing of this one, and on Knative the autoscaler decides.
  const isTold =
    trace.kind === 'calls' && target !== 'knative' && (platform === undefined || platform === TARGET_PLATFORMS[target]);
  const seen = isTold ? idleTimes(trace, judgeFrom * 60_000) : { reused: [], gone: [] };
  const reused = Float64Array.from(seen.reused).sort();
  const gone = Float64Array.from(seen.gone).sort();
  const unlike = (ms: number): number => reused.length - countAtMost(reused, ms) + countAtMost(gone, ms);
  let ms = platformMs;
  let fewest = unlike(ms);
  const consider = (other: number): void => {
    const own = unlike(other);
    if (own > fewest || (own === fewest && Math.abs(other - platformMs) >= Math.abs(ms - platformMs))) return;
    ms = other;
    fewest = own;
  };
  // It gets better only where one more was used again, and worse only where one more was gone.
  for (const idleMs of reused) consider(idleMs);
  for (const idleMs of gone) if (idleMs > 0) consider(idleMs - 1);
  return {
    ...{ ms, from: ms === platformMs ? 'platform' : 'trace', platformMs },
    ...{ idleTimes: reused.length + gone.length, unlike: fewest },
    ...{
      reusedMs: reused[countAtMost(reused, ms) - 1] ?? Number.NaN,
      goneMs: gone[countAtMost(gone, ms)] ?? Number.NaN,
    },
  };
}

/** '6 minutes', '600 s'. */
export function minutesOf(ms: number): string {
  if (ms % 60_000 !== 0) return duration(ms);
  return ms === 60_000 ? '1 minute' : `${ms / 60_000} minutes`;
}

/** How long idle instances stay and where that is from, without a full stop. */
export function keepAliveSentence(keepAlive: KeepAlive): string {
  const { ms, from, platformMs, idleTimes: all, unlike, reusedMs, goneMs } = keepAlive;
  const staying = `Idle instances stay ${minutesOf(ms)}`;
  const known = 'documented or measured of the platform';
  if (all === 0) return `${staying}, as ${known}; the data do not show how long`;
  const shown = [
    ...(Number.isNaN(reusedMs) ? [] : [`used again after up to ${duration(reusedMs)}`]),
    ...(Number.isNaN(goneMs) ? [] : [`gone after ${duration(goneMs)} and more`]),
    ...(unlike === 0 ? [] : [`otherwise ${count(unlike)} of ${counted(all, 'time')}`]),
  ].join(', ');
  return from === 'platform'
    ? `${staying}, as ${known}, and the data do not show another time (${shown})`
    : `${staying}, as the data show (${shown}), not the ${minutesOf(platformMs)} ${known}`;
}

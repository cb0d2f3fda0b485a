/** Which instances a tick starts: the pure twin of `starts.rs` in `crates/policy`. */
import type { Counts, Start } from '../policy.js';
import { classOf } from './bins.js';
import type { Ideal } from './ideal.js';
import type { Instances } from './instances.js';
import type { Learnt } from './learnt.js';
import { BY_LOAD, INTERVALS } from './level.js';
import { type Costs, TICK_MS, type Warmths } from './program.js';

/** Levels that a tick looks at. */
const TICK_LEVELS = 64;
const MAX_U32 = 0xffff_ffff;

/** What is on, and what is known of it. */
export interface Standing {
  learnt: Learnt;
  ideal: Ideal;
  instances: Instances;
  coldMs: number;
}

/** The first of the intervals that ends no earlier than `idle`, or -1. */
function nextOf({ to, count }: Warmths, idle: number): number {
  for (let i = 0; i < count; i++) if (to[i] >= idle) return i;
  return -1;
}

/** Starts what the levels' intervals promise before the next tick and no instance will be there for; `ahead` cold calls would be over, had they been warm. */
export function startPromised(
  { learnt, ideal, instances, coldMs }: Standing,
  ahead: number,
  now: number,
  counts: Counts,
  starts: Start[],
): void {
  const most = counts.warmIdle + counts.pending;
  const from = now + coldMs;
  const levels = Math.min(ideal.idle, TICK_LEVELS);
  let wanted = 0;
  for (let i = 0; i < levels; i++) {
    const place = Math.min(ideal.busy + i, MAX_U32);
    const since = ideal.idleSince(i);
    const level = classOf(place);
    const idle = from - since;
    const known = learnt.planned(level);
    const byClock = place === 0 && learnt.byClock;
    const answer = known.answer();
    if (!byClock && answer !== INTERVALS) {
      const window = answer === BY_LOAD ? learnt.byLoad(ideal.idleLoad(i)).window : known.window;
      if (idle <= window) wanted++;
      continue;
    }
    const intervals = byClock ? learnt.clock.intervals : known.intervals;
    const next = nextOf(intervals, idle);
    if (next < 0 || intervals.from[next] > idle + TICK_MS) continue;
    wanted++;
    if (intervals.from[next] <= idle) continue;
    const begin = since + intervals.from[next];
    const alive = Math.min(instances.until(begin), most + starts.length) + ahead;
    if (wanted <= alive) continue;
    starts.push({ count: 1, prewarmMs: begin - now, keepAliveMs: intervals.to[next] - intervals.from[next] });
    instances.push(begin, since + intervals.to[next]);
  }
}

/** Starts what a burst of the next minute is likely to need. */
export function startAhead({ learnt, ideal, instances, coldMs }: Standing, now: number, starts: Start[]): void {
  learnt.bursts.tick(now, ideal.busy);
  let alive = instances.until(now + TICK_MS) + ideal.busy;
  if (alive === 0 && ideal.idle > 0) {
    // The lowest level has plans of its own.
    const intervals = learnt.byClock ? learnt.clock.intervals : learnt.known(0)?.intervals;
    const idle = now + TICK_MS - ideal.idleSince(0);
    alive = intervals !== undefined && nextOf(intervals, idle) >= 0 ? 1 : 0;
  }
  const costs: Costs = { idle: 0, cold: 0, preWarm: 0 };
  const costsAt = (place: number): Costs => {
    learnt.price(classOf(place), costs);
    return costs;
  };
  const count = learnt.bursts.wanted(alive, costsAt) - alive;
  if (count <= 0) return;
  const prewarmMs = Math.max(TICK_MS, coldMs);
  starts.push({ count, prewarmMs, keepAliveMs: TICK_MS });
  const begin = now + prewarmMs;
  for (let i = 0; i < count; i++) instances.push(begin, begin + TICK_MS);
}

/** What the control loop decides for one function at a tick. */
import { IsothermError } from '../kernels/error.js';
import type { WarmInterval } from '../kernels/policy-interface.js';
import { MOST_STARTS } from '../kernels/pure/policy/schedule.js';
import type { StateReader, StateWriter } from '../kernels/pure/state.js';
import { LIMIT_NAMES, type LimitName } from './limits.js';

/** Why no new decision was made, and the last one holds. */
export type Hold = 'missing data' | 'paused';

/** What shall hold for a function from a tick on. */
export interface LiveDecision {
  /** Engine time of the tick that it was made at, ms. */
  atMs: number;
  /** The interval of the last release, `[release + prewarmMs, release + prewarmMs + keepAliveMs]`; `prewarmMs` is null before the first one, else a `keepAliveMs` of null stands for ever. */
  prewarmMs: number | null;
  keepAliveMs: number | null;
  /** Instances that the forecast has earn their place; 0 where they are too few for a pool. */
  poolInstances: number;
  /** Instances that shall be there: busy, warm and on their way, within the limits. */
  desiredInstances: number;
  /** Instances that are started at this tick. */
  starts: number;
  /** In a few words. */
  reason: string;
  /** Limits that changed it. */
  bound: LimitName[];
}

/** The interval of a release as decisions have it. */
export const released = (interval: WarmInterval | null): Pick<LiveDecision, 'prewarmMs' | 'keepAliveMs'> => {
  if (interval === null) return { prewarmMs: null, keepAliveMs: null };
  const { prewarmMs, keepAliveMs } = interval;
  return { prewarmMs, keepAliveMs: keepAliveMs === Number.POSITIVE_INFINITY ? null : keepAliveMs };
};

/** From this share on an interval is another one. */
const ANOTHER = 0.1;

const near = (a: number | null, b: number | null): boolean =>
  a === b || (a !== null && b !== null && Math.abs(a - b) <= ANOTHER * Math.max(a, b));

/**
 * Whether `next` decides otherwise than `last`: another number of instances, another pool, starts, other limits that bind, or an interval that is longer or shorter by
 * a tenth. A policy that learns moves its intervals by a little at every call; that alone is nothing to act on.
 */
export function differs(next: LiveDecision, last: LiveDecision): boolean {
  return (
    next.desiredInstances !== last.desiredInstances ||
    next.poolInstances !== last.poolInstances ||
    next.starts > 0 ||
    next.bound.join() !== last.bound.join() ||
    !near(next.prewarmMs, last.prewarmMs) ||
    !near(next.keepAliveMs, last.keepAliveMs)
  );
}

const MOST_TEXT = 500;

export function saveDecision(out: StateWriter, decision: LiveDecision | null): void {
  out.u8(decision === null ? 0 : decision.prewarmMs === null ? 1 : 2);
  if (decision === null) return;
  const { atMs, prewarmMs, keepAliveMs } = decision;
  out.whole(atMs);
  if (prewarmMs !== null) out.interval({ prewarmMs, keepAliveMs: keepAliveMs ?? Number.POSITIVE_INFINITY });
  out.whole(decision.poolInstances);
  out.whole(decision.desiredInstances);
  out.whole(decision.starts);
  out.part(new TextEncoder().encode(decision.reason));
  out.u8(LIMIT_NAMES.reduce((bits, name, i) => bits + (decision.bound.includes(name) ? 2 ** i : 0), 0));
}

/** Errors: `BAD_STATE`. */
export function loadDecision(from: StateReader): LiveDecision | null {
  const form = from.u8();
  if (form > 2) throw new IsothermError('BAD_STATE', `state has a decision of form ${form}`);
  if (form === 0) return null;
  const atMs = from.whole();
  const interval = released(form === 1 ? null : from.interval());
  const poolInstances = from.whole(MOST_STARTS);
  const desiredInstances = from.whole();
  const starts = from.whole(MOST_STARTS);
  const text = from.part();
  if (text.length > MOST_TEXT) throw new IsothermError('BAD_STATE', `state has a reason of ${text.length} bytes`);
  const bits = from.u8();
  const bound = LIMIT_NAMES.filter((_, i) => Math.floor(bits / 2 ** i) % 2 === 1);
  const reason = new TextDecoder().decode(text);
  return { atMs, ...interval, poolInstances, desiredInstances, starts, reason, bound };
}

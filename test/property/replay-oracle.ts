/**
 * A replay as its definition says it and nothing else: one list of events, one list of warm intervals, both searched from
 * the front each time. Quadratic, and easy to check against the text by eye.
 */

export interface Call {
  startMs: number;
  durationMs: number;
}

/** One function on its own: calls in trace order, ascending by start. */
export interface Scene {
  minutes: number;
  calls: readonly Call[];
  coldStartMs: number;
  tickMs: number;
}

export interface Interval {
  prewarmMs: number;
  keepAliveMs: number;
}

/** What a policy answers to; it sees the past only. */
export interface OraclePolicy {
  arrival(atMs: number, busy: number): void;
  release(atMs: number): Interval;
  /** Absent: the policy makes no use of ticks. */
  tick?(nowMs: number, busy: number, warmIdle: number, pending: number): readonly (Interval & { count: number })[];
}

export interface Outcome {
  coldStarts: number;
  preWarms: number;
  idleMs: number;
}

/** A warm interval that a release, or a tick, was answered with. */
interface Warm {
  beginMs: number;
  endMs: number;
  preWarm: boolean;
  fate: 'open' | 'served' | 'cancelled';
  servedMs: number;
}

const RELEASE = 0;
const TICK = 1;
const ARRIVAL = 2;

interface Event {
  atMs: number;
  kind: typeof RELEASE | typeof TICK | typeof ARRIVAL;
  /** Of releases and arrivals the number of the call. */
  order: number;
}

const inOrder = (a: Event, b: Event): number => a.atMs - b.atMs || a.kind - b.kind || a.order - b.order;

/** Takes the first event out of the list. A release made by the event just taken finds its place by the order alone. */
function takeFirst(events: Event[]): Event {
  let first = 0;
  for (let i = 1; i < events.length; i++) if (inOrder(events[i], events[first]) < 0) first = i;
  return events.splice(first, 1)[0];
}

/** The last one released that fits: intervals are listed in the order of their releases. */
const lastReleased = (warms: Warm[], fits: (warm: Warm) => boolean): Warm | undefined =>
  warms.findLast((warm) => warm.fate === 'open' && fits(warm));

export function simulate(scene: Scene, policy: OraclePolicy): Outcome {
  const horizonMs = 60_000 * scene.minutes;
  const events: Event[] = scene.calls.map((call, order) => ({ atMs: call.startMs, kind: ARRIVAL, order }));
  if (policy.tick !== undefined) {
    for (let atMs = 0; atMs < horizonMs; atMs += scene.tickMs) events.push({ atMs, kind: TICK, order: 0 });
  }
  const warms: Warm[] = [];
  const open = (fromMs: number, { prewarmMs, keepAliveMs }: Interval, preWarm: boolean) => {
    const beginMs = fromMs + prewarmMs;
    warms.push({ beginMs, endMs: beginMs + keepAliveMs, preWarm, fate: 'open', servedMs: Number.NaN });
  };
  let busy = 0;
  let coldStarts = 0;

  while (events.length > 0) {
    const { atMs, kind, order } = takeFirst(events);
    const isWarm = (warm: Warm) => warm.beginMs <= atMs && atMs <= warm.endMs;
    const isPending = (warm: Warm) => warm.beginMs > atMs;
    if (kind === RELEASE) {
      busy -= 1;
      const interval = policy.release(atMs);
      open(atMs, interval, interval.prewarmMs > 0);
    } else if (kind === TICK) {
      const number = (fits: (warm: Warm) => boolean) => warms.filter((w) => w.fate === 'open' && fits(w)).length;
      for (const start of policy.tick!(atMs, busy, number(isWarm), number(isPending))) {
        for (let i = 0; i < start.count; i++) open(atMs, start, true);
      }
    } else {
      const serving = lastReleased(warms, isWarm);
      const { durationMs } = scene.calls[order];
      if (serving === undefined) {
        coldStarts += 1;
        const cancelled = lastReleased(warms, isPending);
        if (cancelled !== undefined) cancelled.fate = 'cancelled';
        events.push({ atMs: atMs + scene.coldStartMs + durationMs, kind: RELEASE, order });
      } else {
        serving.fate = 'served';
        serving.servedMs = atMs;
        events.push({ atMs: atMs + durationMs, kind: RELEASE, order });
      }
      busy += 1;
      policy.arrival(atMs, busy);
    }
  }

  let preWarms = 0;
  let idleMs = 0;
  for (const { beginMs, endMs, preWarm, fate, servedMs } of warms) {
    if (fate === 'cancelled' || beginMs >= horizonMs) continue;
    if (preWarm) preWarms += 1;
    idleMs += Math.min(fate === 'served' ? servedMs : endMs, horizonMs) - beginMs;
  }
  return { coldStarts, preWarms, idleMs };
}

/** How the plane is: its loop, its provider, its store, and what is not as it should be. */
import { backendInfo, VERSION } from 'isotherm/kernels';
import type { Status } from '../api/schemas/overview.js';
import type { Loop } from './loop.js';
import type { Opened } from './opening.js';

/** What is known of the loop from outside. */
export interface LoopLife {
  state: Status['loop'];
  /** What ended it; undefined where nothing did. */
  failure: unknown;
  lastTickAtMs: number | null;
  lastTickTookMs: number | null;
}

export function statusView(opened: Opened, loop: Loop, life: LoopLife): Status {
  const { clock, time, observer, store, fleet, ingestion, limits } = opened;
  const { tick, hasEnded } = loop;
  const { degraded, clock: skewed } = observer.health();
  const health = store.health();
  const { counts, lastSampleMs } = ingestion;
  return {
    mode: 'shadow',
    version: VERSION,
    backend: backendInfo().backend,
    nowMs: clock.now(),
    startedAtMs: opened.startedAtMs,
    epochMs: time.epochMs,
    tickMs: time.tickMs,
    tick,
    lastTickAtMs: life.lastTickAtMs,
    lastTickTookMs: life.lastTickTookMs,
    lagMs: observer.lagMs,
    loop: life.state,
    provider: {
      name: observer.name,
      state: degraded !== null ? 'down' : lastSampleMs === null || hasEnded ? 'idle' : 'up',
      detail: hasEnded
        ? 'it has come to its end: nothing is decided any more, and the figures stay'
        : (degraded ?? skewed),
      lastSampleMs,
      replay: observer.endMs === null ? null : { speed: finite(clock.speed ?? 1) },
    },
    store: {
      kind: store.driver,
      state: health.state,
      sinceMs: health.state === 'down' ? health.sinceMs : null,
      detail: health.state === 'down' ? health.error : null,
    },
    functions: fleet.functions.size,
    samples: counts,
    paused: limits.pauses(),
    degraded: whatIsWrong(opened, loop.clockBehindMs, life.failure),
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function whatIsWrong(
  { observer, store, fleet, placements }: Opened,
  clockBehindMs: number,
  failure: unknown,
): string[] {
  const { degraded } = observer.health();
  const health = store.health();
  let missing = 0;
  for (const managed of fleet.functions.values()) if (managed.isMissing) missing++;
  return [
    ...(failure === undefined ? [] : [`the loop has ended: ${failure instanceof Error ? failure.message : 'unknown'}`]),
    ...(degraded === null ? [] : [`provider: ${degraded}`]),
    ...(health.state === 'down' ? [`store: ${health.error}`] : []),
    ...(clockBehindMs === 0
      ? []
      : [
          `clock: it is ${Math.round(clockBehindMs / 1000)} s before the last tick; nothing is decided until it is there again`,
        ]),
    ...placements.wrong,
    ...(missing === 0 ? [] : [`no data of ${missing} functions: their last decision holds`]),
  ];
}

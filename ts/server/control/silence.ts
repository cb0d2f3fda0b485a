/** Where samples are brought, no samples at all are not the same as no calls: somebody may have ceased to bring them. */
import type { Silence } from './loop.js';
import type { Opened } from './opening.js';

/** How long nothing may be brought before it means that nothing is known. */
const SILENCE_MS = 3 * 60_000;

/** Tells why nothing is known of a tick; null where an observer asks for itself, or all is well. */
export function silenceWatch({
  observer,
  fleet,
  time,
  clock,
  ingestion,
  lastTick,
  startedAtMs,
}: Opened): (tick: number) => Silence | null {
  const isAway = startedAtMs - time.endOf(lastTick) >= SILENCE_MS;
  /** Ticks that were over before, if it was away for long: nobody could bring their samples. */
  const awayUntilMs = isAway ? startedAtMs : Number.NEGATIVE_INFINITY;
  return (tick) => {
    if (observer.name !== 'push' || fleet.functions.size === 0) return null;
    if (time.endOf(tick) <= awayUntilMs) {
      return { reason: 'not-observed', detail: 'the control plane did not run: nobody could bring it samples' };
    }
    const silentMs = clock.now() - ingestion.lastAcceptedMs;
    if (silentMs < SILENCE_MS) return null;
    const detail = `nobody has brought a sample for ${Math.round(silentMs / 60_000)} min; where there are no calls, bring counts of 0`;
    return { reason: 'missing', detail };
  };
}

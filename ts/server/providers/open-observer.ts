/** The observer of a configuration. */
import { IsothermError } from 'isotherm/kernels';
import type { Trace } from 'isotherm/trace';
import type { ProviderConfig } from '../config/config.js';
import { type Clock, wallClock } from './clock.js';
import type { Observer } from './observer.js';
import { PrometheusObserver } from './prometheus/index.js';
import { pushObserver } from './push/index.js';
import { replayObserver } from './replay/index.js';

export interface ObserverSurroundings {
  /** Of the replay provider: what its `trace` names, read. */
  trace?: Trace;
  /** Of the replay provider: where a store went on to, epoch ms. */
  startMs?: number;
  /** The wall's unless given; the replay provider brings its own. */
  clock?: Clock;
}

/**
 * The observer that a configuration names, and the clock that its loop is to live by. Nothing is asked of a server yet.
 *
 * Errors: `BAD_ARGUMENT` for settings that cannot be right, and for a replay without a trace.
 */
export function openObserver(
  provider: ProviderConfig,
  { trace, startMs, clock = wallClock }: ObserverSurroundings = {},
): { observer: Observer; clock: Clock } {
  if (provider.kind === 'push') return { observer: pushObserver(provider), clock };
  if (provider.kind === 'replay') {
    if (trace === undefined) throw new IsothermError('BAD_ARGUMENT', 'there is no trace to replay; expected one');
    const observer = replayObserver({ trace, speed: provider.speed, ...(startMs !== undefined && { startMs }) });
    return { observer, clock: observer.clock };
  }
  const { preset, headers: secrets, ...settings } = provider;
  const headers = Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]));
  const observer = new PrometheusObserver({ ...settings, ...(preset !== null && { preset }), headers, clock });
  return { observer, clock };
}

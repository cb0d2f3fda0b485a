/** Providers: what a platform's monitoring says, behind one factory. */

import { type PrometheusSettings, prometheus } from './prometheus/index.js';
import type { Provider } from './provider.js';

export { callOfTrace } from './call-of-trace.js';
export { type Clock, pause, VirtualClock, wallClock } from './clock.js';
export type { CallSample, CountSample, Gap, GapReason, Observation, Sample } from './observation.js';
export type { Observer, ObserverHealth } from './observer.js';
export { type ObserverSurroundings, openObserver } from './open-observer.js';
export { PrometheusObserver, type PrometheusObserverSettings, type PrometheusSettings } from './prometheus/index.js';
export type { ObserveRequest, Provider } from './provider.js';
export { type PushSettings, pushObserver } from './push/index.js';
export { type ReplayObserver, type ReplaySettings, replayObserver } from './replay/index.js';

const FACTORIES = { prometheus };

/** Settings by name of a provider. */
export interface ProviderSettings {
  prometheus: PrometheusSettings;
}

/**
 * A provider by its name; nothing is asked of it yet.
 *
 * Errors: `BAD_ARGUMENT` for settings that cannot be right.
 */
export function openProvider<Name extends keyof ProviderSettings>(
  name: Name,
  settings: ProviderSettings[Name],
): Provider {
  return FACTORIES[name](settings);
}

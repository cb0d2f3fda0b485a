/** Samples that are sent to the API: there is nothing to pull. */
import type { Observation } from '../observation.js';
import type { Observer } from '../observer.js';

export interface PushSettings {
  /** How long samples may be on their way. */
  lagMs: number;
}

export function pushObserver({ lagMs }: PushSettings): Observer {
  return {
    name: 'push',
    lagMs,
    endMs: null,
    beginMs: async () => null,
    async *observe(): AsyncGenerator<Observation> {},
    health: () => ({ degraded: null, clock: null, clockSkewMs: null, lastAnswerMs: null, restarts: 0, badSamples: 0 }),
    close: async () => {},
  };
}

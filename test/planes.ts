/** Control planes in tests: a script for an observer, a clock that stands where it is put. */
import { type Config, loadConfig } from '../ts/server/config/index.js';
import { ControlPlane } from '../ts/server/control/control-plane.js';
import type { Clock, Gap, Observation, Observer, Sample } from '../ts/server/providers/index.js';
import type { Store } from '../ts/server/store/index.js';

export const EPOCH = Date.UTC(2026, 0, 5);
export const TICK_MS = 30_000;

/** Gives what a list has of a time. */
export class ScriptedObserver implements Observer {
  readonly name = 'script';
  readonly lagMs = 0;
  readonly endMs: number | null = null;
  degraded: string | null = null;
  skewed: string | null = null;
  readonly #script: readonly Observation[];

  constructor(script: readonly Observation[]) {
    this.#script = script;
  }

  async beginMs(): Promise<number> {
    return EPOCH;
  }

  async *observe(fromMs: number, toMs: number): AsyncGenerator<Observation> {
    for (const one of this.#script) {
      const atMs = one.kind === 'call' ? one.atMs : one.fromMs;
      const overlaps = one.kind === 'gap' && one.fromMs < toMs && one.toMs > fromMs;
      if (overlaps || (one.kind !== 'gap' && atMs >= fromMs && atMs < toMs)) yield one;
    }
  }

  health() {
    return {
      degraded: this.degraded,
      clock: this.skewed,
      clockSkewMs: null,
      lastAnswerMs: null,
      restarts: 0,
      badSamples: 0,
    };
  }

  async close(): Promise<void> {}
}

/** Stands still until it is moved; `idle` resolves when the loop has nothing to do at that time. */
export class StandingClock implements Clock {
  nowMs: number;
  #sleepers: { resolve: () => void; signal: AbortSignal }[] = [];
  #watchers: (() => void)[] = [];

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  now(): number {
    return this.nowMs;
  }

  sleep(_ms: number, signal: AbortSignal): Promise<void> {
    for (const told of this.#watchers.splice(0)) told();
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason);
      const wake = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      this.#sleepers.push({ resolve: wake, signal });
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** Resolves when somebody sleeps from now on. */
  idle(): Promise<void> {
    return new Promise((resolve) => this.#watchers.push(resolve));
  }

  /** Resolves when the loop has caught up with it. */
  async moveTo(nowMs: number): Promise<void> {
    this.nowMs = nowMs;
    const idle = this.idle();
    for (const { resolve } of this.#sleepers.splice(0)) resolve();
    await idle;
  }
}

export async function configOf(env: Record<string, string> = {}): Promise<Config> {
  return (await loadConfig(undefined, { ISOTHERM_PREDICTION__UPDATE_INTERVAL: '30s', ...env })).config;
}

export interface Running {
  plane: ControlPlane;
  clock: StandingClock;
  observer: ScriptedObserver;
}

/** A plane over a store, caught up with `untilMs`. */
export async function runPlane(
  store: Store,
  script: readonly Observation[],
  untilMs: number,
  config?: Config,
): Promise<Running> {
  const clock = new StandingClock(untilMs);
  const observer = new ScriptedObserver(script);
  const parts = { config: config ?? (await configOf()), store, observer, clock };
  const plane = await ControlPlane.open(parts, new AbortController().signal);
  const idle = clock.idle();
  plane.start();
  await Promise.race([idle, plane.ended()]);
  return { plane, clock, observer };
}

/** Calls of some functions: one regular, one in bursts, one now and then. The same seed gives the same. */
export function someCalls(minutes: number, seed = 1): Sample[] {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  const samples: Sample[] = [];
  const call = (functionKey: string, atMs: number, durationMs: number): void => {
    samples.push({ kind: 'call', functionKey, atMs: EPOCH + Math.floor(atMs), durationMs, memoryMiB: 512 });
  };
  for (let minute = 0; minute < minutes; minute++) {
    const atMs = minute * 60_000;
    if (minute % 5 === 0) call('shop/timer', atMs, 400);
    if (minute % 60 < 10) for (let i = 0; i < 20; i++) call('shop/burst', atMs + random() * 60_000, 900);
    if (minute === 0 || random() < 0.05) call('shop/rare', atMs + random() * 60_000, 1500);
    for (let i = 0; i < 12; i++) call('shop/steady', atMs + random() * 60_000, 250);
  }
  return samples.sort((a, b) => (a as { atMs: number }).atMs - (b as { atMs: number }).atMs);
}

export const gapOf = (functionKey: string | null, fromMinute: number, toMinute: number): Gap => ({
  kind: 'gap',
  functionKey,
  fromMs: EPOCH + fromMinute * 60_000,
  toMs: EPOCH + toMinute * 60_000,
  reason: 'unavailable',
  detail: 'the server gave no answer',
});

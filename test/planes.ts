/** Control planes in tests: a script for an observer, a clock that stands where it is put, a store for each test. */
import { afterEach, beforeEach } from 'vitest';
import { type Config, loadConfig } from '../ts/server/config/index.js';
import { ControlPlane } from '../ts/server/control/control-plane.js';
import { type Solver, solvePlacement } from '../ts/server/control/placement/solver.js';
import type { Gap, Observation, Observer, Sample } from '../ts/server/providers/index.js';
import { openStore, type Store } from '../ts/server/store/index.js';
import { StandingClock } from './standing-clock.js';

export const EPOCH = Date.UTC(2026, 0, 5);
export const TICK_MS = 30_000;
export const MINUTE_MS = 60_000;

/** The time of a minute of the script. */
export const at = (minute: number): number => EPOCH + minute * MINUTE_MS;

/** A signal that nobody gives. */
export const never = new AbortController().signal;

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

export async function configOf(env: Record<string, string> = {}): Promise<Config> {
  return (await loadConfig(undefined, { ISOTHERM_PREDICTION__UPDATE_INTERVAL: '30s', ...env })).config;
}

/** Decides at once: a thread would need built code. */
export const ownSolver: Solver = { solve: async (task) => solvePlacement(task) };

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
  const parts = { config: config ?? (await configOf()), store, observer, clock, solver: ownSolver };
  const plane = await ControlPlane.open(parts, never);
  const idle = clock.idle();
  plane.start();
  await Promise.race([idle, plane.ended()]);
  return { plane, clock, observer };
}

/** Ends it as a kill would: nothing is saved on the way. */
export async function kill(plane: ControlPlane, store: Store): Promise<void> {
  const { saveStates } = store;
  store.saveStates = async () => {};
  await plane.stop();
  store.saveStates = saveStates;
}

/** The store of a test, and the planes over it. */
export class TestPlanes {
  store!: Store;
  /** What `run` gave last. */
  running!: Running;
  readonly #open: () => Promise<Store>;
  #planes: ControlPlane[] = [];

  constructor(open: () => Promise<Store>) {
    this.#open = open;
  }

  async begin(): Promise<void> {
    this.store = await this.#open();
  }

  async end(): Promise<void> {
    for (const plane of this.#planes.splice(0)) await plane.stop();
    await this.store.close();
  }

  /** Ends what there is, and puts a new store in its place. */
  async anew(): Promise<void> {
    await this.end();
    await this.begin();
  }

  /** A plane caught up with `untilMs`. */
  async run(script: readonly Observation[], untilMs: number, config?: Config): Promise<Running> {
    this.running = await runPlane(this.store, script, untilMs, config);
    this.#planes.push(this.running.plane);
    return this.running;
  }

  /** Kills what `run` gave last. */
  kill(): Promise<void> {
    return kill(this.running.plane, this.store);
  }

  /** A plane that does not run yet. */
  async open(observer: Observer, clock: StandingClock): Promise<ControlPlane> {
    const parts = { config: await configOf(), store: this.store, observer, clock, solver: ownSolver };
    const plane = await ControlPlane.open(parts, never);
    this.#planes.push(plane);
    return plane;
  }
}

/** For the tests of a file: each with a store of its own, what runs over it ended after it. */
export function testPlanes(open: () => Promise<Store> = () => openStore({})): TestPlanes {
  const planes = new TestPlanes(open);
  beforeEach(() => planes.begin());
  afterEach(() => planes.end());
  return planes;
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
  fromMs: at(fromMinute),
  toMs: at(toMinute),
  reason: 'unavailable',
  detail: 'the server gave no answer',
});

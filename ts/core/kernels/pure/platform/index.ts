/** The platform replay in plain TypeScript: functions under settings, on this thread. */
import { PLATFORM_COLUMNS, type PlatformKernels } from '../../contract.js';
import { ensure, whole } from '../check.js';
import { Arrivals } from '../replay/arrivals.js';
import type { ReplayTrace } from '../replay/trace.js';
import { checkQuantiles, type DurationDraws, drawsOf, type Quantiles } from './duration-draws.js';
import { Engine } from './engine.js';
import type { Pool } from './pool.js';
import { AlikeReleases, UnlikeReleases } from './releases.js';
import { parseRuns, type Settings } from './settings.js';
import { SharedPool } from './shared-pool.js';
import { SingleCallPool } from './single-call-pool.js';

const MAX_U32 = 0xffff_ffff;

function poolOf({ concurrency, coldStartMs, keepAliveMs }: Settings, alike: boolean, horizonMs: number): Pool {
  if (concurrency > 1) return new SharedPool(concurrency, coldStartMs, keepAliveMs, horizonMs);
  const releases = alike ? new AlikeReleases() : new UnlikeReleases();
  return new SingleCallPool(releases, coldStartMs, keepAliveMs, horizonMs);
}

/** What runs of one function share: it is made once for all of them. */
class FunctionReplay {
  #trace: ReplayTrace;
  #seed: number;
  #quantiles: Quantiles;
  #arrivals = new Arrivals();
  #drawn = new Uint32Array(4096);

  constructor(trace: ReplayTrace, seed: number, quantiles: Quantiles) {
    this.#trace = trace;
    this.#seed = seed;
    this.#quantiles = quantiles;
  }

  /** Feeds the function's calls to engines that `begun` makes, told the first arrival, or 0 without calls. */
  run(f: number, begun: (first: number, alike: boolean) => Engine[]): Engine[] {
    const { counts } = this.#trace;
    const draws = counts && drawsOf(this.#quantiles, f, this.#seed, counts.index[f]);
    const duration = counts?.durationMs[f] ?? 0;
    const alike = counts !== undefined && draws === undefined;
    let engines: Engine[] | undefined;
    for (const { starts, count, durations } of this.#arrivals.blocks(this.#trace, f, this.#seed)) {
      engines ??= begun(starts[0], alike);
      const each = draws === undefined ? durations : this.#draw(draws, count);
      for (const engine of engines) engine.feed(starts, count, each, duration);
    }
    return engines ?? begun(0, alike);
  }

  #draw(draws: DurationDraws, count: number): Uint32Array {
    if (this.#drawn.length < count) this.#drawn = new Uint32Array(2 * count);
    draws.fill(this.#drawn, count);
    return this.#drawn;
  }
}

export const platform: PlatformKernels = {
  platformReplay(handle, rows, seed, shares, durationMs, readyStepMs, _threads, out, outReadyMs) {
    const trace = (handle as ReplayTrace).open();
    const functions = trace.memoryMiB.length;
    const runs = parseRuns(rows, functions, trace.horizonMs);
    whole('seed', seed, 0, MAX_U32);
    whole('readyStepMs', readyStepMs, 0, MAX_U32);
    const quantiles = checkQuantiles(shares, durationMs, functions);
    const width = PLATFORM_COLUMNS.length;
    const steps = readyStepMs > 0 ? Math.ceil(trace.horizonMs / readyStepMs) : 0;
    const sized = (name: string, length: number, expected: number): void =>
      ensure(length === expected, 'BAD_LENGTH', () => `${name} has ${length} entries, expected ${expected}`);
    sized('out', out.length, runs.length * width);
    sized('outReadyMs', outReadyMs.length, runs.length * steps);
    outReadyMs.fill(0);
    const replay = new FunctionReplay(trace, seed, quantiles);
    for (let from = 0; from < runs.length; ) {
      const { f } = runs[from];
      let to = from + 1;
      while (to < runs.length && runs[to].f === f) to++;
      const engines = replay.run(f, (first, alike) =>
        runs.slice(from, to).map(({ settings }, i) => {
          const pool = poolOf(settings, alike, trace.horizonMs);
          const perStep = outReadyMs.subarray((from + i) * steps, (from + i + 1) * steps);
          return new Engine(settings, pool, Math.min(0, first), trace.horizonMs, readyStepMs, perStep);
        }),
      );
      for (const engine of engines) engine.finish(out.subarray(from * width, ++from * width));
    }
  },
};

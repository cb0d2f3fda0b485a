/** A plane with figures that are worth a look, made by a formula: nothing is observed or decided by it. */
import { once } from 'node:events';
import { IsothermError } from 'isotherm/kernels';
import type { Recent, Savings, Totals } from '../ts/server/api/schemas/figures.js';
import type { FunctionDetail } from '../ts/server/api/schemas/functions.js';
import type { Status, Summary } from '../ts/server/api/schemas/overview.js';
import type { Placement } from '../ts/server/api/schemas/placement.js';
import type { WhatIfRequest, WhatIfResult } from '../ts/server/api/schemas/what-if.js';
import type { Plane, WhatIfOptions } from '../ts/server/control/plane.js';
import { ShownPlacement } from './dashboard-placement.js';
import { MemoryPlane } from './memory-plane.js';

const MINUTE_MS = 60_000;
const STEPS = 120;
const TICK_MS = 30_000;
/** 14 November 2023, 12:00 UTC. */
export const NOON_MS = 1_699_963_200_000;

const totals = (calls: number, coldStarts: number, idleGbHours: number): Totals => ({
  calls,
  coldStarts,
  preWarms: coldStarts * 2,
  idleMs: idleGbHours * 3_600_000 * 4,
  idleGbHours,
  waitMs: coldStarts * 1000,
  idleUsd: idleGbHours * 0.015,
  coldStartUsd: coldStarts * 0.0005,
  preWarmUsd: coldStarts * 0.0001,
  objectiveUsd: idleGbHours * 0.015 + coldStarts * 0.0006,
  carbonGco2e: idleGbHours * 0.4,
});

function savings(ours: Totals, compared: Totals): Savings {
  return {
    objectiveUsd: compared.objectiveUsd - ours.objectiveUsd,
    idleUsd: compared.idleUsd - ours.idleUsd,
    coldStarts: compared.coldStarts - ours.coldStarts,
    waitMs: compared.waitMs - ours.waitMs,
    carbonGco2e: compared.carbonGco2e - ours.carbonGco2e,
    against: 'fixed-10min replayed',
  };
}

function recent(untilMs: number, scale: number): Recent {
  const fromMs = untilMs - STEPS * MINUTE_MS;
  const wave = (i: number): number => 1 + 0.4 * Math.sin((i + fromMs / MINUTE_MS) / 9) + 0.1 * Math.sin(i * 7);
  const series = (of: (i: number) => number): number[] => Array.from({ length: STEPS }, (_, i) => of(i));
  return {
    fromMs,
    stepMs: MINUTE_MS,
    calls: series((i) => Math.round(scale * wave(i))),
    predicted: series((i) => scale * wave(i - 2)),
    coldStarts: series((i) => (i % 17 === 0 ? 1 : 0)),
    comparedColdStarts: series((i) => (i % 11 === 0 ? 1 : 0)),
    warm: series((i) => Math.ceil(8 * wave(i))),
    busy: series((i) => Math.ceil(4 * wave(i))),
    desired: series((i) => Math.ceil(7 * wave(i))),
  };
}

export class DashboardPlane extends MemoryPlane {
  nowMs = NOON_MS;
  #placed: ShownPlacement | null = null;
  replay: Status['provider']['replay'] = null;
  /** Of what-if questions: what was asked, whether the last one was given up, and when to go on. */
  readonly asked: WhatIfRequest[] = [];
  wasCancelled = false;
  letGo: Promise<void> = Promise.resolve();

  override status(): Status {
    const tick = Math.floor((this.nowMs - NOON_MS) / TICK_MS) + 2880;
    const provider: Status['provider'] = {
      name: 'push',
      state: 'up',
      detail: null,
      lastSampleMs: this.nowMs,
      replay: this.replay,
    };
    const epochMs = NOON_MS - 2880 * TICK_MS;
    return {
      ...super.status(),
      epochMs,
      nowMs: this.nowMs,
      tick,
      lastTickAtMs: this.nowMs,
      lastTickTookMs: 41,
      provider,
    };
  }

  override summary(): Summary {
    const before = super.summary();
    if (before.functions === 0) return before;
    const [ours, compared] = [totals(1_250_000, 410, 52), totals(1_250_000, 388, 96)];
    return {
      ...before,
      fromMs: NOON_MS - 86_400_000,
      toMs: this.nowMs,
      ours,
      compared,
      saved: savings(ours, compared),
      forecasts: {
        learning: 3,
        blocks: 5760,
        meanAbsoluteError: 12.4,
        coverage: 0.912,
        demoted: 1,
        models: [
          { model: 'ma15', functions: 30, learning: 0, blocks: 720, meanAbsoluteError: 9.3, coverage: 0.91 },
          { model: 'last', functions: 10, learning: 3, blocks: 240, meanAbsoluteError: 21.8, coverage: 0.7 },
        ],
      },
      recent: recent(this.nowMs, 800),
      days: [{ fromMs: NOON_MS - 43_200_000, ours, compared, saved: savings(ours, compared) }],
    };
  }

  override fn(functionKey: string): FunctionDetail | undefined {
    const known = super.fn(functionKey);
    if (known === undefined) return undefined;
    const [ours, compared] = [totals(12_500, 4, 2), totals(12_500, 9, 5)];
    return {
      ...known,
      memoryMiB: 512,
      durationMs: 81.5,
      startMs: 400,
      startFrom: 'measured',
      ours,
      compared,
      saved: savings(ours, compared),
      recent: recent(this.nowMs, 35),
      forecast: {
        functionKey,
        model: 'ma15',
        version: '1',
        atMs: this.nowMs,
        stepMs: TICK_MS,
        calls: Array.from({ length: 20 }, () => 17.5),
        level: 0.9,
        blocks: { fromMs: this.nowMs, durationMs: 600_000, calls: [350, 340], lower: [280, 250], upper: [420, 430] },
        demotedFrom: null,
      },
      trust: [
        { model: 'last', version: '1', blocks: 24, loss: 44, coverage: 0.7, inUse: false, demoted: false },
        { model: 'ma15', version: '1', blocks: 24, loss: 31, coverage: 0.92, inUse: true, demoted: false },
      ],
    };
  }

  /** Decided once, of the functions that are there by then. */
  get placed(): ShownPlacement | null {
    if (this.#placed !== null) return this.#placed;
    const names = this.functions({ limit: 1000 }).items.map(({ functionKey }) => functionKey);
    if (names.length === 0) return null;
    this.#placed = new ShownPlacement(names.sort(), this.nowMs);
    return this.#placed;
  }

  override placement(): Placement {
    return this.placed?.view ?? super.placement();
  }

  override placedFunctions(query: Parameters<Plane['placedFunctions']>[0]) {
    return this.placed?.functions(query) ?? super.placedFunctions(query);
  }

  override async placements(query: Parameters<Plane['placements']>[0]) {
    return this.placed === null ? super.placements(query) : { items: [this.placed.row], nextCursor: null };
  }

  /** Every other setting is the same to it: longer keep-alives, dearer and with fewer cold starts. It goes on when it is let. */
  override async whatIf(request: WhatIfRequest, options: WhatIfOptions): Promise<WhatIfResult> {
    this.asked.push(request);
    const { signal, onProgress } = options;
    if (request.policy === 'fixed-ten') throw new IsothermError('UNKNOWN_POLICY', "there is no policy 'fixed-ten'");
    const known = await super.whatIf(request, options);
    onProgress?.({ functions: 1, of: known.functions, share: 0.25 });
    await Promise.race([this.letGo, once(signal, 'abort')]);
    this.wasCancelled = signal.aborted;
    signal.throwIfAborted();
    const [configured, whatIf] = [totals(1_250_000, 410, 52), totals(1_250_000, 388, 96)];
    const keys = request.functionKeys ?? this.functions({ limit: 1000 }).items.map(({ functionKey }) => functionKey);
    const rows = keys.map((functionKey, i) => ({ functionKey, configuredUsd: 0.2, whatIfUsd: 0.2 + i / 10 }));
    return { ...known, configured, whatIf, saved: savings(whatIf, configured), rows };
  }

  override async receipt(id: string) {
    return id === this.placed?.id ? this.placed.receipt : super.receipt(id);
  }
}

/** A plane for tests of the API: keeps in memory what it is told and gives it back. It observes, forecasts and decides nothing. */
import { NO_LIMITS } from 'isotherm/decide';
import { IsothermError, VERSION } from 'isotherm/kernels';
import type { Decision } from '../ts/server/api/schemas/decisions.js';
import type { PlaneEvent } from '../ts/server/api/schemas/events.js';
import type { Recent, Savings } from '../ts/server/api/schemas/figures.js';
import type { FunctionDetail, FunctionRow } from '../ts/server/api/schemas/functions.js';
import type { LimitsPatch, LimitsView, Pause, Scope } from '../ts/server/api/schemas/limits.js';
import type { Status, Summary } from '../ts/server/api/schemas/overview.js';
import type { Page } from '../ts/server/api/schemas/pages.js';
import type { PlacedFunction, Placement, PlacementReceipt, PlacementRow } from '../ts/server/api/schemas/placement.js';
import type { Receipt } from '../ts/server/api/schemas/receipts.js';
import type { PushResult, Sample, UploadResult } from '../ts/server/api/schemas/samples.js';
import type { WhatIfRequest, WhatIfResult } from '../ts/server/api/schemas/what-if.js';
import { NOTHING } from '../ts/server/control/figures.js';
import type { Plane, UploadOptions, WhatIfOptions } from '../ts/server/control/plane.js';
import { page } from './memory-page.js';
import { MemoryRules, scopeName } from './memory-rules.js';
import { MemorySamples, uploadedCalls } from './memory-samples.js';

const NO_SAVINGS: Savings = {
  objectiveUsd: 0,
  idleUsd: 0,
  coldStarts: 0,
  waitMs: 0,
  carbonGco2e: 0,
  against: 'fixed-10min replayed',
};
const NO_RECENT: Recent = {
  fromMs: 0,
  stepMs: 60_000,
  calls: [],
  predicted: [],
  coldStarts: [],
  comparedColdStarts: [],
  warm: [],
  busy: [],
  desired: [],
};
interface Known {
  calls: number;
  lastCallMs: number | null;
  decision: Decision | null;
}

export class MemoryPlane implements Plane {
  /** Rejects what goes to the store while true. */
  storeAway = false;
  loop: Status['loop'] = 'running';
  readonly #samples = new MemorySamples();
  readonly #functions = new Map<string, Known>();
  readonly #receipts = new Map<string, Receipt>();
  readonly #events: PlaneEvent[] = [];
  readonly #listeners = new Set<(event: PlaneEvent) => void>();
  readonly #now: () => number;
  readonly #rules: MemoryRules;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#rules = new MemoryRules(now);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Tells it a decision, with the receipt for it. */
  decide(
    functionKey: string,
    desiredInstances: number,
    moved: Partial<Pick<Decision, 'poolInstances' | 'keepAliveMs'>> = {},
  ): Receipt {
    const atMs = this.#now();
    const tick = this.#receipts.size;
    const id = `${functionKey}@${tick}`;
    const decided = {
      functionKey,
      atMs,
      tick,
      keepAliveMs: 600_000,
      prewarmMs: 0,
      poolInstances: 0,
      desiredInstances,
      starts: 0,
      reason: 'told',
      bound: [],
      ...moved,
    };
    const receipt: Receipt = {
      id,
      kind: 'tick',
      decision: decided,
      policy: 'told',
      spec: {},
      inputsDigest: '0'.repeat(64),
      saw: {},
      forecast: null,
      alternatives: [],
      limits: { ...NO_LIMITS },
      prices: {},
      startTime: { ms: 1000, from: 'table', measurements: 0 },
      seed: 0,
      backend: 'pure',
      version: VERSION,
    };
    this.#receipts.set(id, receipt);
    this.#know(functionKey).decision = { ...decided, heldTicks: 0, receiptId: id };
    this.emit('decision', functionKey, `${desiredInstances} desired`);
    return receipt;
  }

  emit(kind: PlaneEvent['kind'], functionKey: string | null, message: string): PlaneEvent {
    const event: PlaneEvent = { id: this.#events.length + 1, atMs: this.#now(), kind, functionKey, message };
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  status(): Status {
    const nowMs = this.#now();
    return {
      mode: 'shadow',
      version: VERSION,
      backend: 'pure',
      nowMs,
      startedAtMs: 0,
      epochMs: 0,
      tickMs: 30_000,
      tick: this.#receipts.size - 1,
      lastTickAtMs: null,
      lastTickTookMs: null,
      lagMs: 0,
      loop: this.loop,
      provider: { name: 'push', state: 'idle', detail: null, lastSampleMs: null, replay: null },
      store: { kind: 'memory', state: this.storeAway ? 'down' : 'up', sinceMs: null, detail: null },
      functions: this.#functions.size,
      samples: { ...this.#samples.counts },
      paused: this.pauses(),
      degraded: this.storeAway ? ['the store is away'] : [],
    };
  }

  summary(): Summary {
    let calls = 0;
    let desired = 0;
    for (const one of this.#functions.values()) {
      calls += one.calls;
      desired += one.decision?.desiredInstances ?? 0;
    }
    const totals = { ...NOTHING, calls };
    return {
      fromMs: null,
      toMs: null,
      functions: this.#functions.size,
      ours: totals,
      compared: totals,
      saved: NO_SAVINGS,
      forecasts: { learning: 0, blocks: 0, meanAbsoluteError: null, coverage: null, demoted: 0, models: [] },
      instances: { desired, pool: 0, busy: 0 },
      recent: NO_RECENT,
      days: [],
    };
  }

  functions({ q, state, sort = '-calls', cursor, limit }: Parameters<Plane['functions']>[0]): Page<FunctionRow> {
    const wanted = q?.toLowerCase() ?? '';
    const rows = [...this.#functions]
      .filter(([key]) => key.toLowerCase().includes(wanted))
      .map(([key, one]) => this.#row(key, one))
      .filter((row) => state === undefined || row[state]);
    const name = sort.replace('-', '') as keyof FunctionRow;
    const sign = sort.startsWith('-') ? -1 : 1;
    const order = (a: FunctionRow, b: FunctionRow): number => {
      const [x, y] = [a[name] ?? 0, b[name] ?? 0];
      if (x !== y) return x < y ? -sign : sign;
      return a.functionKey < b.functionKey ? -1 : 1;
    };
    return page(rows.sort(order), { ...(cursor === undefined ? {} : { cursor }), limit });
  }

  fn(functionKey: string): FunctionDetail | undefined {
    const known = this.#functions.get(functionKey);
    if (known === undefined) return undefined;
    const totals = { ...NOTHING, calls: known.calls };
    return {
      functionKey,
      firstSeenMs: 0,
      lastCallMs: known.lastCallMs,
      memoryMiB: null,
      durationMs: null,
      startMs: null,
      startFrom: null,
      lateSamples: 0,
      ours: totals,
      compared: totals,
      saved: NO_SAVINGS,
      forecast: null,
      decision: known.decision,
      limits: this.#rules.limitsOf(functionKey),
      paused: this.#rules.isPaused(functionKey),
      trust: [],
      recent: NO_RECENT,
      gaps: [],
    };
  }

  decisions({ q, ...rest }: Parameters<Plane['decisions']>[0]): Page<Decision> {
    const wanted = q?.toLowerCase() ?? '';
    const all = [...this.#functions]
      .filter(([key, { decision }]) => decision !== null && key.toLowerCase().includes(wanted))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return page(
      all.map(([, { decision }]) => decision!),
      rest,
    );
  }

  desired(functionKey: string) {
    const decision = this.#functions.get(functionKey)?.decision;
    if (decision === undefined || decision === null) return undefined;
    const { desiredInstances: value, atMs: asOfMs } = decision;
    return { value, asOfMs, stale: this.loop !== 'running', functionKey };
  }

  async push(samples: readonly Sample[]): Promise<PushResult> {
    this.#needStore();
    return this.#samples.push(samples, (sample) => {
      const known = this.#know(sample.functionKey);
      known.calls += 'atMs' in sample ? 1 : sample.calls;
      known.lastCallMs = Math.max(known.lastCallMs ?? 0, 'atMs' in sample ? sample.atMs : sample.fromMs);
    });
  }

  async upload(body: AsyncIterable<Uint8Array>, name: string, options: UploadOptions): Promise<UploadResult> {
    const { samples, ...read } = await uploadedCalls(body, name, options);
    return { ...read, samples: samples.length, ...(await this.push(samples)) };
  }

  placement(): Placement {
    return {
      files: null,
      state: 'off',
      failure: null,
      intervalMs: 300_000,
      nextMs: null,
      decision: null,
      lastMoves: null,
      nodes: [],
    };
  }

  placedFunctions(query: Parameters<Plane['placedFunctions']>[0]) {
    return page([] as PlacedFunction[], query);
  }

  async placements(query: Parameters<Plane['placements']>[0]) {
    this.#needStore();
    return page([] as PlacementRow[], query);
  }

  async receipts({
    functionKey,
    fromMs = 0,
    toMs = Number.POSITIVE_INFINITY,
    ...rest
  }: Parameters<Plane['receipts']>[0]) {
    this.#needStore();
    const rows = [...this.#receipts.values()]
      .filter(
        ({ decision: { functionKey: key, atMs } }) => (functionKey ?? key) === key && atMs >= fromMs && atMs < toMs,
      )
      .map(
        ({ id, decision: { functionKey: key, atMs, tick, desiredInstances, poolInstances, keepAliveMs, reason } }) => ({
          id,
          functionKey: key,
          atMs,
          tick,
          desiredInstances,
          poolInstances,
          keepAliveMs,
          reason,
        }),
      );
    return page(rows.reverse(), rest);
  }

  async receipt(id: string): Promise<Receipt | PlacementReceipt | undefined> {
    this.#needStore();
    return this.#receipts.get(id);
  }

  async recompute(id: string) {
    this.#needStore();
    // What was told needs no computing.
    return this.#receipts.has(id) ? { id, same: true, checkpointTick: 0, samples: 0, differences: [] } : undefined;
  }

  async events({
    kind,
    functionKey,
    fromMs = 0,
    toMs = Number.POSITIVE_INFINITY,
    ...rest
  }: Parameters<Plane['events']>[0]) {
    this.#needStore();
    const fits = (event: PlaneEvent): boolean =>
      (kind ?? event.kind) === event.kind &&
      (functionKey === undefined || functionKey === event.functionKey) &&
      event.atMs >= fromMs &&
      event.atMs < toMs;
    return page(this.#events.filter(fits).reverse(), rest);
  }

  async audit(query: Parameters<Plane['audit']>[0]) {
    this.#needStore();
    return page(this.#rules.audit(query), query);
  }

  limits(): LimitsView {
    return this.#rules.limits();
  }

  async setLimits(scope: Scope, patch: LimitsPatch, actor: string): Promise<LimitsView> {
    this.#needStore();
    return this.#rules.setLimits(scope, patch, actor);
  }

  pauses(): Pause[] {
    return this.#rules.pauses();
  }

  async pause(scope: Scope, reason: string | null, actor: string): Promise<readonly Pause[]> {
    this.#needStore();
    if (this.#rules.pause(scope, reason, actor)) this.emit('paused', null, scopeName(scope));
    return this.pauses();
  }

  async resume(scope: Scope, actor: string): Promise<readonly Pause[]> {
    this.#needStore();
    if (this.#rules.resume(scope, actor)) this.emit('resumed', null, scopeName(scope));
    return this.pauses();
  }

  async whatIf(
    { functionKeys, mostFunctions = 50, fromMs = 0, toMs = this.#now() }: WhatIfRequest,
    { signal }: WhatIfOptions,
  ): Promise<WhatIfResult> {
    signal.throwIfAborted();
    const keys = functionKeys ?? [...this.#functions.keys()].slice(0, mostFunctions);
    for (const key of keys) {
      if (!this.#functions.has(key)) throw new IsothermError('UNKNOWN_FUNCTION', `there is no function ${key}`);
    }
    if (fromMs > toMs) throw new IsothermError('BAD_ARGUMENT', 'fromMs is after toMs');
    return {
      fromMs,
      toMs,
      functions: keys.length,
      configured: NOTHING,
      whatIf: NOTHING,
      saved: NO_SAVINGS,
      rows: [],
    };
  }

  subscribe(listener: (event: PlaneEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #needStore(): void {
    if (!this.storeAway) return;
    const error = new Error('connection to postgres://isotherm:hunter2@db refused');
    throw Object.assign(error, { name: 'IsothermError', code: 'STORE_UNAVAILABLE' });
  }

  #know(key: string): Known {
    const known = this.#functions.get(key) ?? { calls: 0, lastCallMs: null, decision: null };
    this.#functions.set(key, known);
    return known;
  }

  #row(functionKey: string, { calls, lastCallMs, decision }: Known): FunctionRow {
    return {
      functionKey,
      calls,
      callsPerMinute: 0,
      predictedPerMinute: null,
      coldStarts: 0,
      comparedColdStarts: 0,
      savedUsd: 0,
      desiredInstances: decision?.desiredInstances ?? 0,
      model: null,
      demoted: false,
      paused: this.#rules.isPaused(functionKey),
      gap: false,
      lastCallMs,
    };
  }
}

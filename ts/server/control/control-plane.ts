/** The control plane in shadow: it watches, forecasts, decides and records, and touches nothing. */
import type { FunctionControl } from 'isotherm/evaluate';
import { IsothermError } from 'isotherm/kernels';
import type { Decision, Desired } from '../api/schemas/decisions.js';
import type { AuditEntry, PlaneEvent } from '../api/schemas/events.js';
import type { FunctionDetail, FunctionRow } from '../api/schemas/functions.js';
import type { LimitsPatch, LimitsView, Pause, Scope } from '../api/schemas/limits.js';
import type { Status, Summary } from '../api/schemas/overview.js';
import type {
  AuditQuery,
  DecisionsQuery,
  EventsQuery,
  FunctionsQuery,
  Page,
  PlacedFunctionsQuery,
  PlacementsQuery,
  ReceiptsQuery,
} from '../api/schemas/pages.js';
import type { PlacedFunction, Placement, PlacementReceipt, PlacementRow } from '../api/schemas/placement.js';
import type { Receipt, ReceiptRow, Recomputation } from '../api/schemas/receipts.js';
import type { PushResult, Sample, UploadResult } from '../api/schemas/samples.js';
import type { WhatIfRequest, WhatIfResult } from '../api/schemas/what-if.js';
import type { Config } from '../config/index.js';
import { DAY_MS } from '../time.js';
import { eachInTurns } from '../turns.js';
import { decisionsPage, functionsPage } from './browse.js';
import { toStored } from './event-log.js';
import { Fits } from './fits.js';
import { Loop, type TickDone } from './loop.js';
import { type OnOpening, type Opened, openParts, type PlaneParts } from './opening.js';
import type { Plane, Settled, UploadOptions, WhatIfOptions } from './plane.js';
import { push } from './pushed.js';
import { recompute } from './recompute.js';
import { auditPage, eventsPage, receiptOf, receiptsPage } from './recorded.js';
import { SavedStates } from './saved-states.js';
import { type ConfigChange, SettingChanges } from './setting-changes.js';
import { silenceWatch } from './silence.js';
import { statusView } from './status.js';
import { upload } from './upload.js';
import { detailView } from './views.js';
import { whatIf } from './what-if.js';

/** Ticks after which what is too old is let go of. */
const EXPIRE_EVERY_TICKS = 120;
/** Functions that are saved together at the end. */
const SAVED_AT_ONCE = 1000;

export class ControlPlane implements Plane {
  readonly #parts: Opened;
  #retention: Config['retention'];
  readonly #changes: SettingChanges;
  readonly #loop: Loop;
  readonly #fits: Fits;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;
  #failure: unknown;
  #lastTickAtMs: number | null = null;
  #lastTickTookMs: number | null = null;

  private constructor(parts: Opened) {
    this.#parts = parts;
    this.#retention = parts.config.retention;
    this.#changes = new SettingChanges(parts);
    this.#fits = new Fits(parts.events);
    this.#loop = new Loop(
      { ...parts, silence: silenceWatch(parts), onTick: (done) => this.#ticked(done) },
      parts.lastTick,
    );
  }

  /** The plane of a store, at its last committed tick; `onProgress` is told in words what it is at. Nothing is observed until `start`. Errors: as of `openParts`. */
  static async open(parts: PlaneParts, signal: AbortSignal, onProgress?: OnOpening): Promise<ControlPlane> {
    return new ControlPlane(await openParts(parts, signal, onProgress));
  }

  /** Begins the loop. */
  start(): void {
    this.#parts.placements.start();
    this.#running ??= this.#loop.run(this.#stop.signal).catch((error: unknown) => {
      // The API goes on with the last good values, and says that the loop does not.
      this.#failure = error;
      this.#parts.ingestion.end();
      this.#parts.events.emit(
        'config',
        null,
        `the loop has ended: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  }

  /** Resolves when the loop has ended by itself or by `stop`; rejects with what ended it. */
  async ended(): Promise<void> {
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends the loop after the tick that it is at, and stores what was told since and all states. The store and the observer stay open. */
  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    this.#stop.abort();
    const { store, events, fleet, placements } = this.#parts;
    await placements.stop();
    await this.#running;
    const waiting = events.waiting();
    try {
      // A store that is away now cannot be waited for.
      await store.ping();
      await store.addEvents(waiting.map(toStored));
      events.stored(waiting);
      await this.#saveAll();
    } catch (error) {
      if (!(error instanceof IsothermError)) throw error;
    } finally {
      for (const { control } of fleet.functions.values()) control.close();
    }
  }

  /** A restart goes on from here, and has nothing to compute again. */
  async #saveAll(): Promise<void> {
    const { store, fleet, time } = this.#parts;
    const { tick } = this.#loop;
    // Those that a tick which could not be committed has stepped are not as they were after the last one that was.
    const all = [...fleet.functions.values()].filter(({ control }) => control.nextTick === tick + 1);
    for (let from = 0; from < all.length; from += SAVED_AT_ONCE) {
      const saved = new SavedStates();
      await eachInTurns(all.slice(from, from + SAVED_AT_ONCE), (managed) => saved.add(managed));
      await store.saveStates(time.endOf(tick), saved);
    }
    if (fleet.left.size === 0) return;
    const left = new SavedStates();
    left.addLeft(fleet.left.keys(), tick);
    await store.saveStates(time.endOf(tick), left);
  }

  /**
   * Takes a configuration that was read again: all that counts from the next tick on. Resolves when who did what is written down, which waits for a store that
   * is away.
   */
  async reconfigure(config: Config, change: ConfigChange): Promise<void> {
    const { limits, fleet, events, clock, placements } = this.#parts;
    this.#retention = config.retention;
    const atMs = clock.now();
    limits.configure(config.limits, atMs);
    fleet.configure(config);
    placements.configure(config.placement);
    const { applied } = change;
    if (applied.length === 0) return;
    // What was and what is stand in the audit.
    events.emit('config', null, `the configuration was read again: ${applied.join(', ')}`, { changed: applied });
    const { signal } = this.#stop;
    const work = this.#loop.patience.until(() => this.#changes.configured(change, atMs), signal);
    await work.catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  async #ticked({ tick, endMs, tookMs, calls, receipts }: TickDone): Promise<void> {
    const { clock, fleet, events, summaries, store, time, placements } = this.#parts;
    this.#lastTickAtMs = clock.now();
    this.#lastTickTookMs = tookMs;
    await summaries.add(fleet, endMs, endMs - time.tickMs);
    const functions = fleet.functions.size;
    const words = `tick ${tick}: ${functions} functions, ${calls} calls`;
    events.emit('tick', null, words, { tick, functions, calls, receipts, tookMs });
    const { patience } = this.#loop;
    const { signal } = this.#stop;
    // The loop does not wait for it.
    void this.#fits.make(fleet.functions.values(), signal);
    // A day that is over does not change any more.
    const isNewDay = Math.floor(endMs / DAY_MS) > Math.floor((endMs - time.tickMs) / DAY_MS);
    if (isNewDay) summaries.setDays(await patience.until(() => store.totals(), signal));
    if (tick % EXPIRE_EVERY_TICKS === 0) {
      await patience.until(() => store.expire(endMs, this.#retention, signal), signal);
    }
    await placements.ticked(tick);
  }

  status(): Status {
    return statusView(this.#parts, this.#loop, {
      state: this.#loopState(),
      failure: this.#failure,
      lastTickAtMs: this.#lastTickAtMs,
      lastTickTookMs: this.#lastTickTookMs,
    });
  }

  #loopState(): Status['loop'] {
    if (this.#running === undefined) return 'starting';
    if (this.#stop.signal.aborted || this.#failure !== undefined) return 'stopped';
    const { hasEnded, isBehind, clockBehindMs, patience } = this.#loop;
    if (hasEnded) return 'ended';
    return isBehind || clockBehindMs > 0 || patience.isDown ? 'behind' : 'running';
  }

  summary(): Summary {
    return this.#parts.summaries.view(this.#parts.clock.now());
  }

  functions(query: Settled<FunctionsQuery>): Page<FunctionRow> {
    return functionsPage(this.#parts.fleet.functions.values(), query);
  }

  fn(functionKey: string): FunctionDetail | undefined {
    const { fleet, time, clock } = this.#parts;
    const managed = fleet.functions.get(functionKey);
    return managed && detailView(managed, time, clock.now());
  }

  /** The state behind a function: to be looked at, not to be stepped. */
  controlOf(functionKey: string): FunctionControl | undefined {
    return this.#parts.fleet.functions.get(functionKey)?.control;
  }

  decisions(query: Settled<DecisionsQuery>): Page<Decision> {
    const { fleet, time } = this.#parts;
    return decisionsPage(fleet.functions.values(), query, time);
  }

  desired(functionKey: string): Desired | undefined {
    const { fleet } = this.#parts;
    const managed = fleet.functions.get(functionKey);
    const standing = managed === undefined ? fleet.left.get(functionKey)?.inherited : managed.standing;
    if (standing) return { ...standing, stale: true, functionKey };
    const decision = managed?.decision;
    if (!managed || !decision) return undefined;
    const { desiredInstances, atMs } = decision;
    const stale = this.#loopState() !== 'running' || managed.isMissing || managed.limits.paused;
    return { value: desiredInstances, asOfMs: this.#parts.time.epochMs + atMs, stale, functionKey };
  }

  push(samples: readonly Sample[]): Promise<PushResult> {
    return push(
      this.#parts.ingestion,
      samples.map((sample) => ('atMs' in sample ? { kind: 'call', ...sample } : { kind: 'count', ...sample })),
    );
  }

  upload(body: AsyncIterable<Uint8Array>, name: string, options: UploadOptions): Promise<UploadResult> {
    return upload(this.#parts.ingestion, body, name, options);
  }

  receipts(query: Settled<ReceiptsQuery>): Promise<Page<ReceiptRow>> {
    return receiptsPage(this.#parts.store, query);
  }

  async receipt(id: string): Promise<Receipt | PlacementReceipt | undefined> {
    const { store, time, placements } = this.#parts;
    return (await receiptOf(store, time, id)) ?? placements.receipt(id);
  }

  async recompute(id: string, signal: AbortSignal): Promise<Recomputation | undefined> {
    const { store, time, fleet, placements } = this.#parts;
    return (await recompute(store, time, fleet.place, id, signal)) ?? placements.recompute(id, signal);
  }

  placement(): Placement {
    return this.#parts.placements.view();
  }

  placedFunctions(query: Settled<PlacedFunctionsQuery>): Page<PlacedFunction> {
    return this.#parts.placements.functions(query);
  }

  placements(query: Settled<PlacementsQuery>): Promise<Page<PlacementRow>> {
    return this.#parts.placements.decisions(query);
  }

  events(query: Settled<EventsQuery>): Promise<Page<PlaneEvent>> {
    return eventsPage(this.#parts.store, query);
  }

  audit(query: Settled<AuditQuery>): Promise<Page<AuditEntry>> {
    return auditPage(this.#parts.store, query);
  }

  limits(): LimitsView {
    return this.#parts.limits.view();
  }

  async setLimits(scope: Scope, patch: LimitsPatch, actor: string): Promise<LimitsView> {
    await this.#changes.setLimits(scope, patch, actor);
    return this.limits();
  }

  pauses(): readonly Pause[] {
    return this.#parts.limits.pauses();
  }

  async pause(scope: Scope, reason: string | null, actor: string): Promise<readonly Pause[]> {
    await this.#changes.pause(scope, reason, actor);
    return this.pauses();
  }

  async resume(scope: Scope, actor: string): Promise<readonly Pause[]> {
    await this.#changes.resume(scope, actor);
    return this.pauses();
  }

  whatIf(request: WhatIfRequest, options: WhatIfOptions): Promise<WhatIfResult> {
    const { store, fleet, limits } = this.#parts;
    return whatIf(store, fleet, limits, this.#loop.tick, request, options);
  }

  subscribe(listener: (event: PlaneEvent) => void): () => void {
    return this.#parts.events.subscribe(listener);
  }
}

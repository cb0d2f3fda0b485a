/** The control plane in shadow: it watches, forecasts, decides and records, and touches nothing. */
import type { FunctionControl } from 'isotherm/evaluate';
import { backendInfo, IsothermError, VERSION } from 'isotherm/kernels';
import type {
  AuditEntry,
  AuditQuery,
  Decision,
  DecisionsQuery,
  Desired,
  EventsQuery,
  FunctionDetail,
  FunctionRow,
  FunctionsQuery,
  LimitsPatch,
  LimitsView,
  Page,
  Pause,
  PlaneEvent,
  PushResult,
  Receipt,
  ReceiptRow,
  ReceiptsQuery,
  Recomputation,
  Sample,
  Scope,
  Status,
  Summary,
  UploadResult,
  WhatIfRequest,
  WhatIfResult,
} from '../api/schemas.js';
import type { Config } from '../config/index.js';
import type { Clock, Observer } from '../providers/index.js';
import type { Json, Store } from '../store/index.js';
import { decisionsPage, functionsPage } from './browse.js';
import { EventLog, fromStored, toStored } from './event-log.js';
import { Fleet } from './fleet.js';
import { Ingestion } from './ingestion.js';
import { LimitsBook, type SettingChange } from './limits-book.js';
import { Loop, type Silence } from './loop.js';
import type { Plane, Settled, UploadOptions } from './plane.js';
import { push } from './pushed.js';
import { receiptRow, receiptView } from './receipt-view.js';
import { recompute } from './recompute.js';
import { restore } from './restore.js';
import { Summaries } from './summaries.js';
import { TickTime } from './tick-time.js';
import { upload } from './upload.js';
import { detailView } from './views.js';
import { whatIf } from './what-if.js';

const DAY_MS = 86_400_000;

/** Ticks after which what is kept by day is asked for again. */
const DAYS_EVERY_TICKS = 20;
/** Ticks after which what is too old is let go of. */
const EXPIRE_EVERY_TICKS = 120;

/** How long nothing may be brought before it means that nothing is known. */
const SILENCE_MS = 3 * 60_000;

export interface PlaneParts {
  config: Config;
  store: Store;
  observer: Observer;
  clock: Clock;
}

interface Begun extends PlaneParts {
  time: TickTime;
  limits: LimitsBook;
  lastTick: number;
  lastEventId: number;
  startedAtMs: number;
}

export class ControlPlane implements Plane {
  #config: Config;
  readonly #store: Store;
  readonly #observer: Observer;
  readonly #clock: Clock;
  readonly #time: TickTime;
  readonly #limits: LimitsBook;
  readonly #fleet: Fleet;
  readonly #ingestion: Ingestion;
  readonly #events: EventLog;
  readonly #loop: Loop;
  readonly #summaries = new Summaries();
  readonly #startedAtMs: number;
  /** Ticks that were over before, if it was away for long: nobody could bring their samples. */
  readonly #awayUntilMs: number;
  #changing: Promise<unknown> = Promise.resolve();
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #failure: unknown;
  #lastTickAtMs: number | null = null;
  #lastTickTookMs: number | null = null;

  private constructor(begun: Begun) {
    const { config, store, observer, clock, time, limits, lastTick } = begun;
    this.#config = config;
    this.#store = store;
    this.#observer = observer;
    this.#clock = clock;
    this.#time = time;
    this.#limits = limits;
    this.#startedAtMs = begun.startedAtMs;
    const isAway = begun.startedAtMs - time.endOf(lastTick) >= SILENCE_MS;
    this.#awayUntilMs = isAway ? begun.startedAtMs : Number.NEGATIVE_INFINITY;
    this.#events = new EventLog(() => clock.now(), begun.lastEventId);
    this.#fleet = new Fleet(config, time, limits);
    this.#ingestion = new Ingestion(store, time, lastTick + 1, () => clock.now());
    const { events, fleet, ingestion } = { events: this.#events, fleet: this.#fleet, ingestion: this.#ingestion };
    this.#loop = new Loop(
      {
        store,
        observer,
        clock,
        time,
        fleet,
        ingestion,
        events,
        silence: (tick) => this.#silence(tick),
        onTick: (done) => this.#ticked(done),
      },
      lastTick,
    );
  }

  /**
   * The plane of a store, at its last committed tick. Nothing is observed until `start`.
   *
   * Errors: `BAD_ARGUMENT` where the store was made with another length of ticks, or holds another source's past: a trace's goes with nothing else; as of the store; `ABORTED`.
   */
  static async open(parts: PlaneParts, signal: AbortSignal): Promise<ControlPlane> {
    const { config, store, observer, clock } = parts;
    const startedAtMs = clock.now();
    const { tickMs } = config.prediction;
    const stored = await store.rememberMeta('tickMs', String(tickMs));
    if (stored !== String(tickMs)) {
      const sentence = `the store has ticks of ${stored} ms, the configuration has prediction.update_interval of ${tickMs} ms`;
      throw new IsothermError('BAD_ARGUMENT', `${sentence}; expected the same, or a new store`);
    }
    const began = await observer.beginMs(signal);
    await checkSource(store, observer, began);
    const beginMs = began ?? startedAtMs;
    const midnight = Math.floor(beginMs / DAY_MS) * DAY_MS;
    const time = new TickTime(Number(await store.rememberMeta('epochMs', String(midnight))), tickMs);
    const committed = await store.lastTick();
    const limits = new LimitsBook(config.limits, await store.settings(), startedAtMs);
    // What lies before the first beginning was never looked at; nothing was decided there.
    const lastTick = committed === 0 ? Math.max(0, time.tickOf(beginMs) - 1) : committed;
    const lastEventId = Number(await store.lastEventId());
    const plane = new ControlPlane({ ...parts, time, limits, lastTick, lastEventId, startedAtMs });
    const { anew, lost } = await restore(store, plane.#fleet, plane.#ingestion, lastTick, signal);
    await spendRates(store, limits, time.endOf(lastTick));
    if (anew.length > 0) {
      const words = `${anew.length} functions were saved by another version: what they have learnt is gone, their totals go on`;
      plane.#events.emit('config', null, words, { functions: anew.slice(0, 10) });
    }
    if (lost.length > 0) {
      const words = `${lost.length} functions were saved by another version in a way that cannot be read: they begin with their next call`;
      plane.#events.emit('config', null, words, { functions: lost.slice(0, 10) });
    }
    if (committed > 0) {
      plane.#summaries.add(plane.#fleet.functions.values(), time.endOf(lastTick), time.endOf(lastTick), false);
      plane.#summaries.since(Number((await store.meta('firstTickMs')) ?? time.endOf(lastTick)));
      plane.#summaries.setDays(await store.totals());
    } else {
      await store.rememberMeta('firstTickMs', String(time.endOf(lastTick)));
    }
    return plane;
  }

  /** Begins the loop. */
  start(): void {
    this.#running ??= this.#loop.run(this.#stop.signal).catch((error: unknown) => {
      // The API goes on with the last good values, and says that the loop does not.
      this.#failure = error;
      this.#ingestion.end();
      this.#events.emit(
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

  /** Ends the loop after the tick that it is at, and stores what was told since. The store and the observer stay open. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    const waiting = this.#events.waiting();
    // A store that is away now cannot be waited for.
    if (waiting.length > 0) {
      await this.#store.addEvents(waiting.map(toStored)).then(
        () => this.#events.stored(waiting),
        () => undefined,
      );
    }
    for (const { control } of this.#fleet.functions.values()) control.close();
  }

  /** Takes a configuration that was read again: its limits, what it says of functions that are not known yet, and how long things are kept. */
  reconfigure(config: Config, changed: readonly string[]): void {
    this.#config = config;
    this.#limits.configure(config.limits, this.#clock.now());
    this.#fleet.configure(config);
    if (changed.length === 0) return;
    this.#events.emit('config', null, `the configuration was read again: ${changed.join(', ')}`, { changed });
  }

  async #ticked({
    tick,
    endMs,
    tookMs,
    calls,
    receipts,
  }: Parameters<ConstructorParameters<typeof Loop>[0]['onTick']>[0]) {
    this.#lastTickAtMs = this.#clock.now();
    this.#lastTickTookMs = tookMs;
    this.#summaries.add(this.#fleet.functions.values(), endMs, endMs - this.#time.tickMs);
    const functions = this.#fleet.functions.size;
    this.#events.emit('tick', null, `tick ${tick}: ${functions} functions, ${calls} calls`, {
      tick,
      functions,
      calls,
      receipts,
      tookMs,
    });
    const { patience } = this.#loop;
    const { signal } = this.#stop;
    if (tick % DAYS_EVERY_TICKS === 0)
      this.#summaries.setDays(await patience.until(() => this.#store.totals(), signal));
    if (tick % EXPIRE_EVERY_TICKS === 0) {
      const { retention } = this.#config;
      await patience.until(() => this.#store.expire(endMs, retention, signal), signal);
    }
  }

  /** Where samples are brought, no samples at all are not the same as no calls: somebody may have ceased to bring them. */
  #silence(tick: number): Silence | null {
    if (this.#observer.name !== 'push' || this.#fleet.functions.size === 0) return null;
    if (this.#time.endOf(tick) <= this.#awayUntilMs) {
      return { reason: 'not-observed', detail: 'the control plane did not run: nobody could bring it samples' };
    }
    const silentMs = this.#clock.now() - this.#ingestion.lastAcceptedMs;
    if (silentMs < SILENCE_MS) return null;
    const detail = `nobody has brought a sample for ${Math.round(silentMs / 60_000)} min; where there are no calls, bring counts of 0`;
    return { reason: 'missing', detail };
  }

  status(): Status {
    const nowMs = this.#clock.now();
    const observer = this.#observer.health();
    const store = this.#store.health();
    const { counts, lastSampleMs } = this.#ingestion;
    return {
      mode: 'shadow',
      version: VERSION,
      backend: backendInfo().backend,
      nowMs,
      startedAtMs: this.#startedAtMs,
      epochMs: this.#time.epochMs,
      tickMs: this.#time.tickMs,
      tick: this.#loop.tick,
      lastTickAtMs: this.#lastTickAtMs,
      lastTickTookMs: this.#lastTickTookMs,
      lagMs: this.#observer.lagMs,
      loop: this.#loopState(),
      provider: {
        name: this.#observer.name,
        state: observer.degraded !== null ? 'down' : lastSampleMs === null || this.#loop.hasEnded ? 'idle' : 'up',
        detail: this.#loop.hasEnded
          ? 'it has come to its end: nothing is decided any more'
          : (observer.degraded ?? observer.clock),
        lastSampleMs,
      },
      store: {
        kind: this.#store.driver,
        state: store.state,
        sinceMs: store.state === 'down' ? store.sinceMs : null,
        detail: store.state === 'down' ? store.error : null,
      },
      functions: this.#fleet.functions.size,
      samples: counts,
      paused: this.#limits.pauses(),
      degraded: this.#degraded(),
    };
  }

  #loopState(): Status['loop'] {
    if (this.#running === undefined) return 'starting';
    if (this.#stop.signal.aborted || this.#failure !== undefined) return 'stopped';
    if (this.#loop.hasEnded) return 'ended';
    const { isBehind, clockBehindMs, patience } = this.#loop;
    return isBehind || clockBehindMs > 0 || patience.isDown ? 'behind' : 'running';
  }

  #degraded(): string[] {
    const { degraded } = this.#observer.health();
    const store = this.#store.health();
    const { clockBehindMs } = this.#loop;
    let missing = 0;
    for (const managed of this.#fleet.functions.values()) if (managed.isMissing) missing++;
    return [
      ...(this.#failure === undefined
        ? []
        : [`the loop has ended: ${this.#failure instanceof Error ? this.#failure.message : 'unknown'}`]),
      ...(degraded === null ? [] : [`provider: ${degraded}`]),
      ...(store.state === 'down' ? [`store: ${store.error}`] : []),
      ...(clockBehindMs === 0
        ? []
        : [
            `clock: it is ${Math.round(clockBehindMs / 1000)} s before the last tick; nothing is decided until it is there again`,
          ]),
      ...(missing === 0 ? [] : [`no data of ${missing} functions: their last decision holds`]),
    ];
  }

  summary(): Summary {
    return this.#summaries.view(this.#clock.now());
  }

  functions(query: Settled<FunctionsQuery>): Page<FunctionRow> {
    return functionsPage(this.#fleet.functions.values(), query);
  }

  fn(functionKey: string): FunctionDetail | undefined {
    const managed = this.#fleet.functions.get(functionKey);
    return managed && detailView(managed, this.#time, this.#clock.now());
  }

  /** The state behind a function: to be looked at, not to be stepped. */
  controlOf(functionKey: string): FunctionControl | undefined {
    return this.#fleet.functions.get(functionKey)?.control;
  }

  decisions(query: Settled<DecisionsQuery>): Page<Decision> {
    return decisionsPage(this.#fleet.functions.values(), query, this.#time);
  }

  desired(functionKey: string): Desired | undefined {
    const managed = this.#fleet.functions.get(functionKey);
    if (managed === undefined) return undefined;
    const { decision } = managed.control;
    if (decision === null)
      return managed.inherited === null ? undefined : { ...managed.inherited, stale: true, functionKey };
    const { desiredInstances, atMs } = decision;
    const stale = this.#loopState() !== 'running' || managed.isMissing || managed.limits.paused;
    return { value: desiredInstances, asOfMs: this.#time.epochMs + atMs, stale, functionKey };
  }

  push(samples: readonly Sample[]): Promise<PushResult> {
    return push(
      this.#ingestion,
      samples.map((sample) => ('atMs' in sample ? { kind: 'call', ...sample } : { kind: 'count', ...sample })),
    );
  }

  upload(body: AsyncIterable<Uint8Array>, name: string, options: UploadOptions): Promise<UploadResult> {
    return upload(this.#ingestion, body, name, options);
  }

  async receipts(query: Settled<ReceiptsQuery>): Promise<Page<ReceiptRow>> {
    const { rows, cursor } = await this.#store.receipts(query);
    return { items: rows.map(receiptRow), nextCursor: cursor };
  }

  async receipt(id: string): Promise<Receipt | undefined> {
    const stored = await this.#store.receipt(id);
    return stored && receiptView(stored, this.#time);
  }

  recompute(id: string, signal: AbortSignal): Promise<Recomputation | undefined> {
    return recompute(this.#store, this.#time, this.#fleet.place, id, signal);
  }

  async events(query: Settled<EventsQuery>): Promise<Page<PlaneEvent>> {
    const { rows, cursor } = await this.#store.events(query);
    return { items: rows.filter(({ kind }) => kind !== 'conditions').map(fromStored), nextCursor: cursor };
  }

  async audit(query: Settled<AuditQuery>): Promise<Page<AuditEntry>> {
    const { rows, cursor } = await this.#store.audit(query);
    const items = rows.map(({ id, atMs, actor, action, detail }) => {
      const { scope, from, to } = detail as { scope: Scope | null; from: Json; to: Json };
      return { id, atMs, actor, action: action as AuditEntry['action'], scope, from, to };
    });
    return { items, nextCursor: cursor };
  }

  limits(): LimitsView {
    return this.#limits.view();
  }

  async setLimits(scope: Scope, patch: LimitsPatch, actor: string): Promise<LimitsView> {
    const from = this.limits();
    this.#limits.check(scope, patch);
    await this.#set(
      () => this.#limits.patched(scope, patch),
      'limits',
      scope,
      actor,
      limitsOf(from, scope),
      patch as Json,
    );
    this.#events.emit('limits', null, `${actor} has changed the limits of ${subjectOf(scope)}`, {
      scope,
      limits: patch,
    });
    return this.limits();
  }

  pauses(): readonly Pause[] {
    return this.#limits.pauses();
  }

  async pause(scope: Scope, reason: string | null, actor: string): Promise<readonly Pause[]> {
    const change = this.#limits.paused(scope, { sinceMs: this.#clock.now(), actor, reason });
    await this.#set(() => change, 'pause', scope, actor, false, true);
    this.#events.emit('paused', null, `${actor} has paused ${subjectOf(scope)}`, { scope, reason });
    return this.pauses();
  }

  async resume(scope: Scope, actor: string): Promise<readonly Pause[]> {
    this.#limits.checkResume(scope);
    await this.#set(() => this.#limits.paused(scope, undefined), 'resume', scope, actor, true, false);
    this.#events.emit('resumed', null, `${actor} has resumed ${subjectOf(scope)}`, { scope });
    return this.pauses();
  }

  /** Committed first: what holds is what is written down. One after the other: a change is made to what the one before has left. */
  #set(
    changeNow: () => SettingChange,
    action: AuditEntry['action'],
    scope: Scope,
    actor: string,
    from: Json,
    to: Json,
  ): Promise<void> {
    const work = this.#changing.then(() => this.#commitSetting(changeNow(), action, scope, actor, { scope, from, to }));
    this.#changing = work.catch(() => undefined);
    return work;
  }

  async #commitSetting(
    change: SettingChange,
    action: AuditEntry['action'],
    scope: Scope,
    actor: string,
    detail: Json,
  ): Promise<void> {
    const subject = subjectOf(scope);
    await this.#store.setSetting(change.name, change.value, {
      atMs: this.#clock.now(),
      actor,
      action,
      subject,
      detail,
    });
    this.#limits.apply(change);
  }

  whatIf(request: WhatIfRequest, signal: AbortSignal): Promise<WhatIfResult> {
    return whatIf(this.#store, this.#fleet, this.#limits, this.#loop.tick, request, signal);
  }

  subscribe(listener: (event: PlaneEvent) => void): () => void {
    return this.#events.subscribe(listener);
  }
}

/** Changes of the last minute before a restart count after it, too. */
async function spendRates(store: Store, limits: LimitsBook, endMs: number): Promise<void> {
  const { rows } = await store.receipts({ fromMs: endMs - 60_000 + 1, toMs: endMs + 1, limit: 1000 });
  for (const { functionKey, atMs } of rows.reverse()) limits.changed(functionKey, atMs);
}

/** Errors: `BAD_ARGUMENT` where the store holds the past of another source and one of the two is a trace: their times have nothing to do with each other. */
async function checkSource(store: Store, { name, endMs }: Observer, beginMs: number | null): Promise<void> {
  const iso = (ms: number): string => new Date(ms).toISOString();
  const source = endMs === null ? 'live' : `${name} of ${iso(beginMs ?? 0)} to ${iso(endMs)}`;
  const stored = await store.rememberMeta('source', source);
  if (stored === source) return;
  const sentence = `the store holds what came from another source (${stored}) than this one (${source})`;
  throw new IsothermError('BAD_ARGUMENT', `${sentence}; expected a store of its own: set store.path, or --store`);
}

function subjectOf(scope: Scope): string {
  if (scope.kind === 'fleet') return 'all functions';
  return scope.kind === 'group' ? `functions like ${scope.match}` : scope.functionKey;
}

/** What a scope sets itself, before a change. */
function limitsOf({ fleet, groups, functions }: LimitsView, scope: Scope): Json {
  const found =
    scope.kind === 'fleet'
      ? fleet
      : scope.kind === 'group'
        ? groups.find(({ match }) => match === scope.match)?.limits
        : functions.find(({ functionKey }) => functionKey === scope.functionKey)?.limits;
  return (found ?? {}) as Json;
}

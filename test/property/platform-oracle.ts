/**
 * A platform replay as its definition says it and nothing else: every instance is an object, what happens next is searched for each time,
 * and time spent is summed from a list of spans. Quadratic, and easy to check against the text by eye.
 */
import { PLATFORM_COLUMNS } from '../../ts/core/kernels/contract.js';
import type {
  KnativeReady,
  PlatformColumn,
  PlatformSettings,
  TargetTrackingReady,
} from '../../ts/core/kernels/index.js';
import { KnativeOracle, type Scaler, TrackingOracle } from './platform-oracle-scalers.js';

export interface Call {
  startMs: number;
  durationMs: number;
}

interface Instance {
  ready: boolean;
  upAtMs: number;
  /** Takes no further calls. */
  leaving: boolean;
  calls: number;
  /** When its number of calls changed last, counted in changes of all instances. */
  changed: number;
  since: number;
}

interface Serving {
  instance: Instance;
  endMs: number;
  order: number;
}

/** All of a replay's figures but the percentiles of the latencies. */
export type Figures = Record<Exclude<PlatformColumn, `latency${string}`>, number>;

/** At one instant, in this order. */
const SPILL_UP = 0;
const RELEASE = 1;
const READY_UP = 2;
const STEP = 3;
const ARRIVAL = 4;
const TIME_OUT = 5;

export class PlatformOracle {
  readonly figures = Object.fromEntries(
    PLATFORM_COLUMNS.filter((name) => !name.startsWith('latency')).map((name) => [name, 0]),
  ) as Figures;
  readonly latencies: number[] = [];
  #settings: Required<Omit<PlatformSettings, 'ready'>>;
  #scaler: Scaler;
  #onDemand: boolean;
  #horizon: number;
  #instances: Instance[] = [];
  #serving: Serving[] = [];
  #queue: Call[] = [];
  #served = 0;
  #changes = 0;
  #asked = 0;
  #askedSince = 0;
  /** At concurrency 1: how many of the ready instances that are released next leave. */
  #owed = 0;
  #stepsDone = 0;

  constructor(settings: PlatformSettings, minutes: number, firstMs: number) {
    const none = Number.POSITIVE_INFINITY;
    this.#settings = {
      concurrency: 1,
      readyDelayMs: settings.coldStartMs,
      maxInstances: none,
      queueTimeoutMs: none,
      latencyTargetMs: none,
      ...settings,
    };
    this.#horizon = 60_000 * minutes;
    this.#scaler = scalerOf(settings, Math.min(0, firstMs));
    this.#onDemand = settings.ready?.kind !== 'knative';
    this.#asked = Math.min(this.#scaler.first, this.#settings.maxInstances);
    for (let i = 0; i < this.#asked; i++) this.#addReady(Number.NEGATIVE_INFINITY);
    this.#countPeak(0);
  }

  run(calls: readonly Call[]): void {
    let arrived = 0;
    for (;;) {
      const { atMs, kind } = this.#next(calls[arrived]);
      if (atMs === Number.POSITIVE_INFINITY) break;
      if (kind === SPILL_UP) this.#comeUp(this.#starting()[0]!);
      else if (kind === RELEASE) this.#release(atMs);
      else if (kind === READY_UP) this.#readyUp(atMs);
      else if (kind === STEP) this.#step(atMs);
      else if (kind === ARRIVAL) this.#arrive(calls[arrived++]!);
      else this.#timeOut();
    }
    this.figures.timedOut += this.#queue.length;
    this.#ask(this.#horizon, this.#asked);
    for (const instance of this.#instances) this.#endIdle(instance, Number.POSITIVE_INFINITY);
  }

  #next(call: Call | undefined): { atMs: number; kind: number } {
    const never = Number.POSITIVE_INFINITY;
    const step = (this.#stepsDone + 1) * this.#scaler.everyMs;
    const waiting = this.#queue[0];
    const events = [
      { atMs: this.#starting()[0]?.upAtMs ?? never, kind: SPILL_UP },
      { atMs: Math.min(...this.#serving.map(({ endMs }) => endMs)), kind: RELEASE },
      { atMs: this.#coming()[0]?.upAtMs ?? never, kind: READY_UP },
      { atMs: step < this.#horizon ? step : never, kind: STEP },
      { atMs: call?.startMs ?? never, kind: ARRIVAL },
      { atMs: waiting === undefined ? never : waiting.startMs + this.#settings.queueTimeoutMs, kind: TIME_OUT },
    ];
    return events.toSorted((a, b) => (a.atMs === b.atMs ? a.kind - b.kind : a.atMs - b.atMs))[0]!;
  }

  /** Instances started by calls, and ready ones, that are not marked as up. */
  #starting(): Instance[] {
    return this.#instances.filter(({ ready, changed }) => !ready && changed < 0);
  }

  #coming(): Instance[] {
    return this.#instances.filter(({ ready, changed }) => ready && changed < 0);
  }

  #up(): Instance[] {
    return this.#instances.filter(({ ready, changed, leaving }) => ready && changed >= 0 && !leaving);
  }

  #addReady(upAtMs: number): void {
    const up = upAtMs === Number.NEGATIVE_INFINITY;
    const since = up ? 0 : upAtMs;
    this.#instances.push({ ready: true, upAtMs, leaving: false, calls: 0, changed: up ? 0 : -1, since });
  }

  #comeUp(instance: Instance): void {
    instance.changed = ++this.#changes;
  }

  #readyUp(atMs: number): void {
    if (this.#up().length === this.#owed) this.#scaler.activated(atMs);
    // Asked for at one instant, they come up at one instant.
    for (const instance of this.#coming().filter(({ upAtMs }) => upAtMs === atMs)) this.#comeUp(instance);
    this.#serveQueue(atMs, true);
  }

  #release(atMs: number): void {
    const ending = this.#serving
      .filter(({ endMs }) => endMs === atMs)
      .toSorted((a, b) => Number(b.instance.ready) - Number(a.instance.ready) || a.order - b.order)[0]!;
    this.#serving.splice(this.#serving.indexOf(ending), 1);
    const { instance } = ending;
    instance.calls--;
    instance.changed = ++this.#changes;
    this.#scaler.ended(atMs);
    if (instance.calls === 0) {
      const busyMs = atMs - instance.since;
      if (instance.ready) this.figures.readyBusyMs += busyMs;
      else this.figures.spillBusyMs += busyMs;
      instance.since = atMs;
      if (instance.ready && this.#owed > 0) {
        this.#owed--;
        instance.leaving = true;
      }
      if (instance.leaving) this.#instances.splice(this.#instances.indexOf(instance), 1);
    }
    this.#serveQueue(atMs, false);
  }

  #arrive(call: Call): void {
    const now = call.startMs;
    this.figures.calls++;
    this.#scaler.began(now);
    if (this.#asked === 0) this.#ask(now, this.#scaler.poke(now));
    if (this.#serve(now, call, false)) return;
    this.figures.queuedCalls++;
    this.#queue.push(call);
  }

  #timeOut(): void {
    const { startMs } = this.#queue.shift()!;
    this.#scaler.ended(startMs + this.#settings.queueTimeoutMs);
    this.figures.timedOut++;
  }

  #serveQueue(now: number, fresh: boolean): void {
    while (this.#queue.length > 0 && this.#serve(now, this.#queue[0]!, fresh)) this.#queue.shift();
  }

  #serve(now: number, call: Call, fresh: boolean): boolean {
    const { concurrency, keepAliveMs, coldStartMs, maxInstances } = this.#settings;
    const busiest = (some: Instance[]): Instance | undefined =>
      some.toSorted((a, b) => b.calls - a.calls || b.changed - a.changed)[0];
    const ready = busiest(this.#up().filter(({ calls }) => calls < concurrency));
    if (ready !== undefined) {
      if (fresh) this.figures.coldStarts++;
      this.#take(now, ready, call, now);
      return true;
    }
    if (!this.#onDemand) return false;
    const others = this.#instances.filter((one) => !one.ready && one.changed >= 0 && one.calls < concurrency);
    const there = others.filter(({ calls, since }) => calls > 0 || since + keepAliveMs >= now);
    const warm = busiest(there);
    if (warm !== undefined) {
      this.#take(now, warm, call, now);
      return true;
    }
    const starting = concurrency === 1 ? undefined : this.#starting().at(-1);
    if (starting !== undefined && starting.upAtMs > now && starting.calls < concurrency) {
      this.#take(now, starting, call, starting.upAtMs);
    } else {
      if (this.#existing(now) >= maxInstances) return false;
      const upAtMs = now + coldStartMs;
      const changed = coldStartMs > 0 ? -1 : ++this.#changes;
      const instance: Instance = { ready: false, upAtMs, leaving: false, calls: 0, changed, since: now };
      this.#instances.push(instance);
      this.figures.spillStarts++;
      this.#take(now, instance, call, upAtMs);
      this.#countPeak(now);
    }
    this.figures.coldStarts++;
    this.figures.spillColdStarts++;
    return true;
  }

  #take(now: number, instance: Instance, call: Call, beginMs: number): void {
    if (instance.calls === 0) {
      this.#endIdle(instance, now);
      instance.since = now;
    }
    instance.calls++;
    if (instance.changed >= 0) instance.changed = ++this.#changes;
    const { durationMs } = call;
    this.#serving.push({ instance, endMs: beginMs + durationMs, order: this.#served++ });
    const waitMs = beginMs - call.startMs;
    this.latencies.push(waitMs + durationMs);
    this.figures.waitMs += waitMs;
    if (waitMs + durationMs <= this.#settings.latencyTargetMs) this.figures.withinTarget++;
    if (instance.ready) {
      this.figures.readyCalls++;
      this.figures.readyCallMs += durationMs;
    } else {
      this.figures.spillCalls++;
      this.figures.spillCallMs += durationMs;
    }
    const up = this.#up();
    const used = up.reduce((sum, { calls }) => sum + calls, 0) - this.#owed;
    this.#scaler.served(used, (up.length - this.#owed) * this.#settings.concurrency);
  }

  #step(now: number): void {
    this.#stepsDone++;
    this.#ask(now, this.#scaler.step(now, this.#asked, this.#up().length - this.#owed));
  }

  #ask(now: number, wanted: number): void {
    const before = this.#asked;
    const until = Math.min(now, this.#horizon);
    this.figures.readyMs += before * Math.max(0, until - this.#askedSince);
    this.#askedSince = Math.max(this.#askedSince, until);
    this.#asked = Math.min(wanted, this.#settings.maxInstances);
    for (let i = before; i < this.#asked; i++) {
      this.#addReady(now + this.#settings.readyDelayMs);
      this.figures.readyStarts++;
    }
    if (this.#asked > before) this.#countPeak(now);
    for (let i = this.#asked; i < before; i++) this.#dismiss(now);
    if (this.#asked < before) this.#serveQueue(now, false);
  }

  #dismiss(now: number): void {
    const starting = this.#coming().at(-1);
    const up = this.#up();
    const empty = up.find(({ calls }) => calls === 0);
    const gone = starting ?? empty;
    if (gone !== undefined) {
      this.#endIdle(gone, now);
      this.#instances.splice(this.#instances.indexOf(gone), 1);
    } else if (this.#settings.concurrency === 1) this.#owed++;
    else up.toSorted((a, b) => a.calls - b.calls || b.changed - a.changed)[0]!.leaving = true;
  }

  /** An empty instance is used, or gone, at `now`; others than ready ones are gone at the end of their keep-alive time. */
  #endIdle(instance: Instance, now: number): void {
    if (instance.calls > 0 || instance.changed < 0) return;
    const stays = instance.ready ? Number.POSITIVE_INFINITY : instance.since + this.#settings.keepAliveMs;
    const until = Math.min(now, stays, this.#horizon);
    const from = instance.ready ? Math.max(instance.since, 0) : instance.since;
    const idleMs = Math.max(0, until - from);
    if (instance.ready) this.figures.readyIdleMs += idleMs;
    else this.figures.spillIdleMs += idleMs;
  }

  #existing(now: number): number {
    const there = ({ ready, calls, since, changed }: Instance): boolean =>
      ready || calls > 0 || changed < 0 || since + this.#settings.keepAliveMs >= now;
    return this.#instances.filter(there).length;
  }

  #countPeak(now: number): void {
    this.figures.peakInstances = Math.max(this.figures.peakInstances, this.#existing(now));
  }
}

function scalerOf({ ready, concurrency = 1 }: PlatformSettings, beginMs: number): Scaler {
  if (ready?.kind === 'target-tracking') return new TrackingOracle(ready as TargetTrackingReady);
  if (ready?.kind === 'knative') return new KnativeOracle(ready as KnativeReady, concurrency, beginMs);
  const everyMs = ready?.kind === 'schedule' ? ready.stepMs : Number.POSITIVE_INFINITY;
  const counts = ready?.kind === 'schedule' ? Array.from(ready.instances) : [ready?.instances ?? 0];
  return {
    first: counts[0]!,
    everyMs,
    step: (now) => counts[(now / everyMs) % counts.length]!,
    poke: () => 0,
    began() {},
    ended() {},
    served() {},
    activated() {},
  };
}

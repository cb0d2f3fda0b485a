/** Opening: what a store remembers and a source tells, brought to the last committed tick. */
import { IsothermError } from 'isotherm/kernels';
import type { Config } from '../config/index.js';
import type { Clock, Observer } from '../providers/index.js';
import type { Store, StoredReceipt } from '../store/index.js';
import { DAY_MS } from '../time.js';
import { EventLog } from './event-log.js';
import { Fleet } from './fleet.js';
import { Ingestion } from './ingestion.js';
import { LimitsBook } from './limits-book.js';
import { Placements } from './placement/placements.js';
import type { Solver } from './placement/solver.js';
import { threadSolver } from './placement/solver-thread.js';
import { restore } from './restore.js';
import { Summaries } from './summaries.js';
import { TickTime } from './tick-time.js';

export interface PlaneParts {
  config: Config;
  store: Store;
  observer: Observer;
  clock: Clock;
  /** Decides about placement; on threads of their own where it is left out. */
  solver?: Solver;
}

/** Told in words, after a colon or as a line, how far it has come. */
export type OnOpening = (words: string) => void;

/** A plane at rest: everything as it was at the last committed tick. */
export interface Opened extends PlaneParts {
  time: TickTime;
  limits: LimitsBook;
  fleet: Fleet;
  ingestion: Ingestion;
  events: EventLog;
  summaries: Summaries;
  placements: Placements;
  lastTick: number;
  /** Until they are stored with the next tick. */
  receipts: StoredReceipt[];
  startedAtMs: number;
}

/**
 * What a plane is made of, at the last tick that its store has.
 *
 * Errors: `BAD_ARGUMENT` where the store was made with another length of ticks, or holds another source's past: a trace's goes with nothing else; as of the store; `ABORTED`.
 */
export async function openParts(
  parts: PlaneParts,
  signal: AbortSignal,
  onProgress: OnOpening = () => {},
): Promise<Opened> {
  const { config, store, observer, clock } = parts;
  const startedAtMs = clock.now();
  const { tickMs } = config.prediction;
  await checkTickLength(store, tickMs);
  const began = await observer.beginMs(signal);
  await checkSource(store, observer, began);
  const beginMs = began ?? startedAtMs;
  const midnight = Math.floor(beginMs / DAY_MS) * DAY_MS;
  const time = new TickTime(Number(await store.rememberMeta('epochMs', String(midnight))), tickMs);
  const committed = await store.lastTick();
  const limits = new LimitsBook(config.limits, await store.settings(), startedAtMs);
  // What lies before the first beginning was never looked at; nothing was decided there.
  const lastTick = committed === 0 ? Math.max(0, time.tickOf(beginMs) - 1) : committed;
  const now = (): number => clock.now();
  const fleet = new Fleet(config, time, limits);
  const ingestion = new Ingestion(store, time, lastTick + 1, now);
  const events = new EventLog(now, Number(await store.lastEventId()));
  const { anew, lost, receipts } = await restore(store, fleet, ingestion, lastTick, signal, onProgress);
  await spendRates(store, limits, time.endOf(lastTick));
  if (anew.length > 0) {
    const words = `${anew.length} functions were saved by another version: what they have learnt is gone, their totals go on`;
    events.emit('config', null, words, { functions: anew.slice(0, 10) });
  }
  if (lost.length > 0) {
    const words = `${lost.length} functions were saved by another version in a way that cannot be read: they begin with their next call`;
    events.emit('config', null, words, { functions: lost.slice(0, 10) });
  }
  const summaries = await summariesOf(store, fleet, committed > 0, time.endOf(lastTick));
  const { solver = threadSolver } = parts;
  const { placement } = config;
  const placements = new Placements({ store, clock, time, fleet, limits, events, solver, placement });
  await placements.restore();
  return { ...parts, time, limits, fleet, ingestion, events, summaries, placements, lastTick, receipts, startedAtMs };
}

/** Errors: `BAD_ARGUMENT`. */
async function checkTickLength(store: Store, tickMs: number): Promise<void> {
  const stored = await store.rememberMeta('tickMs', String(tickMs));
  if (stored === String(tickMs)) return;
  const sentence = `the store has ticks of ${stored} ms, the configuration has prediction.update_interval of ${tickMs} ms`;
  throw new IsothermError('BAD_ARGUMENT', `${sentence}; expected the same, or a new store`);
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

/** Changes of the last minute before a restart count after it, too. */
async function spendRates(store: Store, limits: LimitsBook, endMs: number): Promise<void> {
  const { rows } = await store.receipts({ fromMs: endMs - 60_000 + 1, toMs: endMs + 1, limit: 1000 });
  for (const { functionKey, atMs } of rows.reverse()) limits.changed(functionKey, atMs);
}

async function summariesOf(store: Store, fleet: Fleet, hasPast: boolean, endMs: number): Promise<Summaries> {
  const summaries = new Summaries();
  if (!hasPast) {
    await store.rememberMeta('firstTickMs', String(endMs));
    return summaries;
  }
  await summaries.restore(fleet, endMs);
  summaries.since(Number((await store.meta('firstTickMs')) ?? endMs));
  summaries.setDays(await store.totals());
  return summaries;
}

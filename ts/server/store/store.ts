/** The memory of the control plane: what was observed, what followed from it, and what people have set. */
import type {
  AuditEntry,
  DayTotals,
  Expired,
  FunctionQuery,
  FunctionStates,
  HistoryQuery,
  Json,
  Outcome,
  Page,
  PageQuery,
  PlacementCommit,
  PlacementRow,
  ReceiptRow,
  Retention,
  StoredAudit,
  StoredCheckpoint,
  StoredEvent,
  StoredFunction,
  StoredGap,
  StoredKey,
  StoredMinute,
  StoredPlacement,
  StoredReceipt,
  StoredSample,
  StoreHealth,
  TickCommit,
} from './rows.js';

/**
 * One store, owned by one process. What a method promises is committed when it resolves; where it rejects, nothing of it is there, or (after
 * `STORE_UNAVAILABLE` alone, when the answer got lost) all of it: each of them may be repeated as it was.
 *
 * Errors of every method: `STORE_UNAVAILABLE` (the database is away; heals by itself), `STORE_FULL` (no space; goes on once there is some),
 * `CLOSED_HANDLE` after `close`, `BAD_ARGUMENT` for text that no database holds (a NUL, half a surrogate pair, a byte order mark at its beginning, too long), `OUT_OF_RANGE` for a
 * time, tick or count that cannot be.
 */
export interface Store {
  readonly driver: 'pglite' | 'postgresql';
  /** Where it is, without a password. */
  readonly place: string;

  /** What is remembered under this name: `epochMs`, `tickMs`, … */
  meta(name: string): Promise<string | undefined>;
  /** Remembers it unless there is a value already; answers with the one that holds. */
  rememberMeta(name: string, value: string): Promise<string>;

  /** One transaction: an outcome for each, in order. Equal ones within the batch are told apart like those already there. */
  acceptSamples(samples: readonly StoredSample[]): Promise<Outcome[]>;
  /** The same gap again changes nothing. */
  acceptGaps(gaps: readonly StoredGap[]): Promise<void>;
  /** Those of the ticks `fromTick..toTick` (both included), of one function or all, in the order in which they are fed: see `inFeedOrder`. */
  samples(fromTick: number, toTick: number, functionKey?: string): AsyncIterable<StoredSample>;
  /** Those accepted for the ticks `fromTick..toTick` (both included), by tick. With a key: its own and those of all. */
  gaps(fromTick: number, toTick: number, functionKey?: string): Promise<StoredGap[]>;
  /** Those that overlap `[fromMs, toMs)`. */
  gapsBetween(fromMs: number, toMs: number, functionKey?: string): Promise<StoredGap[]>;
  /** Minutes with calls in `[fromMs, toMs)`, ascending. */
  minutes(functionKey: string, fromMs: number, toMs: number): Promise<StoredMinute[]>;

  /** At once; a tick that was committed already changes nothing, and answers false. */
  commitTick(commit: TickCommit): Promise<boolean>;
  /** Saves functions once more after the tick that was committed last, which ended at `atMs`. */
  saveStates(atMs: number, states: FunctionStates): Promise<void>;
  /** 0 before the first. */
  lastTick(): Promise<number>;
  /** The latest of each function. */
  checkpoints(): AsyncIterable<StoredCheckpoint>;
  /** The last that is kept of those after a tick `<= tick`. */
  checkpointAt(functionKey: string, tick: number): Promise<StoredCheckpoint | undefined>;

  functions(query: FunctionQuery): Promise<Page<StoredFunction>>;
  receipts(query: HistoryQuery): Promise<Page<ReceiptRow>>;
  receipt(id: string): Promise<StoredReceipt | undefined>;
  events(query: HistoryQuery): Promise<Page<StoredEvent>>;
  /** Adds events that belong to no tick (the store came back, a provider is away); the same id again changes nothing. */
  addEvents(events: readonly StoredEvent[]): Promise<void>;
  /** The largest of the ids that are digits alone; null without one. */
  lastEventId(): Promise<string | null>;
  /** At once; the same again changes nothing. */
  commitPlacement(commit: PlacementCommit): Promise<void>;
  /** Newest first. */
  placements(query: PageQuery): Promise<Page<PlacementRow>>;
  placement(id: string): Promise<StoredPlacement | undefined>;
  /** The body of a part; undefined where it has expired. */
  placementPart(digest: string): Promise<Uint8Array | undefined>;

  /** Per day what was committed, ascending. */
  totals(functionKey?: string): Promise<DayTotals[]>;

  /** Limits, pauses, whatever is set while it runs. */
  settings(): Promise<Map<string, Json>>;
  /** Sets it (`undefined` takes it away) and writes down who did, at once. */
  setSetting(name: string, value: Json | undefined, audit: AuditEntry): Promise<void>;
  keys(): Promise<StoredKey[]>;
  keyByHash(hash: string): Promise<StoredKey | undefined>;
  addKey(key: Omit<StoredKey, 'revokedMs'>, audit: AuditEntry): Promise<void>;
  /** False when there is none that holds. */
  revokeKey(id: string, audit: AuditEntry): Promise<boolean>;
  /** The same entry again is none. */
  appendAudit(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  audit(query: PageQuery): Promise<Page<StoredAudit>>;

  /** Turns samples into minutes and lets go of what is older than it is kept; some of it at a time, so that others get their turn. */
  expire(nowMs: number, retention: Retention, signal?: AbortSignal): Promise<Expired>;
  /** How it is as far as known, at once; nothing is asked of the database. */
  health(): StoreHealth;
  /** Asks the database: resolves when it answers. */
  ping(): Promise<void>;
  /** Ends what runs, lets go of the lock. */
  close(): Promise<void>;
}

/** Where the store is. With neither of the first two it is in memory alone. */
export interface StoreOptions {
  /** A folder of its own for the embedded database; made if need be. */
  path?: string;
  /** `postgresql://…`: PostgreSQL 15 or later. */
  databaseUrl?: string;
  /** Told once the store is this process's, before what may take long. */
  onTaken?: () => void;
  /** The longest that a statement may take before it is given up as `STORE_UNAVAILABLE`; ms, default 30 000. */
  statementTimeoutMs?: number;
}

/** What goes into the store and comes out of it. Times are epoch ms, UTC; ticks count from the epoch of the control plane. */
import type { CallSample, CountSample, Gap } from '../providers/observation.js';

/** When a sample was accepted, in ticks: the tick that is fed with it, and whether its own had been closed by then. */
export interface Placed {
  /** 1..2147483647. */
  tick: number;
  late: boolean;
}

/** A call as stored: without an id of its own it has its place among equal (function, atMs) in its request or file, from 0. */
export interface StoredCall extends CallSample, Placed {
  ordinal: number;
}

export interface StoredCount extends CountSample, Placed {}

export interface StoredGap extends Gap {
  tick: number;
}

/** What a tick is fed with. */
export type StoredSample = StoredCall | StoredCount;

/**
 * What became of a sample: `duplicate` is there already with the same content, `conflict` with another; `expired` is older than what is
 * kept, so that nobody can say whether it was there.
 */
export type Outcome = 'accepted' | 'duplicate' | 'conflict' | 'expired';

/** One minute of a function, down-sampled. */
export interface StoredMinute {
  atMs: number;
  /** Counts of longer intervals are spread evenly. */
  calls: number;
  /** Sum over those calls whose duration is known. */
  durationMs: number;
  /** As reported. */
  coldStarts: number;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface StoredFunction {
  functionKey: string;
  /** Of the first sample that was accepted. */
  sinceMs: number;
}

/** A receipt in a list. */
export interface ReceiptRow {
  /** Deterministic: the same decision has the same id however often it is made. At most 512 characters. */
  id: string;
  functionKey: string;
  tick: number;
  atMs: number;
  /** `tick` for those of the loop. */
  kind: string;
  /** Short: what a list shows. */
  decision: Json;
}

/** A receipt with everything; the store does not look into it. Comes back as `JSON.parse(JSON.stringify(body))`. */
export interface StoredReceipt extends ReceiptRow {
  body: Json;
}

/** A decision about placement in a list. */
export interface PlacementRow {
  /** Deterministic, as of receipts. */
  id: string;
  tick: number;
  atMs: number;
  /** Short: what a list shows. */
  decision: Json;
}

export interface StoredPlacement extends PlacementRow {
  body: Json;
}

/** What placements followed from or left behind; many may share one. */
export interface PlacementPart {
  /** Of the content. */
  digest: string;
  /** As it is kept; the store does not look into it. */
  body: Uint8Array;
}

/** A decision about placement with all that it takes to make it again; committed at once or not at all. */
export interface PlacementCommit {
  placement: StoredPlacement;
  parts: readonly PlacementPart[];
}

export interface StoredEvent {
  /** Deterministic, as of receipts. */
  id: string;
  atMs: number;
  kind: string;
  /** Null: of all. */
  functionKey: string | null;
  detail: Json;
}

/** What the replay of one policy has come to since the epoch. New names are added at the end. */
export const TOTAL_NAMES = [
  'calls',
  'coldStarts',
  'preWarms',
  'idleMs',
  'waitMs',
  'idleUsd',
  'coldStartUsd',
  'preWarmUsd',
  'objectiveUsd',
  'carbonGco2e',
] as const;

export type Totals = Record<(typeof TOTAL_NAMES)[number], number>;

/** Both sides of the comparison, cumulative since the epoch. */
export interface FunctionTotals {
  functionKey: string;
  ours: Totals;
  compared: Totals;
}

/** What came to be on one day (UTC), over all functions or of one. */
export interface DayTotals {
  /** Days since 1970-01-01. */
  day: number;
  ours: Totals;
  compared: Totals;
}

export interface StoredCheckpoint {
  functionKey: string;
  /** The state is that after this tick. */
  tick: number;
  /** As saved; the store deflates it. */
  state: Uint8Array;
}

/** How functions are after a tick. */
export interface FunctionStates {
  /** Those that changed, or as few as suit: they can be computed again. */
  totals: readonly FunctionTotals[];
  /** Of any functions. The first of a function on each day (UTC) stays as its anchor; one that begins anew takes its place. */
  checkpoints: readonly (StoredCheckpoint & { isAnew: boolean })[];
}

/** Everything that one tick leaves behind; committed at once or not at all. */
export interface TickCommit extends FunctionStates {
  tick: number;
  /** T_k, epoch ms. */
  atMs: number;
  receipts: readonly StoredReceipt[];
  events: readonly StoredEvent[];
}

export interface StoredKey {
  id: string;
  name: string;
  role: 'read' | 'write';
  /** Of the secret; the secret itself is nowhere. */
  hash: string;
  createdMs: number;
  revokedMs: number | null;
}

export interface AuditEntry {
  atMs: number;
  /** Who: a key's name, `loopback`, `command line`. */
  actor: string;
  /** What: `limits.set`, `pause`, `key.created`. */
  action: string;
  /** On what: a function, a group, a key. */
  subject: string;
  detail: Json;
}

export interface StoredAudit extends AuditEntry {
  /** Ascending in time. */
  id: number;
}

/** One page; `cursor` of the page before goes on where it ended. */
export interface PageQuery {
  cursor?: string;
  /** 1..1000, default 100. */
  limit?: number;
}

export interface Page<Row> {
  rows: Row[];
  /** Of the next page; null on the last one. */
  cursor: string | null;
}

/** Of receipts and events: newest first. */
export interface HistoryQuery extends PageQuery {
  functionKey?: string;
  kind?: string;
  /** `[fromMs, toMs)`. */
  fromMs?: number;
  toMs?: number;
}

export interface FunctionQuery extends PageQuery {
  /** Part of a key; A to Z and a to z are alike, all else as it is on every database. */
  q?: string;
}

/** How long things are kept, ms. Totals, keys and audit are kept for ever. */
export interface Retention {
  /** Samples one by one, anchors, and what placements followed from. */
  callsMs: number;
  /** Minutes, gaps and events. */
  minutesMs: number;
  /** Receipts; for ever where it is left out or infinite. */
  receiptsMs?: number;
}

export interface Expired {
  samples: number;
  minutes: number;
  gaps: number;
  events: number;
  anchors: number;
  /** Those of placements too. */
  receipts: number;
  placementParts: number;
}

export type StoreHealth = { state: 'up' } | { state: 'down'; sinceMs: number; code: string; error: string };

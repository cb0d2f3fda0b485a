/** What the API and the dashboard ask of the control plane, and nothing else of it. Shapes are those of `api/schemas`. */
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
import type { PushResult, Sample, UploadProgress, UploadResult } from '../api/schemas/samples.js';
import type { WhatIfProgress, WhatIfRequest, WhatIfResult } from '../api/schemas/what-if.js';

/** A query whose page size is settled. */
export type Settled<Query> = Query & { limit: number };

export interface UploadOptions {
  signal: AbortSignal;
  /** Told now and then; synchronous and cheap. */
  onProgress?: (progress: UploadProgress) => void;
}

export interface WhatIfOptions {
  signal: AbortSignal;
  /** Told after each tick of each function; synchronous and cheap. */
  onProgress?: (progress: WhatIfProgress) => void;
}

/**
 * Methods without a promise answer from memory and never wait. The others may reject with an `IsothermError`: `STORE_UNAVAILABLE` while the database is
 * away, `BAD_ARGUMENT` for a cursor that is none of its own, `ABORTED` by their signal, and a reader's codes for an upload.
 * Cursors are the plane's own strings; the API wraps them. `actor` is the name of the key that asked, or `local`.
 */
export interface Plane {
  status(): Status;
  summary(): Summary;

  /** `sort` is `-calls` if left out; ties in order of key. */
  functions(query: Settled<FunctionsQuery>): Page<FunctionRow>;
  fn(functionKey: string): FunctionDetail | undefined;
  /** The current decision of every function, in order of key. */
  decisions(query: Settled<DecisionsQuery>): Page<Decision>;
  /** Never NaN: the last good value while the loop is down, with `stale`. */
  desired(functionKey: string): Desired | undefined;

  /** Acknowledged is committed. */
  push(samples: readonly Sample[]): Promise<PushResult>;
  /** Any file that the readers take; `name` tells formats apart that their content does not. */
  upload(body: AsyncIterable<Uint8Array>, name: string, options: UploadOptions): Promise<UploadResult>;

  /** Newest first. */
  receipts(query: Settled<ReceiptsQuery>): Promise<Page<ReceiptRow>>;
  receipt(id: string): Promise<Receipt | PlacementReceipt | undefined>;
  /** Of a receipt whose calls have expired: rejects with `UNKNOWN_RECEIPT` and says so. */
  recompute(id: string, signal: AbortSignal): Promise<Recomputation | undefined>;
  placement(): Placement;
  /** In order of name. */
  placedFunctions(query: Settled<PlacedFunctionsQuery>): Page<PlacedFunction>;
  /** Newest first. */
  placements(query: Settled<PlacementsQuery>): Promise<Page<PlacementRow>>;
  /** Newest first; without those of kind `tick` and `decision`, which are not stored. */
  events(query: Settled<EventsQuery>): Promise<Page<PlaneEvent>>;
  /** Newest first. */
  audit(query: Settled<AuditQuery>): Promise<Page<AuditEntry>>;

  limits(): LimitsView;
  /** Committed with its audit entry, like `pause` and `resume`. */
  setLimits(scope: Scope, patch: LimitsPatch, actor: string): Promise<LimitsView>;
  pauses(): readonly Pause[];
  pause(scope: Scope, reason: string | null, actor: string): Promise<readonly Pause[]>;
  /** Rejects with `PAUSED_BY_CONFIG` where the configuration pauses the scope. */
  resume(scope: Scope, actor: string): Promise<readonly Pause[]>;

  /** Runs beside the loop, in turns of a few ms. */
  whatIf(request: WhatIfRequest, options: WhatIfOptions): Promise<WhatIfResult>;

  /** Calls the listener with each event in order of id, until the returned function is called. Listeners are fast and do not throw. */
  subscribe(listener: (event: PlaneEvent) => void): () => void;
}

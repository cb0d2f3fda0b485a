/** The tables. Functions are numbers in all of them; times are epoch ms as float8, which both drivers read as numbers. */
import type { Generated } from 'kysely';

interface SampleTable {
  function_id: number;
  at_ms: number;
  /** 0: a call; else a count over as many ms. */
  span_ms: number;
  ordinal: number;
  /** Empty: a call without one. */
  id: string;
  tick: number;
  late: boolean;
  duration_ms: number | null;
  calls: number | null;
  cold_starts: number | null;
  init_ms: number | null;
  memory_mib: number | null;
  error: boolean | null;
}

interface CountPackTable {
  tick: number;
  at_ms: number;
  span_ms: number;
  /** Apart from other packs of the same interval. */
  part: number;
  late: boolean;
  /** See `count-pack.ts`. */
  body: Uint8Array;
}

interface GapTable {
  /** 0: all. */
  function_id: number;
  from_ms: number;
  to_ms: number;
  tick: number;
  reason: string;
  detail: string;
}

interface MinuteDayTable {
  function_id: number;
  day: number;
  /** See `minute-day.ts`. */
  body: Uint8Array;
}

interface CheckpointTable {
  function_id: number;
  tick: number;
  state: Uint8Array;
}

interface ReceiptTable {
  id: string;
  function_id: number;
  tick: number;
  at_ms: number;
  kind: string;
  decision: string;
  body: Uint8Array;
}

interface PlacementTable {
  id: string;
  tick: number;
  at_ms: number;
  decision: string;
  body: Uint8Array;
}

export interface Tables {
  migrations: { version: number; name: string };
  meta: { name: string; value: string };
  functions: { id: number; key: string; since_ms: number };
  samples: SampleTable;
  count_packs: CountPackTable;
  gaps: GapTable;
  minute_days: MinuteDayTable;
  ticks: { tick: number; at_ms: number };
  checkpoints: CheckpointTable;
  anchors: CheckpointTable & { day: number };
  receipts: ReceiptTable;
  placements: PlacementTable;
  /** What placements followed from, by the digest of its content. */
  placement_parts: { digest: string; used_ms: number; body: Uint8Array };
  events: { id: string; at_ms: number; kind: string; function_id: number; detail: string };
  totals: { function_id: number; day: number; ours: number[]; compared: number[] };
  settings: { name: string; value: string };
  keys: { id: string; name: string; role: string; hash: string; created_ms: number; revoked_ms: number | null };
  audit: { id: Generated<number>; at_ms: number; actor: string; action: string; subject: string; detail: string };
}

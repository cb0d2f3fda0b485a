/** Stores to test on: each kind of database, empty. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  AuditEntry,
  Json,
  StoredCall,
  StoredCount,
  StoredReceipt,
  StoreOptions,
  Totals,
} from 'isotherm-server/store';
import { openStore, type Store, TOTAL_NAMES } from 'isotherm-server/store';
import { afterAll, beforeAll } from 'vitest';
import { noPostgres, Postgres } from './postgres.js';

/** Where to make empty stores. */
export interface StoreKind {
  name: string;
  /** Why it cannot be tested here; undefined where it can. */
  missing: string | undefined;
  /** Of a store that no other test sees, opened as often as wanted. */
  empty(): StoreOptions;
  begin(): Promise<void>;
  end(): Promise<void>;
}

export interface FolderKind extends StoreKind {
  empty(): { path: string };
}

export function embedded(): FolderKind {
  const folder = mkdtempSync(join(tmpdir(), 'isotherm-store-'));
  let made = 0;
  return {
    name: 'PGlite',
    missing: undefined,
    empty: () => ({ path: join(folder, String(++made)) }),
    begin: async () => undefined,
    end: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface ServerKind extends StoreKind {
  server(): Postgres;
  /** What `empty` gave last. */
  lastOptions(): StoreOptions;
  lastDatabase(): string;
}

export function postgresql(): ServerKind {
  let server: Postgres | undefined;
  let last: { name: string; url: string } | undefined;
  return {
    name: 'PostgreSQL',
    missing: noPostgres,
    server: () => server!,
    lastOptions: () => ({ databaseUrl: last!.url }),
    lastDatabase: () => last!.name,
    empty: () => {
      last = server!.database();
      return { databaseUrl: last.url };
    },
    begin: async () => {
      server = await Postgres.serve();
    },
    end: async () => server?.remove(),
  };
}

/** The store that the tests of a block share, each with functions of its own: an embedded database takes seconds to make. */
export class SharedStore {
  options!: StoreOptions;
  store!: Store;

  async open(options: StoreOptions): Promise<void> {
    this.options = options;
    this.store = await openStore(options);
  }

  /** The same store, opened again. */
  async reopen(): Promise<void> {
    await this.store.close();
    await this.open(this.options);
  }
}

export function sharedStore(kind: StoreKind): SharedStore {
  const shared = new SharedStore();
  beforeAll(async () => {
    await kind.begin();
    await shared.open(kind.empty());
  });
  afterAll(async () => {
    await shared.store.close();
    await kind.end();
  });
  return shared;
}

/** Midnight, UTC. */
export const DAY = Date.UTC(2026, 0, 1);
export const TICK_MS = 30_000;

export const audit = (action: string): AuditEntry => {
  return { atMs: DAY, actor: 'tester', action, subject: 'x', detail: { y: 1 } };
};

/** On time: the tick is that of its time, from `DAY` on. */
export function call(functionKey: string, atMs: number, more: Partial<StoredCall> = {}): StoredCall {
  const tick = Math.floor(atMs / TICK_MS) + 1;
  return { kind: 'call', functionKey, atMs: DAY + atMs, durationMs: 100, ordinal: 0, tick, late: false, ...more };
}

export function count(
  functionKey: string,
  fromMs: number,
  calls: number,
  more: Partial<StoredCount> = {},
): StoredCount {
  const tick = Math.floor(fromMs / TICK_MS) + 1;
  const [from, to] = [DAY + fromMs, DAY + fromMs + TICK_MS];
  return { kind: 'count', functionKey, fromMs: from, toMs: to, calls, tick, late: false, ...more };
}

export const receipt = (functionKey: string, tick: number, body: Json = { tick }): StoredReceipt => ({
  id: `${functionKey}@${tick}`,
  functionKey,
  tick,
  atMs: DAY + tick * TICK_MS,
  kind: 'tick',
  decision: { desiredInstances: tick },
  body,
});

export const totals = (from: number): Totals =>
  Object.fromEntries(TOTAL_NAMES.map((name, i) => [name, from + i])) as Totals;

export async function all<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

/** The code that it rejects with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'it did not fail',
    (thrown) => (thrown as { code: string }).code ?? String(thrown),
  );
}

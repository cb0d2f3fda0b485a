/** The one implementation of the store, over either driver. */
import { IsothermError } from 'isotherm/kernels';
import { type Kysely, sql, type Transaction } from 'kysely';
import { eachInTurns } from '../turns.js';
import { checkGap, checkName, checkSample, checkText, checkTime, LONGEST_SUBJECT } from './admission.js';
import { checkAudit, checkCommit, checkEvent, checkQuery, checkStates } from './checks.js';
import { EXPIRED_NAME } from './expiry.js';
import { Functions } from './functions.js';
import { insertGaps, readGaps } from './gaps.js';
import {
  insertEvents,
  insertReceipts,
  numbering,
  packedReceipts,
  readEvents,
  readLastEventId,
  readReceipt,
  readReceipts,
} from './history.js';
import { Housekeeping } from './housekeeping.js';
import { readMinutes } from './minutes.js';
import {
  endKey,
  insertAudit,
  insertAuditOnce,
  insertKey,
  putSetting,
  readAudit,
  readKeys,
  readSettings,
} from './people.js';
import {
  checkPlacement,
  insertPlacement,
  packedPlacement,
  readPlacement,
  readPlacementPart,
  readPlacements,
} from './placements.js';
import { Pushes } from './pushes.js';
import type * as rows from './rows.js';
import { admit } from './samples-in.js';
import { readSamples } from './samples-out.js';
import type { Tables } from './schema.js';
import type { Store } from './store.js';
import { checkpointAt, deflated, putStates, readCheckpoints, readTotals } from './ticks.js';

/** What a driver gives. */
export interface Surroundings {
  driver: Store['driver'];
  place: string;
  /** The one connection that writes: it holds the lock. */
  writer: Kysely<Tables>;
  /** May be the same. */
  reader: Kysely<Tables>;
  /** How it is, from what its statements came to. */
  health: () => rows.StoreHealth;
  close: () => Promise<void>;
}

export class SqlStore implements Store {
  readonly driver: Store['driver'];
  readonly place: string;
  readonly #around: Surroundings;
  readonly #functions = new Functions();
  readonly #pushes = new Pushes((samples) => this.#admit(samples));
  readonly #housekeeping: Housekeeping;
  #isClosed = false;

  constructor(around: Surroundings) {
    this.driver = around.driver;
    this.place = around.place;
    this.#around = around;
    this.#housekeeping = new Housekeeping(around);
  }

  /** What it needs to know before it can work; the tables are there. */
  async load(): Promise<void> {
    await this.#functions.load(this.#around.reader);
    this.#housekeeping.resume(await this.meta(EXPIRED_NAME));
  }

  get #reader(): Kysely<Tables> {
    this.#assertOpen();
    return this.#around.reader;
  }

  #write<Result>(work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    this.#assertOpen();
    return this.#around.writer.transaction().execute(work);
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new IsothermError('CLOSED_HANDLE', `${this.place}: the store is closed`);
  }

  async meta(name: string): Promise<string | undefined> {
    checkName('a name', name);
    const row = await this.#reader.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst();
    return row?.value;
  }

  async rememberMeta(name: string, value: string): Promise<string> {
    checkName('a name', name);
    checkText('a value', value);
    return this.#write(async (transaction) => {
      await transaction
        .insertInto('meta')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute();
      const row = await transaction
        .selectFrom('meta')
        .select('value')
        .where('name', '=', name)
        .executeTakeFirstOrThrow();
      return row.value;
    });
  }

  async acceptSamples(samples: readonly rows.StoredSample[]): Promise<rows.Outcome[]> {
    this.#assertOpen();
    await eachInTurns(samples, checkSample);
    if (samples.length === 0) return [];
    return this.#pushes.push(samples);
  }

  async #admit(samples: readonly rows.StoredSample[]): Promise<rows.Outcome[]> {
    const { outcomes, newIds } = await this.#write((transaction) =>
      admit(transaction, this.#functions, samples, this.#housekeeping.expiredMs),
    );
    this.#functions.adopt(newIds);
    return outcomes;
  }

  async acceptGaps(gaps: readonly rows.StoredGap[]): Promise<void> {
    gaps.forEach(checkGap);
    if (gaps.length === 0) return;
    await this.#withFunctions(
      gaps.map(({ functionKey }) => functionKey),
      gaps[0]!.fromMs,
      (transaction, idOf) => insertGaps(transaction, idOf, gaps),
    );
  }

  /** A transaction that speaks of functions, new ones among them. */
  async #withFunctions<Result>(
    keys: readonly (string | null)[],
    sinceMs: number,
    work: (transaction: Transaction<Tables>, idOf: (key: string | null) => number) => Promise<Result>,
  ): Promise<Result> {
    const named = keys.filter((key) => key !== null);
    const { result, newIds } = await this.#write(async (transaction) => {
      const ids = await this.#functions.number(transaction, named, () => sinceMs);
      return { result: await work(transaction, numbering(this.#functions, ids)), newIds: ids };
    });
    this.#functions.adopt(newIds);
    return result;
  }

  async *samples(fromTick: number, toTick: number, functionKey?: string): AsyncGenerator<rows.StoredSample> {
    const id = functionKey === undefined ? undefined : this.#functions.idOf(functionKey);
    if (functionKey !== undefined && id === undefined) return;
    yield* readSamples(this.#reader, this.#functions, fromTick, toTick, id);
  }

  async gaps(fromTick: number, toTick: number, functionKey?: string): Promise<rows.StoredGap[]> {
    return readGaps(this.#reader, this.#functions, { fromTick, toTick }, this.#idOrNone(functionKey));
  }

  async gapsBetween(fromMs: number, toMs: number, functionKey?: string): Promise<rows.StoredGap[]> {
    return readGaps(this.#reader, this.#functions, { fromMs, toMs }, this.#idOrNone(functionKey));
  }

  /** -1, which no function has, for one that was never seen. */
  #idOrNone(functionKey: string | undefined): number | undefined {
    return functionKey === undefined ? undefined : (this.#functions.idOf(functionKey) ?? -1);
  }

  async minutes(functionKey: string, fromMs: number, toMs: number): Promise<rows.StoredMinute[]> {
    checkTime('the start', fromMs);
    checkTime('the end', toMs);
    const id = this.#functions.idOf(functionKey);
    return id === undefined ? [] : readMinutes(this.#reader, id, fromMs, toMs);
  }

  async commitTick(commit: rows.TickCommit): Promise<boolean> {
    checkCommit(commit);
    const { tick, atMs, receipts, events, totals, checkpoints } = commit;
    const states = await deflated(checkpoints);
    const packed = await packedReceipts(receipts);
    const keys = [receipts, events, totals, checkpoints].flatMap((of) => of.map(({ functionKey }) => functionKey));
    const isNew = await this.#withFunctions(keys, atMs, async (transaction, idOf) => {
      const { rows: first } = await sql`
        insert into ticks (tick, at_ms)
        select ${tick}::int4, ${atMs}::float8 where not exists (select from ticks where tick >= ${tick}::int4)
        returning tick`.execute(transaction);
      if (first.length === 0) return false;
      await insertReceipts(transaction, idOf, packed);
      await insertEvents(transaction, idOf, events);
      await putStates(transaction, idOf, atMs, totals, states);
      return true;
    });
    this.#housekeeping.ticked();
    return isNew;
  }

  async saveStates(atMs: number, { totals, checkpoints }: rows.FunctionStates): Promise<void> {
    checkTime('the time of a tick', atMs);
    checkStates({ totals, checkpoints });
    const states = await deflated(checkpoints);
    const keys = [totals, checkpoints].flatMap((of) => of.map(({ functionKey }) => functionKey));
    await this.#withFunctions(keys, atMs, (transaction, idOf) => putStates(transaction, idOf, atMs, totals, states));
  }

  async lastTick(): Promise<number> {
    const row = await this.#reader
      .selectFrom('ticks')
      .select('tick')
      .orderBy('tick', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.tick ?? 0;
  }

  async *checkpoints(): AsyncGenerator<rows.StoredCheckpoint> {
    yield* readCheckpoints(this.#reader, this.#functions);
  }

  async checkpointAt(functionKey: string, tick: number): Promise<rows.StoredCheckpoint | undefined> {
    const id = this.#functions.idOf(functionKey);
    const found = id === undefined ? undefined : await checkpointAt(this.#reader, id, tick);
    return found && { functionKey, ...found };
  }

  async functions(query: rows.FunctionQuery): Promise<rows.Page<rows.StoredFunction>> {
    if (query.q !== undefined) checkText('q', query.q);
    return this.#functions.page(this.#reader, query);
  }

  async receipts(query: rows.HistoryQuery): Promise<rows.Page<rows.ReceiptRow>> {
    checkQuery(query);
    return readReceipts(this.#reader, this.#functions, query);
  }

  async receipt(id: string): Promise<rows.StoredReceipt | undefined> {
    checkText('the id of a receipt', id);
    return readReceipt(this.#reader, this.#functions, id);
  }

  async events(query: rows.HistoryQuery): Promise<rows.Page<rows.StoredEvent>> {
    checkQuery(query);
    return readEvents(this.#reader, this.#functions, query);
  }

  async addEvents(events: readonly rows.StoredEvent[]): Promise<void> {
    events.forEach(checkEvent);
    if (events.length === 0) return;
    await this.#withFunctions(
      events.map(({ functionKey }) => functionKey),
      events[0]!.atMs,
      (transaction, idOf) => insertEvents(transaction, idOf, events),
    );
  }

  async lastEventId(): Promise<string | null> {
    return readLastEventId(this.#reader);
  }

  async commitPlacement(commit: rows.PlacementCommit): Promise<void> {
    checkPlacement(commit);
    const packed = packedPlacement(commit.placement);
    await this.#write((transaction) => insertPlacement(transaction, packed, commit.parts));
  }

  async placements(query: rows.PageQuery): Promise<rows.Page<rows.PlacementRow>> {
    return readPlacements(this.#reader, query);
  }

  async placement(id: string): Promise<rows.StoredPlacement | undefined> {
    checkText('the id of a placement', id);
    return readPlacement(this.#reader, id);
  }

  async placementPart(digest: string): Promise<Uint8Array | undefined> {
    checkText('a digest', digest);
    return readPlacementPart(this.#reader, digest);
  }

  async totals(functionKey?: string): Promise<rows.DayTotals[]> {
    return readTotals(this.#reader, this.#idOrNone(functionKey));
  }

  async settings(): Promise<Map<string, rows.Json>> {
    return readSettings(this.#reader);
  }

  async setSetting(name: string, value: rows.Json | undefined, audit: rows.AuditEntry): Promise<void> {
    checkName('the name of a setting', name, LONGEST_SUBJECT);
    checkAudit(audit);
    await this.#write(async (transaction) => {
      await putSetting(transaction, name, value);
      await insertAudit(transaction, audit);
    });
  }

  async keys(): Promise<rows.StoredKey[]> {
    return readKeys(this.#reader);
  }

  async keyByHash(hash: string): Promise<rows.StoredKey | undefined> {
    checkText('the hash of a key', hash);
    return (await readKeys(this.#reader, hash))[0];
  }

  async addKey(key: Omit<rows.StoredKey, 'revokedMs'>, audit: rows.AuditEntry): Promise<void> {
    for (const text of [key.id, key.name, key.role, key.hash]) checkName('a part of a key', text);
    checkAudit(audit);
    await this.#write(async (transaction) => {
      if (await insertKey(transaction, key)) await insertAudit(transaction, audit);
    });
  }

  async revokeKey(id: string, audit: rows.AuditEntry): Promise<boolean> {
    checkName('the id of a key', id);
    checkAudit(audit);
    return this.#write(async (transaction) => {
      const isRevoked = await endKey(transaction, id, audit.atMs);
      if (isRevoked) await insertAudit(transaction, audit);
      return isRevoked;
    });
  }

  async appendAudit(entry: rows.AuditEntry): Promise<void> {
    checkAudit(entry);
    await this.#write((transaction) => insertAuditOnce(transaction, entry));
  }

  async audit(query: rows.PageQuery): Promise<rows.Page<rows.StoredAudit>> {
    return readAudit(this.#reader, query);
  }

  async expire(nowMs: number, retention: rows.Retention, signal?: AbortSignal): Promise<rows.Expired> {
    checkTime('now', nowMs);
    this.#assertOpen();
    return this.#housekeeping.expire(nowMs, retention, signal);
  }

  health(): rows.StoreHealth {
    return this.#around.health();
  }

  async ping(): Promise<void> {
    await sql`select 1`.execute(this.#reader);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#around.close();
  }
}

/** Lets go of what is too old, and of the space that it took. */
import { sql, type Transaction } from 'kysely';
import {
  EXPIRED_NAME,
  expireAnchors,
  expireEvents,
  expireGaps,
  expireMinutes,
  expirePacks,
  expirePlacementParts,
  expirePlacements,
  expireReceipts,
  expireSamples,
  expireTicks,
  lastTickUntil,
} from './expiry.js';
import type { Expired, Retention } from './rows.js';
import type { Tables } from './schema.js';
import type { Surroundings } from './sql-store.js';

/** Committed ticks between two rounds of tidying up after rows that are gone. */
const TIDY_TICKS = 120;

const TIDIED = [
  'samples',
  'count_packs',
  'checkpoints',
  'anchors',
  'totals',
  'minute_days',
  'gaps',
  'events',
  'ticks',
  'placement_parts',
] as const;

export class Housekeeping {
  /** Samples that begin before are not known any more. */
  expiredMs = Number.NEGATIVE_INFINITY;
  readonly #around: Surroundings;
  #ticksSinceTidied = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** `stored` is what it left under `EXPIRED_NAME`. */
  resume(stored: string | undefined): void {
    this.expiredMs = Number(stored ?? Number.NEGATIVE_INFINITY);
  }

  /** A tick was committed. */
  ticked(): void {
    this.#ticksSinceTidied += 1;
  }

  #write<Result>(work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    return this.#around.writer.transaction().execute(work);
  }

  async expire(nowMs: number, retention: Retention, signal?: AbortSignal): Promise<Expired> {
    const callsMs = nowMs - retention.callsMs;
    const minutesMs = nowMs - Math.max(retention.minutesMs, retention.callsMs);
    const tick = await lastTickUntil(this.#around.reader, callsMs);
    const expired: Expired = {
      samples: 0,
      minutes: 0,
      gaps: 0,
      events: 0,
      anchors: 0,
      receipts: 0,
      placementParts: 0,
    };
    if (callsMs > this.expiredMs && tick > 0) await this.#forgetBefore(callsMs);
    for (const expireSome of tick === 0 ? [] : [expireSamples, expirePacks]) {
      for (let isDone = false; !isDone && signal?.aborted !== true; ) {
        const step = await this.#write((transaction) => expireSome(transaction, tick));
        expired.samples += step.samples;
        isDone = step.isDone;
      }
    }
    if (signal?.aborted === true) return expired;
    await this.#write(async (transaction) => {
      expired.anchors = await expireAnchors(transaction, tick);
      expired.minutes = await expireMinutes(transaction, minutesMs);
      expired.gaps = await expireGaps(transaction, minutesMs, tick);
      expired.events = await expireEvents(transaction, minutesMs);
      const receiptsMs = nowMs - (retention.receiptsMs ?? Number.POSITIVE_INFINITY);
      if (Number.isFinite(receiptsMs)) {
        expired.receipts = await expireReceipts(transaction, receiptsMs);
        expired.receipts += await expirePlacements(transaction, receiptsMs);
      }
      expired.placementParts = await expirePlacementParts(transaction, callsMs);
      await expireTicks(transaction, tick);
    });
    await this.#tidy(expired);
    return expired;
  }

  /** Before the samples go, so that none of them is ever taken for new. */
  async #forgetBefore(atMs: number): Promise<void> {
    await this.#write((transaction) =>
      transaction
        .insertInto('meta')
        .values({ name: EXPIRED_NAME, value: String(atMs) })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: String(atMs) }))
        .execute(),
    );
    this.expiredMs = atMs;
  }

  /** The embedded database has no process that does it: without it rows that are gone would keep their space. */
  async #tidy(expired: Expired): Promise<void> {
    if (this.#around.driver !== 'pglite') return;
    const gone = Object.values(expired).reduce((sum, many) => sum + many, 0);
    if (gone === 0 && this.#ticksSinceTidied < TIDY_TICKS) return;
    this.#ticksSinceTidied = 0;
    for (const table of TIDIED) await sql`vacuum (analyze) ${sql.table(table)}`.execute(this.#around.writer);
  }
}

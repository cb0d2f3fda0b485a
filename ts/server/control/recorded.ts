/** What the store has written down, page by page, in the shapes of the API. */
import type { AuditEntry, PlaneEvent } from '../api/schemas/events.js';
import type { Scope } from '../api/schemas/limits.js';
import type { AuditQuery, EventsQuery, Page, ReceiptsQuery } from '../api/schemas/pages.js';
import type { Receipt, ReceiptRow } from '../api/schemas/receipts.js';
import type { Json, Store } from '../store/index.js';
import { CONDITIONS } from './conditions.js';
import { fromStored } from './event-log.js';
import type { Settled } from './plane.js';
import { receiptRow, receiptView } from './receipt-view.js';
import type { TickTime } from './tick-time.js';

export async function receiptsPage(store: Store, query: Settled<ReceiptsQuery>): Promise<Page<ReceiptRow>> {
  const { rows, cursor } = await store.receipts(query);
  return { items: rows.map(receiptRow), nextCursor: cursor };
}

export async function receiptOf(store: Store, time: TickTime, id: string): Promise<Receipt | undefined> {
  const stored = await store.receipt(id);
  return stored && receiptView(stored, time);
}

/** Without the conditions that the loop writes down for itself. */
export async function eventsPage(store: Store, query: Settled<EventsQuery>): Promise<Page<PlaneEvent>> {
  const { rows, cursor } = await store.events(query);
  return { items: rows.filter(({ kind }) => kind !== CONDITIONS).map(fromStored), nextCursor: cursor };
}

export async function auditPage(store: Store, query: Settled<AuditQuery>): Promise<Page<AuditEntry>> {
  const { rows, cursor } = await store.audit(query);
  const items = rows.map(({ id, atMs, actor, action, detail }) => {
    const { scope, from, to } = detail as { scope: Scope | null; from: Json; to: Json };
    return { id, atMs, actor, action: action as AuditEntry['action'], scope, from, to };
  });
  return { items, nextCursor: cursor };
}

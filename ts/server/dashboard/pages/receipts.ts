/** Receipts, newest first, and one of them. */
import { count } from '../../../core/evaluate/figures.js';
import type { Page as Listed } from '../../api/schemas/pages.js';
import type { PlacementReceipt } from '../../api/schemas/placement.js';
import type { Receipt, ReceiptRow } from '../../api/schemas/receipts.js';
import { get } from '../api.js';
import { h, put, putName } from '../dom.js';
import { type Page, route, type Surroundings } from '../page.js';
import { Pager } from '../pager.js';
import { placementCard } from '../placement-card.js';
import { receiptCard } from '../receipt-card.js';
import { type Column, Table } from '../table.js';
import { capital, long, moment, shortKey } from '../words.js';

const ON_A_PAGE = 50;

/** `about`: columns behind the time. */
export function receiptsTable(caption: string, about: readonly Column<ReceiptRow>[] = []): Table<ReceiptRow> {
  return new Table<ReceiptRow>({
    caption,
    isWide: true,
    columns: [
      { title: 'When', cell: ({ atMs, id }) => ({ text: moment(atMs), title: id }), isShort: true },
      ...about,
      { title: 'Instances', cell: ({ desiredInstances }) => count(desiredInstances), isMinor: about.length > 0 },
      { title: 'Kept ready', cell: ({ poolInstances }) => count(poolInstances), isMinor: true },
      {
        title: 'Keep-alive',
        cell: ({ keepAliveMs }) => (keepAliveMs === null ? 'for good' : long(keepAliveMs)),
        isMinor: true,
      },
      { title: 'Why', cell: ({ reason }) => capital(reason), isText: true },
    ],
    keyOf: ({ id }) => id,
    hrefOf: ({ id }) => route.receipt(id),
    empty: 'No decision has been made yet.',
  });
}

export function receiptsPage({ changed }: Surroundings): Page {
  const pager = new Pager(['Newer', 'Older receipts'], changed);
  const table = receiptsTable('Receipts, newest first', [
    {
      title: 'Function',
      cell: ({ functionKey }) => ({ text: shortKey(functionKey), title: functionKey }),
      isText: true,
      isName: true,
    },
  ]);
  return {
    title: 'Receipts',
    element: h(
      'div',
      {},
      h('h1', {}, 'Every change of a decision has its receipt'),
      h(
        'p',
        { class: 'lead' },
        'It says what was decided and why. As long as the calls behind it are kept, it can be computed again to the same bits.',
      ),
      h('section', {}, table.element, pager.element),
    ),
    async refresh(signal) {
      const { items, nextCursor } = await get<Listed<ReceiptRow>>(
        'receipts',
        { cursor: pager.cursor, limit: ON_A_PAGE },
        signal,
      );
      table.show(items);
      pager.show(nextCursor);
    },
  };
}

export function receiptPage(id: string): Page {
  const headline = h('h1', {}, 'A decision and its reasons');
  const place = h('section', {}, h('p', { class: 'note' }, 'Loading …'));
  let isThere = false;
  return {
    title: `Receipt ${id}`,
    element: h('div', {}, headline, place),
    async refresh(signal) {
      // A receipt never changes.
      if (isThere) return;
      const receipt = await get<Receipt | PlacementReceipt>(`receipts/${encodeURIComponent(id)}`, {}, signal);
      isThere = true;
      if (receipt.kind === 'placement') {
        put(headline, `Where functions run, as decided on ${moment(receipt.atMs)}`);
        const card = placementCard(receipt);
        place.replaceChildren(card.element);
        card.show();
        return;
      }
      const { functionKey, atMs } = receipt.decision;
      putName(headline, `${shortKey(functionKey)}, as decided on ${moment(atMs)}`);
      place.replaceChildren(receiptCard(receipt));
    },
  };
}

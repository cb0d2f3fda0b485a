/** Receipts, newest first, and one of them. */
import type { Page as Listed } from '../../api/schemas/pages.js';
import type { PlacementReceipt } from '../../api/schemas/placement.js';
import type { Receipt, ReceiptRow } from '../../api/schemas/receipts.js';
import { get } from '../api.js';
import { h, put, putName } from '../dom.js';
import type { Page, Surroundings } from '../page.js';
import { Pager } from '../pager.js';
import { placementCard } from '../placement-card.js';
import { receiptCard } from '../receipt-card.js';
import { ReceiptList } from '../receipt-list.js';
import { moment, shortKey } from '../words.js';

/** Of them, many stand in one line. */
const ON_A_PAGE = 100;

export function receiptsPage({ changed }: Surroundings): Page {
  const pager = new Pager(['Newer', 'Older receipts'], changed);
  const headline = h('h1');
  const lead = h(
    'p',
    { class: 'lead' },
    'It says what was decided and why. As long as the calls behind it are kept, it can be computed again to the same bits. While the desired instances of a function stay the same, its receipts stand in one line.',
  );
  const list = new ReceiptList('Receipts, newest first', { withFunction: true });
  return {
    title: 'Receipts',
    element: h('div', {}, headline, lead, h('section', {}, list.element, pager.element)),
    async refresh(signal) {
      const { items, nextCursor } = await get<Listed<ReceiptRow>>(
        'receipts',
        { cursor: pager.cursor, limit: ON_A_PAGE },
        signal,
      );
      const isEmpty = items.length === 0 && pager.cursor === undefined;
      lead.hidden = isEmpty;
      put(headline, isEmpty ? 'No decision has been made yet' : 'Every change of a decision has its receipt');
      list.show(items);
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

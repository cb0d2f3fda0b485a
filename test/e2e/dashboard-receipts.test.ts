/** Receipts that decide the same stand in one line, and each of them is to be had. */
import { describe, expect, it, test } from 'vitest';
import type { ReceiptRow } from '../../ts/server/api/schemas/receipts.js';
import { keepAliveWords, poolWords, receiptRuns } from '../../ts/server/dashboard/receipt-runs.js';
import { DashboardPlane } from '../dashboard-plane.js';
import { dashboardInBrowser, noBrowser, poll } from './dashboard-browser.js';

let serial = 0;
const row = (functionKey: string, desiredInstances: number, rest: Partial<ReceiptRow> = {}): ReceiptRow => ({
  ...{ id: `${functionKey}-${serial}`, functionKey, atMs: 1e12 - serial * 30_000, tick: 1000 - serial++ },
  ...{ desiredInstances, poolInstances: 0, keepAliveMs: 600_000, reason: 'told', ...rest },
});

describe('runs of receipts', () => {
  test('end where the number of a function changes, whatever others do between', () => {
    const rows = [row('a', 2), row('b', 1), row('a', 2), row('a', 3), row('b', 1), row('a', 2)];
    const runs = receiptRuns(rows);
    expect(runs.map(({ newest, receipts }) => [newest.id, receipts.length])).toEqual([
      [rows[0]!.id, 2],
      [rows[1]!.id, 2],
      [rows[3]!.id, 1],
      [rows[5]!.id, 1],
    ]);
    expect(new Set(runs.flatMap(({ receipts }) => receipts))).toEqual(new Set(rows));
  });

  test('say between what pool and keep-alive moved', () => {
    const [run] = receiptRuns([
      row('a', 2, { poolInstances: 2, keepAliveMs: 240_000 }),
      row('a', 2, { poolInstances: 5, keepAliveMs: 360_000 }),
      row('a', 2, { keepAliveMs: 300_000 }),
    ]);
    expect([poolWords(run!), keepAliveWords(run!)]).toEqual(['0 to 5', '4 to 6\u00a0min']);
    const [other] = receiptRuns([row('a', 2, { keepAliveMs: 20_000 }), row('a', 2)]);
    expect([poolWords(other!), keepAliveWords(other!)]).toEqual(['0', '20\u00a0s to 10\u00a0min']);
    const [long] = receiptRuns([row('a', 2, { keepAliveMs: 8_400_000 }), row('a', 2)]);
    expect(keepAliveWords(long!)).toBe('10\u00a0min to 2\u00a0h 20\u00a0min');
  });

  test('tell an instance that stays for good from one that does not', () => {
    const runs = receiptRuns([row('a', 2, { keepAliveMs: null }), row('a', 2)]);
    expect(runs.map(keepAliveWords)).toEqual(['for good', '10\u00a0min']);
  });
});

describe.skipIf(noBrowser)('the list of receipts', () => {
  const { served, visit, ready } = dashboardInBrowser();

  it('opens and closes a run by mouse and keyboard, and leads to every receipt', async () => {
    const plane = new DashboardPlane();
    for (let i = 0; i < 12; i++) {
      plane.decide('shop/cart', 2, { keepAliveMs: (4 + (i % 3)) * 60_000, poolInstances: i % 2 });
    }
    plane.decide('shop/cart', 3);
    await served(async ({ url }) => {
      await visit(`${url}/#/receipts`, async (page) => {
        await ready(page);
        const links = () => page.locator('.row-link').count();
        expect(await links()).toBe(2);
        expect(await page.locator('tbody tr').nth(1).textContent()).toContain('4 to 6\u00a0min');
        const toggle = page.getByRole('button', { name: '12 receipts' });
        await toggle.click();
        expect(await links()).toBe(14);
        expect(await toggle.getAttribute('aria-expanded')).toBe('true');
        // What happens meanwhile leaves it open.
        plane.decide('shop/cart', 4);
        plane.emit('tick', null, 'tick');
        await poll(links).toBe(15);
        await toggle.press('Enter');
        await poll(links).toBe(3);
        await toggle.press('Enter');
        await page.locator('[data-part] .row-link').last().click();
        await poll(() => page.locator('h1').textContent()).toContain('shop/cart, as decided on ');
      });
    }, plane);
  });
});

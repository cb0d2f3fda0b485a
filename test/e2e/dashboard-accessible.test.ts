/** Every page of the dashboard for readers of all kinds: checked by axe, and by what it does not look at. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { DashboardPlane } from '../dashboard-plane.js';
import { dashboardInBrowser, HOSTILE, noBrowser, PAGES } from './dashboard-browser.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds against WCAG 2.2 AA and its own best practices. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    return await axe.run();
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** What axe does not look at. */
const others = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push('wider than the window');
    for (const head of document.querySelectorAll('th')) if (!head.scope) found.push(head.outerHTML);
    if (document.querySelectorAll('nav [aria-current=page]').length !== 1) found.push('no current page');
    return found;
  });

describe.skipIf(noBrowser)('the dashboard, for readers of all kinds', () => {
  const { filled, served, visit, ready, go } = dashboardInBrowser();
  const views = [
    [1440, 'light'],
    [1440, 'dark'],
    [360, 'light'],
    [360, 'dark'],
  ] as const;

  it.each(views)(
    'shows every page at a width of %d in %s without fault, nor a word in the console',
    async (width, colorScheme) => {
      const plane = await filled();
      const parts = [
        `receipts/${plane.placed!.id}`,
        'functions/shop%2Fcheckout',
        `functions/${encodeURIComponent(HOSTILE)}`,
        'receipts/shop%2Fcheckout%400',
      ];
      await served(async ({ url }) => {
        const look = async (page: Page): Promise<void> => {
          for (const name of [...PAGES, ...parts]) {
            await go(page, `#/${name}`);
            expect([...(await violations(page)), ...(await others(page))], name).toEqual([]);
          }
        };
        await visit(`${url}/`, look, { width, colorScheme });
      }, plane);
    },
  );

  it('is looked at by one that sees faults', async () => {
    await served(async ({ url }) => {
      const spoil = async (page: Page): Promise<void> => {
        await ready(page);
        await page.evaluate(() => document.documentElement.removeAttribute('lang'));
        expect(await violations(page)).toEqual([expect.stringContaining('html-has-lang')]);
      };
      await visit(`${url}/`, spoil);
    }, new DashboardPlane());
  });

  it('has no fault before the first call either', async () => {
    await served(async ({ url }) => {
      const look = async (page: Page): Promise<void> => {
        await ready(page);
        for (const name of PAGES) {
          await go(page, `#/${name}`);
          expect([...(await violations(page)), ...(await others(page))], name).toEqual([]);
        }
      };
      await visit(`${url}/`, look);
    }, new DashboardPlane());
  });
});

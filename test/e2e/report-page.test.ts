import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROWSER_ARGUMENTS, browserPath } from '../../scripts/build/surroundings.mjs';
import { timelineFunctions } from '../../ts/core/evaluate/page-data.js';
import { type PageAssets, renderReport } from '../../ts/core/evaluate/report.js';
import { listen } from './heard.js';
import { sampleResult, sampleTimelines } from './report-sample.js';

const path = browserPath();
const required = Boolean(process.env.CI || process.env.ISOTHERM_REQUIRE);
if (path === undefined) console.warn('The report page was not tried in a browser: no Chromium in /usr/bin.');

describe.skipIf(path === undefined && !required)('the page in a browser', { timeout: 30_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'isotherm-report-'));
  const result = sampleResult();
  let browser: Browser;
  let assets: PageAssets;
  let report: string;

  beforeAll(async () => {
    const outDir = join(folder, 'page');
    const configFile = fileURLToPath(new URL('../../ts/core/evaluate/page/vite.config.ts', import.meta.url));
    await build({ configFile, build: { outDir } });
    const asset = (name: string): string => readFileSync(join(outDir, name), 'utf8');
    assets = { script: asset('page.js'), style: asset('page.css') };
    report = write(
      'report.html',
      renderReport(result, sampleTimelines(result, timelineFunctions(result, 6)), assets, 'isotherm replay x'),
    );
    browser = await chromium.launch({ executablePath: path!, args: BROWSER_ARGUMENTS });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function write(name: string, html: string): string {
    const file = join(folder, name);
    writeFileSync(file, html);
    return pathToFileURL(file).href;
  }

  /** Opens the page, runs `look`, and holds it to silence: no message, no error, no request but for the file itself. */
  async function open(
    url: string,
    look: (page: Page) => Promise<void>,
    { width = 1440, colorScheme = 'light' as 'light' | 'dark' } = {},
  ): Promise<void> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const heard = listen(page, (asked) => asked === url);
    try {
      await page.goto(url);
      await page.locator('#plane svg').waitFor();
      await look(page);
      expect(heard).toEqual([]);
    } finally {
      await page.close();
    }
  }

  it('is small and carries the licences of what is bundled', () => {
    expect(assets.script.length).toBeLessThan(600_000);
    expect(assets.script).toContain('Copyright 2020-2025 Observable, Inc.');
    expect(assets.script).toContain('Mike Bostock');
    expect(assets.script).toContain('THE SOFTWARE IS PROVIDED "AS IS"');
  });

  it('draws every chart', () =>
    open(report, async (page) => {
      for (const chart of ['plane', 'rates', 'regret', 'timeline']) {
        expect(await page.locator(`#${chart} svg`).count(), chart).toBeGreaterThan(0);
        expect(await page.locator(`#${chart} svg :is(path, circle, rect)`).count(), chart).toBeGreaterThan(2);
      }
      expect(await page.locator('#plane .labels text').allTextContents()).toEqual(
        expect.arrayContaining(Object.keys(result.policies)),
      );
      expect(await page.locator('#regret [aria-label=bar] > *').count()).toBe(15);
    }));

  it('tables the figures of the model', () =>
    open(report, async (page) => {
      const rows = page.locator('.policies tr.policy');
      expect(await rows.count()).toBe(Object.keys(result.policies).length);
      for (const row of await rows.all()) {
        const name = (await row.locator('.name').textContent())!;
        const { coldStarts, idleGbS, wait, objectiveUsd } = result.policies[name]!;
        const exact = await row
          .locator('td')
          .evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-exact') ?? Number.NaN)));
        expect(exact.slice(0, 4), name).toEqual([coldStarts, idleGbS / 3600, wait.meanMs, objectiveUsd]);
        expect(exact[4], name).toBe(objectiveUsd / result.policies.clairvoyant!.objectiveUsd);
      }
    }));

  it.each([360, 768, 1440])('has no sideways scroll at %i px', (width) =>
    open(
      report,
      async (page) => {
        const beyond = () =>
          page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(await beyond()).toBe(0);
        await page.locator('#regret-details summary').click();
        expect(await beyond()).toBe(0);
        const leftmost = await page
          .locator('#regret text')
          .evaluateAll((texts) => Math.min(...texts.map((text) => text.getBoundingClientRect().x)));
        expect(leftmost).toBeGreaterThan(0);
        const labels = await page.locator('#plane .labels text').evaluateAll((texts) =>
          texts.map((text) => {
            const { x, y, right, bottom } = text.getBoundingClientRect();
            return { x, y, right, bottom };
          }),
        );
        labels.forEach((a, i) => {
          for (const b of labels.slice(i + 1)) {
            expect(a.x < b.right && b.x < a.right && a.y + 2 < b.bottom && b.y + 2 < a.bottom).toBe(false);
          }
        });
      },
      { width },
    ),
  );

  it('follows the preferred colours', async () => {
    const seen: string[] = [];
    const colors = (page: Page) =>
      page.evaluate(() => {
        const chart = document.querySelector('#plane text')!;
        return [getComputedStyle(document.body).backgroundColor, getComputedStyle(chart).fill].join();
      });
    for (const colorScheme of ['light', 'dark'] as const) {
      await open(report, async (page) => void seen.push(await colors(page)), { colorScheme });
    }
    expect(seen[0]).not.toBe(seen[1]);
  });

  it('shows the function, the policy and the curves that are chosen, by keyboard too', () =>
    open(report, async (page) => {
      const select = page.locator('#timeline-function');
      const title = page.locator('#timeline-title');
      const before = await title.textContent();
      const bar = page.locator('#regret [role=button]').nth(1);
      const label = (await bar.getAttribute('aria-label'))!;
      await bar.focus();
      await page.keyboard.press('Enter');
      expect(await title.textContent()).toContain(label.split(':')[0]!);
      expect(await title.textContent()).not.toBe(before);
      expect(await select.evaluate((element) => document.activeElement === element)).toBe(true);

      await page.locator('#regret-policy').selectOption('infinite');
      expect(await page.locator('#regret-title').textContent()).toContain('infinite');

      const curves = page.locator('#rates [aria-label=line] path');
      const shown = await curves.count();
      await page.locator('#rates').locator('xpath=..').getByRole('button', { name: 'infinite' }).press('Space');
      expect(await curves.count()).toBe(shown + 1);
      expect(await page.getByRole('button', { name: 'infinite', pressed: true }).count()).toBe(1);
      // Over time two to begin with, chosen apart from those above.
      const overTime = page.locator('#timeline').locator('xpath=..');
      expect(await overTime.getByRole('button', { pressed: true }).count()).toBe(2);
      const lines = page.locator('#timeline [aria-label=line] path');
      expect(await lines.count()).toBe(2);
      await overTime.getByRole('button', { name: 'infinite' }).press('Space');
      expect(await lines.count()).toBe(3);
      expect(await curves.count()).toBe(shown + 1);
    }));

  it('runs nothing that a function is named after', () => {
    const hostile = sampleResult({ functions: 3, key: (f) => `</script><img src=x onerror=alert(1)>${f}` });
    const url = write('hostile.html', renderReport(hostile, sampleTimelines(hostile, [0, 1, 2]), assets, '<b>x</b>'));
    return open(url, async (page) => {
      expect(await page.locator('img').count()).toBe(0);
      await page.locator('#regret-details summary').click();
      expect(await page.locator('#regret-details th[scope=row]').first().textContent()).toContain('<img src=x');
    });
  });

  it('works where only some policies were replayed', () => {
    const few = sampleResult({ policies: ['infinite'] });
    const url = write('few.html', renderReport(few, [], assets, 'isotherm replay x'));
    return open(url, async (page) => {
      expect(await page.locator('.chart').count()).toBe(2);
    });
  });
});

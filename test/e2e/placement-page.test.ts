/** The report of a placement in a browser: nothing lies beyond the window, and what has no share has none. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROWSER_ARGUMENTS, browserPath } from '../../scripts/build/surroundings.mjs';
import { filesOf, ROOT } from './docs-examples.js';
import { listen } from './heard.js';

const path = browserPath();
const required = Boolean(process.env.CI || process.env.ISOTHERM_REQUIRE);
if (path === undefined) console.warn('The report of a placement was not tried in a browser: no Chromium in /usr/bin.');

describe.skipIf(path === undefined && !required)('the report of a placement', { timeout: 30_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'isotherm-placement-'));
  const url = pathToFileURL(join(folder, 'placement.html')).href;
  let browser: Browser;

  beforeAll(async () => {
    for (const [name, text] of Object.entries(filesOf('docs/placement.md'))) writeFileSync(join(folder, name), text);
    const asked = ['--nodes', 'nodes.yaml', '--functions', 'functions.yaml', '--html', 'placement.html'];
    const main = join(ROOT, 'ts/core/dist/cli/main.js');
    const { status } = spawnSync(process.execPath, [main, 'place', ...asked], { cwd: folder });
    expect(status).toBe(0);
    browser = await chromium.launch({ executablePath: path!, args: BROWSER_ARGUMENTS });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([360, 768, 1440])('has no sideways scroll at %i px, and no title broken within a word', async (width) => {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const heard = listen(page, (asked) => asked === url);
    await page.goto(url);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    const broken = await page
      .locator('thead th')
      .evaluateAll((titles) =>
        titles
          .filter((title) => title.getBoundingClientRect().height / 24 > title.textContent!.split(' ').length + 1)
          .map((title) => title.textContent),
      );
    expect(broken).toEqual([]);
    expect(heard).toEqual([]);
    await page.close();
  });

  it('gives no share of instances where a node takes any number', async () => {
    const page = await browser.newPage();
    await page.goto(url);
    const cells = await page.locator('section[aria-labelledby="nodes-title"] tbody td:last-child').allTextContents();
    expect(cells.length).toBeGreaterThan(0);
    expect(new Set(cells)).toEqual(new Set(['–']));
    await page.close();
  });
});

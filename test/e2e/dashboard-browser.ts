/** The dashboard in a real browser, over the real API and a plane of made-up figures: what its tests share. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, expect } from 'vitest';
import { BROWSER_ARGUMENTS, browserPath } from '../../scripts/build/surroundings.mjs';
import type { ApiOptions } from '../../ts/server/api/options.js';
import { DashboardPlane } from '../dashboard-plane.js';
import { type Running, running } from './api-server.js';
import { listen } from './heard.js';

const path = browserPath();
/** Without a browser nothing is tried here; in CI it must be there. */
export const noBrowser = path === undefined && !process.env.CI && !process.env.ISOTHERM_REQUIRE;
if (path === undefined) console.warn('The dashboard was not tried in a browser: no Chromium in /usr/bin.');

export const HOSTILE =
  '<img src=x onerror=alert(1)>/"><script>alert(2)</script>/{{7*7}}_and_a_long_name_without_a_place_to_break_it';
export const KEYS = ['shop/checkout', 'shop/cart', 'mail/send', HOSTILE];
export const PAGES = [
  '',
  'cold-starts',
  'accuracy',
  'cost',
  'utilization',
  'functions',
  'receipts',
  'limits',
  'placement',
  'what-if',
];

/** Until it is so, on however busy a machine. */
export const poll = <Value>(look: () => Value) => expect.poll(look, { timeout: 60_000 });

interface Visit {
  width?: number;
  colorScheme?: 'light' | 'dark';
  /** Messages of the console that are as they should be. */
  isExpected?: (message: string) => boolean;
}

/** Builds the dashboard and opens a browser, for the tests of one file. */
export function dashboardInBrowser() {
  const folder = mkdtempSync(join(tmpdir(), 'isotherm-dashboard-'));
  let browser: Browser;

  beforeAll(async () => {
    const configFile = fileURLToPath(new URL('../../ts/server/dashboard/vite.config.ts', import.meta.url));
    await build({ configFile, build: { outDir: folder } });
    browser = await chromium.launch({ executablePath: path!, args: BROWSER_ARGUMENTS });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function filled(): Promise<DashboardPlane> {
    const plane = new DashboardPlane();
    await plane.push(
      KEYS.map((functionKey, i) => ({
        functionKey,
        fromMs: plane.nowMs - 60_000,
        toMs: plane.nowMs,
        calls: 100 * (i + 1),
      })),
    );
    for (const [i, key] of KEYS.entries()) plane.decide(key, i + 1);
    plane.emit('demoted', HOSTILE, `${HOSTILE}: last is worse than ma15`);
    return plane;
  }

  async function served(
    use: (api: Running & { plane: DashboardPlane }) => Promise<void>,
    plane: DashboardPlane,
    options: Partial<ApiOptions> = {},
  ) {
    const api = await running({ dashboard: folder, ...options }, plane);
    try {
      await use({ ...api, plane });
    } finally {
      await api.close();
    }
  }

  /** Runs `look` on a page, and holds it to silence: no message, no box, no request to elsewhere. */
  async function visit(
    url: string,
    look: (page: Page) => Promise<void>,
    { width = 1440, colorScheme = 'light', isExpected = () => false }: Visit = {},
  ) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const { origin } = new URL(url);
    const heard = listen(page, (asked) => asked.startsWith(`${origin}/`));
    try {
      await page.goto(url);
      await look(page);
      expect(heard.filter((message) => !isExpected(message))).toEqual([]);
    } finally {
      await page.close();
    }
  }

  const ready = (page: Page): Promise<void> => page.locator('main:not([data-state])').waitFor();

  /** To a page, until it is there. */
  async function go(page: Page, hash: string): Promise<void> {
    const before = await page.title();
    const isOther = await page.evaluate((to) => {
      const was = location.hash || '#/';
      location.hash = to;
      return was !== to;
    }, hash);
    if (isOther) await poll(() => page.title()).not.toBe(before);
    await ready(page);
  }

  return { folder, filled, served, visit, ready, go };
}

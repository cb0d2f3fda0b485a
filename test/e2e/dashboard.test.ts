/** The dashboard in a real browser, over the real API and a plane of made-up figures. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createKey } from '../../ts/server/api/keys.js';
import { buildApi } from '../../ts/server/api/server.js';
import { DashboardPlane } from '../dashboard-plane.js';
import { running } from './api-server.js';
import { dashboardInBrowser, HOSTILE, KEYS, noBrowser, poll } from './dashboard-browser.js';

describe.skipIf(noBrowser)('the dashboard', () => {
  const { folder, filled, served, visit, ready, go } = dashboardInBrowser();

  it('is small, and carries the licence of what is bundled', () => {
    const script = readFileSync(join(folder, 'dashboard.js'));
    expect(gzipSync(script).length).toBeLessThan(60_000);
    expect(script.toString()).toContain('Leon Sorokin');
  });

  it('says losses as plainly as gains', async () => {
    await served(
      async ({ url }) => {
        await visit(`${url}/`, async (page) => {
          await ready(page);
          await expect
            .poll(() => page.locator('h1').textContent())
            .toBe('Isotherm would have saved $0.647 (38.7\u00a0%), but added 22 cold starts');
          const tiles = await page.locator('.tile').allTextContents();
          expect(tiles[0]).toMatch(/^Cost\$1\.03 \$0\.647 saved 38\.7.% lessIsotherm\$1\.03/);
          expect(tiles[1]).toMatch(/^Cold starts410 22 added 5\.67.% moreIsotherm410/);
          expect(await page.locator('.plot canvas').count()).toBe(3);
        });
      },
      await filled(),
    );
  });

  it('runs nothing that stands in a name', async () => {
    await served(
      async ({ url }) => {
        await visit(`${url}/#/functions`, async (page) => {
          await ready(page);
          expect(await page.locator('.row-link').allTextContents()).toContain(HOSTILE);
          await page.locator('.row-link', { hasText: 'onerror' }).click();
          await poll(() => page.locator('h1').textContent()).toBe(HOSTILE);
          await page.locator('.receipt').waitFor();
          expect(await page.locator('main img, main script').count()).toBe(0);
          await page.evaluate(() => {
            location.hash = '#/%E0%A4%A';
          });
          await poll(() => page.locator('h1').textContent()).toContain('Isotherm would have');
        });
      },
      await filled(),
    );
  });

  it('is used by the keyboard alone', async () => {
    await served(
      async ({ url, plane }) => {
        await visit(`${url}/`, async (page) => {
          const h1 = () => page.locator('h1').textContent();
          await ready(page);
          await page.keyboard.press('6');
          await poll(h1).toBe('4 functions');
          await page.keyboard.press('/');
          await page.keyboard.type('shop');
          await poll(() => page.locator('.row-link').count()).toBe(2);
          await page.keyboard.press('Escape');
          await page.keyboard.press('j');
          await page.keyboard.press('j');
          await page.keyboard.press('k');
          await page.keyboard.press('Enter');
          await poll(h1).toBe('shop/cart');
          await ready(page);
          await page.keyboard.press('p');
          await page.keyboard.type('deployment');
          await page.keyboard.press('Enter');
          await expect
            .poll(() => plane.pauses().map(({ scope, reason }) => ({ scope, reason })))
            .toEqual([{ scope: { kind: 'function', functionKey: 'shop/cart' }, reason: 'deployment' }]);
          await poll(() => page.locator('dialog').count()).toBe(0);
          await page.keyboard.press('Escape');
          await poll(h1).toBe('4 functions');
          await page.keyboard.press('8');
          await poll(h1).toBe('One scope is paused');
          await page.getByRole('button', { name: 'Resume' }).click();
          await poll(h1).toBe('Nothing is paused');
          await page.keyboard.press('?');
          await page.locator('dialog kbd').first().waitFor();
          await page.keyboard.press('Escape');
          await poll(() => page.locator('dialog').count()).toBe(0);
        });
      },
      await filled(),
    );
  });

  it('computes a receipt again, and changes limits', async () => {
    await served(
      async ({ url, plane }) => {
        await visit(`${url}/#/functions/${encodeURIComponent('shop/checkout')}`, async (page) => {
          await ready(page);
          await page.getByRole('button', { name: 'Recompute' }).click();
          await page.getByText('The same bits').waitFor();
          await page.getByLabel('At most, instances').fill('20');
          await page.getByLabel('Cool-down, s').fill('90');
          await page.getByRole('button', { name: 'Change limits' }).click();
          await page.getByText('In force from the next tick on.').waitFor();
          expect(plane.limits().functions).toEqual([
            { functionKey: 'shop/checkout', limits: { maxInstances: 20, coolDownMs: 90_000 } },
          ]);
        });
      },
      await filled(),
    );
  });

  it('has words for nothing yet, for a store that is away, and for what is not there', async () => {
    const isProblem = (message: string): boolean => message.startsWith('Failed to load resource');
    await served(async ({ url, plane }) => {
      await visit(
        `${url}/`,
        async (page) => {
          await poll(() => page.locator('h1').textContent()).toBe('Nothing to compare yet: no call has come');
          await page.keyboard.press('7');
          await page.getByText('No decision has been made yet.').waitFor();
          await page.evaluate(() => {
            location.hash = '#/functions/nobody';
          });
          await page
            .getByRole('heading', {
              name: 'There is no function "nobody": one is known from the tick after its first sample on',
            })
            .waitFor();
          await page.getByRole('link', { name: 'Back to Functions' }).waitFor();
          plane.storeAway = true;
          await page.keyboard.press('7');
          await page.getByText('The store is away.').first().waitFor();
          expect(await page.getByText('hunter2').count()).toBe(0);
        },
        { isExpected: isProblem },
      );
    }, new DashboardPlane());
  });

  it('marks what plays a trace, and is calm when it has ended', async () => {
    const plane = await filled();
    await served(async ({ url }) => {
      await visit(`${url}/`, async (page) => {
        const signs = () => page.locator('.signs').textContent();
        await ready(page);
        expect(await signs()).not.toContain('Plays a trace');
        plane.replay = { speed: 60 };
        plane.emit('tick', null, 'tick');
        await poll(signs).toContain('Plays a trace, 60×');
        const tops = await page.locator('.signs > li:visible').evaluateAll((all) => {
          return new Set(all.map((sign) => Math.round(sign.getBoundingClientRect().bottom / 8))).size;
        });
        expect(tops, 'lines of signs').toBe(1);
        expect(await page.locator('.ended').textContent()).toBe('');
        plane.loop = 'ended';
        plane.emit('provider-ended', null, 'replay has come to its end');
        await page.getByText('The trace has ended: nothing is decided any more, and the figures stay.').waitFor();
        expect(await page.locator('[data-health="wait"]:visible, [data-health="bad"]:visible').count()).toBe(0);
        await page.getByText('trace ended').waitFor();
      });
    }, plane);
  });

  it('keeps figures of any size within their tiles', async () => {
    const plane = await filled();
    const { summary } = plane;
    plane.summary = () => {
      const whole = summary.call(plane);
      const small = Object.fromEntries(Object.entries(whole.ours).map(([name, value]) => [name, value * 1.2345e-5]));
      return { ...whole, ours: small as typeof whole.ours };
    };
    await served(async ({ url }) => {
      for (const width of [400, 1024, 1280, 1440]) {
        await visit(
          `${url}/`,
          async (page) => {
            await ready(page);
            const wider = await page.evaluate(() =>
              [...document.querySelectorAll('.tile')].flatMap((tile) => {
                const { right } = tile.getBoundingClientRect();
                const texts = [...tile.querySelectorAll('.big, .change, .share, .whose, .number')];
                return texts.filter((one) => one.getBoundingClientRect().right > right).map((one) => one.textContent);
              }),
            );
            expect(wider, `at ${width}`).toEqual([]);
            const bars = await page.locator('.tile .bar:last-child').evaluateAll((all) => {
              const rows = all.map((bar) => {
                const { top } = bar.closest('.tile')!.getBoundingClientRect();
                return `${top} ${bar.getBoundingClientRect().top}`;
              });
              const tops = new Set(rows.map((row) => row.split(' ')[0]));
              return new Set(rows).size - tops.size;
            });
            expect(bars, `bars in line at ${width}`).toBe(0);
          },
          { width },
        );
      }
    }, plane);
  });

  it('asks for a key, keeps it in the tab, and follows the events with it', async () => {
    const { key, stored } = createKey('reader', 'read', Date.now());
    await served(
      async ({ url, plane }) => {
        await visit(
          `${url}/`,
          async (page) => {
            const field = page.getByLabel('API key', { exact: true }).and(page.locator('input'));
            await field.fill('isk_wrong');
            await page.keyboard.press('Enter');
            await page.getByRole('alert').getByText('Bearer').waitFor();
            await field.fill(key);
            await page.keyboard.press('Enter');
            await ready(page);
            await poll(() => page.locator('.signs').textContent()).toContain('Dashboardlive');
            plane.emit('demoted', 'mail/send', 'mail/send: last is worse');
            await page.getByText('Last is worse.').waitFor();
            expect(await page.evaluate(() => [localStorage.length, document.cookie])).toEqual([0, '']);
          },
          { isExpected: (message) => message.includes('401') },
        );
      },
      await filled(),
      { keys: () => [stored] },
    );
  });

  it('says that it is offline, keeps what it knows, and comes back', async () => {
    const plane = await filled();
    const first = await running({ dashboard: folder }, plane);
    const isExpected = (message: string): boolean => message.startsWith('Failed to load resource');
    await visit(
      `${first.url}/`,
      async (page) => {
        await ready(page);
        await first.close();
        await poll(() => page.locator('.signs').textContent()).toContain('offline');
        expect(await page.locator('h1').textContent()).toContain('Isotherm would have saved');
        const again = await buildApi({ plane, dashboard: folder, log: { level: 'silent' } });
        try {
          await again.listen({ host: '127.0.0.1', port: first.port });
          await poll(() => page.locator('.signs').textContent()).toContain('Dashboardlive');
          await poll(() => page.locator('.notice').textContent()).toBe('');
        } finally {
          await again.close();
        }
      },
      { isExpected },
    );
  });

  it('finds those that something is the matter with', async () => {
    const plane = await filled();
    await plane.pause({ kind: 'function', functionKey: 'shop/cart' }, null, 'ann');
    await served(async ({ url }) => {
      await visit(`${url}/#/functions`, async (page) => {
        await ready(page);
        const names = () => page.locator('.row-link').allTextContents();
        expect(await names()).toHaveLength(KEYS.length);
        await page.getByLabel('Show').selectOption('paused');
        await poll(names).toEqual(['shop/cart']);
        await page.getByLabel('Show').selectOption('without data now');
        await poll(() => page.locator('.note:visible').allTextContents()).toContain(
          'There is no function without data now.',
        );
      });
    }, plane);
  });

  it('asks once for what a storm of events is about, and shows fifty of ten thousand functions', async () => {
    const plane = await filled();
    const [fromMs, toMs] = [plane.nowMs - 60_000, plane.nowMs];
    await plane.push(
      Array.from({ length: 10_000 }, (_, i) => ({ functionKey: `fleet/f${i}`, fromMs, toMs, calls: i % 7 })),
    );
    await served(async ({ url }) => {
      await visit(`${url}/#/functions`, async (page) => {
        await ready(page);
        await page.waitForFunction(() => document.documentElement.dataset.line === 'live');
        expect(await page.locator('.row-link').count()).toBe(50);
        let asked = 0;
        page.on('request', (request) => {
          if (request.url().includes('/v1/functions')) asked++;
        });
        for (let i = 0; i < 5000; i++) {
          plane.emit('gap', `fleet/f${i}`, `fleet/f${i}: no data`);
          // More than a stream holds at once would cut it off.
          if (i % 20 === 19) await turn();
        }
        plane.emit('tick', null, 'tick');
        await poll(() => asked).toBeGreaterThan(0);
        await page.getByLabel('Search').fill('f9999');
        await poll(() => page.locator('.row-link').allTextContents()).toEqual(['fleet/f9999']);
        // Once after the storm, and once for the search; another one where the machine is slow.
        expect(asked).toBeLessThan(20);
      });
    }, plane);
  });

  it('goes on for hours in the same memory', async () => {
    await served(
      async ({ url, plane }) => {
        await visit(`${url}/`, async (page) => {
          await ready(page);
          const client = await page.context().newCDPSession(page);
          const measure = async () => {
            await client.send('HeapProfiler.collectGarbage');
            const { metrics } = await client.send('Performance.getMetrics');
            return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
          };
          await client.send('Performance.enable');
          // Ten minutes of ticks, as fast as they are taken.
          const simulate = async (ticks: number) => {
            for (let i = 0; i < ticks; i++) {
              plane.nowMs += 30_000;
              plane.emit('tick', null, `tick ${i}`);
              for (const hash of i % 4 === 3 ? ['#/functions', '#/'] : []) {
                await go(page, hash);
              }
            }
          };
          await simulate(20);
          const before = await measure();
          await simulate(60);
          const after = await measure();
          expect(after.Nodes! - before.Nodes!).toBeLessThan(200);
          expect(after.JSEventListeners! - before.JSEventListeners!).toBeLessThan(50);
          expect(after.JSHeapUsedSize! - before.JSHeapUsedSize!).toBeLessThan(2_000_000);
        });
      },
      await filled(),
    );
  });
});

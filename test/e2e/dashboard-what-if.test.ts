/** The form of a what-if question, in a real browser and over the real API. */
import { describe, expect, it } from 'vitest';
import { POLICY_NAMES, policyByName } from '../../ts/core/decide/index.js';
import { changesOf, fieldProblem, fields, POLICY_CHOICES } from '../../ts/server/dashboard/what-if-request.js';
import { NOON_MS } from '../dashboard-plane.js';
import { dashboardInBrowser, noBrowser, poll } from './dashboard-browser.js';

const DAY_MS = 86_400_000;

describe('the fields', () => {
  const all = fields(['ma15']);
  const named = (name: string) => all.find((field) => field.name === name)!;

  it('make a request of what is filled in, and of nothing else', () => {
    const texts: Record<string, string> = { policy: 'fixed-5min', coldStartUsdPerS: '0.001', maxInstances: '7' };
    expect(changesOf(all, ({ name }) => texts[name] ?? '')).toEqual({
      policy: 'fixed-5min',
      prices: { coldStartUsdPerS: 0.001 },
      limits: { maxInstances: 7 },
    });
    expect(changesOf(all, () => '')).toEqual({});
  });

  it.each([
    ['minWarmPool', '1001', 'Expected a whole number from 0 to 1000.'],
    ['minWarmPool', '1.5', 'Expected a whole number from 0 to 1000.'],
    ['prewarmBuffer', '0.9', 'Expected a number from 1 to 100.'],
    ['coldStartUsdPerS', '-1', 'Expected a number from 0 on.'],
    ['coldStartUsdPerS', '0', undefined],
    ['policy', 'whatever', undefined],
    ['maxWarmPool', '', undefined],
  ])('find %s of %j: %s', (name, text, problem) => {
    expect(fieldProblem(named(name), text, false)).toBe(problem);
  });

  it('offer policies that there are, and that decide for one function', () => {
    for (const name of POLICY_CHOICES) expect(policyByName(name, 1000).kind).toMatch(/^(fixed|adaptive)$/);
  });

  it('offer every such policy that has a name of its own', () => {
    const named = POLICY_NAMES.filter((name) => !/[<@]/.test(name));
    const online = named.filter((name) => /^(fixed|adaptive)$/.test(policyByName(name, 1000).kind));
    expect(online).toContain('adaptive');
    expect(POLICY_CHOICES).toEqual(expect.arrayContaining(online));
  });
});

describe.skipIf(noBrowser)('the form', () => {
  const { filled, served, visit, ready } = dashboardInBrowser();

  it.each([
    [1280, 'dark'],
    [390, 'light'],
  ] as const)(
    'asks by the keyboard alone and shows both sides and the difference (%d, %s)',
    async (width, colorScheme) => {
      const plane = await filled();
      await served(async ({ url }) => {
        await visit(
          `${url}/`,
          async (page) => {
            await ready(page);
            await page.keyboard.press('0');
            await poll(() => page.locator('h1').textContent()).toBe('What would another configuration have cost?');
            await ready(page);
            await page.getByLabel('Of the last days').fill('2');
            await page.getByLabel('Policy').fill('fixed-20min');
            await page.keyboard.press('Enter');
            await poll(() => page.locator('.what-if-result h2').first().textContent()).toBe(
              'With fixed-20min it would have cost $0.647 more, $1.67 instead of $1.03, with 22 fewer cold starts',
            );
            expect(plane.asked).toEqual([{ policy: 'fixed-20min', mostFunctions: 50, fromMs: NOON_MS - 2 * DAY_MS }]);
            const tiles = await page.locator('.what-if-result .tile').allTextContents();
            expect(tiles[0]).toContain('lost');
            expect(tiles[1]).toContain('22 avoided');
            expect(tiles[1]).toMatch(/the other388.*as configured410/);
            expect(await page.locator('.what-if-result .row-link').count()).toBe(3);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            expect(wide).toBeLessThanOrEqual(0);
            // The figures stay while time goes on.
            plane.emit('tick', null, 'tick');
            await poll(() => page.locator('.what-if .proof').textContent()).toContain('Done');
          },
          { width, colorScheme },
        );
      }, plane);
    },
  );

  it('says what is wrong at the field, and asks nothing before that', async () => {
    const plane = await filled();
    const isExpected = (message: string): boolean => message.startsWith('Failed to load resource');
    await served(async ({ url }) => {
      const look = async (page: Parameters<Parameters<typeof visit>[1]>[0]): Promise<void> => {
        await ready(page);
        const problem = (label: string) =>
          page.getByLabel(label).evaluate((field) => {
            const id = field.getAttribute('aria-describedby');
            return id === null ? null : document.getElementById(id)!.textContent;
          });
        const start = page.getByRole('button', { name: 'Replay both' });
        await start.click();
        await page.getByText('Nothing is another yet').waitFor();
        await page.getByLabel('Pool, at least').fill('-3');
        await page.getByLabel('Of the last days').fill('0');
        await start.click();
        await poll(() => problem('Pool, at least')).toBe('Expected a whole number from 0 to 1000.');
        expect(await problem('Of the last days')).toBe('Expected a whole number from 1 to 365.');
        expect(plane.asked).toEqual([]);
        await page.getByLabel('Pool, at least').fill('');
        await page.getByLabel('Of the last days').fill('1');
        await page.getByLabel('Policy').fill('fixed-ten');
        await start.click();
        await poll(() => problem('Policy')).toBe("There is no policy 'fixed-ten'.");
        expect(await page.evaluate(() => document.activeElement?.id)).toBe('what-if-policy');
        expect(await problem('Of the last days')).toBe(null);
      };
      await visit(`${url}/#/what-if`, look, { isExpected });
    }, plane);
  });

  it('takes functions by name, and those of the page that led here', async () => {
    const plane = await filled();
    await served(async ({ url }) => {
      await visit(`${url}/#/functions/${encodeURIComponent('shop/cart')}`, async (page) => {
        await ready(page);
        await page.getByRole('link', { name: 'What if …' }).click();
        await poll(() => page.locator('.named li').count()).toBe(1);
        const name = page.getByLabel('Add a function');
        await name.fill('s');
        await name.press('Enter');
        await page.getByText('Several have it in their names.').waitFor();
        await name.fill('send');
        await name.press('Enter');
        await poll(() => page.locator('.named li').allTextContents()).toEqual(['shop/cart×', 'mail/send×']);
        await page.getByRole('button', { name: 'Leave shop/cart out' }).click();
        await page.getByLabel('Waiting, USD a second').fill('0.002');
        await page.keyboard.press('Enter');
        await poll(() => plane.asked).toEqual([
          { functionKeys: ['mail/send'], prices: { coldStartUsdPerS: 0.002 }, fromMs: NOON_MS - DAY_MS },
        ]);
        await page.getByLabel('Functions', { exact: true }).selectOption('every');
        await page.getByRole('button', { name: 'Replay both' }).click();
        await poll(() => plane.asked[1]).toMatchObject({ mostFunctions: 100_000 });
      });
    }, plane);
  });

  it('says where it stands that a name cannot be looked up', async () => {
    const plane = await filled();
    await served(async ({ url }) => {
      const look = async (page: Parameters<Parameters<typeof visit>[1]>[0]): Promise<void> => {
        await ready(page);
        await page.getByLabel('Functions', { exact: true }).selectOption('named');
        const problem = page.locator('#what-if-function-problem');
        const name = page.getByLabel('Add a function');
        await page.route('**/v1/functions?*', (asked) => asked.abort());
        await name.fill('send');
        await name.press('Enter');
        await poll(() => problem.textContent()).toBe('The server does not answer.');
        await page.unroute('**/v1/functions?*');
        const refusal = { status: 401, code: 'UNAUTHENTICATED', detail: 'the key is not valid' };
        await page.route('**/v1/functions?*', (asked) => asked.fulfill({ status: 401, json: refusal }));
        await page.getByRole('button', { name: 'Add' }).click();
        await poll(() => problem.textContent()).toBe('The key is not valid.');
        await page.getByLabel('Policy').fill('infinite');
        await name.fill('cart');
        await page.getByRole('button', { name: 'Replay both' }).click();
        await poll(() => problem.textContent()).toBe('The key is not valid.');
        await poll(() => page.evaluate(() => document.activeElement?.id)).toBe('what-if-function');
        await page.unroute('**/v1/functions?*');
        await name.press('Enter');
        await poll(() => page.locator('.named li').allTextContents()).toEqual(['shop/cart×']);
        expect(plane.asked).toEqual([]);
      };
      const isExpected = (message: string): boolean => message.includes('Failed to load resource');
      await visit(`${url}/#/what-if`, look, { isExpected });
    }, plane);
  });

  it('replays once however often it is told to, and not at all once the page was left', async () => {
    const plane = await filled();
    await served(async ({ url }) => {
      await visit(`${url}/#/what-if`, async (page) => {
        await ready(page);
        await page.getByLabel('Functions', { exact: true }).selectOption('named');
        await page.getByLabel('Add a function').fill('send');
        await page.getByLabel('Policy').fill('infinite');
        /** Holds every answer about names, suggestions included, until it is let go. */
        const hold = async (): Promise<() => Promise<void>> => {
          let letGo = (): void => {};
          const held = new Promise<void>((resolve) => {
            letGo = resolve;
          });
          await page.route('**/v1/functions?*', async (asked) => {
            await held;
            await asked.continue();
          });
          return async () => {
            letGo();
            await page.unrouteAll({ behavior: 'wait' });
          };
        };
        const start = page.getByRole('button', { name: 'Replay both' });
        const submit = () => page.locator('form.what-if').evaluate((form: HTMLFormElement) => form.requestSubmit());
        const letGo = await hold();
        await submit();
        await submit();
        expect(await start.isDisabled()).toBe(true);
        await letGo();
        await page.getByText('Done').waitFor();
        expect(plane.asked.length).toBe(1);
        // Left while the name is looked up.
        await page.getByLabel('Add a function').fill('cart');
        const letGoLate = await hold();
        await submit();
        await poll(() => start.isDisabled()).toBe(true);
        await page.getByLabel('Policy').press('Escape');
        await page.keyboard.press('1');
        await page.locator('form.what-if').waitFor({ state: 'detached' });
        await letGoLate();
        await ready(page);
        await page.evaluate(() => fetch('v1/status').then((answer) => answer.text()));
        expect(plane.asked.length).toBe(1);
      });
    }, plane);
  });

  it('shows how far it is, and gives up when told to', async () => {
    const plane = await filled();
    plane.letGo = new Promise(() => {});
    await served(async ({ url }) => {
      await visit(`${url}/#/what-if`, async (page) => {
        await ready(page);
        await page.getByLabel('Policy').fill('infinite');
        await page.keyboard.press('Enter');
        await page.getByText('1 of 4 functions replayed, 25').waitFor();
        expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel');
        await page.keyboard.press('Enter');
        await page.getByText('Cancelled.').waitFor();
        await poll(() => plane.wasCancelled).toBe(true);
        expect(await page.locator('.what-if-result').isVisible()).toBe(false);
        // Leaving the page gives up too.
        plane.wasCancelled = false;
        await page.getByRole('button', { name: 'Replay both' }).click();
        await page.getByText('1 of 4 functions replayed, 25').waitFor();
        await page.getByLabel('Policy').press('Escape');
        await page.keyboard.press('1');
        await poll(() => plane.wasCancelled).toBe(true);
      });
    }, plane);
  });
});

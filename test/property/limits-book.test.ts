/** Limits of a control plane: what is configured, what people have set since, and pauses on top. */
import { expect, test } from 'vitest';
import { loadConfig } from '../../ts/server/config/index.js';
import { LimitsBook } from '../../ts/server/control/limits-book.js';

const { config } = await loadConfig(undefined, {});

const NONE = {
  minInstances: 0,
  maxInstances: Number.POSITIVE_INFINITY,
  maxStep: Number.POSITIVE_INFINITY,
  maxRatePerMin: Number.POSITIVE_INFINITY,
  coolDownMs: 0,
  paused: false,
};

const configured = {
  default: { ...NONE, maxInstances: 50 },
  groups: [
    { name: 'shop', match: 'shop/*', limits: { minInstances: 1, maxRatePerMin: 1, paused: true } },
    { name: 'pay', match: '*/pay', limits: { minInstances: 2 } },
  ],
  functions: { 'shop/pay': { paused: false } },
};

test('what is set goes before what is configured of the same scope, not before what stands narrower', () => {
  const book = new LimitsBook(configured, new Map(), 0);
  book.apply(book.patched({ kind: 'fleet' }, { minInstances: 7, maxInstances: null }));
  expect(book.of('other')).toMatchObject({ minInstances: 7, maxInstances: null });
  expect(book.of('shop/cart')).toMatchObject({ minInstances: 1, paused: true });
  expect(book.of('shop/pay')).toMatchObject({ minInstances: 2, paused: false });
  const shop = { kind: 'group', match: 'shop/*' } as const;
  book.apply(book.patched(shop, { minInstances: 3 }));
  expect(book.of('shop/cart').minInstances).toBe(3);
  // It stays where it stands: the group after it goes before it.
  expect(book.of('shop/pay').minInstances).toBe(2);
  book.apply(book.patched({ kind: 'group', match: '*pay' }, { minInstances: 4 }));
  expect(book.of('shop/pay').minInstances).toBe(4);
  book.apply(book.patched(shop, { minInstances: null }));
  expect(book.of('shop/cart').minInstances).toBe(1);
  expect(book.view().groups).toEqual([
    { match: 'shop/*', limits: { minInstances: 1, maxRatePerMin: 1, paused: true } },
    { match: '*/pay', limits: { minInstances: 2 } },
    { match: '*pay', limits: { minInstances: 4 } },
  ]);
});

test('settings are those of before after a restart, and after a configuration that was read again', () => {
  const book = new LimitsBook(configured, new Map(), 0);
  const changes = [
    book.patched({ kind: 'group', match: '*pay' }, { maxStep: 4 }),
    book.patched({ kind: 'function', functionKey: '__proto__' }, { coolDownMs: 9 }),
    book.paused({ kind: 'function', functionKey: 'f' }, { sinceMs: 5, actor: 'ann', reason: null }),
  ];
  for (const change of changes) book.apply(change);
  const again = new LimitsBook(configured, new Map(changes.map(({ name, value }) => [name, value!])), 0);
  again.configure(configured, 0);
  for (const key of ['f', 'shop/pay', 'repay', '__proto__']) expect(again.of(key)).toEqual(book.of(key));
  expect(again.view()).toEqual(book.view());
  expect(again.pauses()).toEqual([
    { scope: { kind: 'function', functionKey: 'f' }, sinceMs: 5, actor: 'ann', reason: null, configured: false },
    { scope: { kind: 'group', match: 'shop/*' }, sinceMs: 0, actor: 'configuration', reason: null, configured: true },
  ]);
  expect(again.of('__proto__').coolDownMs).toBe(9);
});

test('a pause that somebody made holds whatever stands narrower, until it is resumed', () => {
  const book = new LimitsBook(configured, new Map(), 0);
  expect(book.of('shop/pay').paused).toBe(false);
  book.apply(book.paused({ kind: 'fleet' }, { sinceMs: 5, actor: 'ann', reason: null }));
  expect(book.of('shop/pay').paused).toBe(true);
  expect(book.view().fleet.paused).toBe(true);
  book.apply(book.paused({ kind: 'fleet' }, undefined));
  expect(book.of('shop/pay').paused).toBe(false);
});

test('a rate is shared by the functions of its scope', () => {
  const book = new LimitsBook(configured, new Map(), 0);
  book.changed('shop/cart', 0);
  expect(book.mayChange('shop/pay', 1)).toBe(false);
  expect(book.mayChange('other', 1)).toBe(true);
  expect(book.mayChange('shop/pay', 60_000)).toBe(true);
});

test('a least above the most of the same scope is refused, with what is configured and set already', () => {
  const book = new LimitsBook(config.limits, new Map(), 0);
  book.apply(book.patched({ kind: 'fleet' }, { maxInstances: 3 }));
  const refused = expect.objectContaining({ code: 'OUT_OF_RANGE' });
  expect(() => book.patched({ kind: 'fleet' }, { minInstances: 4 })).toThrow(refused);
  expect(book.patched({ kind: 'fleet' }, { minInstances: 4, maxInstances: 5 }).value).toMatchObject({
    minInstances: 4,
  });
  expect(book.patched({ kind: 'function', functionKey: 'f' }, { minInstances: 4 }).value).toEqual({ minInstances: 4 });
});

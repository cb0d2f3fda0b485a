/** Which functions a list has: by state, over its pages. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '../../ts/server/store/index.js';
import { EPOCH, gapOf, type Running, runPlane, someCalls } from '../planes.js';

let store: Store;
let running: Running;

beforeEach(async () => {
  store = await openStore({});
  const gap = gapOf('shop/timer', 8, 10);
  running = await runPlane(store, [...someCalls(8), gap], EPOCH + 10 * 60_000);
});
afterEach(async () => {
  await running.plane.stop();
  await store.close();
});

const keys = (query: Parameters<Running['plane']['functions']>[0]): string[] =>
  running.plane.functions(query).items.map(({ functionKey }) => functionKey);

test('those without data, those that are paused, those whose model is demoted', async () => {
  const all = keys({ limit: 50, sort: 'functionKey' });
  expect(keys({ limit: 50, state: 'gap' })).toEqual(['shop/timer']);
  expect(keys({ limit: 50, state: 'demoted' })).toEqual([]);
  await running.plane.pause({ kind: 'group', match: 'shop/*' }, null, 'ann');
  await running.clock.moveTo(EPOCH + 11 * 60_000);
  const paused = keys({ limit: 50, state: 'paused', sort: 'functionKey' });
  expect(paused).toEqual(all.filter((key) => key.startsWith('shop/')));
  expect(keys({ limit: 50, state: 'paused', q: 'steady' })).toEqual(['shop/steady']);
  const first = running.plane.functions({ limit: 1, state: 'paused', sort: 'functionKey' });
  expect(keys({ limit: 50, state: 'paused', sort: 'functionKey', cursor: first.nextCursor! })).toEqual(paused.slice(1));
});

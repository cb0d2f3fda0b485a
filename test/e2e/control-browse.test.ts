/** Which functions a list has: by state, over its pages. */
import { beforeEach, expect, test } from 'vitest';
import { at, gapOf, type Running, someCalls, testPlanes } from '../planes.js';

const planes = testPlanes();
beforeEach(() => planes.run([...someCalls(8), gapOf('shop/timer', 8, 10)], at(10)));

const keys = (query: Parameters<Running['plane']['functions']>[0]): string[] =>
  planes.running.plane.functions(query).items.map(({ functionKey }) => functionKey);

test('those without data, those that are paused, those whose model is demoted', async () => {
  const all = keys({ limit: 50, sort: 'functionKey' });
  expect(keys({ limit: 50, state: 'gap' })).toEqual(['shop/timer']);
  expect(keys({ limit: 50, state: 'demoted' })).toEqual([]);
  await planes.running.plane.pause({ kind: 'group', match: 'shop/*' }, null, 'ann');
  await planes.running.clock.moveTo(at(11));
  const paused = keys({ limit: 50, state: 'paused', sort: 'functionKey' });
  expect(paused).toEqual(all.filter((key) => key.startsWith('shop/')));
  expect(keys({ limit: 50, state: 'paused', q: 'steady' })).toEqual(['shop/steady']);
  const first = planes.running.plane.functions({ limit: 1, state: 'paused', sort: 'functionKey' });
  expect(keys({ limit: 50, state: 'paused', sort: 'functionKey', cursor: first.nextCursor! })).toEqual(paused.slice(1));
});

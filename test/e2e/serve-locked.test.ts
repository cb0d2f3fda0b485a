/** `isotherm serve` over a store that another one has: that alone is said. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at } from '../../scripts/build/paths.mjs';
import { Served } from '../served.js';

let served: Served;

beforeAll(async () => {
  served = await Served.start({ config: {} });
});

afterAll(() => served.stop());

test('it prints no address, and which process has the store', () => {
  const command = [at('ts/core/dist/cli/main.js'), 'serve', '--store', join(served.folder, 'store'), '--port', '0'];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: served.folder, encoding: 'utf8' });
  expect([status, stdout]).toEqual([2, '']);
  // A busy machine may say first that it starts.
  expect(stderr).toMatch(/^(Starting, .*\n)*STORE_LOCKED: .*\n$/);
  expect(served.said).toMatch(/^http:\S+ {2}dashboard\nhttp:\S+\/docs {2}API\n/);
});

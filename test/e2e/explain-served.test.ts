/** `isotherm explain --url`: receipts of a control plane that runs, in words and computed again. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at } from '../../scripts/build/paths.mjs';
import { createKey } from '../../ts/server/api/keys.js';
import { buildApi } from '../../ts/server/api/server.js';
import { openStore, type Store } from '../../ts/server/store/index.js';
import { EPOCH, type Running, runPlane, someCalls } from '../planes.js';

const run = promisify(execFile);

let store: Store;
let running: Running;
let api: Awaited<ReturnType<typeof buildApi>>;
let url: string;
let id: string;
const { key, stored } = createKey('reader', 'read', 0);

beforeAll(async () => {
  store = await openStore({});
  running = await runPlane(store, someCalls(30), EPOCH + 30 * 60_000);
  const keys = () => [{ ...stored, id: 'reader', revokedMs: null }];
  api = await buildApi({ plane: running.plane, keys, authRequired: true, log: { level: 'silent' } });
  url = await api.listen({ host: '127.0.0.1', port: 0 });
  id = (await running.plane.receipts({ limit: 1 })).items[0]!.id;
});
afterAll(async () => {
  await api.close();
  await running.plane.stop();
  await store.close();
});

async function explain(args: string[], env: Record<string, string> = { ISOTHERM_API_KEY: key }) {
  const command = [at('ts/core/dist/cli/main.js'), 'explain', ...args];
  const ended = run(process.execPath, command, { env: { ...process.env, ...env } });
  return ended.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );
}

test('says in words what it proves, and that the same comes out again', async () => {
  const { code, stdout, stderr } = await explain([id, '--url', url, '--recompute']);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^Computed again from .*: the same, bit by bit\.\n$/),
  });
  expect(stdout).toContain(`Receipt ${id}\n`);
  expect(stdout).toContain('Decided: ');
  const receipt = await running.plane.receipt(id);
  if (receipt?.kind !== 'tick') throw new Error('it is of a tick');
  const { decision } = receipt;
  expect(stdout).toContain(`tick ${decision.tick}: ${new Date(decision.atMs).toISOString()}\n`);
  const json = await explain([id, '--url', url, '--json']);
  expect(JSON.parse(json.stdout)).toEqual((await store.receipt(id))!.body);
});

test('says where the same does not come out, and fails', async () => {
  const receipt = store.receipt.bind(store);
  store.receipt = async (asked) => {
    const one = await receipt(asked);
    return one && { ...one, body: { ...(one.body as object), seed: 99 } };
  };
  const { code, stderr } = await explain([id, '--url', url, '--recompute']);
  store.receipt = receipt;
  expect(code).toBe(1);
  expect(stderr).toContain('not the same.\n  /seed: 99 is stored, 1 came out');
});

test('names what is wrong', async () => {
  expect(await explain(['nothing-1', '--url', url])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('UNKNOWN_RECEIPT'),
  });
  expect(await explain([id, '--url', url], { ISOTHERM_API_KEY: '' })).toMatchObject({
    stderr: expect.stringMatching(/^SERVER_REFUSED: .*401.*ISOTHERM_API_KEY/),
  });
  expect(await explain([id, '--url', 'http://127.0.0.1:9'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('SERVER_UNAVAILABLE'),
  });
  expect(await explain([id, '--url', 'nowhere'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('BAD_ARGUMENT'),
  });
  expect(await explain([id])).toMatchObject({ code: 2, stderr: expect.stringContaining('one of the two') });
  expect(await explain([id, '--recompute', '--receipts', 'none'])).toMatchObject({ code: 2 });
});

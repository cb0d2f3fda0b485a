/** `isotherm serve` with nodes and functions: decided on a thread of its own, explained and computed again from the command line. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at } from '../../scripts/build/paths.mjs';
import type { Placement } from '../../ts/server/api/schemas/placement.js';
import { PlacedFiles } from '../placed-fleet.js';
import { Served, until } from '../served.js';

const run = promisify(execFile);

let files: PlacedFiles;
let served: Served;

beforeAll(async () => {
  files = new PlacedFiles();
  const [nodes, functions] = ['nodes.json', 'functions.json'].map((name) => join(files.folder, name));
  const placement = { nodes, functions, users_in: 'aws:eu-west-1', optimization_interval: '1s' };
  served = await Served.start({ config: { prediction: { update_interval: '1s' }, placement } });
});
afterAll(async () => {
  await served?.stop();
  rmSync(files.folder, { recursive: true });
});

test('a decision is made beside the loop, and proved', async () => {
  // One of the four has no memory in its file, and nobody has seen it.
  const asked = () => served.ask<Placement>('/v1/placement');
  const { body } = await until(asked, ({ body: { decision } }) => decision !== null, 'there is a decision');
  expect(body.decision!.fleet).toMatchObject({ functions: 3, leftOut: { names: ['shop/night-b'] } });
  const id = body.decision!.receiptId;
  const command = [at('ts/core/dist/cli/main.js'), 'explain', id, '--url', served.url, '--recompute'];
  const { stdout, stderr } = await run(process.execPath, command);
  expect(stdout).toContain(`Receipt ${id}\nPlacement of all functions, tick `);
  expect(stderr).toBe('Computed again from the files, the figures and the places of then: the same, bit by bit.\n');
  const metrics = await (await fetch(`${served.url}/metrics`)).text();
  expect(metrics).toContain('isotherm_placed_functions 3');
  expect(await served.stop()).toBe(0);
});

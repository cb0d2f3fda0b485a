import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { addGenerate } from '../../ts/core/cli/generate.js';
import { openSources } from '../../ts/core/cli/sources.js';
import { generateTrace, readResponses, readTrace } from '../../ts/core/trace/index.js';

type Program = Parameters<typeof addGenerate>[0];

// The package's own commander: the one at the root may be another.
const { Command } = createRequire(new URL('../../ts/core/package.json', import.meta.url))('commander') as {
  Command: new () => Program;
};

let folder: string;
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isotherm-generate-'));
  said = [];
  vi.spyOn(console, 'error').mockImplementation((line: string) => {
    said.push(line);
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

async function generate(args: string[], signal = new AbortController().signal): Promise<void> {
  const program = new Command().exitOverride().configureOutput({ writeErr() {}, writeOut() {} });
  addGenerate(program, signal);
  await program.parseAsync(['generate', ...args], { from: 'user' });
}

test('writes a calibrated day in the Azure 2019 schemas unless told otherwise', async () => {
  const out = join(folder, 'day');
  await generate(['--functions', '40', '--seed', '3', '--out', out]);
  expect((await readdir(out)).sort()).toEqual([
    'app_memory_percentiles.anon.d01.csv',
    'function_durations_percentiles.anon.d01.csv',
    'invocations_per_function_md.anon.d01.csv',
  ]);
  const { trace, notes } = await readTrace(await openSources(out));
  expect(trace).toEqual(generateTrace({ pattern: 'calibrated', functions: 40, seed: 3 }));
  expect(notes).toEqual([]);
  expect(said).toEqual([`${trace.calls} calls of 40 functions over 1440 minutes: ${out}`]);
});

test('writes several days, and about as many calls as asked for', async () => {
  const out = join(folder, 'days');
  await generate(['--pattern', 'diurnal', '--functions', '5', '--days', '2', '--calls', '20000', '--out', out]);
  expect(await readdir(out)).toContain('invocations_per_function_md.anon.d02.csv');
  const { trace } = await readTrace(await openSources(out));
  expect(trace).toEqual(generateTrace({ pattern: 'diurnal', functions: 5, days: 2, calls: 20000, seed: 1 }));
});

test('writes counts as one file', async () => {
  const out = join(folder, 'sub', 'counts.csv');
  await generate(['--pattern', 'bursty', '--functions', '3', '--format', 'counts', '--out', out]);
  const { trace } = await readTrace(await openSources(out));
  expect(trace).toEqual(generateTrace({ pattern: 'bursty', functions: 3, seed: 1 }));
});

test('writes call records, and says what error remains', async () => {
  const out = join(folder, 'responses.csv');
  await generate(['--format', 'responses', '--functions', '2', '--out', out]);
  const [source] = await openSources(out);
  const { responses } = await readResponses(source!);
  expect(responses.functionOf.length).toBe(2 * 1440);
  expect(said[1]).toMatch(/^No predictor does better than RMSE [\d.]+ ms, MAE [\d.]+ ms\.$/);
});

test('leaves nothing behind when it is stopped', async () => {
  const stop = new AbortController();
  stop.abort();
  const out = join(folder, 'responses.csv');
  const stopped = generate(['--format', 'responses', '--functions', '2', '--out', out], stop.signal);
  await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(generate(['--out', out], stop.signal)).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await readdir(folder)).toEqual([]);
});

test('refuses what does not go together', async () => {
  await expect(generate(['--out', '-'])).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  const both = generate(['--format', 'responses', '--pattern', 'steady', '--out', join(folder, 'x')]);
  await expect(both).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  await expect(generate([])).rejects.toMatchObject({ code: 'commander.missingMandatoryOptionValue' });
  await expect(generate(['--pattern', 'square', '--out', 'x'])).rejects.toMatchObject({
    code: 'commander.invalidArgument',
  });
});

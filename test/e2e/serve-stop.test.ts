/** What `npm start -- TRACE` runs: the address first, then a trial that Ctrl-C ends with what it has come to. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { at } from '../../scripts/build/paths.mjs';
import { serveArguments } from '../../scripts/start-arguments.mjs';
import type { Summary } from '../../ts/server/api/schemas/overview.js';
import { until } from '../served.js';

const rows = Array.from({ length: 3000 }, (_, i) => `shop/cart,2026-01-05T${clock(i * 7)}Z,${200 + (i % 9) * 50}`);

function clock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it cleanly, with the summary so far', async (signal) => {
  const folder = mkdtempSync(join(tmpdir(), 'isotherm-stop-'));
  try {
    writeFileSync(join(folder, 'calls.csv'), `function,timestamp,durationMs\n${rows.join('\n')}\n`);
    const { args, needsStore, needsTrace } = await serveArguments(['calls.csv', '--speed', '3600', '--port', '0']);
    expect([needsStore, needsTrace]).toEqual([true, false]);
    const command = [at('ts/core/dist/cli/main.js'), 'serve', ...args, '--store', 'store'];
    const child = spawn(process.execPath, command, { cwd: folder });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const closed = once(child, 'close');
    await until(
      async () => stdout,
      (said) => said.includes('In shadow:'),
      `it runs (${stderr})`,
    );
    // Before anything else.
    const url = /^(http:\/\/127\.0\.0\.1:\d+) {2}dashboard\n\1\/docs {2}API\n/.exec(stdout)![1]!;
    const summary = async () => (await (await fetch(`${url}/v1/summary`)).json()) as Summary;
    const before = await until(summary, ({ ours }) => ours.calls > 100, 'calls are counted');
    child.kill(signal);
    const [code, killedBy] = await closed;
    expect([code, killedBy]).toEqual([0, null]);
    const [, calls] = /\nSo far, in shadow: .* of calls, ([\d,]+) calls of 1 function\.\n/.exec(stdout)!;
    expect(Number(calls!.replaceAll(',', ''))).toBeGreaterThanOrEqual(before.ours.calls);
    expect(stdout).toMatch(/\nCold starts: .*\nIdle memory: .*\nCost: .*\n$/);
    // It let go of the store, which another run goes on with.
    expect(existsSync(join(folder, 'store'))).toBe(true);
    expect(existsSync(join(folder, 'isotherm-data'))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

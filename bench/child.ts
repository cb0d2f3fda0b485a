/** The command line in a process of its own: how long it takes, and how much memory at its peak. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../ts/core/dist/cli/main.js', import.meta.url));
const PRELOAD = new URL('peak-memory.mjs', import.meta.url).href;

export interface Ended {
  code: number | null;
  seconds: number;
  peakMiB: number;
  stderr: string;
}

/** A folder that goes when `use` is done, or when the process ends before. */
export async function withFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'isotherm-bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.on('exit', remove);
  try {
    return await use(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** Runs `isotherm` with the arguments; Ctrl-C is sent after `interruptAfterMs`, where that is given. */
export function isotherm(given: readonly string[], cwd: string, interruptAfterMs?: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const peak = join(cwd, 'peak-memory');
    const child = spawn(process.execPath, ['--import', PRELOAD, MAIN, ...given], {
      cwd,
      env: { ...process.env, ISOTHERM_BENCH_PEAK: peak },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    // Nothing of ours outlives us.
    const end = (): boolean => child.kill();
    process.on('exit', end);
    const from = performance.now();
    const timer = interruptAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGINT'), interruptAfterMs);
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      process.off('exit', end);
      const seconds = (performance.now() - from) / 1000;
      const peakMiB = Number(readFileSync(peak, 'utf8')) / 1024;
      rmSync(peak);
      resolve({ code, seconds, peakMiB, stderr });
    });
  });
}

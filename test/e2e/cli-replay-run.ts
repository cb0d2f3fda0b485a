/** The built command line, in a folder of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../ts/core/dist/cli/main.js', import.meta.url));

/** A whole minute, so that minute 0 begins with it. */
export const ORIGIN_MS = 1_699_999_980_000;

/** Without what would change the output. */
export const environment = (): NodeJS.ProcessEnv => {
  const { npm_lifecycle_event: _, FORCE_COLOR: __, ...rest } = process.env;
  return { ...rest, NO_COLOR: '1' };
};

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'isotherm-cli-'));

  isotherm(...args: string[]): Ran {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
      cwd: this.folder,
      env: environment(),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    return { code: status, stdout, stderr };
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A CSV of calls: key, start in ms since minute 0, duration in ms, memory in MiB. */
  calls(name: string, rows: readonly (readonly [string, number, number, number])[]): string {
    const lines = rows.map(([key, startMs, durationMs, memoryMiB]) => {
      return `${key},${ORIGIN_MS + startMs},${durationMs},${memoryMiB}`;
    });
    writeFileSync(this.path(name), `${['function,timestamp,durationMs,memoryMiB', ...lines].join('\n')}\n`);
    return name;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A configuration that follows its file while the control plane runs. */
import { type Clock, wallClock } from '../providers/clock.js';
import { changesBetween } from './changes.js';
import type { Config } from './config.js';
import type { Environment } from './environment.js';
import { type LoadedConfig, loadConfig } from './load.js';
import { ConfigInvalid } from './problem.js';
import { type SeenFile, stateOf } from './seen-file.js';

/** What came of a change. */
export type Reload =
  | {
      kind: 'applied';
      /** What counts now: the new values, but the old ones where a change needs a restart. */
      config: Config;
      /** Keys that changed and count now, as in `limits.default.max_step`. */
      applied: string[];
      /** What they were, and what they are now, by key. */
      from: Readonly<Record<string, unknown>>;
      to: Readonly<Record<string, unknown>>;
      /** Keys that changed and count from the next start on. */
      afterRestart: string[];
      warnings: string[];
    }
  /** The old configuration stays; the error says why, as that of a first load. */
  | { kind: 'refused'; error: unknown };

export interface WatchOptions {
  env?: Environment;
  /** Time between two looks, ms; 1000 when left out. A change counts once it has stayed for two of them. */
  everyMs?: number;
  clock?: Clock;
}

const EVERY_MS = 1000;

/**
 * Calls `onReload` after each change of what `loaded` was read from, until `signal` is aborted; the promise ends then.
 *
 * It looks at the files rather than being told: so it sees what editors rename, mounts of containers and swapped links alike. A file that is being written, or
 * is away for a moment, is waited for; where none was named, the usual one counts from when it is there.
 */
export async function watchConfig(
  loaded: LoadedConfig,
  onReload: (reload: Reload) => void,
  signal: AbortSignal,
  { env = process.env, everyMs = EVERY_MS, clock = wallClock }: WatchOptions = {},
): Promise<void> {
  let current = loaded;
  let read = loaded;
  let { files } = loaded;
  let settled = statesIn(files);
  let seen = settled;
  while (!signal.aborted) {
    await clock.sleep(everyMs, signal).catch(() => undefined);
    const now = await statesOf(files);
    const isStill = now === seen;
    seen = now;
    if (signal.aborted || !isStill || now === settled) continue;
    settled = now;
    try {
      // One that was read once is missed when it is gone.
      const next = await loadConfig(read.file ?? undefined, env);
      files = next.files;
      settled = statesIn(files);
      seen = settled;
      const since = changesBetween(read, next);
      const changes = changesBetween(current, next);
      current = changes.now;
      read = next;
      // Comments and the like change nothing.
      if (since.applied.length + since.afterRestart.length === 0) continue;
      const { applied, from, to, afterRestart } = changes;
      const { warnings } = next;
      onReload({ kind: 'applied', config: current.config, applied, from, to, afterRestart, warnings });
    } catch (error) {
      if (error instanceof ConfigInvalid && error.files.length > 0) {
        files = error.files;
        settled = statesIn(files);
        seen = settled;
      }
      onReload({ kind: 'refused', error });
    }
  }
}

/** What the files were when they were read. */
const statesIn = (files: readonly SeenFile[]): string => files.map(({ state }) => state).join('\n');

/** What they are now. */
const statesOf = async (files: readonly SeenFile[]): Promise<string> =>
  (await Promise.all(files.map(({ path }) => stateOf(path)))).join('\n');

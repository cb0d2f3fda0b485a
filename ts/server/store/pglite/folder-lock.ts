/** One process a folder: a file that says whose it is. Node has no `flock`, and what a killed process leaves must not stand in the way. */
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { IsothermError } from 'isotherm/kernels';
import { LOCK } from './layout.js';

/** How often the owner shows that it lives, and after how long others (of another machine or container) take it for dead. */
const BEAT_MS = 5000;
const DEAD_MS = 30_000;

interface Owner {
  pid: number;
  /** Of the machine or container, since when it runs: a pid means something only within. */
  surroundings: string;
  /** Clock ticks from boot to the start of the process: a pid may be given again. */
  started: string;
  /** Told apart from every other lock ever taken. */
  token: string;
}

export class FolderLock {
  readonly #file: string;
  readonly #content: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(file: string, content: string, onLost: () => void) {
    this.#file = file;
    this.#content = content;
    this.#timer = setInterval(() => {
      if (contentOf(file) === content) touch(file);
      else {
        clearInterval(this.#timer);
        onLost();
      }
    }, BEAT_MS).unref();
  }

  /**
   * Takes it, from an owner that is dead too; `onLost` is called should another take it from this process, which it must then take for dead.
   *
   * Errors: STORE_LOCKED, CANNOT_WRITE.
   */
  static take(folder: string, onLost: () => void): FolderLock {
    const file = join(folder, LOCK);
    const owner: Owner = {
      pid: process.pid,
      surroundings: surroundings(),
      started: startOf(process.pid),
      token: crypto.randomUUID(),
    };
    const content = JSON.stringify(owner);
    const own = `${file}.${owner.token}`;
    try {
      writeFileSync(own, content, { flush: true });
      for (;;) {
        if (linked(own, file)) return new FolderLock(file, content, onLost);
        const found = contentOf(file);
        if (found === undefined) continue;
        if (isHeld(file, found)) throw locked(folder, found);
        setAside(file, found, `${own}.stale`);
      }
    } catch (thrown) {
      if (thrown instanceof IsothermError) throw thrown;
      throw new IsothermError('CANNOT_WRITE', `${folder}: ${(thrown as Error).message}`, { cause: thrown });
    } finally {
      rmSync(own, { force: true });
    }
  }

  release(): void {
    clearInterval(this.#timer);
    if (contentOf(this.#file) === this.#content) rmSync(this.#file, { force: true });
  }
}

/** A disk that is full or away shows itself elsewhere. */
function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // The next beat tries again.
  }
}

/** Whether the lock is ours now: a link is made at once or not at all. */
function linked(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  }
}

/** Whether its owner lives. One of another machine or container shows it by the file's time alone. */
function isHeld(file: string, found: string): boolean {
  const owner = parsed(found);
  if (owner?.surroundings === surroundings()) return isAlive(owner);
  try {
    return Math.abs(Date.now() - statSync(file).mtimeMs) < DEAD_MS;
  } catch {
    return false;
  }
}

/** Takes a dead owner's lock away: the one that was looked at and no newer one, which would be put back. */
function setAside(file: string, found: string, stale: string): void {
  try {
    renameSync(file, stale);
  } catch {
    return;
  }
  if (contentOf(stale) !== found) linked(stale, file);
  rmSync(stale, { force: true });
}

function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return started === startOf(pid);
}

function locked(folder: string, found: string): IsothermError {
  const owner = parsed(found);
  const who = owner === undefined ? 'another process' : `process ${owner.pid}`;
  return new IsothermError(
    'STORE_LOCKED',
    `${folder}: ${who} has this store open; one control plane owns a store. Stop that one, or give this one another: store.path, or --store`,
  );
}

function parsed(content: string): Owner | undefined {
  try {
    return JSON.parse(content) as Owner;
  } catch {
    return undefined;
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function surroundings(): string {
  return `${hostname()} ${contentOf('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}`;
}

/** The 22nd field of Linux' `stat`, counted after the name, which may hold anything; empty elsewhere. */
function startOf(pid: number): string {
  const stat = contentOf(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** A PostgreSQL of the system (Debian: `apt-get install postgresql`), a cluster of a test's own on a socket in a temporary folder. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const DEBIAN = '/usr/lib/postgresql';

function programs(): string | undefined {
  const versions = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .map(Number)
        .sort((a, b) => b - a)
    : [];
  const folder = versions
    .map((version) => join(DEBIAN, String(version), 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
  return folder;
}

const BIN = programs();

/** Why there is none; undefined where there is. */
export const noPostgres = BIN === undefined ? `there is no PostgreSQL under ${DEBIAN}` : undefined;

/** PostgreSQL refuses to run as root: then it runs as nobody. */
function otherUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (option: string): number => Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export class Postgres {
  /** The folder of the socket: nothing listens on a port. */
  readonly #folder: string;
  readonly #user = otherUser();
  #process: ChildProcess | undefined;
  #databases = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** A new, empty one. */
  database(): { name: string; url: string } {
    const name = `test_${++this.#databases}`;
    this.sql(`create database ${name}`);
    return { name, url: `postgresql://tester@/${name}?host=${encodeURIComponent(this.#folder)}` };
  }

  /** A cluster that answers, everything as the server has it by itself. */
  static async serve(): Promise<Postgres> {
    const folder = mkdtempSync(join(tmpdir(), 'isotherm-postgres-'));
    const server = new Postgres(folder);
    if (server.#user !== undefined) chownSync(folder, server.#user.uid, server.#user.gid);
    const options = [
      '--pgdata',
      join(folder, 'data'),
      '--username',
      'tester',
      '--auth',
      'trust',
      '--encoding',
      'UTF8',
      '--no-locale',
    ];
    execFileSync(join(BIN!, 'initdb'), options, { cwd: folder, stdio: 'pipe', ...server.#user });
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    // What a killed server leaves behind takes a moment to end.
    for (let tries = 0; ; tries++) {
      const complaint = await this.#launch();
      if (complaint === undefined) return;
      if (tries === 100 || !/pre-existing shared memory|lock file/.test(complaint))
        throw new Error(`postgres ended: ${complaint}`);
      await wait(50);
    }
  }

  /** Undefined when it answers; else what it said before it ended. */
  async #launch(): Promise<string | undefined> {
    const folder = this.#folder;
    const options = ['-D', join(folder, 'data'), '-c', 'listen_addresses=', '-c', `unix_socket_directories=${folder}`];
    const running = spawn(join(BIN!, 'postgres'), options, {
      cwd: folder,
      ...this.#user,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = running;
    let said = '';
    running.stderr.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-4000);
    });
    while (!this.#isReady()) {
      if (running.exitCode !== null) return said;
      await wait(50);
    }
    return undefined;
  }

  #isReady(): boolean {
    try {
      execFileSync(join(BIN!, 'pg_isready'), ['--host', this.#folder, '--username', 'tester'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }

  /** Runs SQL of a test's own. */
  sql(text: string, database = 'postgres'): string {
    const options = [
      '--host',
      this.#folder,
      '--username',
      'tester',
      '--dbname',
      database,
      '--no-psqlrc',
      '--tuples-only',
      '--no-align',
    ];
    return execFileSync(join(BIN!, 'psql'), [...options, '--command', text], { encoding: 'utf8', cwd: '/' }).trim();
  }

  /** `SIGQUIT` ends it without a word, as a crash would; `SIGINT` breaks off what runs; `SIGKILL` leaves everything as it is. */
  async stop(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL' = 'SIGINT'): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    running.kill(signal);
    await once(running, 'exit');
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

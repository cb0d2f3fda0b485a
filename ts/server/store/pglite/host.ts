/** The thread with the embedded database as a source of connections: one, in turn; opened anew when the database has ended. */
import { Worker } from 'node:worker_threads';
import { IsothermError } from 'isotherm/kernels';
import { storeFailure } from '../failure.js';
import type { Answered, Link, LinkSource } from '../link.js';
import { Mutex } from '../mutex.js';
import type { Opened, Reply, Statement, WorkerSettings } from './worker.js';

/** Tests run these sources as they are; a thread runs what was built of them. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/store/pglite/worker.js' : './worker.js',
  import.meta.url,
);

const LONGEST_TIDYING_MS = 3_600_000;

interface Waiting {
  resolve(answered: Answered): void;
  reject(error: IsothermError): void;
  timer: NodeJS.Timeout;
}

export interface HostSettings extends WorkerSettings {
  /** What errors call it. */
  place: string;
  statementTimeoutMs: number;
}

/** One life of the database: until it is closed, or ends by itself. */
class Life implements Link {
  readonly #worker: Worker;
  readonly #place: string;
  readonly #statementTimeoutMs: number;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  #lastId = 0;
  #ended: IsothermError | undefined;

  private constructor(worker: Worker, { place, statementTimeoutMs }: HostSettings) {
    this.#worker = worker;
    this.#place = place;
    this.#statementTimeoutMs = statementTimeoutMs;
    worker.on('message', (reply: Reply) => this.#settle(reply));
    this.#exited = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#end(new IsothermError('STORE_UNAVAILABLE', `${place}: the embedded database ended`));
        resolve();
      });
    });
  }

  get isOver(): boolean {
    return this.#ended !== undefined;
  }

  static async begin(settings: HostSettings): Promise<Life> {
    const { folder, place } = settings;
    // Its chatter at a start after a crash is no news: what matters comes as errors.
    const worker = new Worker(WORKER, { workerData: { folder } satisfies WorkerSettings, stdout: true, stderr: true });
    let said = '';
    const listen = (chunk: Buffer): void => {
      said = `${said}${chunk}`.slice(-2000);
    };
    worker.stdout.on('data', listen);
    worker.stderr.on('data', listen);
    const words = (message: string): string =>
      `it cannot be opened: ${[message, said.trim()].filter((one) => one !== '').join('; ')}`;
    const opened = await new Promise<Opened>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => resolve({ opened: false, message: `the database ended with ${code}` }));
    }).catch((cause: Error): never => {
      throw new IsothermError('STORE_UNAVAILABLE', `${place}: ${words(cause.message)}`, { cause });
    });
    if (!opened.opened) {
      await worker.terminate();
      throw storeFailure(place, new Error(words(opened.message)));
    }
    for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
    worker.on('error', () => undefined);
    return new Life(worker, settings);
  }

  query(sql: string, parameters: readonly unknown[]): Promise<Answered> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      // Tidying up takes as long as it takes: broken off it would begin again, and never end.
      const patienceMs = sql.startsWith('vacuum') ? LONGEST_TIDYING_MS : this.#statementTimeoutMs;
      const timer = setTimeout(() => this.#giveUp(patienceMs), patienceMs);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#worker.postMessage({ id, sql, parameters } satisfies Statement);
    });
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    this.#waiting.delete(reply.id);
    clearTimeout(waiting.timer);
    if ('failure' in reply) waiting.reject(storeFailure(this.#place, reply.failure));
    else waiting.resolve({ rows: reply.rows, affected: reply.affected });
  }

  /** A statement cannot be stopped from outside; the database can, and its log puts it right again. */
  #giveUp(patienceMs: number): void {
    const problem = `${this.#place}: a statement took longer than ${patienceMs} ms`;
    this.#end(new IsothermError('STORE_UNAVAILABLE', problem));
    void this.#worker.terminate();
  }

  #end(error: IsothermError): void {
    this.#ended ??= error;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(this.#ended);
    }
    this.#waiting.clear();
  }

  /** Lets it write what it holds. */
  async close(): Promise<void> {
    if (this.#ended === undefined) this.#worker.postMessage('close');
    await this.#exited;
  }

  async kill(): Promise<void> {
    await this.#worker.terminate();
  }
}

export class PgliteHost implements LinkSource {
  readonly #settings: HostSettings;
  readonly #mutex = new Mutex();
  #life: Life | undefined;
  #closed: IsothermError | undefined;

  constructor(settings: HostSettings) {
    this.#settings = settings;
  }

  async acquire(): Promise<Link> {
    await this.#mutex.lock();
    try {
      if (this.#closed !== undefined) throw this.#closed;
      if (this.#life === undefined || this.#life.isOver) {
        if (this.#life !== undefined && this.#settings.folder === null) {
          throw new IsothermError('STORE_UNAVAILABLE', `${this.#settings.place}: what was in memory is lost`);
        }
        await this.#life?.close();
        this.#life = await Life.begin(this.#settings);
      }
      return this.#life;
    } catch (thrown) {
      this.#mutex.unlock();
      throw thrown;
    }
  }

  release(): void {
    this.#mutex.unlock();
  }

  async close(): Promise<void> {
    if (this.#closed !== undefined) return;
    await this.#mutex.lock();
    this.#closed = new IsothermError('CLOSED_HANDLE', `${this.#settings.place}: the store is closed`);
    await this.#life?.close();
    this.#mutex.unlock();
  }

  /** At once, for when the folder is somebody else's now; every method rejects with this from here on. */
  async abandon(error: IsothermError): Promise<void> {
    this.#closed = error;
    await this.#life?.kill();
  }
}

/** `isotherm serve` as a process of its own, asked over HTTP like anybody would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { at } from '../scripts/build/paths.mjs';
import type { Desired } from '../ts/server/api/schemas/decisions.js';
import type { PlaneEvent } from '../ts/server/api/schemas/events.js';
import type { FunctionDetail } from '../ts/server/api/schemas/functions.js';
import type { Status } from '../ts/server/api/schemas/overview.js';
import type { Problem } from '../ts/server/api/schemas/problems.js';
import type { Recomputation } from '../ts/server/api/schemas/receipts.js';
import type { PushResult } from '../ts/server/api/schemas/samples.js';

export interface ServeSettings {
  /** As in isotherm.yaml; the store is a folder of the process's own unless it says otherwise. JSON is YAML. */
  config: Record<string, unknown>;
  /** Modules of this folder that are loaded before anything else. */
  imports?: readonly string[];
  env?: Record<string, string>;
}

/** An answer: with its body parsed. */
export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

export class Served {
  readonly url: string;
  readonly folder: string;
  readonly #process: ChildProcess;
  #said: () => string;

  private constructor(url: string, folder: string, running: ChildProcess, said: () => string) {
    this.url = url;
    this.folder = folder;
    this.#process = running;
    this.#said = said;
  }

  /** Answers when it is ready. */
  static async start({ config, imports = [], env = {} }: ServeSettings): Promise<Served> {
    const folder = mkdtempSync(join(tmpdir(), 'isotherm-served-'));
    const store = { path: join(folder, 'store') };
    const server = { rate_limit: 1_000_000 };
    const file = join(folder, 'isotherm.yaml');
    writeFileSync(file, JSON.stringify({ store, server, log: { level: 'warn' }, ...config }));
    const before = imports.flatMap((name) => ['--import', fileURLToPath(new URL(name, import.meta.url))]);
    const command = [...before, at('ts/core/dist/cli/main.js'), 'serve', '--config', file, '--port', '0'];
    const running = spawn(process.execPath, command, { cwd: folder, env: { ...process.env, ...env } });
    let said = '';
    for (const stream of [running.stdout, running.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk;
      });
    }
    for (;;) {
      const url = /^(http:\S+) {2}dashboard$/m.exec(said)?.[1];
      if (url !== undefined && /^In shadow:/m.test(said)) return new Served(url, folder, running, () => said);
      if (running.exitCode !== null || running.signalCode !== null) {
        rmSync(folder, { recursive: true });
        throw new Error(`serve ended: ${said}`);
      }
      await wait(20);
    }
  }

  /** All that it has printed. */
  get said(): string {
    return this.#said();
  }

  async ask<Body>(path: string, init?: RequestInit): Promise<Answer<Body>> {
    const response = await fetch(`${this.url}${path}`, init);
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  }

  post<Body>(path: string, body: unknown): Promise<Answer<Body>> {
    const headers = { 'content-type': 'application/json' };
    return this.ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async status(): Promise<Status> {
    return (await this.ask<Status>('/v1/status')).body;
  }

  async fn(key: string): Promise<FunctionDetail | undefined> {
    const { status, body } = await this.ask<FunctionDetail>(`/v1/functions/${encodeURIComponent(key)}`);
    return status === 200 ? body : undefined;
  }

  desired(key: string): Promise<Answer<Desired>> {
    return this.ask(`/v1/functions/${encodeURIComponent(key)}/desired`);
  }

  push(samples: readonly object[]): Promise<Answer<PushResult & Problem>> {
    return this.post('/v1/samples/bulk', { samples });
  }

  /** Those stored, in the order in which they were told: where the clock jumped, that is not the order of their times. */
  async events(): Promise<PlaneEvent[]> {
    const { status, body } = await this.ask<{ items: PlaneEvent[] }>('/v1/events?limit=1000');
    return status === 200 ? body.items.toSorted((a, b) => a.id - b.id) : [];
  }

  /** Computes every decision of a function again; answers with how many there are, and those that come out otherwise. */
  async recomputeAll(key: string): Promise<{ receipts: number; others: unknown[] }> {
    const others: unknown[] = [];
    let receipts = 0;
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Answer<{ items: { id: string }[]; nextCursor: string | null }> = await this.ask(
        `/v1/receipts?limit=1000&functionKey=${encodeURIComponent(key)}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      for (const { id } of page.body.items) {
        receipts++;
        const { status, body } = await this.post<Recomputation>(`/v1/receipts/${id}/recompute`, {});
        if (status !== 200 || !body.same) others.push({ id, status, body });
      }
      cursor = page.body.nextCursor;
    }
    return { receipts, others };
  }

  /** Ends it as an operator would; answers with the exit code. */
  async stop(): Promise<number | null> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGTERM');
      await once(this.#process, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
    return this.#process.exitCode;
  }
}

/** Asks again and again until it is so; the last answer. */
export async function until<Found>(
  ask: () => Promise<Found>,
  isSo: (found: Found) => boolean,
  words: string,
  withinMs = 60_000,
): Promise<Found> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const found = await ask();
    if (isSo(found)) return found;
    if (performance.now() > endMs) throw new Error(`it never came to be that ${words}: ${JSON.stringify(found)}`);
    await wait(50);
  }
}

export async function untilTicked(served: Served, more: number): Promise<void> {
  const { tick } = await served.status();
  await until(
    () => served.status(),
    (status) => status.tick >= tick + more,
    `${more} ticks are done`,
  );
}

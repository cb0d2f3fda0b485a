/** An API over a plane in memory, for one test at a time. */

import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ApiOptions } from '../../ts/server/api/options.js';
import { buildApi } from '../../ts/server/api/server.js';
import { MemoryPlane } from '../memory-plane.js';

export interface Running {
  url: string;
  port: number;
  plane: MemoryPlane;
  app: FastifyInstance;
  /** Every line of the log. */
  log: string[];
  close(): Promise<void>;
}

/** Serves on a free port of loopback; the log is kept at level `debug`. */
export async function running(options: Partial<ApiOptions> = {}, plane = new MemoryPlane()): Promise<Running> {
  const log: string[] = [];
  const to = { write: (line: string) => void log.push(line) };
  const app = await buildApi({ plane, log: { level: 'debug', to }, rateLimit: 1_000_000, ...options });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, plane, app, log, close: () => app.close() };
}

/** Parsed, of whatever shape: tests say what they expect of it. */
export type Json = ReturnType<typeof JSON.parse>;

export const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});

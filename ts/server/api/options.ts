/** How an API is opened. */
import type { DestinationStream, Level } from 'pino';
import type { Plane } from '../control/plane.js';
import type { StoredKey } from './keys.js';

export interface ApiOptions {
  plane: Plane;
  /** Address to listen on; 127.0.0.1 if left out. */
  host?: string;
  /** Keys as they are now; asked at every request, so from memory. None if left out. */
  keys?: () => readonly StoredKey[];
  /** True asks for keys on loopback too. Elsewhere they are always asked for, and on loopback as soon as there is one. */
  authRequired?: boolean;
  /** Host names served beside those of loopback and `host`. */
  hostNames?: readonly string[];
  /** Origins (`https://board.example`) whose pages may ask; none if left out. */
  corsOrigins?: readonly string[];
  /** Most bytes of a JSON body; 10 MiB if left out. */
  bodyLimit?: number;
  /** Most bytes of an uploaded file; 4 GiB if left out. */
  uploadLimit?: number;
  /** Requests a minute by key, or by address where none is asked for; 6000 if left out. The number for KEDA has twenty times that of its own. */
  rateLimit?: number;
  /** Ms that a body may take to arrive, and that an upload may pause; 30 s if left out. */
  bodyTimeoutMs?: number;
  /** Ms that headers may take to arrive; 10 s if left out. */
  headersTimeoutMs?: number;
  /** Streams of events open at once; 256 if left out. */
  mostStreams?: number;
  /** Ms between signs of life on a stream of events; 15 s if left out. */
  heartbeatMs?: number;
  /** Functions with metrics of their own; 50 if left out, the others are summed as `other`. */
  meteredFunctions?: number;
  /** Folder of the built dashboard, served at `/`. None if left out. */
  dashboard?: string;
  log?: { level: Level | 'silent'; to?: DestinationStream };
}

export type Settings = Required<Omit<ApiOptions, 'dashboard' | 'log'>> & Pick<ApiOptions, 'dashboard' | 'log'>;

const MIB = 1024 * 1024;

export const settings = (options: ApiOptions): Settings => ({
  host: '127.0.0.1',
  keys: () => [],
  authRequired: false,
  hostNames: [],
  corsOrigins: [],
  bodyLimit: 10 * MIB,
  uploadLimit: 4096 * MIB,
  rateLimit: 6000,
  bodyTimeoutMs: 30_000,
  headersTimeoutMs: 10_000,
  mostStreams: 256,
  heartbeatMs: 15_000,
  meteredFunctions: 50,
  ...options,
});

/** True for addresses that only this machine can reach. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/** `isotherm-server`, loaded when a command needs it: `isotherm` does everything else without. */
import { IsothermError, VERSION } from '../kernels/index.js';
import type { ByteSource } from '../trace/index.js';

/** What a command uses of `isotherm-server/providers`; a test holds the two together. */
export interface Providers {
  openProvider(
    name: 'prometheus',
    settings: { url: string; headers: Record<string, string>; timeoutMs: number },
  ): {
    observe(request: {
      queries: readonly string[];
      startMs: number;
      endMs: number;
      stepMs: number;
      signal: AbortSignal;
      onProgress: (done: number, total: number) => void;
    }): Promise<ByteSource>;
  };
}

/** What a command uses of `isotherm-server/config`; a test holds the two together. */
export interface ConfigRoom {
  loadConfig(path?: string): Promise<LoadedConfig>;
  showConfig(loaded: LoadedConfig): string;
  shownKeys(loaded: LoadedConfig): { key: string; value: unknown; origin: object }[];
  configSchema(): Record<string, unknown>;
  readYaml(file: string, bytes: Uint8Array): unknown;
}

export interface LoadedConfig {
  /** Null where there was none. */
  file: string | null;
  warnings: string[];
}

/** Errors: `MISSING_PACKAGE`. `wanted` is what the user asked for that needs it. */
export const loadProviders = (wanted: string): Promise<Providers> => load('isotherm-server/providers', wanted);

/** Errors: `MISSING_PACKAGE`. `wanted` is what the user asked for that needs it. */
export const loadConfigRoom = (wanted: string): Promise<ConfigRoom> => load('isotherm-server/config', wanted);

/** What `isotherm serve` uses of `isotherm-server`; a test holds the two together. */
export interface Server {
  serve(asked: ServeAsked): Promise<{
    config: { provider: ServedProvider };
    ended(): Promise<void>;
    traceEnded: Promise<void>;
    summary(): ServedSummary;
    close(): Promise<void>;
  }>;
  makeKey(asked: KeyAsked, name: string, role: 'read' | 'write'): Promise<string>;
}

interface KeyAsked {
  config?: string;
  env: Readonly<Record<string, string | undefined>>;
}

export interface ServeAsked extends KeyAsked {
  say: (line: string) => void;
  listening: (url: string) => void;
  signal: AbortSignal;
}

/** Where the calls come from. */
export type ServedProvider =
  | { kind: 'replay'; trace: string; speed: number }
  | { kind: 'prometheus'; url: string }
  | { kind: 'push' };

interface ServedTotals {
  calls: number;
  coldStarts: number;
  idleGbHours: number;
  objectiveUsd: number;
}

export interface ServedSummary {
  fromMs: number | null;
  toMs: number | null;
  functions: number;
  ours: ServedTotals;
  compared: ServedTotals;
  saved: { objectiveUsd: number; against: string };
}

/** Errors: `MISSING_PACKAGE`. `wanted` is what the user asked for that needs it. */
export const loadServer = (wanted: string): Promise<Server> => load('isotherm-server', wanted);

async function load<Room>(room: string, wanted: string): Promise<Room> {
  try {
    return (await import(room)) as Room;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    const cure = `npm install isotherm-server@${VERSION}, or npx -p isotherm -p isotherm-server isotherm …`;
    throw new IsothermError('MISSING_PACKAGE', `${wanted} needs the package isotherm-server: ${cure}`, { cause });
  }
}

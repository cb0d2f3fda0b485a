/** `isotherm serve`: store, observer, control plane and API, begun and ended in order. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openSources } from 'isotherm/files';
import { IsothermError } from 'isotherm/kernels';
import { type ByteSource, readTrace } from 'isotherm/trace';
import {
  type Api,
  createKey,
  isLoopback,
  openWaitingRoom,
  type Role,
  serveApi,
  type WaitingRoom,
} from './api/index.js';
import type { Summary } from './api/schemas/overview.js';
import { type Config, type LoadedConfig, loadConfig, type Reload, watchConfig } from './config/index.js';
import { ControlPlane } from './control/control-plane.js';
import { lastDecision } from './control/restore.js';
import { OpeningProgress } from './opening-progress.js';
import { openObserver } from './providers/index.js';
import { openStore, type Store, type StoredKey } from './store/index.js';

export interface ServeOptions {
  /** A file, `isotherm.yaml` in the working folder if there is one when left out. */
  config?: string | undefined;
  /** Overrides; `process.env` is not read. */
  env: Readonly<Record<string, string | undefined>>;
  /** Told what happens beside the log, a line at a time. */
  say: (line: string) => void;
  /** Told where the dashboard and the API are: once the store is this process's, while they say that they start. */
  listening: (url: string) => void;
  signal: AbortSignal;
}

/** A control plane that runs. */
export interface Served {
  config: Config;
  /** Rejects with what ended the loop; resolves after `close`. */
  ended(): Promise<void>;
  /** Resolves when the trace that is replayed has come to its end; never where there is none. */
  traceEnded: Promise<void>;
  summary(): Summary;
  /** Ends the tick that runs, then everything else. */
  close(): Promise<void>;
}

const DASHBOARD = fileURLToPath(new URL('dashboard', import.meta.url));

/**
 * Errors: `CONFIG_INVALID`, `STORE_LOCKED`, `STORE_UNAVAILABLE` and what else a store says when it is opened; `CANNOT_LISTEN`; `ABORTED`.
 */
export async function serve({ config: path, env, say, listening, signal }: ServeOptions): Promise<Served> {
  const loaded = await loadConfig(path, env);
  const { config, warnings } = loaded;
  for (const warning of warnings) say(warning);
  /** What was opened, to be closed in the opposite order. */
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of opened.splice(0).reverse()) await one();
  };
  try {
    // A trace that is not there is told before a store is made for it.
    const sources = config.provider.kind === 'replay' ? await openSources(config.provider.trace) : null;
    const progress = new OpeningProgress(say);
    opened.push(async () => progress.end());
    const room = await openRoom(config, () => progress.words);
    opened.push(() => room.close());
    // Of a store that is not to be had there is only that to say.
    const store = await openStore({ ...placeOf(config), onTaken: () => listening(room.url) });
    opened.push(() => store.close());
    if (sources !== null) progress.words = 'reading the trace';
    let keys: readonly StoredKey[] = await store.keys();
    checkStrangers(config, keys);
    room.tell({
      keys: () => keys,
      authRequired: config.auth.required,
      desired: async (functionKey) => (await lastDecision(store, functionKey)) ?? undefined,
    });
    const { observer, clock } = openObserver(config.provider, await surroundings(sources, store, { say, signal }));
    opened.push(() => observer.close());
    const plane = await ControlPlane.open({ config, store, observer, clock }, signal, (words) => {
      progress.words = words;
    });
    opened.push(() => plane.stop());
    progress.end();
    const api = await succeed(room, config, plane, () => keys);
    opened.push(() => api.close());
    opened.push(watched(loaded, env, { plane, api }, say));
    const timer = setInterval(() => {
      store.keys().then(
        (now) => {
          keys = now;
        },
        // The last ones known hold until the store is back.
        () => {},
      );
    }, KEYS_EVERY_MS);
    opened.push(async () => clearInterval(timer));
    const traceEnded = new Promise<void>((resolve) => {
      plane.subscribe(({ kind }) => kind === 'provider-ended' && resolve());
    });
    plane.start();
    return {
      config,
      ended: () => plane.ended(),
      traceEnded,
      summary: () => plane.summary(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the observer needs beside its settings: of a replay the trace, and how far it was played. */
async function surroundings(
  sources: ByteSource[] | null,
  store: Store,
  { say, signal }: Pick<ServeOptions, 'say' | 'signal'>,
) {
  if (sources === null) return {};
  const { trace, notes } = await readTrace(sources, { signal });
  for (const note of notes) say(note);
  const [tick, epochMs, tickMs] = [await store.lastTick(), await store.meta('epochMs'), await store.meta('tickMs')];
  return { trace, ...(tick > 0 && { startMs: Number(epochMs) + tick * Number(tickMs) }) };
}

/** A key that another process has made or revoked counts after so long. */
const KEYS_EVERY_MS = 5000;

const placeOf = ({ store }: Config) =>
  store.kind === 'embedded' ? { path: store.path } : { databaseUrl: store.url.reveal() };

/** Errors: `BAD_ARGUMENT` where strangers would need no key. */
function checkStrangers({ server: { host } }: Config, keys: readonly StoredKey[]): void {
  if (isLoopback(host) || keys.length > 0) return;
  const sentence = `server.host is ${host}, which others can reach, and there is no API key`;
  throw new IsothermError(
    'BAD_ARGUMENT',
    `${sentence}; expected one: npx isotherm serve --create-key NAME --role write`,
  );
}

/** Errors: `CANNOT_LISTEN`. */
async function openRoom({ server: { host, port } }: Config, progress: () => string) {
  try {
    return await openWaitingRoom({ host, port }, progress);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined || !code.startsWith('E')) throw cause;
    const why = code === 'EADDRINUSE' ? 'something listens there already' : code;
    throw new IsothermError(
      'CANNOT_LISTEN',
      `${host}:${port}: ${why}; set server.port, or --port 0 for any that is free`,
      { cause },
    );
  }
}

/** The API, on the port of the waiting room. */
async function succeed(room: WaitingRoom, config: Config, plane: ControlPlane, keys: () => readonly StoredKey[]) {
  const { host, corsOrigins, bodyLimitBytes, requestsPerMin } = config.server;
  return serveApi(
    {
      plane,
      host,
      keys,
      authRequired: config.auth.required,
      corsOrigins,
      bodyLimit: bodyLimitBytes,
      rateLimit: requestsPerMin,
      log: { level: config.log.level },
      ...(existsSync(DASHBOARD) ? { dashboard: DASHBOARD } : {}),
    },
    room,
  );
}

/** Follows the files of the configuration; the returned function ends it. */
function watched(
  loaded: LoadedConfig,
  env: ServeOptions['env'],
  { plane, api }: { plane: ControlPlane; api: Api },
  say: (line: string) => void,
): () => Promise<void> {
  const stop = new AbortController();
  const onReload = (reload: Reload): void => {
    if (reload.kind === 'refused') {
      say(`The configuration has changed and is not taken: ${(reload.error as Error).message}`);
      return;
    }
    for (const warning of reload.warnings) say(warning);
    api.setLogLevel(reload.config.log.level);
    plane.reconfigure(reload.config, reload).catch((error: Error) => {
      say(`The change of the configuration is in force, and could not be written down: ${error.message}`);
    });
    if (reload.applied.length > 0) say(`Read again, and in force from the next tick on: ${reload.applied.join(', ')}.`);
    if (reload.afterRestart.length > 0) say(`In force after a restart: ${reload.afterRestart.join(', ')}.`);
  };
  const watching = watchConfig(loaded, onReload, stop.signal, { env });
  return async () => {
    stop.abort();
    await watching;
  };
}

/** Makes a key in the store of a configuration; the key is shown here and nowhere else. Errors: as of `serve`. */
export async function makeKey(
  { config: path, env }: Pick<ServeOptions, 'config' | 'env'>,
  name: string,
  role: Role,
): Promise<string> {
  const { config } = await loadConfig(path, env);
  const store = await openStore(placeOf(config));
  try {
    const { key, stored } = createKey(name, role, Date.now());
    const audit = {
      atMs: Date.now(),
      actor: 'command line',
      action: 'key',
      subject: name,
      detail: { scope: null, from: null, to: role },
    };
    await store.addKey({ ...stored, id: stored.hash.slice(0, 12) }, audit);
    return key;
  } finally {
    await store.close();
  }
}

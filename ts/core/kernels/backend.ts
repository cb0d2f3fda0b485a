/** Which backend computes, and why. */
import type { Backend, Kernels } from './contract.js';
import { fromBackend, IsothermError } from './error.js';
import { loadNative } from './native.js';
import { pure } from './pure/index.js';
import { VERSION } from './version.js';
import { fetchWasm, loadWasm } from './wasm.js';

/** What `backendInfo` says. */
export interface BackendInfo {
  backend: Backend;
  /** For people: what decided, and why a faster one is not used. */
  why: string;
  version: string;
}

interface Choice extends BackendInfo {
  kernels: Kernels;
}

let choice: Choice | undefined;

/** `ISOTHERM_BACKEND`: strict where it is set. */
function wanted(): Backend | undefined {
  const name = globalThis.process?.env?.ISOTHERM_BACKEND;
  if (name === undefined || name === '') return undefined;
  if (name === 'native' || name === 'wasm' || name === 'pure') return name;
  throw new IsothermError('BACKEND_UNAVAILABLE', `ISOTHERM_BACKEND is ${name}, expected native, wasm or pure`);
}

function ofThisVersion(loaded: { kernels: Kernels; version: string }): Kernels {
  if (loaded.version !== VERSION) throw new Error(`its version is ${loaded.version}, not ${VERSION}`);
  return loaded.kernels;
}

const LOADERS: Record<Backend, () => Kernels> = {
  native: () => ofThisVersion(loadNative()),
  wasm: () => ofThisVersion(loadWasm()),
  pure: () => pure,
};

const reasonOf = (thrown: unknown): string =>
  thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown);

/** The kernels of one backend, strictly. Errors: `BACKEND_UNAVAILABLE`. */
export function kernelsOf(backend: Backend): Kernels {
  if (choice?.backend === backend) return choice.kernels;
  try {
    return LOADERS[backend]();
  } catch (cause) {
    throw new IsothermError('BACKEND_UNAVAILABLE', `the ${backend} backend cannot be used: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

function choose(): Choice {
  const strict = wanted();
  if (strict !== undefined) {
    return { backend: strict, why: `ISOTHERM_BACKEND=${strict}`, version: VERSION, kernels: kernelsOf(strict) };
  }
  const missed: string[] = [];
  for (const backend of ['native', 'wasm'] as const) {
    try {
      const kernels = LOADERS[backend]();
      return { backend, why: missed.join('; ') || 'the fastest there is', version: VERSION, kernels };
    } catch (cause) {
      missed.push(`no ${backend}: ${reasonOf(cause)}`);
    }
  }
  return { backend: 'pure', why: missed.join('; '), version: VERSION, kernels: pure };
}

function chosen(): Choice {
  // Not kept in a browser before init(): WASM may still come.
  const inNode = globalThis.process?.getBuiltinModule !== undefined;
  if (choice !== undefined) return choice;
  const made = inNode ? choose() : { backend: 'pure' as const, why: 'before init()', version: VERSION, kernels: pure };
  if (inNode) choice = made;
  return made;
}

/**
 * Loads the WASM module in a browser; in Node there is nothing to wait for. Until it resolves the pure backend computes.
 *
 * Errors: `BACKEND_UNAVAILABLE` when the module cannot be fetched; the pure backend stays in use.
 *
 * @example
 * await init();
 * backendInfo().backend; // in a browser: 'wasm'
 */
export async function init(): Promise<void> {
  if (choice !== undefined || globalThis.process?.getBuiltinModule !== undefined) return;
  try {
    const kernels = ofThisVersion(await fetchWasm());
    choice = { backend: 'wasm', why: 'init() loaded it', version: VERSION, kernels };
  } catch (cause) {
    throw new IsothermError('BACKEND_UNAVAILABLE', `the wasm backend cannot be used: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * Says which backend computes: native, else WASM, else pure TypeScript; `ISOTHERM_BACKEND` in the environment is strict.
 *
 * Errors: `BACKEND_UNAVAILABLE` when the one asked for cannot be used.
 *
 * @example
 * backendInfo(); // for example { backend: 'native', why: 'the fastest there is', version: '0.1.0' }
 */
export function backendInfo(): BackendInfo {
  const { backend, why, version } = chosen();
  return { backend, why, version };
}

/** The kernels in use. */
export function kernels(): Kernels {
  return chosen().kernels;
}

/** Runs a kernel call; what a backend throws becomes an IsothermError. */
export function translated<T>(run: () => T): T {
  try {
    return run();
  } catch (thrown) {
    throw fromBackend(thrown);
  }
}

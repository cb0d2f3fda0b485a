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

const PROVIDERS = 'isotherm-server/providers';

/** Errors: `MISSING_PACKAGE`. `wanted` is what the user asked for that needs it. */
export async function loadProviders(wanted: string): Promise<Providers> {
  try {
    return (await import(PROVIDERS)) as Providers;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    const cure = `npm install isotherm-server@${VERSION}, or npx -p isotherm -p isotherm-server isotherm …`;
    throw new IsothermError('MISSING_PACKAGE', `${wanted} needs the package isotherm-server: ${cure}`, { cause });
  }
}

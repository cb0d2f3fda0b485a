/** Where things are: every path of the build starts here. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A path inside the repository. */
export const at = (...parts) => join(ROOT, ...parts);

/** What Node calls this platform's binaries; the loader in bindings/node/index.cjs composes the same name. */
export function addonPath() {
  const { platform, arch } = process;
  let abi = '';
  if (platform === 'win32') abi = '-msvc';
  if (platform === 'linux')
    abi = process.report.getReport().header.glibcVersionRuntime === undefined ? '-musl' : '-gnu';
  return at('bindings/node', `isotherm.${platform}-${arch}${abi}.node`);
}

export const WASM_DIR = at('ts/core/kernels/wasm');
export const DIST_DIR = at('ts/core/dist');

/** What this machine can test: backends that are built, and a browser. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addonPath, WASM_DIR } from './paths.mjs';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A Chromium of the system; none is downloaded. */
export const browserPath = () => BROWSERS.find((path) => existsSync(path));

/** Flags for a quiet browser that works as root and without a GPU. */
export const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Why a part of the tests cannot run here; undefined where it can. */
export function missingParts() {
  const missing = {};
  if (!existsSync(addonPath())) missing.native = 'the native addon is not built';
  if (!existsSync(join(WASM_DIR, 'core_bg.wasm'))) missing.wasm = 'the WASM module is not built';
  if (browserPath() === undefined) missing.browser = 'no Chromium in /usr/bin';
  return missing;
}

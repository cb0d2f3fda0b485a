/** node_modules as package-lock.json says. */
import { existsSync, readFileSync } from 'node:fs';
import { at } from './paths.mjs';
import { npm, run } from './run.mjs';

/** True when npm's own record of what it installed lists the same packages as the lockfile. */
function isInstalled() {
  const record = at('node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const locked = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages;
  for (const [path, entry] of Object.entries(locked)) {
    if (!path.includes('node_modules/')) continue;
    const have = installed[path];
    // Binaries for other platforms are locked too, and rightly absent.
    if (have === undefined && entry.optional === true) continue;
    if (have === undefined || have.version !== entry.version || have.integrity !== entry.integrity) return false;
  }
  return Object.keys(installed).every((path) => !path.includes('node_modules/') || locked[path] !== undefined);
}

export const dependencies = {
  name: 'dependencies',
  doing: 'npm ci, about 30 s',
  // What npm wrote down is the stamp: a hand-made `npm install` counts too.
  stamp: () => ({ isFresh: isInstalled, write() {}, clear() {} }),
  async build() {
    const [command, ...args] = npm();
    await run(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error']);
  },
};

/**
 * Run after `npm install`, with the folder of the lockfile where that is not this one's root, where the registry at hand does not serve the binaries of every platform: npm leaves those that it
 * cannot see out of package-lock.json, and then refuses that lockfile itself (`npm ci`: missing from lock file). Adds an entry
 * for each, with the exact version that its parent asks for and the platform that its name says. Such an entry has no
 * checksum until an `npm install` on a full registry adds it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { at } from './build/paths.mjs';

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64', 'wasm32'];

function platformOf(name) {
  const words = name.split('/').at(-1).split('-');
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  const libc = words.some((word) => word.startsWith('musl')) ? ['musl'] : words.includes('gnu') ? ['glibc'] : [];
  if (cpu.length !== 1) throw new Error(`${name}: no platform in its name`);
  return { cpu, ...(libc.length > 0 ? { libc } : {}), ...(os.length > 0 ? { os } : {}) };
}

const path = at(process.argv[2] ?? '.', 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));
const added = {};
for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`;
    if (lock.packages[place] !== undefined || Object.keys(lock.packages).some((key) => key.endsWith(`/${place}`)))
      continue;
    if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(version)) throw new Error(`${name}: ${version} is not one version`);
    const { dev } = parent;
    added[place] = { version, ...platformOf(name), ...(dev === true ? { dev } : {}), optional: true };
  }
}
const entries = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => a.localeCompare(b, 'en'));
lock.packages = Object.fromEntries(entries);
if (Object.keys(added).length > 0) writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`);
console.log(`${Object.keys(added).length} entries added`);

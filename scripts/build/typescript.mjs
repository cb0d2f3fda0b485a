/** The library: tsc, and beside its output the files that are not TypeScript. */
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { at, DIST_DIR } from './paths.mjs';
import { runNode } from './run.mjs';
import { filesBelow, stamp } from './stamp.mjs';

const SOURCE_DIR = at('ts/core');
export const PAGE_DIR = join('evaluate', 'page') + sep;

/** Source files with their place in the package; the report page has a build of its own. */
function sources() {
  return filesBelow(SOURCE_DIR)
    .map((file) => relative(SOURCE_DIR, file))
    .filter((name) => /\.(ts|js|wasm|json)$/.test(name) && !name.startsWith(PAGE_DIR));
}

const isSource = (name) => name.endsWith('.ts') && !name.endsWith('.d.ts');
const isAsset = (name) => name.startsWith(join('kernels', 'wasm') + sep) || name.endsWith('.schema.json');

function outputs() {
  return sources().flatMap((name) => {
    if (isSource(name)) return [name.replace(/\.ts$/, '.js'), name.replace(/\.ts$/, '.d.ts')];
    return isAsset(name) ? [name] : [];
  });
}

export const typescript = {
  name: 'library',
  doing: 'tsc, about 2 s',
  stamp: () =>
    stamp(
      'typescript',
      [
        ...sources().map((name) => join(SOURCE_DIR, name)),
        ...['tsconfig.json', 'package-lock.json', 'LICENSE'].map((name) => at(name)),
      ],
      outputs().map((name) => join(DIST_DIR, name)),
    ),
  async build() {
    const tsc = (...args) =>
      runNode(at('node_modules/typescript/bin/tsc'), ['--project', at('ts/core/tsconfig.json'), ...args]);
    // Editors read comments in the declarations; in the code they would be a sixth of the package.
    await Promise.all([tsc('--removeComments', '--declaration', 'false'), tsc('--emitDeclarationOnly')]);
    for (const name of sources().filter(isAsset)) {
      mkdirSync(dirname(join(DIST_DIR, name)), { recursive: true });
      copyFileSync(join(SOURCE_DIR, name), join(DIST_DIR, name));
    }
    // What an earlier build made of sources that are gone would be packed and published.
    const wanted = new Set(outputs());
    for (const file of filesBelow(DIST_DIR)) {
      const name = relative(DIST_DIR, file);
      if (!wanted.has(name) && !name.startsWith(PAGE_DIR)) rmSync(file);
    }
    // npm packs a package's own folder only.
    for (const folder of ['ts/core', 'bindings/node']) {
      if (existsSync(at('LICENSE'))) copyFileSync(at('LICENSE'), at(folder, 'LICENSE'));
    }
  },
};

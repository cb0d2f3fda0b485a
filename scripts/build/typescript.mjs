/** The libraries: tsc, and beside its output the files that are not TypeScript. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { at } from './paths.mjs';
import { runNode } from './run.mjs';
import { filesBelow, stamp } from './stamp.mjs';

const isSource = (name) => name.endsWith('.ts') && !name.endsWith('.d.ts');

/**
 * A package of TypeScript in `folder`, built into its `dist`. `isAsset` tells which of its files are copied there, `isElsewhere` which have a
 * build of their own; `needs` are paths that it is built after.
 */
function library({ name, folder, isAsset = () => false, isElsewhere = () => false, isPacked = false, needs = [] }) {
  const sources = () =>
    filesBelow(at(folder))
      .map((file) => relative(at(folder), file))
      .filter((file) => /\.(ts|js|wasm|json)$/.test(file) && !isElsewhere(file));

  const outputs = () =>
    sources().flatMap((file) => {
      if (isSource(file)) return [file.replace(/\.ts$/, '.js'), file.replace(/\.ts$/, '.d.ts')];
      return isAsset(file) ? [file] : [];
    });

  return {
    name,
    doing: 'tsc, about 2 s',
    stamp: () =>
      stamp(
        name,
        [
          ...sources().map((file) => at(folder, file)),
          ...['tsconfig.json', 'package-lock.json', 'LICENSE', ...needs].map((path) => at(path)),
        ],
        outputs().map((file) => at(folder, 'dist', file)),
      ),
    async build() {
      const tsc = (...args) =>
        runNode(at('node_modules/typescript/bin/tsc'), ['--project', at(folder, 'tsconfig.json'), ...args]);
      // Editors read comments in the declarations; in the code they would be a sixth of the package.
      await Promise.all([tsc('--removeComments', '--declaration', 'false'), tsc('--emitDeclarationOnly')]);
      for (const file of sources().filter(isAsset)) {
        mkdirSync(dirname(at(folder, 'dist', file)), { recursive: true });
        copyFileSync(at(folder, file), at(folder, 'dist', file));
      }
      if (isPacked) {
        const scripts = outputs().filter((file) => file.endsWith('.js'));
        await shorten(scripts.map((file) => at(folder, 'dist', file)));
      }
      // What an earlier build made of sources that are gone would be packed and published.
      const wanted = new Set(outputs());
      for (const file of filesBelow(at(folder, 'dist'))) {
        const built = relative(at(folder, 'dist'), file);
        if (!wanted.has(built) && !isElsewhere(built)) rmSync(file);
      }
      // npm packs a package's own folder only.
      if (existsSync(at('LICENSE'))) copyFileSync(at('LICENSE'), at(folder, 'LICENSE'));
    },
  };
}

/**
 * Whitespace and the names of variables would be half of the package. Functions and classes keep their names, which stack traces have; statements stay
 * as they are, and so do the bits that they compute.
 */
async function shorten(files) {
  const { minifySync } = await import('vite');
  const options = { module: true, compress: false, mangle: { toplevel: true, keepNames: true } };
  for (const file of files) {
    const { code, errors } = minifySync(file, readFileSync(file, 'utf8'), options);
    if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
    writeFileSync(file, code);
  }
}

const PAGE_DIR = join('evaluate', 'page') + sep;
const DASHBOARD_DIR = `dashboard${sep}`;
const WASM_DIR = join('kernels', 'wasm') + sep;

export const core = library({
  name: 'library',
  folder: 'ts/core',
  isPacked: true,
  isAsset: (file) => file.startsWith(WASM_DIR) || file.endsWith('.schema.json'),
  isElsewhere: (file) => file.startsWith(PAGE_DIR),
});

/** It is compiled against the types of the other one. */
export const server = library({
  name: 'server',
  folder: 'ts/server',
  isAsset: (file) => file.endsWith('.schema.json'),
  isElsewhere: (file) => file.startsWith(DASHBOARD_DIR),
  needs: ['ts/core'],
});

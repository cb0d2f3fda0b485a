/**
 * A step is skipped when nothing that it reads has changed since it last succeeded and what it writes is still there.
 * Contents are compared, not times: a checkout or a clone touches times and changes nothing.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { at, ROOT } from './paths.mjs';

const IGNORED = new Set(['node_modules', 'target', 'dist', '.git']);

/** Every file below `path` (or `path` itself), sorted; nothing where it does not exist. */
export function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : filesBelow(join(path, entry.name));
      return entry.isFile() ? [join(path, entry.name)] : [];
    });
}

function digest(inputs) {
  const hash = createHash('sha256').update(`node ${process.version.split('.')[0]} ${process.platform} ${process.arch}`);
  for (const file of inputs.flatMap(filesBelow)) {
    hash.update(`\0${relative(ROOT, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/**
 * `inputs` and `outputs` are absolute paths; inputs may be folders. Taken before a step runs, so that what changes under
 * its hands makes it run again.
 */
export function stamp(name, inputs, outputs) {
  const path = at('target/setup', `${name}.stamp`);
  const now = digest(inputs);
  return {
    isFresh: () => outputs.every((file) => existsSync(file)) && existsSync(path) && readFileSync(path, 'utf8') === now,
    write() {
      mkdirSync(at('target/setup'), { recursive: true });
      writeFileSync(path, now);
    },
    clear: () => rmSync(path, { force: true }),
  };
}

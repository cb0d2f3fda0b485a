import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const below = (folder: string, name: string) =>
  readdirSync(join(ROOT, folder))
    .map((child) => `${folder}/${child}/${name}`)
    .filter((path) => existsSync(join(ROOT, path)));

const PACKAGES = ['package.json', ...['ts', 'bindings', 'bench'].flatMap((folder) => below(folder, 'package.json'))];
const CRATES = ['Cargo.toml', ...['crates', 'bindings'].flatMap((folder) => below(folder, 'Cargo.toml'))];

function npmNames(path: string): string[] {
  const manifest = JSON.parse(read(path));
  return ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.keys(manifest[kind] ?? {}),
  );
}

/** Names in the dependency tables of a Cargo.toml that come from outside the workspace. */
function crateNames(path: string): string[] {
  const names: string[] = [];
  let inside = false;
  for (const line of read(path).split('\n')) {
    if (line.startsWith('[')) inside = /dependencies\]$/.test(line.trim());
    const name = /^([\w-]+)(\.workspace)?\s*=/.exec(line)?.[1];
    if (inside && name !== undefined && !name.startsWith('isotherm-')) names.push(name);
  }
  return names;
}

const listed = new Set([...read('docs/dependencies.md').matchAll(/`([^`]+)`/g)].map((match) => match[1]));

it.each(PACKAGES)('docs/dependencies.md has what %s asks for', (path) => {
  expect(npmNames(path).filter((name) => !listed.has(name))).toEqual([]);
});

it.each(CRATES)('docs/dependencies.md has what %s asks for', (path) => {
  expect(crateNames(path).filter((name) => !listed.has(name))).toEqual([]);
});

it('has found dependencies to check', () => {
  expect(PACKAGES.flatMap(npmNames).length).toBeGreaterThan(15);
  expect(CRATES.flatMap(crateNames)).toEqual(expect.arrayContaining(['libm', 'napi', 'wasm-bindgen']));
});

interface Lock {
  packages: Record<string, { resolved?: string; link?: boolean; optionalDependencies?: Record<string, string> }>;
}

describe.each(['package-lock.json', 'bench/peers/package-lock.json'])('%s', (path) => {
  const lock: Lock = JSON.parse(read(path));

  it('names no registry', () => {
    const resolved = Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined && !entry.link);
    expect(resolved.map(([name]) => name)).toEqual([]);
  });

  it('has every platform, or npm ci refuses it (scripts/complete-lockfile.mjs)', () => {
    const optional = Object.values(lock.packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    expect(optional.length).toBeGreaterThan(0);
    expect(
      optional.filter((name) => !Object.keys(lock.packages).some((place) => place.endsWith(`node_modules/${name}`))),
    ).toEqual([]);
  });
});

it('versions agree', () => {
  const version = JSON.parse(read('ts/core/package.json')).version;
  expect(JSON.parse(read('bindings/node/package.json')).version).toBe(version);
  expect(JSON.parse(read('ts/server/package.json'))).toMatchObject({
    version,
    peerDependencies: { isotherm: version },
  });
  const { peerDependencies } = JSON.parse(read('ts/core/package.json'));
  expect(peerDependencies).toEqual({ 'isotherm-native': version, 'isotherm-server': version });
  expect(/^version = "(.*)"$/m.exec(read('Cargo.toml'))?.[1]).toBe(version);
  expect(/VERSION = '(.*)'/.exec(read('ts/core/kernels/version.ts'))?.[1]).toBe(version);
  const bindgen = /wasm-bindgen = "(.*)"/.exec(read('bindings/wasm/Cargo.toml'))?.[1];
  expect(/wasm-bindgen-cli-support = "(.*)"/.exec(read('bindings/wasm-glue/Cargo.toml'))?.[1]).toBe(bindgen);
});

/**
 * The packages as a user gets them: packed, installed into an empty project, imported by three versions of Node with and
 * without the addon, type-checked, bundled and run in a browser.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROWSER_ARGUMENTS, browserPath, missingParts } from '../../scripts/build/surroundings.mjs';
import { npm, type Packed, pack } from './npm.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'ts/core/package.json'), 'utf8'));
const SUBPATHS = Object.keys(MANIFEST.exports)
  .filter((key) => key !== './package.json')
  .map((key) => join('isotherm', key).replaceAll('\\', '/'));

const MB = 1e6;
const hasAddon = missingParts().native === undefined;

let folder: string;
let core: Packed;
let server: Packed;
let addon: Packed | undefined;

/** Empty projects with the packages installed; the addon only in `withAddon`, the server only in `withServer`. */
const without = () => join(folder, 'without');
const withAddon = () => join(folder, 'with');
const withServer = () => join(folder, 'server');

async function project(path: string, ...packages: string[]): Promise<void> {
  mkdirSync(path);
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name: 'a-user', private: true, type: 'module' }));
  await npm(path, 'install', ...packages);
}

function bytesBelow(path: string): number {
  return readdirSync(path, { withFileTypes: true }).reduce((sum, entry) => {
    const below = join(path, entry.name);
    return sum + (entry.isDirectory() ? bytesBelow(below) : entry.isFile() ? statSync(below).size : 0);
  }, 0);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'isotherm-packages-'));
  core = await pack(join(ROOT, 'ts/core'), folder);
  await project(without(), join(folder, core.filename));
  server = await pack(join(ROOT, 'ts/server'), folder);
  await project(withServer(), join(folder, core.filename), join(folder, server.filename));
  if (!hasAddon) return;
  addon = await pack(join(ROOT, 'bindings/node'), folder);
  await project(withAddon(), join(folder, core.filename), join(folder, addon.filename));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('size', () => {
  it('stays within the limits that other control planes can afford', () => {
    const installed = bytesBelow(join(without(), 'node_modules'));
    const direct = Object.keys(MANIFEST.dependencies).length;
    const lock = JSON.parse(readFileSync(join(without(), 'package-lock.json'), 'utf8'));
    const total = Object.keys(lock.packages).filter((path) => path !== '' && path !== 'node_modules/isotherm').length;
    const bytes = (pattern: RegExp) =>
      core.files.filter(({ path }) => pattern.test(path)).reduce((sum, { size }) => sum + size, 0);
    const modules = core.files.filter(({ path }) => path.endsWith('.wasm'));
    const native = addon?.files.find(({ path }) => path.endsWith('.node'));
    const kB = (size: number) => `${Math.round(size / 1000)} kB`;
    console.log(
      [
        `isotherm: packed ${kB(core.size)}, unpacked ${kB(core.unpackedSize)}, JavaScript ${kB(bytes(/\.js$/))}, of it ${kB(bytes(/evaluate\/page\/.*\.js$/))} the report's page`,
        `${modules.map(({ path, size }) => `${path} ${kB(size)}`).join(', ') || 'no WASM module'}`,
        `addon ${native === undefined ? 'not built' : kB(native.size)}`,
        `dependencies: ${direct} direct, ${total} in all; installed ${kB(installed)} without the addon`,
      ].join('\n'),
    );
    expect(direct).toBeLessThanOrEqual(6);
    expect(total).toBeLessThanOrEqual(6);
    expect(installed).toBeLessThan(15 * MB);
    // The page's script is an asset that reports carry; nothing imports it.
    const page = bytes(/evaluate\/page\/.*\.js$/);
    // Half of it is the pure twins of the kernels.
    expect(bytes(/\.js$/) - page).toBeLessThan(MB);
    expect(page).toBeLessThan(0.3 * MB);
    for (const { size } of modules) expect(size).toBeLessThan(MB);
    if (missingParts().wasm === undefined) expect(modules.length).toBeGreaterThan(0);
    if (native !== undefined) expect(native.size).toBeLessThan(5 * MB);
  });

  it('packs what is built and nothing else', () => {
    const stray = core.files
      .map(({ path }) => path)
      .filter((path) => !/^(bin\/isotherm\.js$|dist\/|LICENSE$|README\.md$|package\.json$)/.test(path));
    expect(stray).toEqual([]);
    expect(core.files.filter(({ path }) => /(\.test\.|\.tsbuildinfo|(?<!\.d)\.ts$)/.test(path))).toEqual([]);
    for (const target of Object.values(MANIFEST.exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry as object),
    )) {
      expect(existsSync(join(without(), 'node_modules/isotherm', target)), target).toBe(true);
    }
  });
});

/** Imports every subpath, and asks the kernels for one figure. */
const PROBE = `
const names = {};
for (const path of ${JSON.stringify(SUBPATHS)}) names[path] = Object.keys(await import(path));
const { backendInfo, keepAliveWindow } = await import('isotherm/kernels');
const window = keepAliveWindow(Float64Array.of(1000, 2000, 90000), { idleUsdPerMs: 1e-6, coldStartUsd: 0.01 });
console.log(JSON.stringify({ names, window, info: backendInfo() }));
`;

/** By hand: staying 2 s idles 1 + 2 + 2 s and pays one cold start: 5000e-6 + 0.01. */
const WINDOW = { preWarmMs: 0, keepAliveMs: 2000, objectiveUsd: 0.015 };

const PLATFORM = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

describe.each([process.versions.node.split('.')[0]!, '22', '24'])('Node %s', (version) => {
  let node: string;

  beforeAll(async () => {
    node = process.execPath;
    if (version === process.versions.node.split('.')[0]) return;
    const path = join(folder, `node-${version}`);
    await project(path, `node-${PLATFORM}@${version}`);
    node = join(path, 'node_modules', `node-${PLATFORM}`, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node');
  });

  function probe(cwd: string, backend?: string) {
    const env = { ...process.env, ...(backend === undefined ? {} : { ISOTHERM_BACKEND: backend }) };
    return JSON.parse(execFileSync(node, ['--input-type=module', '--eval', PROBE], { cwd, env, encoding: 'utf8' }));
  }

  it('is the version that it should be', () => {
    expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toMatch(new RegExp(`^v${version}\\.`));
  });

  it('imports every subpath without the addon', () => {
    const { names, window, info } = probe(without());
    expect(Object.keys(names)).toEqual(SUBPATHS);
    for (const path of SUBPATHS) expect(names[path].length, path).toBeGreaterThan(0);
    expect(window.keepAliveMs).toBe(WINDOW.keepAliveMs);
    expect(window.objectiveUsd).toBeCloseTo(WINDOW.objectiveUsd, 12);
    expect(info.backend).toBe(missingParts().wasm === undefined ? 'wasm' : 'pure');
  });

  it('runs on pure TypeScript when told to', () => {
    const { window, info } = probe(without(), 'pure');
    expect(info.backend).toBe('pure');
    expect(window.keepAliveMs).toBe(WINDOW.keepAliveMs);
  });

  it('takes the addon where it is installed', ({ skip }) => {
    if (!hasAddon) skip('the native addon is not built');
    const { window, info } = probe(withAddon());
    expect(info.backend).toBe('native');
    expect(window.keepAliveMs).toBe(WINDOW.keepAliveMs);
  });

  it('has a command line that helps', () => {
    const main = join(without(), 'node_modules/isotherm', MANIFEST.bin.isotherm);
    expect(execFileSync(node, [main, '--help'], { cwd: without(), encoding: 'utf8' })).toContain('replay');
  });
});

describe('isotherm-server', () => {
  const main = (place: string) => join(place, 'node_modules/isotherm', MANIFEST.bin.isotherm);
  // Nothing listens there, and browsers' rules let nobody ask.
  const ASK = ['import', '--prometheus', 'http://127.0.0.1:1', '--query', 'calls_total'];

  it('packs what is built and nothing else', () => {
    const stray = server.files
      .map(({ path }) => path)
      .filter(
        (path) =>
          !/^(dist\/.*(\.js|\.d\.ts|\.schema\.json)|dist\/dashboard\/\w+\.(html|css)|LICENSE|README\.md|package\.json)$/.test(
            path,
          ),
      );
    expect(stray).toEqual([]);
    const { exports } = JSON.parse(readFileSync(join(ROOT, 'ts/server/package.json'), 'utf8'));
    for (const target of Object.values(exports).flatMap((one) =>
      typeof one === 'string' ? [] : Object.values(one as object),
    )) {
      expect(existsSync(join(withServer(), 'node_modules/isotherm-server', target as string))).toBe(true);
    }
  });

  it('is found by the command where it is installed, and asked for where it is not', () => {
    const there = spawnSync(process.execPath, [main(withServer()), ...ASK], { encoding: 'utf8' });
    expect(there).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^SERVER_UNAVAILABLE: http:\/\/127\.0\.0\.1:1: /),
    });
    const absent = spawnSync(process.execPath, [main(without()), ...ASK], { encoding: 'utf8' });
    expect(absent).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^MISSING_PACKAGE: .*npm install isotherm-server@/),
    });
  });

  it('shares its errors with isotherm', () => {
    const code = `
import { IsothermError } from 'isotherm/kernels';
import { openProvider } from 'isotherm-server/providers';
try { openProvider('prometheus', { url: 'nonsense' }); } catch (thrown) { console.log(thrown instanceof IsothermError); }`;
    const options = { cwd: withServer(), encoding: 'utf8' } as const;
    expect(execFileSync(process.execPath, ['--input-type=module', '--eval', code], options)).toBe('true\n');
  });
});

it('type-checks in a strict project that has no types of Node', () => {
  const imports = SUBPATHS.map((path, n) => `import * as n${n} from '${path}';\nvoid n${n};`);
  writeFileSync(join(without(), 'user.ts'), `${imports.join('\n')}\n`);
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', ''];
  const library = ['--lib', 'es2023,esnext.disposable,dom,dom.asynciterable'];
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, ...options, ...library, '--exactOptionalPropertyTypes', 'user.ts'], {
    cwd: without(),
    stdio: 'inherit',
  });
});

describe('bundled for a browser', () => {
  const ENTRY = `
${SUBPATHS.map((path, n) => `import * as n${n} from '${path}';`).join('\n')}
import { backendInfo, init, keepAliveWindow } from 'isotherm/kernels';
const probe = () => ({
  window: keepAliveWindow(Float64Array.of(1000, 2000, 90000), { idleUsdPerMs: 1e-6, coldStartUsd: 0.01 }),
  backend: backendInfo().backend,
});
globalThis.isotherm = { modules: [${SUBPATHS.map((_, n) => `n${n}`).join(', ')}], probe, init };
`;
  const out = () => join(without(), 'site');

  beforeAll(async () => {
    writeFileSync(join(without(), 'entry.js'), ENTRY);
    writeFileSync(join(without(), 'index.html'), '<!doctype html><script type="module" src="/entry.js"></script>');
    await build({ root: without(), configFile: false, logLevel: 'warn', build: { outDir: out(), target: 'es2023' } });
  });

  it('leaves no import of Node behind', () => {
    const scripts = readdirSync(join(out(), 'assets')).filter((name) => name.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(0);
    for (const name of scripts) {
      const text = readFileSync(join(out(), 'assets', name), 'utf8');
      expect(text).not.toMatch(/(from|import|require)\s*\(?\s*["']node:/);
      expect(text).not.toContain('browser-external');
    }
  });

  it('runs in Chromium, on pure TypeScript first and on WASM once init() is done', async ({ skip }) => {
    if (browserPath() === undefined) skip('no Chromium in /usr/bin');
    const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', wasm: 'application/wasm' };
    const server = createServer((request, response) => {
      const path = join(out(), request.url === '/' ? 'index.html' : request.url!);
      if (!existsSync(path)) response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': types[path.split('.').at(-1)!] ?? '' }).end(readFileSync(path));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({ executablePath: browserPath()!, args: BROWSER_ARGUMENTS });
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await page.waitForFunction('globalThis.isotherm !== undefined', undefined, { timeout: 10_000 }).catch(() => {
        throw new Error(`the bundle did not run: ${errors.join('; ')}`);
      });
      const before = await page.evaluate<{ window: typeof WINDOW; backend: string }>('isotherm.probe()');
      expect(before.backend).toBe('pure');
      expect(before.window.keepAliveMs).toBe(WINDOW.keepAliveMs);
      if (missingParts().wasm === undefined) {
        const after = await page.evaluate<{ window: typeof WINDOW; backend: string }>(
          'isotherm.init().then(() => isotherm.probe())',
        );
        expect(after).toEqual({ window: before.window, backend: 'wasm' });
      }
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
      server.close();
    }
  });
});

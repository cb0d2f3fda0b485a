/** Which backend a process gets: the fastest there is, or strictly the one that ISOTHERM_BACKEND names. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backends } from '../backends.js';

const CORE = fileURLToPath(new URL('../../ts/core', import.meta.url));

/** What `backendInfo` says in a process of its own, or the code and the sentence of its error. */
async function chosenIn(core: string, backend?: string): Promise<Record<string, string>> {
  const entry = pathToFileURL(join(core, 'dist/kernels/index.js')).href;
  const script = `
    const { backendInfo, keepAliveWindow } = await import('${entry}');
    try {
      const info = backendInfo();
      const { keepAliveMs } = keepAliveWindow([1000, 2000, 60000], { idleUsdPerMs: 1e-8, coldStartUsd: 1e-4 });
      console.log(JSON.stringify({ ...info, keepAliveMs: String(keepAliveMs) }));
    } catch ({ code, message }) {
      console.log(JSON.stringify({ code, message }));
    }`;
  const { ISOTHERM_BACKEND: _, ...env } = process.env;
  const wanted = backend === undefined ? env : { ...env, ISOTHERM_BACKEND: backend };
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: wanted });
  return JSON.parse(stdout);
}

describe('ISOTHERM_BACKEND', () => {
  it.each(backends.map(({ name }) => name))('%s is strict', async (name) => {
    expect(await chosenIn(CORE, name)).toMatchObject({
      backend: name,
      why: `ISOTHERM_BACKEND=${name}`,
      keepAliveMs: '2000',
    });
  });

  it('of another name is refused', async () => {
    expect(await chosenIn(CORE, 'nonsense')).toEqual({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('nonsense'),
    });
  });

  it('empty or absent leaves the choice: the first there is of native, wasm and pure', async () => {
    const first = backends[0].name;
    for (const given of [undefined, '']) expect(await chosenIn(CORE, given)).toMatchObject({ backend: first });
  });
});

describe('a package without its binaries', () => {
  let alone = '';

  beforeAll(() => {
    // Away from node_modules there is no addon to be found.
    alone = mkdtempSync(join(tmpdir(), 'isotherm-alone-'));
    cpSync(join(CORE, 'package.json'), join(alone, 'package.json'));
    cpSync(join(CORE, 'dist/kernels'), join(alone, 'dist/kernels'), { recursive: true });
  });

  afterAll(() => rmSync(alone, { recursive: true }));

  it('says why it does not run natively, and refuses to when it must', async () => {
    const info = await chosenIn(alone);
    expect(info).toMatchObject({ why: expect.stringContaining('no native: '), keepAliveMs: '2000' });
    expect(info.backend).toBe(backends.some(({ name }) => name === 'wasm') ? 'wasm' : 'pure');
    expect(await chosenIn(alone, 'native')).toEqual({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('the native backend cannot be used'),
    });
  });

  it('runs in plain TypeScript in the end, also beside a module that is broken', async () => {
    const module = join(alone, 'dist/kernels/wasm/core_bg.wasm');
    for (const break_ of [() => writeFileSync(module, 'no module'), () => rmSync(module, { force: true })]) {
      break_();
      const info = await chosenIn(alone);
      expect(info).toMatchObject({ backend: 'pure', keepAliveMs: '2000' });
      expect(info.why).toMatch(/^no native: .+; no wasm: .+/);
      expect(await chosenIn(alone, 'wasm')).toHaveProperty('code', 'BACKEND_UNAVAILABLE');
    }
  });
});

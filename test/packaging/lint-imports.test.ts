import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Lines by file, and the rule that must object; none where the line is right. */
const CASES: [file: string, line: string, rule: string | undefined][] = [
  ['kernels/a.ts', "export * from '../trace/index.js';", 'style/noRestrictedImports'],
  ['kernels/pure/b.ts', "export const cli = import('../../cli/main.js');", 'style/noRestrictedImports'],
  ['kernels/c.ts', "export * from './pure/index.js';", undefined],
  ['trace/a.ts', "export * from '../decide/index.js';", 'style/noRestrictedImports'],
  ['trace/b.ts', "export * from '../kernels/index.js';", undefined],
  ['decide/a.ts', "export type { ReplayResult } from '../evaluate/report-model.js';", 'style/noRestrictedImports'],
  ['evaluate/a.ts', "export * from '../cli/main.js';", 'style/noRestrictedImports'],
  ['evaluate/b.ts', "export * from '../trace/index.js';", undefined],
  ['trace/c.ts', "export { readFile } from 'node:fs/promises';", 'correctness/noNodejsModules'],
  ['evaluate/c.ts', 'export const folder = process.cwd();', 'style/noRestrictedGlobals'],
  ['learn/a.ts', "export * from '../evaluate/index.js';", 'style/noRestrictedImports'],
  ['learn/b.ts', "export * from '../decide/index.js';", undefined],
  ['cli/a.ts', "export { readFile } from 'node:fs/promises';", undefined],
  ['cli/b.ts', "export * from '../evaluate/index.js';", undefined],
  ['evaluate/d.ts', "export * from 'isotherm/trace';", 'style/noRestrictedImports'],
];

let folder: string;
let objections: Map<string, string[]>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'isotherm-lint-'));
  const config = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'));
  // The copy is no git checkout, and has no node_modules for the schema.
  config.vcs = { enabled: false };
  delete config.$schema;
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(config));
  for (const [file, line] of CASES) {
    const path = join(folder, 'ts/core', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${line}\n`);
  }
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none'], {
    cwd: folder,
    encoding: 'utf8',
  });
  objections = new Map();
  for (const { category, location } of JSON.parse(stdout).diagnostics) {
    const file = String(location.path?.file ?? location.path).replaceAll('\\', '/');
    const name = file.slice(file.indexOf('ts/core/') + 'ts/core/'.length);
    objections.set(name, [...(objections.get(name) ?? []), category]);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

it.each(CASES)('%s: %s', (file, _line, rule) => {
  const found = objections.get(file) ?? [];
  if (rule === undefined) expect(found).toEqual([]);
  else expect(found).toContain(`lint/${rule}`);
});

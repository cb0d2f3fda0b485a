import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Lines by file, and the rule that must object; none where the line is right. */
const CASES: [file: string, line: string, rule: string | undefined][] = [
  ['core/kernels/a.ts', "export * from '../trace/index.js';", 'style/noRestrictedImports'],
  ['core/kernels/pure/b.ts', "export const cli = import('../../cli/main.js');", 'style/noRestrictedImports'],
  ['core/kernels/c.ts', "export * from './pure/index.js';", undefined],
  ['core/trace/a.ts', "export * from '../decide/index.js';", 'style/noRestrictedImports'],
  ['core/trace/b.ts', "export * from '../kernels/index.js';", undefined],
  ['core/trace/d.ts', "export * from '../forecast/index.js';", 'style/noRestrictedImports'],
  ['core/forecast/a.ts', "export * from '../decide/index.js';", 'style/noRestrictedImports'],
  ['core/forecast/b.ts', "export * from '../trace/index.js';", undefined],
  ['core/forecast/c.ts', 'export const now = process.hrtime();', 'style/noRestrictedGlobals'],
  ['core/decide/b.ts', "export * from '../forecast/index.js';", undefined],
  ['core/decide/a.ts', "export type { ReplayResult } from '../evaluate/report-model.js';", 'style/noRestrictedImports'],
  ['core/evaluate/a.ts', "export * from '../cli/main.js';", 'style/noRestrictedImports'],
  ['core/evaluate/b.ts', "export * from '../trace/index.js';", undefined],
  ['core/trace/c.ts', "export { readFile } from 'node:fs/promises';", 'correctness/noNodejsModules'],
  ['core/evaluate/c.ts', 'export const folder = process.cwd();', 'style/noRestrictedGlobals'],
  ['core/learn/a.ts', "export * from '../evaluate/index.js';", 'style/noRestrictedImports'],
  ['core/learn/b.ts', "export * from '../decide/index.js';", undefined],
  ['core/cli/a.ts', "export { readFile } from 'node:fs/promises';", undefined],
  ['core/cli/b.ts', "export * from '../evaluate/index.js';", undefined],
  ['core/cli/c.ts', "export * from 'isotherm-server/providers';", 'style/noRestrictedImports'],
  ['server/providers/a.ts', "export * from '../../core/trace/index.js';", 'style/noRestrictedImports'],
  ['server/providers/b.ts', "export * from 'isotherm/trace';", undefined],
  ['server/providers/c.ts', "export { setTimeout } from 'node:timers/promises';", undefined],
  ['core/evaluate/d.ts', "export * from 'isotherm/trace';", 'style/noRestrictedImports'],
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
    const path = join(folder, 'ts', file);
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
    const name = /ts\/((?:core|server)\/.*)$/.exec(file)?.[1] ?? file;
    objections.set(name, [...(objections.get(name) ?? []), category]);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

it.each(CASES)('%s: %s', (file, _line, rule) => {
  const found = objections.get(file) ?? [];
  if (rule === undefined) expect(found).toEqual([]);
  else expect(found).toContain(`lint/${rule}`);
});

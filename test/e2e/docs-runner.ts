/** Type-checks examples and runs them against the built package, all in one go. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './docs-examples.js';

/** Equal, but for rounding in numbers; a string may leave a part out with `…`. Columns compare as lists. */
const CLAIM = `
import { inspect } from 'node:util';

function like(value, expected) {
  if (typeof expected === 'number') {
    return Object.is(value, expected) || Math.abs(value - expected) <= 1e-9 * Math.abs(expected);
  }
  if (typeof expected === 'string' && expected.includes('…')) {
    let at = 0;
    const parts = expected.split('…');
    return typeof value === 'string' && value.startsWith(parts[0]) && value.endsWith(parts.at(-1)) && parts.every((part) => {
      const found = value.indexOf(part, at);
      at = found + part.length;
      return found >= 0;
    });
  }
  if (typeof expected !== 'object' || expected === null) return value === expected;
  if (typeof value !== 'object' || value === null) return false;
  const keys = Object.keys(expected);
  return keys.length === Object.keys(value).length && keys.every((key) => key in value && like(value[key], expected[key]));
}

export function claim(value, expected) {
  if (!like(value, expected)) throw new Error('it is ' + inspect(value) + ', the page says ' + inspect(expected));
}
`;

const RUN = `
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const failed = {};
for (const name of process.argv.slice(3)) {
  process.chdir(join(process.argv[2], name));
  try {
    await import('./' + name + '.js');
  } catch (error) {
    failed[name] = String(error?.stack ?? error);
  }
}
writeFileSync(join(process.argv[2], 'failed.json'), JSON.stringify(failed));
process.exit(0);
`;

const OPTIONS = {
  compilerOptions: {
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable', 'dom', 'dom.asynciterable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    outDir: 'run',
    rootDir: '.',
  },
  include: ['*.ts'],
};

export interface Module {
  /** TypeScript. */
  code: string;
  /** What lies in the folder that it runs in, by name. */
  files?: Record<string, string>;
}

/** Complaints by name of the modules given; nothing for those that are right. */
export function complaints(modules: Record<string, Module>): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'isotherm-docs-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(join(ROOT, 'ts/core'), join(folder, 'node_modules/isotherm'), 'junction');
    symlinkSync(join(ROOT, 'ts/server'), join(folder, 'node_modules/isotherm-server'), 'junction');
    symlinkSync(join(ROOT, 'node_modules/@types'), join(folder, 'node_modules/@types'), 'junction');
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(OPTIONS));
    writeFileSync(
      join(folder, 'claim.d.ts'),
      'export declare function claim(value: unknown, expected: unknown): void;\n',
    );
    for (const [name, { code, files = {} }] of Object.entries(modules)) {
      writeFileSync(join(folder, `${name}.ts`), `import { claim } from './claim.js';\n${code}\nexport {};\n`);
      mkdirSync(join(folder, 'in', name), { recursive: true });
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, 'in', name, file), text);
    }
    const tsc = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '--project', folder], {
      encoding: 'utf8',
      cwd: folder,
    });
    const found: Record<string, string> = {};
    for (const line of tsc.stdout.split('\n')) {
      const name = /^(\S+?)\.ts[(:]/.exec(line)?.[1];
      if (name !== undefined) found[name] = `${found[name] ?? ''}${line}\n`;
    }
    if (tsc.status !== 0 && Object.keys(found).length === 0) throw new Error(`tsc: ${tsc.stdout}${tsc.stderr}`);
    writeFileSync(join(folder, 'run/claim.js'), CLAIM);
    writeFileSync(join(folder, 'run/run.js'), RUN);
    const names = Object.keys(modules).filter((name) => found[name] === undefined);
    const run = spawnSync(process.execPath, [join(folder, 'run/run.js'), join(folder, 'in'), ...names], {
      encoding: 'utf8',
      timeout: 240_000,
    });
    const result = join(folder, 'in/failed.json');
    if (!existsSync(result)) throw new Error(`the examples did not end: ${run.stdout}${run.stderr}`);
    return { ...found, ...JSON.parse(readFileSync(result, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

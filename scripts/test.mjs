/**
 * `npm test`: set-up, then every check. A failing check does not keep the others from running. The last line counts: tests
 * of cargo and of vitest one by one, every other check as one.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dependencies } from './build/dependencies.mjs';
import { at, ROOT } from './build/paths.mjs';
import { answer } from './build/run.mjs';
import { missingParts } from './build/surroundings.mjs';
import { nativeToolchain } from './build/toolchains.mjs';
import { required, setup } from './setup.mjs';

/** In CI, or where backends are required, what is skipped counts as failed. */
const strict = required().length > 0 || process.env.CI !== undefined;

const GENERATED = ['bindings/node/index.d.ts', 'ts/core/kernels/wasm/core.d.ts'];

const one = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });

/** Runs a tool with its output shown; resolves to its exit code and output. */
function show(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.on('data', (chunk) => {
        output += chunk;
        to.write(chunk);
      });
    }
    child.on('error', (error) => {
      console.log(`${command}: ${error.message}`);
      resolve({ code: 1, output });
    });
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

const check = (command, args) => async () => one((await show(command, args)).code);

async function cargoTests() {
  const { code, output } = await show('cargo', ['test', '--workspace', '--locked']);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, passed, failed, ignored] of output.matchAll(
    /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm,
  )) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
    counts.skipped += Number(ignored);
  }
  // A crate that does not compile, or a crash, has no line of its own.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

async function vitest() {
  const folder = mkdtempSync(join(tmpdir(), 'isotherm-test-'));
  const file = join(folder, 'vitest.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const { code } = await show(process.execPath, [at('node_modules/vitest/vitest.mjs'), 'run', ...reporters]);
    if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
    const result = JSON.parse(readFileSync(file, 'utf8'));
    // A file that cannot be loaded has no tests to count.
    const broken = result.testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0);
    const counts = {
      passed: result.numPassedTests,
      failed: result.numFailedTests + broken.length,
      skipped: result.numPendingTests + result.numTodoTests,
    };
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    for (const reason of Object.values(missingParts())) {
      console.log(`skipped: ${reason}`);
      counts.skipped += 1;
    }
    return counts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Generated types must be those that are committed (or staged): who changes a binding sees what callers see. */
async function generatedFiles() {
  if (answer('git', ['rev-parse', '--is-inside-work-tree']) !== 'true') {
    console.log('skipped: not a git checkout, nothing to compare with');
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const { code } = await show('git', ['--no-pager', 'diff', '--exit-code', '--', ...GENERATED]);
  if (code !== 0) console.log('A generated file differs from the committed one: review it and commit it.');
  return one(code);
}

const tool = (script, ...args) => check(process.execPath, [at('node_modules', script), ...args]);

const CARGO_CHECKS = [
  ['cargo fmt', check('cargo', ['fmt', '--all', '--check'])],
  ['fmt of the glue', check('cargo', ['fmt', '--manifest-path', 'bindings/wasm-glue/Cargo.toml', '--check'])],
  ['clippy', check('cargo', ['clippy', '--workspace', '--all-targets', '--locked', '--', '-D', 'warnings'])],
  ['cargo test', cargoTests],
];

const CHECKS = [
  ['types', tool('typescript/bin/tsc', '--project', 'tsconfig.json')],
  ['Biome', tool('@biomejs/biome/bin/biome', 'ci', '--error-on-warnings')],
  ['generated files', generatedFiles],
  ['vitest', vitest],
];

function skippedRust(reason) {
  return CARGO_CHECKS.map(([name]) => [
    name,
    async () => {
      console.log(`skipped: ${reason}`);
      return { passed: 0, failed: 0, skipped: 1 };
    },
  ]);
}

const total = { passed: 0, failed: 0, skipped: 0 };
const rows = [];

async function perform(name, action) {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 76 - name.length))}`);
  const start = performance.now();
  const counts = await action();
  for (const key of Object.keys(total)) total[key] += counts[key];
  const cells = Object.values(counts).map((count) => String(count).padStart(7));
  rows.push(`${name.padEnd(16)}${cells.join('')}${((performance.now() - start) / 1000).toFixed(1).padStart(8)} s`);
}

await perform('set-up', async () => one((await setup()).ok ? 0 : 1));
// A build that fails is one failure among others; without the dependencies there is nothing to check with.
if (dependencies.stamp().isFresh()) {
  const { reason } = nativeToolchain();
  for (const [name, action] of [...(reason === undefined ? CARGO_CHECKS : skippedRust(reason)), ...CHECKS]) {
    await perform(name, action);
  }
}

console.log(`\n${'check'.padEnd(16)} passed failed skipped    time\n${rows.join('\n')}\n`);
if (strict && total.skipped > 0) {
  console.log(`${total.skipped} skipped, which counts as failed here (CI or ISOTHERM_REQUIRE).`);
  total.failed += total.skipped;
  total.skipped = 0;
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

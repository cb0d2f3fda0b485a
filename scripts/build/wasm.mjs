/** The WASM module: cargo, then the glue of wasm-bindgen, then wasm-opt. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CRATE_INPUTS } from './native.mjs';
import { at, WASM_DIR } from './paths.mjs';
import { run, runNode } from './run.mjs';
import { stamp } from './stamp.mjs';
import { wasmToolchain } from './toolchains.mjs';

export const WASM_FILES = ['core.js', 'core.d.ts', 'core_bg.wasm'];

// What every engine that Node 20 and the browsers of 2023 have can do.
const FEATURES = [
  'simd',
  'bulk-memory',
  'nontrapping-float-to-int',
  'sign-ext',
  'mutable-globals',
  'reference-types',
  'multivalue',
].map((name) => `--enable-${name}`);

// Offsets go into loads and stores. Without it they stay additions, lest an address wrap around to the first kB, where there is but the end of the stack.
const OPTIMISED = ['-O3', '--low-memory-unused'];

const TARGET = at('target/wasm');
const GLUE_TARGET = at('target/wasm-glue');

async function compile({ cargo, args, env }) {
  await run(
    cargo,
    ['build', '--release', '--locked', '--package', 'isotherm-wasm', '--target', 'wasm32-unknown-unknown', ...args],
    { env: { ...env, CARGO_TARGET_DIR: TARGET, CARGO_TERM_COLOR: 'never' } },
  );
  return join(TARGET, 'wasm32-unknown-unknown/release/isotherm_wasm.wasm');
}

async function compileGlue({ cargo, rustc }) {
  const manifest = at('bindings/wasm-glue/Cargo.toml');
  await run(cargo, ['build', '--release', '--locked', '--manifest-path', manifest], {
    env: { RUSTC: rustc, CARGO_TARGET_DIR: GLUE_TARGET, CARGO_TERM_COLOR: 'never' },
  });
  return join(
    GLUE_TARGET,
    process.platform === 'win32' ? 'release/isotherm-wasm-glue.exe' : 'release/isotherm-wasm-glue',
  );
}

export const wasm = {
  name: 'WASM module',
  backend: 'wasm',
  doing: 'compiling Rust for wasm32, two to five minutes at first',
  stamp: () =>
    stamp(
      'wasm',
      [
        ...CRATE_INPUTS,
        ...['wasm/Cargo.toml', 'wasm/src', 'wasm-glue/Cargo.toml', 'wasm-glue/Cargo.lock', 'wasm-glue/src'].map(
          (name) => at('bindings', name),
        ),
      ],
      WASM_FILES.map((name) => join(WASM_DIR, name)),
    ),
  unavailable() {
    this.leaveOut();
    return wasmToolchain().reason;
  },
  /** A module of other sources would be loaded and disagree with its callers; the types stay, they are committed. */
  leaveOut() {
    rmSync(join(WASM_DIR, 'core_bg.wasm'), { force: true });
    writeFileSync(join(WASM_DIR, 'core.js'), '// The WASM module was not built.\nexport {};\n');
  },
  async build() {
    const found = wasmToolchain();
    const [module, glue] = await Promise.all([compile(found), compileGlue(found)]);
    const made = mkdtempSync(join(TARGET, 'glue-'));
    try {
      await run(glue, [module, made, 'core']);
      const raw = join(made, 'core_bg.wasm');
      await runNode(at('node_modules/binaryen/bin/wasm-opt'), [...OPTIMISED, ...FEATURES, raw, '-o', raw]);
      mkdirSync(WASM_DIR, { recursive: true });
      for (const name of WASM_FILES) copyFileSync(join(made, name), join(WASM_DIR, name));
    } finally {
      rmSync(made, { recursive: true });
    }
  },
};

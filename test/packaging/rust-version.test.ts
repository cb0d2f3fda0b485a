import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { missingParts } from '../../scripts/build/surroundings.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const minorOf = (version: string) => Number(/^1\.(\d+)/.exec(version)![1]);
const oldest = /^rust-version = "([\d.]+)"$/m.exec(read('Cargo.toml'))![1]!;

/** Crates that a manifest's lock file has for this machine, with the oldest Rust that each says it takes. */
function locked(manifest: string): { name: string; rust_version: string | null }[] {
  const host = /^host: (\S+)$/m.exec(execFileSync('rustc', ['-vV'], { cwd: ROOT, encoding: 'utf8' }))![1]!;
  const args = ['metadata', '--format-version', '1', '--locked', '--offline', '--filter-platform', host];
  const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  return JSON.parse(execFileSync('cargo', [...args, '--manifest-path', manifest], options)).packages;
}

const missing = missingParts();

describe('the Rust that is asked for', () => {
  // Where a part is built its crates are at hand.
  for (const [manifest, name, lack] of [
    ['Cargo.toml', 'napi', missing.native],
    ['bindings/wasm-glue/Cargo.toml', 'wasm-bindgen-cli-support', missing.wasm],
  ] as const) {
    it.skipIf(lack !== undefined)(`is recent enough for all crates of ${manifest}`, () => {
      const crates = locked(manifest);
      expect(crates.map((crate) => crate.name)).toContain(name);
      const newer = crates.filter(
        ({ rust_version }) => rust_version !== null && minorOf(rust_version) > minorOf(oldest),
      );
      expect(newer.map((crate) => `${crate.name} wants ${crate.rust_version}`)).toEqual([]);
    });
  }

  it('is the same wherever it is named', () => {
    expect(read('README.md')).toContain(`With Rust (${oldest} or later)`);
    expect(read('docs/first-run.md')).toContain(`Rust ${oldest} or later`);
    expect(read('scripts/build/toolchains.mjs')).toContain(`MINIMUM = [${oldest.replace('.', ', ')}]`);
  });
});

/** The Node-API addon and its generated types. */
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { addonPath, at } from './paths.mjs';
import { runNode } from './run.mjs';
import { stamp } from './stamp.mjs';
import { nativeToolchain } from './toolchains.mjs';

export const CRATE_INPUTS = ['Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', '.cargo', 'crates'].map((path) =>
  at(path),
);

const binding = (name) => at('bindings/node', name);

export const native = {
  name: 'native addon',
  backend: 'native',
  doing: 'compiling Rust, half a minute to a minute at first',
  stamp: () =>
    stamp(
      'native',
      [...CRATE_INPUTS, ...['Cargo.toml', 'build.rs', 'package.json', 'src'].map(binding)],
      [addonPath(), binding('index.d.ts')],
    ),
  unavailable() {
    // An addon of other sources would be loaded and disagree with its callers.
    rmSync(addonPath(), { force: true });
    return nativeToolchain().reason;
  },
  async build() {
    const paths = ['--manifest-path', binding('Cargo.toml'), '--package-json-path', binding('package.json')];
    await runNode(
      at('node_modules/@napi-rs/cli/dist/cli.js'),
      [
        ...['build', '--release', '--platform', ...paths, '--output-dir', at('bindings/node')],
        ...['--no-js', '--dts', 'index.d.ts', '--no-dts-cache'],
        ...['--', '--locked'],
      ],
      { env: { CARGO_TERM_COLOR: 'never' } },
    );
    // npm packs a package's own folder only.
    if (existsSync(at('LICENSE'))) copyFileSync(at('LICENSE'), binding('LICENSE'));
  },
};

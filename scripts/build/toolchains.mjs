/** Which Rust can build what: the tool chain on the PATH, and beside it the one of a Debian package. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { answer, find } from './run.mjs';

/** `rust-version` of Cargo.toml. */
const MINIMUM = [1, 88];

function isRecent(version) {
  const found = /\b(\d+)\.(\d+)\./.exec(version);
  if (found === null) return false;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
}

function inspect(cargo, rustc) {
  const version = answer(rustc, ['--version']);
  if (version === undefined || answer(cargo, ['--version']) === undefined) return undefined;
  return { cargo, rustc, version, recent: isRecent(version) };
}

/** The cargo that builds for this machine: `{ cargo, rustc, version }`, or `{ reason }`. */
export function nativeToolchain() {
  const cargo = find('cargo');
  const rustc = find('rustc');
  if (cargo === undefined || rustc === undefined) return { reason: 'no cargo on the PATH' };
  const found = inspect(cargo, rustc);
  if (found === undefined) return { reason: 'cargo or rustc does not run here; try `cargo --version` in this folder' };
  if (!found.recent) return { reason: `${found.version} is older than Rust ${MINIMUM.join('.')}` };
  return found;
}

const DEBIAN = { cargo: '/usr/bin/cargo', rustc: '/usr/bin/rustc' };

/**
 * A way to build for wasm32: `{ cargo, args, env, version }`, or `{ reason }`. A tool chain serves when it has the standard
 * library for the target, or its source to build it from; and a linker, its own or LLVM's.
 */
export function wasmToolchain() {
  const onPath = { cargo: find('cargo'), rustc: find('rustc') };
  for (const { cargo, rustc } of [onPath, DEBIAN]) {
    if (cargo === undefined || rustc === undefined || !existsSync(cargo) || !existsSync(rustc)) continue;
    const found = inspect(cargo, rustc);
    if (found === undefined || !found.recent) continue;
    const sysroot = answer(rustc, ['--print', 'sysroot']);
    const host = /host: (\S+)/.exec(answer(rustc, ['-vV']) ?? '')?.[1];
    if (sysroot === undefined || host === undefined) continue;
    const hasStd = existsSync(join(sysroot, 'lib/rustlib/wasm32-unknown-unknown/lib'));
    const hasSource = existsSync(join(sysroot, 'lib/rustlib/src/rust/library/Cargo.lock'));
    const ownLinker = existsSync(join(sysroot, 'lib/rustlib', host, 'bin/rust-lld'));
    const linker = ownLinker ? undefined : find('wasm-ld', ...[22, 21, 20, 19, 18].map((n) => `wasm-ld-${n}`));
    if ((!hasStd && !hasSource) || (!ownLinker && linker === undefined)) continue;
    const env = { RUSTC: rustc };
    if (linker !== undefined) env.CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER = linker;
    if (hasStd) return { ...found, args: [], env };
    // Building the standard library is an unstable option that a stable compiler takes under this variable only.
    return { ...found, args: ['-Z', 'build-std=std,panic_abort'], env: { ...env, RUSTC_BOOTSTRAP: '1' } };
  }
  return {
    reason:
      'no Rust with a way to wasm32: `rustup target add wasm32-unknown-unknown`, or on Debian ' +
      '`apt-get install rustc-web cargo-web rust-web-src lld-19`',
  };
}

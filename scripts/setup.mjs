/**
 * Makes a fresh clone ready: dependencies, native addon, WASM module, libraries, report page, dashboard. Needs Node and npm only; what
 * else a machine has is used. A step whose inputs have not changed is skipped.
 */
import { fileURLToPath } from 'node:url';
import { dashboard } from './build/dashboard.mjs';
import { dependencies } from './build/dependencies.mjs';
import { native } from './build/native.mjs';
import { page } from './build/page.mjs';
import { StepFailure } from './build/run.mjs';
import { core, server } from './build/typescript.mjs';
import { wasm } from './build/wasm.mjs';

const STEPS = [dependencies, native, wasm, core, server, page, dashboard];

/** Backends that must be there: `ISOTHERM_REQUIRE=native,wasm`. */
export const required = () => (process.env.ISOTHERM_REQUIRE ?? '').split(',').filter((name) => name !== '');

const isAskedFor = (name) => required().includes(name) || process.env.ISOTHERM_BACKEND === name;

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const line = (mark, step, text) => `${mark} ${step.name.padEnd(14)} ${text}`;

const rewrite = (text) => process.stdout.write(`\r\x1b[K${text}`);

/** Says what is being done; on a terminal with the time that passes, until the returned function writes the result there. */
function announce(step) {
  const start = performance.now();
  const text = line('·', step, `${step.doing} …`);
  if (!process.stdout.isTTY) {
    console.log(text);
    return (mark, result) => console.log(line(mark, step, result));
  }
  rewrite(text);
  const clock = setInterval(() => rewrite(`${text} ${Math.round((performance.now() - start) / 1000)} s`), 1000);
  return (mark, result) => {
    clearInterval(clock);
    rewrite(`${line(mark, step, result)}\n`);
  };
}

const INSTALL = "install Rust (rustup, or your system's packages) and run this again";

/** Undefined when the step's result is there, else `{ reason, cure }`. */
async function take(step) {
  const stamp = step.stamp();
  if (stamp.isFresh()) return undefined;
  const unavailable = step.unavailable?.();
  if (unavailable !== undefined) return { reason: unavailable, cure: INSTALL };
  const start = performance.now();
  const report = announce(step);
  try {
    await step.build();
    stamp.write();
    report('✓', seconds(start));
    return undefined;
  } catch (error) {
    stamp.clear();
    report('✗', error.message);
    if (!(error instanceof StepFailure)) throw error;
    if (error.output !== '') console.log(error.output.trimEnd());
    return { reason: `${step.name}: the build failed`, cure: 'what the tool said stands above' };
  }
}

function fallback({ native: noNative, wasm: noWasm }) {
  if (noNative === undefined) return `The native addon is there, the WASM module is not: ${noWasm.reason}.`;
  const instead = noWasm === undefined ? 'WASM' : 'pure TypeScript';
  return `Running on ${instead} (${noNative.reason}): the same results, slower; ${noNative.cure}.`;
}

/**
 * Runs the steps in order; resolves to `{ ok }`. A backend that cannot be built is no failure unless ISOTHERM_REQUIRE names
 * it; any other step is. `isForUse`: the first backend is enough.
 */
export async function setup({ isForUse = false } = {}) {
  const start = performance.now();
  const missing = {};
  const backends = new Set();
  for (const step of STEPS) {
    // What runs on the addon has no use for a module that takes five times as long to compile.
    if (isForUse && step.backend === 'wasm' && backends.has('native') && !isAskedFor('wasm')) {
      if (!step.stamp().isFresh()) step.leaveOut();
      continue;
    }
    const lack = await take(step);
    if (lack === undefined) {
      backends.add(step.backend);
      continue;
    }
    if (step.backend === undefined) return { ok: false };
    missing[step.backend] = lack;
    if (required().includes(step.backend)) {
      console.log(`ISOTHERM_REQUIRE asks for ${step.backend}: ${lack.reason}`);
      return { ok: false };
    }
  }
  if (Object.keys(missing).length > 0) console.log(fallback(missing));
  if (performance.now() - start > 2000) console.log(`Set up in ${seconds(start)}; from now on this is skipped.`);
  return { ok: true };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { ok } = await setup();
  process.exitCode = ok ? 0 : 1;
}

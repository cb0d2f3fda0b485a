/**
 * `npm run bench [-- SUITE… --json FILE]`: set-up, then the suites named, or all. Fails when a result is wrong or a limit on
 * memory is exceeded, never because of a time.
 */
import { register } from 'node:module';
import { parseArgs } from 'node:util';
import { setup } from './setup.mjs';

const SUITES = {
  replay: '../bench/kernels/replay.bench.ts',
  'memory-cap': '../bench/kernels/memory-cap.bench.ts',
  platform: '../bench/kernels/platform.bench.ts',
  arima: '../bench/kernels/arima.bench.ts',
  'arima-orders': '../bench/kernels/arima-orders.bench.ts',
  assignment: '../bench/kernels/assignment.bench.ts',
  'assignment-large': '../bench/kernels/assignment-large.bench.ts',
  advantage: '../bench/kernels/advantage.bench.ts',
  keepalive: '../bench/kernels/keepalive.bench.ts',
  'multiple-choice': '../bench/kernels/multiple-choice.bench.ts',
  readers: '../bench/readers/readers.bench.ts',
  adaptive: '../bench/decisions/adaptive.bench.ts',
  fleet: '../bench/decisions/fleet.bench.ts',
  forecast: '../bench/decisions/forecast.bench.ts',
  placement: '../bench/decisions/placement.bench.ts',
  control: '../bench/decisions/control.bench.ts',
  store: '../bench/server/store.bench.ts',
  weeks: '../bench/server/weeks.bench.ts',
  server: '../bench/server/server.bench.ts',
  loop: '../bench/server/loop.bench.ts',
};

/** What takes ten minutes and more, or is no time: run by name. */
const BY_NAME = new Set(['arima-orders', 'assignment-large', 'weeks']);

function asked() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'string' }, help: { type: 'boolean' } },
    });
    const unknown = positionals.filter((name) => SUITES[name] === undefined);
    if (unknown.length > 0) throw new Error(`there is no suite ${unknown.join(', ')}`);
    return { help: values.help === true, json: values.json, names: positionals };
  } catch (error) {
    console.error(error.message);
    return undefined;
  }
}

const wanted = asked();
if (wanted === undefined || wanted.help) {
  console.log(`npm run bench [-- SUITE… --json FILE]; suites: ${Object.keys(SUITES).join(', ')}`);
  process.exit(wanted === undefined ? 2 : 0);
}
// What they hold (temporary folders) goes when the process exits.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
const { ok } = await setup();
if (!ok) process.exit(1);
register('../bench/load-typescript.mjs', import.meta.url);
const { runSuites } = await import('../bench/run.ts');
const names = wanted.names.length > 0 ? wanted.names : Object.keys(SUITES).filter((name) => !BY_NAME.has(name));
const suites = names.map((name) => ({ name, load: async () => (await import(SUITES[name])).default }));
process.exitCode = await runSuites(suites, wanted.json);

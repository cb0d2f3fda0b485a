/** A simulated day under control in a process of each backend: the same receipts, and the same states. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { backends } from '../backends.js';

const DIST = new URL('../../ts/core/dist/', import.meta.url).href;

/** A function of each kind for a day, of which two hours are missing in parts and the start time moves twice; what the last state and all receipts come to, the backend's name apart. */
const SCRIPT = `
  import { createHash } from 'node:crypto';
  const { generateTrace } = await import('${DIST}trace/index.js');
  const { FunctionControl, CONTROL_DEFAULTS } = await import('${DIST}evaluate/index.js');
  const { replaySource } = await import('${DIST}trace/spread.js');
  const { Arrivals } = await import('${DIST}kernels/pure/replay/arrivals.js');
  const { traceOfCounts } = await import('${DIST}kernels/pure/replay/trace.js');
  const hash = createHash('sha256');
  let receipts = 0;
  let backend = '';
  for (const pattern of ['steady', 'bursty', 'timer', 'irregular', 'spike']) {
  const trace = generateTrace({ pattern, functions: 1, days: 1, seed: 3 });
  const { minutes, offsets, cells, durationMs, memoryMiB, poisson, index } = replaySource(trace, 'trigger');
  const laid = traceOfCounts(minutes, offsets, cells, durationMs, memoryMiB, poisson, index);
  for (let f = 0; f < memoryMiB.length; f++) {
    const starts = [];
    for (const block of new Arrivals().blocks(laid, f, 1)) starts.push(...block.starts.subarray(0, block.count));
    const setting = { ...CONTROL_DEFAULTS, functionKey: trace.functions.keys[f], memoryMiB: memoryMiB[f] };
    const control = new FunctionControl(setting);
    let at = 0;
    for (let tick = 0; tick <= 2880; tick++) {
      const from = at;
      while (at < starts.length && starts[at] < tick * 30000) at++;
      const startMs = Float64Array.from(starts.slice(from, at));
      const isMissing = tick >= 1000 && tick < 1250;
      const took = tick === 500 ? 320 : tick === 1900 ? 2600 : undefined;
      const measuredStartsMs = new Float64Array(took === undefined ? 0 : 15).fill(took);
      const durations = new Uint32Array(at - from).fill(durationMs[f]);
      const { receipt } = control.tick(tick, { startMs, durationMs: durations, isMissing, measuredStartsMs });
      if (receipt === null) continue;
      backend = receipt.backend;
      receipts++;
      hash.update(JSON.stringify({ ...receipt, backend: '' }));
    }
    hash.update(control.save());
    hash.update(JSON.stringify(control.savings({ provider: 'gcp', region: 'europe-west1' })));
  }
  }
  console.log(JSON.stringify({ backend, receipts, digest: hash.digest('hex') }));
`;

async function dayOn(backend: string): Promise<{ backend: string; receipts: number; digest: string }> {
  const args = ['--input-type=module', '--eval', SCRIPT];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, ISOTHERM_BACKEND: backend },
  });
  return JSON.parse(stdout);
}

it('is the same day', async () => {
  const days = [];
  for (const { name } of backends) days.push(await dayOn(name));
  expect(days.map(({ backend }) => backend)).toEqual(backends.map(({ name }) => name));
  expect(days[0]!.receipts).toBeGreaterThan(100);
  for (const { receipts, digest } of days)
    expect({ receipts, digest }).toEqual({ receipts: days[0]!.receipts, digest: days[0]!.digest });
});

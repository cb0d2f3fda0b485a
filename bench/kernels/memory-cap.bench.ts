/** All functions of a day on one memory, calls spread evenly, loading excluded: three backends, and two plans on two threads. */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { policyByName } from '../../ts/core/dist/decide/index.js';
import { replayPlan, replaySource } from '../../ts/core/dist/evaluate/replay.js';
import type { MemoryCapSpec, ReplaySource } from '../../ts/core/dist/kernels/index.js';
import { encodePlans, runUnderMemoryCap } from '../../ts/core/dist/kernels/memory-cap.js';
import { encodeSettings } from '../../ts/core/dist/kernels/replay.js';
import { type BenchBackend, backends } from '../backends.js';
import type { Bench, Case } from '../harness.js';
import { loadDay } from './day.js';

const NAMES = { 'native, 1 thread': 'native', WASM: 'wasm', 'pure TypeScript': 'pure' } as const;

export default async function memoryCapSuite(bench: Bench): Promise<void> {
  const { title, trace } = await loadDay();
  bench.note(`${title}, ${trace.functions.keys.length} functions, ${trace.calls} calls, spread evenly`);
  const able = backends((why) => bench.note(why));
  const source: ReplaySource = replaySource(trace, 'even');
  const settings = encodeSettings(replayPlan({ policies: [] }).settings);
  const timed = (name: string, backend: BenchBackend, policies: string[], threads: number): Case => {
    const plans = encodePlans(policies.map((policy) => policyByName(policy, 0).spec as MemoryCapSpec));
    const run = (kernels: BenchBackend['kernels']) =>
      runUnderMemoryCap(kernels, source, plans, settings, threads, () => {});
    const expected = run(able.at(-1)!.kernels);
    let out: Float64Array = new Float64Array(0);
    return {
      name,
      run() {
        out = run(backend.kernels);
      },
      check() {
        assert.deepEqual(out, expected);
        out = new Float64Array(0);
      },
    };
  };
  for (const policy of ['lru@64GiB', 'faascache@64GiB']) {
    const cases = Object.entries(NAMES).flatMap(([name, backend]) =>
      able.filter((one) => one.name === backend).map((one) => timed(name, one, [policy], 1)),
    );
    await bench.group({ name: policy, amount: trace.calls, unit: 'calls', rounds: 3, cases });
  }
  const native = able.find(({ name }) => name === 'native');
  if (native === undefined || availableParallelism() < 2) return;
  const both = ['lru@64GiB', 'faascache@64GiB'];
  const cases = [1, 2].map((threads) =>
    timed(`native, ${threads} thread${threads > 1 ? 's' : ''}`, native, both, threads),
  );
  await bench.group({ name: 'both at once', amount: 2 * trace.calls, unit: 'calls', rounds: 3, cases });
}

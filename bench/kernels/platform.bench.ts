/** The platform replay of a day under one setting of each kind, durations drawn, loading excluded: three backends. */
import assert from 'node:assert/strict';
import { curvedQuantiles } from '../../ts/core/dist/evaluate/drawn-durations.js';
import { replaySource } from '../../ts/core/dist/evaluate/replay.js';
import { PLATFORM_COLUMNS } from '../../ts/core/dist/kernels/contract.js';
import type { PlatformSettings } from '../../ts/core/dist/kernels/index.js';
import { encodeRuns } from '../../ts/core/dist/kernels/platform-settings.js';
import { openTrace } from '../../ts/core/dist/kernels/replay-source.js';
import { type BenchBackend, backends } from '../backends.js';
import type { Bench, Case } from '../harness.js';
import { loadDay } from './day.js';

interface Timed {
  name: string;
  settings: PlatformSettings;
  /** Calls last their function's average. */
  average?: boolean;
}

const USUAL: PlatformSettings = { coldStartMs: 1000, keepAliveMs: 300_000 };

const TIMED: Timed[] = [
  { name: 'on demand, average durations', settings: USUAL, average: true },
  { name: 'on demand, drawn durations', settings: USUAL },
  { name: '2 ready', settings: { ...USUAL, ready: { kind: 'constant', instances: 2 } } },
  { name: 'at most 5, queue of 30 s', settings: { ...USUAL, maxInstances: 5, queueTimeoutMs: 30_000 } },
  { name: 'concurrency 8', settings: { ...USUAL, concurrency: 8 } },
  {
    name: 'target tracking',
    settings: { ...USUAL, readyDelayMs: 60_000, ready: { kind: 'target-tracking', target: 0.7, min: 1, max: 1000 } },
  },
  { name: 'Knative', settings: { coldStartMs: 1000, keepAliveMs: 0, concurrency: 10, ready: { kind: 'knative' } } },
];

const NONE = new Float64Array(0);
const ROUNDS = 5;

export default async function platformSuite(bench: Bench): Promise<void> {
  const { title, trace } = await loadDay();
  const source = replaySource(trace, 'trigger');
  const functions = source.memoryMiB.length;
  const quantiles = trace.functions.callDurations;
  bench.note(`${title}, ${functions} functions, ${trace.calls} calls, spread by trigger`);
  if (quantiles === undefined) bench.note('it has no percentiles of durations: all calls last the average');
  const drawn = quantiles && curvedQuantiles(quantiles);
  const able = backends((why) => bench.note(why));
  const handles = new Map(able.map(({ name, kernels }) => [name, openTrace(kernels, source)]));
  for (const { name, settings, average } of TIMED) {
    const rows = encodeRuns(Array.from({ length: functions }, (_, f) => ({ function: f, settings })));
    const { shares, ms } = (average ? undefined : drawn) ?? { shares: NONE, ms: NONE };
    const replay = ({ name: backend, kernels }: BenchBackend, out: Float64Array): void =>
      kernels.platformReplay(handles.get(backend)!, rows, 1, shares, ms, 0, 1, out, NONE);
    const expected = new Float64Array(functions * PLATFORM_COLUMNS.length);
    replay(able[0], expected);
    const cases = able.map((backend): Case => {
      const out = new Float64Array(expected.length);
      return {
        name: { native: 'native, 1 thread', wasm: 'WASM', pure: 'pure TypeScript' }[backend.name],
        run: () => replay(backend, out),
        check() {
          assert.equal(Buffer.from(out.buffer).compare(Buffer.from(expected.buffer)), 0, 'results differ');
          out.fill(-1);
        },
        ...(backend.name === 'native' && { aim: { perSecond: 10e6 } }),
      };
    });
    await bench.group({ name, amount: trace.calls, unit: 'calls', rounds: ROUNDS, cases });
  }
  for (const handle of handles.values()) handle.close();
}

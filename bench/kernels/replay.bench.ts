/** The replay of a day, calls spread evenly, loading excluded: three backends, two threads, and plain C++. */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { replayPlan, replaySource } from '../../ts/core/dist/evaluate/replay.js';
import { REPLAY_COLUMNS } from '../../ts/core/dist/kernels/contract.js';
import { encodePolicy, type PolicySpec } from '../../ts/core/dist/kernels/policy.js';
import { openTrace } from '../../ts/core/dist/kernels/replay-source.js';
import type { CountsTrace } from '../../ts/core/dist/trace/index.js';
import { type BenchBackend, backends } from '../backends.js';
import { isotherm, withFolder } from '../child.js';
import type { Aim, Bench, Case } from '../harness.js';
import { compilePeer, type Peer } from '../peers/cpp.js';
import { loadDay, writeArrivals } from './day.js';

interface Timed {
  policy: string;
  rounds: number;
  /** Of one native thread; a policy without one is timed for information, its other cases have no aim either. */
  aim?: Aim;
  /** What the C++ program calls it. */
  peer?: string[];
}

const POLICIES: Timed[] = [
  { policy: 'fixed-10min', rounds: 15, aim: { perSecond: 250e6 }, peer: ['fixed', '600000'] },
  { policy: 'hybrid-histogram', rounds: 11, aim: { perSecond: 100e6 }, peer: ['hybrid'] },
  { policy: 'adaptive', rounds: 7, aim: { perSecond: 20e6 } },
  { policy: 'adaptive-keepalive', rounds: 5 },
  { policy: 'recent-peak', rounds: 5 },
  { policy: 'clairvoyant', rounds: 5 },
];

const MEMORY_LIMIT_MIB = 200;
const NATIVE = 'native, 1 thread';

/** Bit for bit, NaN (no window) included. */
function assertSame(found: Float64Array, expected: Float64Array): void {
  assert.deepEqual(Buffer.from(found.buffer).compare(Buffer.from(expected.buffer)), 0, 'results differ');
}

function settingsOf(policy: string): { row: Float64Array; settings: Float64Array } {
  const plan = replayPlan({ policies: [policy], spread: 'even' });
  const spec = encodePolicy(plan.policies[0].spec as PolicySpec);
  const { coldStartMs, tickMs, seed, idleUsdPerGbS, coldStartUsdPerS, preWarmShare } = plan.settings;
  return {
    row: Float64Array.of(spec.length, ...spec),
    settings: Float64Array.of(coldStartMs, tickMs, seed, idleUsdPerGbS, coldStartUsdPerS, preWarmShare),
  };
}

function peerCase(peer: Peer, file: string, policy: string[], expected: Float64Array): Case {
  let outcomes: number[][] = [];
  return {
    name: 'plain C++',
    outside() {
      const result = peer.replay(file, policy);
      outcomes = result.outcomes;
      return result.seconds;
    },
    check() {
      const rows = Array.from({ length: expected.length / REPLAY_COLUMNS }, (_, f) =>
        Array.from(expected.subarray(f * REPLAY_COLUMNS, f * REPLAY_COLUMNS + 3)),
      );
      assert.deepEqual(outcomes, rows);
    },
  };
}

async function group(
  bench: Bench,
  { policy, rounds, aim, peer: peerPolicy }: Timed,
  trace: CountsTrace,
  able: BenchBackend[],
  peer: Peer | undefined,
  file: string,
): Promise<void> {
  const source = replaySource(trace, 'even');
  const functions = source.memoryMiB.length;
  const { row, settings } = settingsOf(policy);
  const expected = new Float64Array(functions * REPLAY_COLUMNS);
  const first = able[0];
  const handles = new Map(able.map(({ name, kernels }) => [name, openTrace(kernels, source)]));
  const replay = ({ name, kernels }: BenchBackend, threads: number, out: Float64Array) =>
    kernels.replay(handles.get(name)!, row, settings, 0, functions, threads, out);
  replay(first, 1, expected);
  const timed = (backend: BenchBackend, name: string, threads: number, itsAim?: Aim): Case => {
    const out = new Float64Array(expected.length);
    return {
      name,
      run: () => replay(backend, threads, out),
      check() {
        assertSame(out, expected);
        out.fill(-1);
      },
      ...(itsAim !== undefined && { aim: itsAim }),
    };
  };
  const relative = (itsAim: Aim): Aim | undefined =>
    aim !== undefined && first.name === 'native' ? itsAim : undefined;
  const cases = able.flatMap((backend): Case[] => {
    if (backend.name === 'wasm') {
      return [timed(backend, 'WASM', 1, relative({ times: 2, of: NATIVE }))];
    }
    if (backend.name === 'pure') return [timed(backend, 'pure TypeScript', 1)];
    const one = timed(backend, NATIVE, 1, aim);
    // On one core there is nothing to gain.
    if (availableParallelism() < 2) return [one];
    return [one, timed(backend, 'native, 2 threads', 2, relative({ times: 1 / 1.8, of: NATIVE }))];
  });
  if (peer !== undefined && peerPolicy !== undefined) cases.push(peerCase(peer, file, peerPolicy, expected));
  await bench.group({ name: policy, amount: trace.calls, unit: 'calls', rounds, cases });
  for (const handle of handles.values()) handle.close();
}

export default async function replaySuite(bench: Bench): Promise<void> {
  const { title, arguments: named, trace } = await loadDay();
  bench.note(`${title}, ${trace.functions.keys.length} functions, ${trace.calls} calls, spread evenly`);
  const able = backends((why) => bench.note(why));
  await withFolder(async (folder) => {
    const peer = compilePeer(folder);
    const file = join(folder, 'arrivals');
    if (peer === undefined) bench.note('no g++, no C++ to compare with');
    else bench.note(`C++: ${peer.compiler}`);
    if (peer !== undefined) writeArrivals(trace, file);
    for (const timed of POLICIES) await group(bench, timed, trace, able, peer, file);

    const policies = POLICIES.map(({ policy }) => policy).join(',');
    const replay = ['replay', ...named, '--spread', 'even', '--policy', policies, '--no-html', '--json', 'day.json'];
    const { code, stderr, peakMiB } = await isotherm(replay, folder);
    assert.equal(code, 0, stderr);
    bench.fact('peak memory of `isotherm replay`, reading included', peakMiB, 'MiB', MEMORY_LIMIT_MIB);
  });
}

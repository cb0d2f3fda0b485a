/** The control loop's state of 10,000 functions: a tick, and all of it as bytes. */
import { deflateRawSync } from 'node:zlib';
import { CONTROL_DEFAULTS, FunctionControl } from '../../ts/core/dist/evaluate/index.js';
import { Arrivals } from '../../ts/core/dist/kernels/pure/replay/arrivals.js';
import { traceOfCounts } from '../../ts/core/dist/kernels/pure/replay/trace.js';
import { type CountsTrace, generateTrace, sliceTrace } from '../../ts/core/dist/trace/index.js';
import { replaySource } from '../../ts/core/dist/trace/spread.js';
import type { Bench } from '../harness.js';

const FUNCTIONS = 10_000;
const CALLS_PER_DAY = 100_000_000;
/** From nine in the morning, so many minutes. */
const FROM_MINUTE = 540;
const MINUTES = 120;
const TICK_MS = CONTROL_DEFAULTS.tickMs;
/** A model is scored each ten minutes: a turn has one such tick. */
const TICKS_A_TURN = 20;
const WARM_TICKS = 60;

/** A function and its calls still to come. */
interface Fed {
  control: FunctionControl;
  startMs: Float64Array;
  durationMs: number;
  at: number;
}

function fleet(trace: CountsTrace): Fed[] {
  const source = replaySource(trace, 'trigger');
  if (source.kind !== 'counts') throw new Error('the day has calls, expected counts per minute');
  const { minutes, offsets, cells, durationMs, memoryMiB, poisson, index } = source;
  const laid = traceOfCounts(minutes, offsets, cells, durationMs, memoryMiB, poisson, index);
  const arrivals = new Arrivals();
  return trace.functions.keys.map((functionKey, f) => {
    const startMs = new Float64Array(laid.calls[f]);
    let at = 0;
    for (const { starts, count } of arrivals.blocks(laid, f, 1)) {
      startMs.set(starts.subarray(0, count), at);
      at += count;
    }
    const setting = { ...CONTROL_DEFAULTS, functionKey, memoryMiB: memoryMiB[f], stream: index[f] };
    return { control: new FunctionControl(setting), startMs, durationMs: durationMs[f], at: 0 };
  });
}

/** One tick of all functions; how many decided anew. */
function step(all: readonly Fed[], tick: number): number {
  const untilMs = tick * TICK_MS;
  let receipts = 0;
  for (const fed of all) {
    const from = fed.at;
    while (fed.at < fed.startMs.length && fed.startMs[fed.at] < untilMs) fed.at++;
    const startMs = fed.startMs.subarray(from, fed.at);
    const input = { startMs, durationMs: new Uint32Array(startMs.length).fill(fed.durationMs) };
    if (fed.control.tick(tick, startMs.length > 0 ? input : undefined).receipt !== null) receipts++;
  }
  return receipts;
}

const calls = (all: readonly Fed[]): number => all.reduce((sum, { control }) => sum + control.totals().ours.calls, 0);

export default async function controlSuite(bench: Bench): Promise<void> {
  const day = generateTrace({ pattern: 'calibrated', functions: FUNCTIONS, days: 1, seed: 1, calls: CALLS_PER_DAY });
  const trace = sliceTrace(day, FROM_MINUTE, FROM_MINUTE + MINUTES) as CountsTrace;
  const before = process.memoryUsage().rss;
  const all = fleet(trace);
  bench.note(`${FUNCTIONS} synthetic functions, ${Math.round(trace.calls / MINUTES / 60)} calls/s`);
  let tick = 0;
  while (tick < WARM_TICKS) step(all, tick++);
  const slowest: number[] = [];
  let receipts = 0;
  let ticks = 0;
  let saved: Uint8Array[] = [];
  let loaded = 0;
  await bench.group({
    name: `${FUNCTIONS} functions`,
    amount: FUNCTIONS,
    unit: 'functions',
    rounds: 3,
    cases: [
      {
        name: `a tick of all, mean of ${TICKS_A_TURN}`,
        outside() {
          const taken: number[] = [];
          for (let i = 0; i < TICKS_A_TURN; i++) {
            const from = performance.now();
            receipts += step(all, tick++);
            taken.push((performance.now() - from) / 1000);
          }
          ticks += TICKS_A_TURN;
          slowest.push(Math.max(...taken));
          return taken.reduce((sum, one) => sum + one, 0) / TICKS_A_TURN;
        },
        check() {
          if (all.some(({ control }) => control.nextTick !== tick))
            throw new Error('not all have come to the last tick');
          const fed = all.reduce((sum, { at }) => sum + at, 0);
          if (calls(all) !== fed) throw new Error(`${calls(all)} calls counted, expected ${fed}`);
        },
        aim: { seconds: 1 },
      },
      {
        name: 'all states saved',
        outside() {
          const from = performance.now();
          saved = all.map(({ control }) => control.save());
          return (performance.now() - from) / 1000;
        },
        check() {
          if (saved.length !== FUNCTIONS) throw new Error('not all were saved');
        },
      },
      {
        name: 'all states loaded',
        outside() {
          const states = all.map(({ control }) => control.save());
          const from = performance.now();
          loaded = 0;
          all.forEach(({ control }, f) => {
            const one = FunctionControl.load(control.setting, states[f]);
            loaded += one.nextTick;
            one.close();
          });
          return (performance.now() - from) / 1000;
        },
        check() {
          if (loaded !== tick * FUNCTIONS) throw new Error('not all were loaded');
        },
      },
    ],
  });
  bench.fact('the slowest tick of all functions', Math.max(...slowest) * 1000, 'ms');
  bench.fact('receipts a tick', receipts / ticks, '');
  const bySize = all.map((fed, f) => ({ calls: fed.at, bytes: saved[f].length, f })).sort((a, b) => a.calls - b.calls);
  const place = (share: number) => bySize[Math.floor(share * (FUNCTIONS - 1))];
  for (const [name, { calls: own, bytes, f }] of [
    ['half of the functions have fewer calls', place(0.5)],
    ['nine tenths', place(0.9)],
    ['all others', place(1)],
  ] as const) {
    bench.fact(`state where ${name} (${own})`, bytes, 'bytes');
    bench.fact(`  deflated`, deflateRawSync(saved[f]).length, 'bytes');
  }
  const sum = saved.reduce((total, { length }) => total + length, 0);
  const deflated = saved.reduce((total, state) => total + deflateRawSync(state, { level: 1 }).length, 0);
  bench.fact('states of all functions', sum / 2 ** 20, 'MiB');
  bench.fact('  deflated', deflated / 2 ** 20, 'MiB');
  bench.fact('memory of the process above that before', (process.memoryUsage().rss - before) / 2 ** 20, 'MiB');
  for (const { control } of all) control.close();
}

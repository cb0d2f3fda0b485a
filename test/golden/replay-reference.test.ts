/** The reference replay of day 1 of the Azure 2019 sample; trace and figures lie beside the project and are not part of it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Kernels, REPLAY_COLUMNS, type TraceHandle } from '../../ts/core/kernels/contract.js';
import { type BoundSpec, encodePolicy, type PolicySpec } from '../../ts/core/kernels/policy.js';
import { bytesSource, type CountsTrace, eachCell, readTrace } from '../../ts/core/trace/index.js';
import { backends } from '../backends.js';

interface Reference {
  calls: number;
  coldStarts: number;
  preWarms: number;
  idleGbS: number;
  busyGbS: number;
  objectiveUsd: number;
  coldRate: { p50: number; p75: number; p90: number };
  wait: { meanMs: number; share: number };
}

const DATA = new URL('../../../shared/data/', import.meta.url);
const DAY = new URL('azure2019-day1/', DATA);
const FILE = new URL('replay-reference.json', DATA);
const present = existsSync(FILE) && existsSync(DAY);

const window = (minutes: number): PolicySpec => ({ kind: 'window', keepAliveMs: minutes * 60_000 });

const SPECS: Record<string, PolicySpec | BoundSpec> = {
  'fixed-0min': window(0),
  'fixed-1min': window(1),
  'fixed-5min': window(5),
  'fixed-10min': window(10),
  'fixed-20min': window(20),
  'fixed-60min': window(60),
  infinite: window(Number.POSITIVE_INFINITY),
  'hybrid-histogram': { kind: 'hybrid-histogram' },
  'best-fixed-hindsight': { kind: 'best-fixed-hindsight' },
  clairvoyant: { kind: 'clairvoyant' },
  'clairvoyant-prewarm': { kind: 'clairvoyant-prewarm' },
  'recent-peak': { kind: 'recent-peak', prewarmMs: 1000 },
  'provisioned-peak': { kind: 'provisioned-peak' },
};

const COLD_START_MS = 1000;
const PRICES = { idleUsdPerGbS: 4.1667e-6, coldStartUsdPerS: 5e-4, preWarmShare: 0.1 };

interface Run {
  spread: string;
  seed: number;
  names: string[];
  expected: Record<string, Reference>;
}

function readRuns(): Run[] {
  const { runs } = JSON.parse(readFileSync(FILE, 'utf8')) as { runs: Record<string, Record<string, Reference>> };
  return Object.entries(runs).map(([run, expected]) => {
    const [spread, seed] = run.split('-seed');
    return { spread, seed: Number(seed ?? 0), names: Object.keys(expected), expected };
  });
}

async function readDay(): Promise<CountsTrace> {
  const files = readdirSync(DAY).map((name) => bytesSource(name, readFileSync(new URL(name, DAY))));
  const { trace } = await readTrace(files);
  if (trace.kind !== 'counts') throw new Error('day 1 is a trace of counts');
  return trace;
}

function handleOf(kernels: Kernels, trace: CountsTrace, spread: string): TraceHandle {
  const { durationMs, memoryMiB, trigger, index } = trace.functions;
  const poisson = Uint8Array.from(trigger, (name) => (spread === 'trigger' && name !== 'timer' ? 1 : 0));
  return kernels.traceOfCounts(trace.minutes, trace.offsets, trace.cells, durationMs, memoryMiB, poisson, index);
}

/** A policy as a row of `[length, kind, ...parameters]`. */
function row(spec: PolicySpec | BoundSpec): number[] {
  const encoded = encodePolicy(spec);
  return [encoded.length, ...encoded];
}

function callsOf(trace: CountsTrace): Float64Array {
  return Float64Array.from(trace.functions.keys, (_, f) => {
    let calls = 0;
    eachCell(trace.cells, trace.offsets[f], trace.offsets[f + 1], (_minute, count) => {
      calls += count;
    });
    return calls;
  });
}

function quantile(sorted: number[], q: number): number {
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** A policy's totals from its rows `[cold starts, pre-warms, idle ms, window]` per function, as the reference gives them. */
function totals(trace: CountsTrace, calls: Float64Array, rows: Float64Array): Reference {
  const { durationMs, memoryMiB } = trace.functions;
  const sum = { calls: 0, coldStarts: 0, preWarms: 0, idleGbS: 0, busyGbS: 0 };
  const rates: number[] = [];
  calls.forEach((called, f) => {
    const [coldStarts, preWarms, idleMs] = rows.subarray(f * REPLAY_COLUMNS);
    sum.calls += called;
    sum.coldStarts += coldStarts;
    sum.preWarms += preWarms;
    sum.idleGbS += (idleMs * memoryMiB[f]) / 1024 / 1000;
    sum.busyGbS += ((called * durationMs[f] + coldStarts * COLD_START_MS) * memoryMiB[f]) / 1024 / 1000;
    if (called > 0) rates.push(coldStarts / called);
  });
  rates.sort((a, b) => a - b);
  const starts = sum.coldStarts + sum.preWarms * PRICES.preWarmShare;
  const share = sum.coldStarts / sum.calls;
  return {
    ...sum,
    objectiveUsd: sum.idleGbS * PRICES.idleUsdPerGbS + (starts * PRICES.coldStartUsdPerS * COLD_START_MS) / 1000,
    coldRate: { p50: quantile(rates, 0.5), p75: quantile(rates, 0.75), p90: quantile(rates, 0.9) },
    wait: { meanMs: share * COLD_START_MS, share },
  };
}

function expectSame(found: Reference, expected: Reference): void {
  const { calls, coldStarts, preWarms } = found;
  expect({ calls, coldStarts, preWarms }).toEqual({
    calls: expected.calls,
    coldStarts: expected.coldStarts,
    preWarms: expected.preWarms,
  });
  const sums = (r: Reference) => ({
    ...{ idleGbS: r.idleGbS, busyGbS: r.busyGbS, objectiveUsd: r.objectiveUsd },
    ...{ p50: r.coldRate.p50, p75: r.coldRate.p75, p90: r.coldRate.p90 },
    ...{ meanMs: r.wait.meanMs, share: r.wait.share },
  });
  const wanted = Object.entries(sums(expected));
  const wrong = wanted.filter(([name, value]) => {
    const given = sums(found)[name as keyof ReturnType<typeof sums>];
    return !(Math.abs(given - value) <= 1e-9 * Math.abs(value));
  });
  expect(wrong).toEqual([]);
}

it('has the trace and its figures', ({ skip }) => {
  if (!present && process.env.CI === undefined) skip('../shared/data is not there');
  expect(present).toBe(true);
});

describe.skipIf(!present)('the reference replay of day 1', async () => {
  const runs = present ? readRuns() : [];
  const trace = present ? await readDay() : undefined;

  it('knows every policy of the reference', () => {
    for (const run of runs) expect(run.names).toEqual(Object.keys(SPECS));
  });

  const each = backends.flatMap(({ name, kernels }) => runs.map((run) => ({ name, kernels, ...run })));
  it.each(each)('comes out on $name, spread $spread', { timeout: 120_000 }, ({ kernels, ...run }) => {
    if (trace === undefined) throw new Error('no trace');
    const calls = callsOf(trace);
    const functions = calls.length;
    const policies = Float64Array.from(run.names.flatMap((name) => row(SPECS[name])));
    const settings = Float64Array.from([COLD_START_MS, 60_000, run.seed, ...Object.values(PRICES)]);
    const out = new Float64Array(run.names.length * functions * REPLAY_COLUMNS);
    const handle = handleOf(kernels, trace, run.spread);
    kernels.replay(handle, policies, settings, 0, functions, 2, out);
    handle.close();
    run.names.forEach((name, p) => {
      const rows = out.subarray(p * functions * REPLAY_COLUMNS, (p + 1) * functions * REPLAY_COLUMNS);
      expectSame(totals(trace, calls, rows), run.expected[name]);
    });
  });
});

/** Micro cases of the replay, worked out by hand; the file with them lies beside the project and is not part of it. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Kernels, REPLAY_COLUMNS } from '../../ts/core/kernels/contract.js';
import { type BoundSpec, encodePolicy, type PolicySpec } from '../../ts/core/kernels/policy.js';
import { CellWriter } from '../../ts/core/trace/cells.js';
import { backends } from '../backends.js';

interface Start {
  count: number;
  prewarmMs: number;
  keepAliveMs: number;
}

interface CasePolicy extends Omit<Start, 'count'> {
  kind: string;
  tickMs?: number;
  starts?: Start[][];
}

interface Case {
  name: string;
  minutes: number;
  durationMs: number;
  coldStartMs: number;
  memoryMiB: number;
  arrivals: number[];
  countsPerMinute?: number[];
  spread?: string;
  seed?: number;
  functionIndex?: number;
  policy: CasePolicy;
  expect: {
    calls: number;
    coldStarts: number;
    preWarms: number;
    idleMs: number;
    busyMs: number;
    objectiveUsd: number;
  };
}

const FILE = new URL('../../../shared/data/replay-cases.json', import.meta.url);
const present = existsSync(FILE);
const cases: Case[] = present ? JSON.parse(readFileSync(FILE, 'utf8')).cases : [];

const TICK_MS = 60_000;
const PRICES = { idleUsdPerGbS: 4.1667e-6, coldStartUsdPerS: 5e-4, preWarmShare: 0.1 };

function spec(c: Case): PolicySpec | BoundSpec {
  const { kind, prewarmMs, keepAliveMs } = c.policy;
  switch (kind) {
    case 'fixed':
      return { kind: 'window', keepAliveMs };
    case 'infinite':
      return { kind: 'window', keepAliveMs: Number.POSITIVE_INFINITY };
    case 'constant':
      return { kind: 'interval', prewarmMs, keepAliveMs };
    case 'hybrid':
      return { kind: 'hybrid-histogram' };
    case 'recent-peak':
      return { kind, prewarmMs: c.coldStartMs };
    case 'ticks': {
      const tickMs = c.policy.tickMs ?? TICK_MS;
      const starts = (c.policy.starts ?? []).flatMap((group, tick) =>
        group.map((start) => ({ atMs: tick * tickMs, ...start })),
      );
      return { kind: 'schedule', prewarmMs, keepAliveMs, starts };
    }
    case 'provisioned-peak':
    case 'clairvoyant':
    case 'clairvoyant-prewarm':
      return { kind };
    default:
      throw new Error(`no policy of kind ${kind}`);
  }
}

/** Cold starts, pre-warms and idle ms of a trace of one function. */
function outcome(kernels: Kernels, c: Case, trace: ReturnType<Kernels['traceOfCalls']>) {
  const policy = encodePolicy(spec(c));
  const settings = [c.coldStartMs, c.policy.tickMs ?? TICK_MS, c.seed ?? 0, ...Object.values(PRICES)];
  const out = new Float64Array(REPLAY_COLUMNS);
  const policies = Float64Array.from([policy.length, ...policy]);
  kernels.replay(trace, policies, Float64Array.from(settings), 0, 1, 1, out);
  trace.close();
  return { coldStarts: out[0], preWarms: out[1], idleMs: out[2] };
}

const asCalls = (kernels: Kernels, c: Case) =>
  kernels.traceOfCalls(
    c.minutes,
    Float64Array.of(0, c.arrivals.length),
    Float64Array.from(c.arrivals),
    new Uint32Array(c.arrivals.length).fill(c.durationMs),
    Float64Array.of(c.memoryMiB),
  );

function asCounts(kernels: Kernels, c: Case, countsPerMinute: number[]) {
  const writer = new CellWriter();
  countsPerMinute.forEach((count, minute) => {
    if (count > 0) writer.push(minute, count);
  });
  writer.endFunction();
  const { offsets, cells } = writer.finish();
  return kernels.traceOfCounts(
    c.minutes,
    offsets,
    cells,
    Float64Array.of(c.durationMs),
    Float64Array.of(c.memoryMiB),
    Uint8Array.of(c.spread === 'poisson' ? 1 : 0),
    Float64Array.of(c.functionIndex ?? 0),
  );
}

it('has its cases', ({ skip }) => {
  if (!present && process.env.CI === undefined) skip('../shared/data/replay-cases.json is not there');
  expect(cases).not.toEqual([]);
});

describe.skipIf(!present).each(backends)('micro cases on $name', ({ kernels }) => {
  it.each(cases)('$name', (c) => {
    const { calls, coldStarts, preWarms, idleMs, busyMs, objectiveUsd } = c.expect;
    expect(c.arrivals).toHaveLength(calls);
    const expected = { coldStarts, preWarms, idleMs };
    const found = outcome(kernels, c, asCalls(kernels, c));
    expect(found).toEqual(expected);
    if (c.countsPerMinute !== undefined) {
      expect(outcome(kernels, c, asCounts(kernels, c, c.countsPerMinute))).toEqual(expected);
    }
    expect(calls * c.durationMs + found.coldStarts * c.coldStartMs).toBe(busyMs);
    const idleUsd = ((found.idleMs * c.memoryMiB) / 1024 / 1000) * PRICES.idleUsdPerGbS;
    const starts = found.coldStarts + found.preWarms * PRICES.preWarmShare;
    const usd = idleUsd + (starts * PRICES.coldStartUsdPerS * c.coldStartMs) / 1000;
    expect(Math.abs(usd - objectiveUsd)).toBeLessThanOrEqual(1e-12 * objectiveUsd);
  });
});

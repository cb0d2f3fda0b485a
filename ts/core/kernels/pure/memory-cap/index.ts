/** Replays under memory caps in plain TypeScript. */
import { MEMORY_CAP_COLUMNS, type MemoryCapHandle, type MemoryCapKernels } from '../../contract.js';
import { IsothermError } from '../../error.js';
import { ensure, nonNegative, whole } from '../check.js';
import { FleetSettings } from '../replay/settings.js';
import type { ReplayTrace } from '../replay/trace.js';
import { FleetArrivals } from './arrivals.js';
import { bytesOf, type CapPlan, Engine } from './engine.js';

const BATCH = 1 << 16;
const ROW = 3;

function parsePlan(eviction: number, keepAliveMs: number, memoryCapMiB: number): CapPlan {
  const forEver = keepAliveMs === Number.POSITIVE_INFINITY;
  if (!forEver) whole('keepAliveMs', keepAliveMs, 0, Number.MAX_SAFE_INTEGER);
  if (eviction !== 0 && !(eviction === 1 && forEver)) {
    throw new IsothermError('BAD_ARGUMENT', `eviction ${eviction} with keepAliveMs ${keepAliveMs} is not known`);
  }
  return { greedyDual: eviction === 1, keepAliveMs, capBytes: bytesOf(nonNegative('memoryCapMiB', memoryCapMiB)) };
}

function parsePlans(rows: Float64Array): CapPlan[] {
  const left = rows.length % ROW;
  ensure(left === 0, 'BAD_LENGTH', () => `plans end within a row of ${ROW}, with ${left} left`);
  const plans: CapPlan[] = [];
  for (let at = 0; at < rows.length; at += ROW) plans.push(parsePlan(rows[at], rows[at + 1], rows[at + 2]));
  return plans;
}

class MemoryCapReplay implements MemoryCapHandle {
  #trace: ReplayTrace;
  #arrivals: FleetArrivals;
  #engines: Engine[];
  #closed = false;

  constructor(trace: ReplayTrace, plans: CapPlan[], settings: FleetSettings) {
    settings.checkFunctions(trace.memoryMiB.length);
    this.#trace = trace;
    this.#arrivals = new FleetArrivals(trace, settings.all.seed);
    const waits = Float64Array.from(trace.memoryMiB, (_, f) => settings.ofFunction(f).coldStartMs);
    this.#engines = plans.map((plan) => new Engine(trace.memoryMiB, plan, waits));
  }

  close(): void {
    this.#closed = true;
  }

  open(): this {
    if (this.#closed) throw new IsothermError('CLOSED_HANDLE', 'this handle was closed');
    return this;
  }

  advance(): number {
    const calls = this.#arrivals.next(BATCH);
    for (const engine of this.#engines) engine.feed(calls);
    return calls.length;
  }

  finish(out: Float64Array): void {
    const row = this.#trace.memoryMiB.length * MEMORY_CAP_COLUMNS;
    const expected = this.#engines.length * row;
    ensure(out.length === expected, 'BAD_LENGTH', () => `out has ${out.length} entries, expected ${expected}`);
    this.#engines.forEach((engine, i) => {
      engine.finish(this.#trace.horizonMs, out.subarray(i * row, (i + 1) * row));
    });
  }
}

const open = (handle: MemoryCapHandle): MemoryCapReplay => (handle as MemoryCapReplay).open();

export const memoryCap: MemoryCapKernels = {
  memoryCapOpen(handle, plans, settings) {
    const parsed = parsePlans(plans);
    const fleet = FleetSettings.parse(settings);
    return new MemoryCapReplay((handle as ReplayTrace).open(), parsed, fleet);
  },
  memoryCapAdvance: (handle) => open(handle).advance(),
  memoryCapFinish: (handle, out) => open(handle).finish(out),
};

/** Usage for tests of bills: a month of one function, but for what a test says. */
import fc from 'fast-check';
import { type CallGroup, MONTH_MS, type ReadySpan, type Usage } from '../ts/core/decide/index.js';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const NODE = { usdPerHour: 0.2, vcpu: 4, memoryGiB: 16 };

export const calls = (count: number, durationMs: number, more: Partial<CallGroup> = {}): CallGroup => ({
  calls: count,
  durationMs,
  initMs: 0,
  onReady: false,
  ...more,
});

export const month = (memoryMiB: number, groups: CallGroup[], more: Partial<Usage> = {}): Usage => ({
  periodMs: MONTH_MS,
  memoryMiB,
  calls: groups,
  ready: [],
  preWarmMs: 0,
  idleMs: 0,
  ...more,
});

/** Instances ready from the beginning. */
export const ready = (instances: number, hours: number) => [{ fromMs: 0, toMs: hours * HOUR_MS, instances }];

/** Any instances kept ready within a day. */
export const readySpan = fc
  .tuple(fc.integer({ min: 0, max: DAY_MS }), fc.integer({ min: 0, max: DAY_MS }), fc.integer({ min: 0, max: 50 }))
  .map(([a, b, instances]): ReadySpan => ({ fromMs: Math.min(a, b), toMs: Math.max(a, b), instances }));

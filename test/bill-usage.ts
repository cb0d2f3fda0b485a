/** Usage for tests of bills: a month of one function, but for what a test says. */
import { type CallGroup, MONTH_MS, type Usage } from '../ts/core/decide/index.js';

export const HOUR_MS = 3_600_000;

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

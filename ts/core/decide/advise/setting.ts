/** What one can set for a function on a platform, and the number of ready instances that it means over time. */

/** Steps in which ready instances are counted and set: what Lambda rounds provisioned concurrency to. */
export const STEP_MS = 300_000;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** From Thursday, on which epoch time begins, to Monday. */
const MONDAY_MS = 3 * DAY_MS;

/** Nothing kept ready. */
export interface OnDemand {
  kind: 'on-demand';
}

/** The same number of ready instances all the time. */
export interface ConstantCount {
  kind: 'constant';
  ready: number;
}

/** A number for each hour of the day or of the week, which begins on Monday; UTC. */
export interface HourlySchedule {
  kind: 'scheduled';
  cycle: 'day' | 'week';
  /** `[24]` or `[168]`. */
  ready: readonly number[];
}

/** The platform's own autoscaler holds the utilisation of ready instances. */
export interface TargetTracking {
  kind: 'target-tracking';
  /** Above 0, at most 1. */
  utilisation: number;
  min: number;
  max: number;
}

/** A number renewed every step from a forecast of demand. */
export interface ForecastCount {
  kind: 'forecast';
  /** What it foresees demand by, for people. */
  method: string;
  /** The number for the step after the last one known. */
  ready: number;
}

export type Setting = OnDemand | ConstantCount | HourlySchedule | TargetTracking | ForecastCount;

export type SettingKind = Setting['kind'];

/** From the simplest to the one that needs most: of two that cost alike the simpler one is advised. */
export const SETTING_KINDS: readonly SettingKind[] = [
  'on-demand',
  'constant',
  'scheduled',
  'target-tracking',
  'forecast',
];

/** The hour of a cycle that a step begins in. `originMs` is the epoch time of step 0, NaN where unknown: then midnight. */
export function hourOf(step: number, cycle: HourlySchedule['cycle'], originMs: number): number {
  const base = Number.isNaN(originMs) ? 0 : originMs;
  const intoMs = cycle === 'day' ? base + step * STEP_MS : base + step * STEP_MS + MONDAY_MS;
  const length = cycle === 'day' ? DAY_MS : 7 * DAY_MS;
  return Math.floor((((intoMs % length) + length) % length) / HOUR_MS);
}

/** Ready instances in each of `steps` steps from `originMs` on under a schedule. */
export function scheduledCounts({ cycle, ready }: HourlySchedule, steps: number, originMs: number): Int32Array {
  return Int32Array.from({ length: steps }, (_, step) => ready[hourOf(step, cycle, originMs)]!);
}

/** Whether a setting keeps nothing ready at any time. */
export function keepsNothing(setting: Setting): boolean {
  switch (setting.kind) {
    case 'on-demand':
      return true;
    case 'constant':
      return setting.ready === 0;
    case 'scheduled':
      return setting.ready.every((count) => count === 0);
    default:
      return false;
  }
}

/** A setting in a few words, for tables and comments. */
export function describeSetting(setting: Setting): string {
  switch (setting.kind) {
    case 'on-demand':
      return 'nothing ready';
    case 'constant':
      return `${setting.ready} ready`;
    case 'scheduled': {
      const least = Math.min(...setting.ready);
      const most = Math.max(...setting.ready);
      return `${least} to ${most} ready by hour of the ${setting.cycle}`;
    }
    case 'target-tracking':
      return `${setting.min} to ${setting.max} ready, ${Math.round(setting.utilisation * 100)} % utilised`;
    case 'forecast':
      return `forecast every ${STEP_MS / 60_000} min, ${setting.ready} now`;
  }
}

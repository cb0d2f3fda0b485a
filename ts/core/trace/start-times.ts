import { quantile } from '../kernels/pure/number-quantile.js';
import { ASSUMED_START_MS, START_TIME_TABLE, type StartPlatform, type StartTimeRow } from './start-time-table.js';
import type { Trace } from './trace.js';

/** What a source of metrics says about a function's starts. */
export interface ObservedStarts {
  /** NaN where the source does not count them. */
  coldStarts: number;
  /** Starts whose time was measured. */
  count: number;
  /** NaN without a measured one. */
  medianMs: number;
  p90Ms: number;
}

/** How long a function takes to start, and where that is from. */
export interface StartTime {
  /** `measured`: from the function's own starts. `table`: from the dated table. `assumed`: there was nothing else. */
  from: 'measured' | 'table' | 'assumed';
  medianMs: number;
  /** NaN where the source has none. */
  p90Ms: number;
  /** Starts behind the figures; 0 for an assumption, NaN where a table does not say. */
  count: number;
  /** Where a figure is from, with its date. */
  source: string;
}

export interface StartTimesOptions {
  /** What the source counted beside its calls: `TraceReading.starts`. */
  observed?: readonly (ObservedStarts | undefined)[];
  /** Where the functions run; nothing in the table fits without. */
  platform?: StartPlatform;
  /** `nodejs22.x`, `python3.13`, …; without one the median over the platform's runtimes. */
  runtime?: string;
}

/**
 * Start times of all functions of a trace, by number: measured ones (the init or restore durations of its cold starts) where it has any, else a row of a
 * dated table, else an assumption; each says which. Quantiles are linear between order statistics.
 *
 * Complexity: O(n log n) in the cold starts.
 *
 * @example
 * startTimes(trace, { platform: 'aws-lambda', runtime: 'python3.13' })[0].from // 'table'
 */
export function startTimes(trace: Trace, options: StartTimesOptions = {}): StartTime[] {
  const fallback = tabledStartTime(options);
  return trace.functions.keys.map((_, f) => {
    const own = measured(trace, f) ?? observed(options.observed?.[f]);
    return own ?? fallback;
  });
}

function measured(trace: Trace, f: number): StartTime | undefined {
  if (trace.kind !== 'calls') return undefined;
  const { initMs, coldStart } = trace.columns;
  if (initMs === undefined) return undefined;
  const times: number[] = [];
  for (let call = trace.offsets[f]; call < trace.offsets[f + 1]; call++) {
    // A source may give an init that was in nobody's way.
    if (!Number.isNaN(initMs[call]) && coldStart?.[call] !== 0) times.push(initMs[call]);
  }
  if (times.length === 0) return undefined;
  const sorted = Float64Array.from(times).sort();
  return {
    from: 'measured',
    medianMs: quantile(sorted, 0.5),
    p90Ms: quantile(sorted, 0.9),
    count: sorted.length,
    source: 'init durations of this trace',
  };
}

function observed(starts: ObservedStarts | undefined): StartTime | undefined {
  if (starts === undefined || !(starts.count > 0)) return undefined;
  const { medianMs, p90Ms, count } = starts;
  return { from: 'measured', medianMs, p90Ms, count, source: 'histogram of init durations, linear within its buckets' };
}

/**
 * What the dated table says of a platform and runtime, an assumption where it has no row: for functions of which no start was measured.
 *
 * @example
 * tabledStartTime({ platform: 'aws-lambda', runtime: 'python3.13' }).medianMs // 84.83
 */
export function tabledStartTime({ platform, runtime }: Pick<StartTimesOptions, 'platform' | 'runtime'>): StartTime {
  const rows = START_TIME_TABLE.filter((row) => row.platform === platform);
  const fitting = runtime === undefined ? [] : rows.filter((row) => row.runtime === runtime);
  if (fitting.length > 0) return ofRow(fitting[0], fitting[0].runtime);
  if (rows.length === 0) {
    return {
      from: 'assumed',
      medianMs: ASSUMED_START_MS,
      p90Ms: Number.NaN,
      count: 0,
      source: `assumed ${ASSUMED_START_MS} ms: nothing was measured, and no platform is named`,
    };
  }
  // The row in the middle, not a mixture of several.
  const byMedian = [...rows].sort((a, b) => a.medianMs - b.medianMs);
  const middle = byMedian[(byMedian.length - 1) >> 1];
  return ofRow(middle, `${middle.runtime}, the median of ${rows.length} runtimes`);
}

function ofRow({ medianMs, p90Ms, samples, source, date }: StartTimeRow, what: string): StartTime {
  return { from: 'table', medianMs, p90Ms, count: samples, source: `${what}, empty function: ${source}, ${date}` };
}

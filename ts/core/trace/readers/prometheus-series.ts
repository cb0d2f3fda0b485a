/** What a series counts, and of which function: by its name and its labels. */
import { COMMON_FUNCTION_LABELS, PROMETHEUS_PRESETS, type PrometheusPreset } from './prometheus-presets.js';

export type PrometheusLabels = Readonly<Record<string, unknown>>;

/** What a series counts. */
export interface SeriesMeaning {
  kind: 'calls' | 'duration';
  /** Makes ms of a time spent; 0 for calls. */
  toMs: number;
  /** Of the counters of one function that count the same, the lowest counts. */
  rank: number;
}

/** A function by its name and what it lies in, '' for nothing. */
export interface SeriesFunction {
  name: string;
  within: string;
}

/** The preset that a metric is of. */
export function presetOf(metric: string): PrometheusPreset | undefined {
  return PROMETHEUS_PRESETS.find(
    ({ calls, durations }) => calls.includes(metric) || durations.some((one) => one.metric === metric),
  );
}

/** What a metric counts by its name; undefined for gauges, buckets and what else is no use. */
export function meaningOf(metric: string): SeriesMeaning | undefined {
  const preset = presetOf(metric);
  if (preset !== undefined) {
    const rank = preset.calls.indexOf(metric);
    if (rank >= 0) return { kind: 'calls', toMs: 0, rank };
    const place = preset.durations.findIndex((one) => one.metric === metric);
    return { kind: 'duration', toMs: preset.durations[place].toMs, rank: place };
  }
  const last = PROMETHEUS_PRESETS.length;
  if (metric.endsWith('_seconds_sum')) return { kind: 'duration', toMs: 1000, rank: last };
  if (metric.endsWith('_milliseconds_sum')) return { kind: 'duration', toMs: 1, rank: last };
  return /_(total|count)$/.test(metric) ? { kind: 'calls', toMs: 0, rank: last } : undefined;
}

/** The function that labels name; undefined where none of them does. */
export function functionOfLabels(labels: PrometheusLabels): SeriesFunction | undefined {
  const text = (label: string | undefined): string => {
    const value = label === undefined ? undefined : labels[label];
    return typeof value === 'string' ? value : '';
  };
  const preset = presetOf(text('__name__'));
  const label = (preset?.functionLabels ?? COMMON_FUNCTION_LABELS).find((one) => text(one) !== '');
  if (label === undefined) return undefined;
  const from = preset ?? PROMETHEUS_PRESETS.find(({ functionLabels }) => functionLabels.includes(label));
  return { name: text(label), within: text(from?.withinLabel) || (preset === undefined ? text('namespace') : '') };
}

/** What a series counts, and the key of its function as traces have it. */
export interface PrometheusSeries extends SeriesMeaning {
  functionKey: string;
}

/**
 * What a series of raw counters counts, and of which function, as `readTrace` takes it: presets by name, others by the usual names of
 * counters and labels. Undefined for what counts no calls and no time spent, or names no function.
 *
 * @example
 * prometheusSeries({ __name__: 'gateway_function_invocation_total', function_name: 'checkout' })?.functionKey // 'checkout'
 */
export function prometheusSeries(labels: PrometheusLabels): PrometheusSeries | undefined {
  const metric = labels.__name__;
  const meaning = typeof metric === 'string' ? meaningOf(metric) : undefined;
  const of = functionOfLabels(labels);
  if (meaning === undefined || of === undefined) return undefined;
  return { ...meaning, functionKey: of.within === '' ? of.name : `${of.within}/${of.name}` };
}

import { isObject } from './json-lines.js';

/** One data point of a sum or a histogram. */
export interface OtlpPoint {
  attributes: Map<string, string>;
  /** Begin of what it counts; of a point that does not say, its time. */
  startMs: number;
  timeMs: number;
  /** The sum's value, the histogram's count; NaN for none. */
  value: number;
  /** A histogram's sum, NaN for none. */
  sum: number;
  /** A histogram's upper bounds and what lies below each, and above the last. */
  bounds: number[];
  buckets: number[];
}

/** Data points of a metric, and whether each counts its own time only; a metric that is no sum or histogram has none. */
export function pointsOf(metric: Record<string, unknown>): { points: OtlpPoint[]; isDelta: boolean } {
  const data = isObject(metric.sum) ? metric.sum : isObject(metric.histogram) ? metric.histogram : undefined;
  if (data === undefined) return { points: [], isDelta: false };
  const temporality = data.aggregationTemporality;
  return {
    points: itemsOf(data.dataPoints).map(pointOf),
    isDelta: temporality === 1 || temporality === 'AGGREGATION_TEMPORALITY_DELTA',
  };
}

function pointOf(point: Record<string, unknown>): OtlpPoint {
  const timeMs = msOf(point.timeUnixNano);
  const startMs = msOf(point.startTimeUnixNano);
  return {
    attributes: attributesOf(point.attributes),
    timeMs,
    startMs: startMs > 0 && startMs <= timeMs ? startMs : timeMs,
    value: numberFrom(point.asInt ?? point.asDouble ?? point.count),
    sum: numberFrom(point.sum),
    bounds: numbersOf(point.explicitBounds),
    buckets: numbersOf(point.bucketCounts),
  };
}

/** Attributes with their values as text. */
export function attributesOf(list: unknown): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const { key, value } of itemsOf(list)) {
    if (typeof key !== 'string' || !isObject(value)) continue;
    const [given] = Object.values(value);
    attributes.set(key, typeof given === 'object' ? JSON.stringify(given) : String(given));
  }
  return attributes;
}

/** The objects of a list; none where there is no list. */
export function itemsOf(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** A number, as such or as text (64-bit numbers are text in JSON); NaN for anything else. */
export function numberFrom(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
}

function numbersOf(list: unknown): number[] {
  return Array.isArray(list) ? list.map(numberFrom) : [];
}

/** Whole ms of nanoseconds since 1970, which are too large for a double: their last six digits go first. */
function msOf(nanoseconds: unknown): number {
  if (typeof nanoseconds === 'number') return Math.floor(nanoseconds / 1e6);
  return typeof nanoseconds === 'string' && /^\d+$/.test(nanoseconds) ? Number(nanoseconds.slice(0, -6)) : Number.NaN;
}

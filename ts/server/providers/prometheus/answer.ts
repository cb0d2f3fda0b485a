/** Answers of the Prometheus API, taken apart: nothing in them is trusted to be as it should. */
import type { PrometheusLabels } from 'isotherm/trace';

export interface AnsweredSeries {
  labels: PrometheusLabels;
  /** Time in s and value as text, each as it came. */
  samples: readonly (readonly [seconds: unknown, value: unknown])[];
}

export interface RangeAnswer {
  series: AnsweredSeries[];
  /** What the server warns of: parts of its data may be missing. */
  warnings: string[];
}

/** An answer that is none; the message says what of it is wrong. */
export class BadAnswer extends Error {}

interface Body {
  status?: unknown;
  error?: unknown;
  warnings?: unknown;
  data?: { resultType?: unknown; result?: unknown };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function bodyOf(bytes: Uint8Array, resultType: string): { result: unknown[]; warnings: string[] } {
  let body: Body;
  try {
    body = JSON.parse(new TextDecoder().decode(bytes)) as Body;
  } catch {
    throw new BadAnswer('it answered with JSON that is damaged or ends early');
  }
  if (!isObject(body)) throw new BadAnswer('it answered with JSON that is no object');
  if (body.status !== 'success') throw new BadAnswer(`the query's status is '${String(body.status).slice(0, 60)}'`);
  if (!isObject(body.data) || body.data.resultType !== resultType || !Array.isArray(body.data.result)) {
    throw new BadAnswer(`it answered without a ${resultType}`);
  }
  const warnings = Array.isArray(body.warnings) ? body.warnings.map((text) => String(text).slice(0, 200)) : [];
  return { result: body.data.result, warnings };
}

/** Of `/api/v1/query_range`. Throws a `BadAnswer`. */
export function rangeAnswer(bytes: Uint8Array): RangeAnswer {
  const { result, warnings } = bodyOf(bytes, 'matrix');
  const series = result.map((one): AnsweredSeries => {
    if (!isObject(one) || !isObject(one.metric) || !Array.isArray(one.values)) {
      throw new BadAnswer('it answered with a series that is none');
    }
    const samples = one.values.map((sample) =>
      Array.isArray(sample) ? ([sample[0], sample[1]] as const) : ([] as never),
    );
    return { labels: one.metric, samples };
  });
  return { series, warnings };
}

/** The one number of `/api/v1/query`; NaN where there is none. Throws a `BadAnswer`. */
export function numberAnswer(bytes: Uint8Array, resultType: 'scalar' | 'vector'): number {
  const { result } = bodyOf(bytes, resultType);
  const sample: unknown = resultType === 'scalar' ? result : (result[0] as { value?: unknown } | undefined)?.value;
  return Array.isArray(sample) && typeof sample[1] === 'string' ? Number(sample[1]) : Number.NaN;
}

/**
 * Files as the platforms write them, for the tests of what imports them; made from the published formats: the fields of Logs Insights and of Lambda's reports, the
 * replies of get-query-results, filter-log-events and get-metric-data, the HTTP API of Prometheus, OTLP JSON.
 */
export interface LambdaCallFacts {
  name: string;
  /** Name of the log stream: one per execution environment. */
  stream: string;
  requestId: string;
  endMs: number;
  durationMs: number;
  initMs?: number;
  restoreMs?: number;
  memoryMb?: number;
  usedMb?: number;
}

const ACCOUNT = '123456789012';
const billed = (call: LambdaCallFacts): number => Math.ceil(call.durationMs + (call.initMs ?? 0));
const memory = (call: LambdaCallFacts): number => call.memoryMb ?? 128;
const used = (call: LambdaCallFacts): number => call.usedMb ?? 64;

/** `2026-08-01 12:34:56.789`. */
export function insightsTime(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

/** A request id out of a number. */
export function requestId(n: number): string {
  const hex = (n * 2654435761).toString(16).padStart(12, '0').slice(-12);
  return `8f507cfc-0000-4e5c-9c4a-${hex}`;
}

/** Fields that a query names, in its order, as Insights gives their values. */
function insightsFields(call: LambdaCallFacts): [string, string][] {
  return [
    ['@timestamp', insightsTime(call.endMs)],
    ['@log', `${ACCOUNT}:/aws/lambda/${call.name}`],
    ['@logStream', call.stream],
    ['@requestId', call.requestId],
    ['@duration', String(call.durationMs)],
    ['@billedDuration', String(billed(call))],
    ['@initDuration', call.initMs === undefined ? '' : String(call.initMs)],
    ['@memorySize', `${memory(call)}000000`],
    ['@maxMemoryUsed', `${used(call)}000000`],
    ['restoreDuration', call.restoreMs === undefined ? '' : String(call.restoreMs)],
  ];
}

/** The CSV that the console exports. */
export function insightsCsv(calls: readonly LambdaCallFacts[]): string {
  const header = insightsFields(calls[0]!).map(([name]) => name);
  const rows = calls.map((call) => insightsFields(call).map(([, value]) => value));
  return [header, ...rows].map((row) => `${row.join(',')}\n`).join('');
}

export interface InsightsReplyOptions {
  status?: string;
  recordsMatched?: number;
  nextToken?: string;
}

/** What `aws logs get-query-results` prints: fields without a value are not there, each row has its @ptr. */
export function insightsReply(calls: readonly LambdaCallFacts[], options: InsightsReplyOptions = {}): string {
  const results = calls.map((call, at) => [
    ...insightsFields(call)
      .filter(([, value]) => value !== '')
      .map(([field, value]) => ({ field, value })),
    { field: '@ptr', value: `Cn0KP${at}` },
  ]);
  const recordsMatched = options.recordsMatched ?? calls.length;
  return `${JSON.stringify(
    {
      results,
      statistics: { recordsMatched, recordsScanned: 3 * recordsMatched, bytesScanned: 1e6 },
      status: options.status ?? 'Complete',
      ...(options.nextToken && { nextToken: options.nextToken }),
    },
    null,
    4,
  )}\n`;
}

/** The line that ends a call's log. */
export function reportLine(call: LambdaCallFacts): string {
  const fields = [
    `REPORT RequestId: ${call.requestId}`,
    `Duration: ${call.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billed(call)} ms`,
    `Memory Size: ${memory(call)} MB`,
    `Max Memory Used: ${used(call)} MB`,
  ];
  if (call.initMs !== undefined) fields.push(`Init Duration: ${call.initMs.toFixed(2)} ms`);
  if (call.restoreMs !== undefined) {
    fields.push(`Restore Duration: ${call.restoreMs.toFixed(2)} ms`, 'Billed Restore Duration: 17 ms');
  }
  return `${fields.join('\t')}\t\n`;
}

/** The same in the JSON log format. */
export function reportEvent(call: LambdaCallFacts, status = 'success'): string {
  return JSON.stringify({
    time: new Date(call.endMs).toISOString(),
    type: 'platform.report',
    record: {
      requestId: call.requestId,
      metrics: {
        durationMs: call.durationMs,
        billedDurationMs: billed(call),
        memorySizeMB: memory(call),
        maxMemoryUsedMB: used(call),
        ...(call.initMs !== undefined && { initDurationMs: call.initMs }),
        ...(call.restoreMs !== undefined && { restoreDurationMs: call.restoreMs }),
      },
      status,
    },
  });
}

/** The beginning of an initialisation in the JSON log format. */
export function initStartEvent(ms: number, initializationType: string, functionName: string): string {
  return JSON.stringify({
    time: new Date(ms).toISOString(),
    type: 'platform.initStart',
    record: {
      initializationType,
      phase: 'init',
      runtimeVersion: 'nodejs:22.v30',
      functionName,
      functionVersion: '$LATEST',
    },
  });
}

export interface LogEvent {
  timestamp: number;
  message: string;
  logStreamName: string;
}

export const reportEvents = (calls: readonly LambdaCallFacts[], write = reportLine): LogEvent[] => {
  return calls.map((call) => ({ timestamp: call.endMs, message: write(call), logStreamName: call.stream }));
};

/** What `aws logs filter-log-events` prints. */
export function filterLogEvents(events: readonly LogEvent[], extra: Record<string, unknown> = {}): string {
  const all = events.map((event, at) => ({ ...event, ingestionTime: event.timestamp + 900, eventId: `3${at}` }));
  return `${JSON.stringify({ events: all, searchedLogStreams: [], ...extra }, null, 4)}\n`;
}

/** What `aws logs tail` prints. */
export function tailLines(events: readonly LogEvent[], format: 'short' | 'detailed'): string {
  return events
    .map(({ timestamp, message, logStreamName }) => {
      const iso = new Date(timestamp).toISOString();
      const time = format === 'short' ? iso.slice(0, 19) : `${iso.slice(0, 23)}000+00:00`;
      return `${time} ${format === 'short' ? '' : `${logStreamName} `}${message.trimEnd()}\n`;
    })
    .join('');
}

export interface MetricResult {
  Id: string;
  Label: string;
  /** Epoch ms and value, in any order. */
  points: readonly (readonly [number, number])[];
  StatusCode?: string;
  Messages?: { Code: string; Value: string }[];
}

/** What `aws cloudwatch get-metric-data` prints: the latest first. */
export function metricData(results: readonly MetricResult[], extra: Record<string, unknown> = {}): string {
  const MetricDataResults = results.map(({ points, StatusCode = 'Complete', ...rest }) => {
    const latestFirst = [...points].sort(([a], [b]) => b - a);
    return {
      ...rest,
      Timestamps: latestFirst.map(([ms]) => new Date(ms).toISOString().replace('.000Z', '+00:00')),
      Values: latestFirst.map(([, value]) => value),
      StatusCode,
    };
  });
  return `${JSON.stringify({ MetricDataResults, Messages: [], ...extra }, null, 4)}\n`;
}

export interface PrometheusSeries {
  metric: Record<string, string>;
  /** Epoch seconds and value. */
  values: readonly (readonly [number, number | string])[];
}

/** What `/api/v1/query_range` answers. */
export function matrix(series: readonly PrometheusSeries[], extra: Record<string, unknown> = {}): string {
  const result = series.map(({ metric, values }) => ({
    metric,
    values: values.map(([time, value]) => [time, String(value)]),
  }));
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result }, ...extra });
}

/** Nanoseconds as OTLP JSON has them. */
export const nanos = (ms: number): string => `${ms}000000`;

/** One export of OTLP JSON, on one line as the file exporter writes it. */
export function otlpExport(resource: Record<string, string | number>, metrics: readonly object[]): string {
  const attributes = Object.entries(resource).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }));
  return `${JSON.stringify({
    resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ scope: { name: 'faas' }, metrics }] }],
  })}\n`;
}

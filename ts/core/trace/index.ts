/** Traces: reading them, and the form that kernels take. */

export { CellWriter, eachCell } from './cells.js';
export { traceDigest } from './digest.js';
export { type GenerateOptions, generateTrace, generateTraceAsync, PATTERNS, type Pattern } from './generate.js';
export { type ByteSource, bytesSource } from './readers/byte-source.js';
export { knownFormats, TRACE_FORMATS, type TraceFormat } from './readers/format.js';
export { PROMETHEUS_PRESETS, type PrometheusPreset } from './readers/prometheus-presets.js';
export { type PrometheusLabels, type PrometheusSeries, prometheusSeries } from './readers/prometheus-series.js';
export { type ReadTraceOptions, readTrace, type TraceReading } from './readers/read-trace.js';
export type { BadRow, ReadProgress } from './readers/reading.js';
export {
  type GeneratedResponses,
  type GenerateResponsesOptions,
  generateResponses,
  type IrreducibleError,
} from './responses/generate.js';
export { type ResponsesReading, readResponses } from './responses/read.js';
export { RESPONSE_COLUMNS, type Responses } from './responses/records.js';
export { writeResponses } from './responses/write.js';
export { sliceTrace } from './slice.js';
export { START_TIME_TABLE, type StartPlatform, type StartTimeRow } from './start-time-table.js';
export {
  type ObservedStarts,
  type StartTime,
  type StartTimesOptions,
  startTimes,
  tabledStartTime,
} from './start-times.js';
export {
  type CallColumn,
  type CallDurations,
  type CallsTrace,
  type CountsTrace,
  DEFAULT_DURATION_MS,
  DEFAULT_MEMORY_MIB,
  type FunctionTable,
  roundHalfUp,
  type Trace,
} from './trace.js';
export { writeAzure2019 } from './writers/azure-2019.js';
export { writeInsights } from './writers/cloudwatch-insights.js';
export { writeCounts } from './writers/counts.js';
export type { TraceFile } from './writers/csv-bytes.js';
export { writeRecords } from './writers/records.js';
export type { TableFormat } from './writers/row-bytes.js';

/**
 * Records of single calls of functions with what was measured around them: what a predictor of response times learns from. Columns over
 * records, in the order of time.
 */
export interface Responses {
  /** Names of the functions. */
  functionIds: string[];
  /** `[n]`: whose call it is, a position in `functionIds`. */
  functionOf: Uint32Array;
  /** `[n]`: epoch ms. */
  timestampMs: Float64Array;
  /** `[n]`: ms from request to answer, at least 0. */
  responseMs: Float64Array;
  /** `[n]`: percent, 0..100. */
  cpuPercent: Float64Array;
  /** `[n]`: percent, 0..100. */
  memoryPercent: Float64Array;
  /** `[n]`: 1 where the call met a cold start, else 0. */
  coldStart: Uint8Array;
  /** `[n]`: ms that the cold start took, 0 where there was none. */
  coldStartMs: Float64Array;
  /** `[n]`: share of calls throttled around this one, 0..1. */
  throttlingRate: Float64Array;
  /** `[n]`: share of calls that failed around this one, 0..1. */
  errorRate: Float64Array;
}

/** The columns of the file, in its order. Units: ms, percent, 0 or 1, ms, shares. */
export const RESPONSE_COLUMNS = [
  'FunctionID',
  'Timestamp',
  'ResponseTime',
  'CPUUtilization',
  'MemoryUtilization',
  'ColdStart',
  'ColdStartLatency',
  'ThrottlingRate',
  'ErrorRate',
] as const;

/** Platforms that the table has figures of. */
export type StartPlatform = 'aws-lambda' | 'azure-functions' | 'google-cloud-functions';

/** What a format tells of where the functions ran. */
export const FORMAT_PLATFORMS: Partial<Record<string, StartPlatform>> = {
  'cloudwatch-insights': 'aws-lambda',
  'lambda-logs': 'aws-lambda',
  'cloudwatch-metrics': 'aws-lambda',
};

/** How long an empty function takes to start. */
export interface StartTimeRow {
  platform: StartPlatform;
  runtime: string;
  medianMs: number;
  /** NaN where the source has none. */
  p90Ms: number;
  /** Starts that were measured; NaN where the source does not say. */
  samples: number;
  source: string;
  date: string;
}

/** What a start is taken to last when nothing is known: the replay's default. */
export const ASSUMED_START_MS = 1000;

const LAMBDA_PERF = 'lambda-perf, zip package, x86-64, 512 MB';
const STUDY_2021 = 'cross-provider study of cold starts, median as clients saw it';

const lambda = (runtime: string, medianMs: number, p90Ms: number, samples: number): StartTimeRow => {
  return { platform: 'aws-lambda', runtime, medianMs, p90Ms, samples, source: LAMBDA_PERF, date: '2026-07/08' };
};
const study = (platform: StartPlatform, runtime: string, medianMs: number): StartTimeRow => {
  return { platform, runtime, medianMs, p90Ms: Number.NaN, samples: Number.NaN, source: STUDY_2021, date: '2021-01' };
};

/**
 * Start times by platform and runtime, dated. All are of functions that do nothing: code that loads libraries takes longer. The
 * figures of Lambda are init durations, those of the others include the way to the client.
 */
export const START_TIME_TABLE: readonly StartTimeRow[] = [
  lambda('dotnet10', 253.43, 577.35, 507),
  lambda('dotnet8', 252.04, 347.99, 508),
  lambda('provided.al2023 go', 49.88, 53.41, 501),
  lambda('java11', 275.6, 374.62, 497),
  lambda('java17', 204.34, 234.27, 514),
  lambda('java21', 239.43, 286.97, 502),
  lambda('java25', 190.62, 283.26, 520),
  lambda('java8.al2', 251.83, 310.77, 520),
  lambda('nodejs20.x', 141.11, 162.53, 508),
  lambda('nodejs22.x', 141.04, 163.51, 496),
  lambda('nodejs24.x', 134.99, 156.52, 508),
  lambda('python3.9', 76.15, 90.03, 508),
  lambda('python3.10', 76.62, 90.62, 500),
  lambda('python3.11', 78.02, 94.02, 502),
  lambda('python3.12', 84.03, 100.38, 502),
  lambda('python3.13', 84.83, 104.18, 508),
  lambda('python3.14', 110.12, 146.13, 508),
  lambda('ruby3.2', 231.94, 376.01, 508),
  lambda('ruby3.3', 238.95, 393.03, 496),
  lambda('ruby3.4', 226.63, 393.67, 520),
  lambda('provided.al2023 rust', 15.83, 22.05, 507),
  study('azure-functions', 'node', 1575.1),
  study('azure-functions', 'dotnet', 932.3),
  study('azure-functions', 'python', 1280.6),
  study('google-cloud-functions', 'nodejs', 665.4),
  study('google-cloud-functions', 'python', 1105.5),
  study('google-cloud-functions', 'go', 589.4),
];

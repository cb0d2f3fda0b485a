/** Start times for a command: of the data, else of the table, else assumed. */
import { IsothermError } from '../kernels/index.js';
import {
  type ObservedStarts,
  START_TIME_TABLE,
  type StartPlatform,
  type StartTime,
  startTimes,
  type Trace,
} from '../trace/index.js';

export const START_PLATFORMS: readonly StartPlatform[] = [...new Set(START_TIME_TABLE.map(({ platform }) => platform))];

/** What a format tells of where the functions ran. */
const PLATFORMS: Partial<Record<string, StartPlatform>> = {
  'cloudwatch-insights': 'aws-lambda',
  'lambda-logs': 'aws-lambda',
  'cloudwatch-metrics': 'aws-lambda',
};

export interface StartTimeSource {
  trace: Trace;
  format: string;
  starts?: readonly ObservedStarts[];
}

/** `platform` is what the user says; without it the format may tell. */
export function startTimesOf(
  { trace, format, starts }: StartTimeSource,
  platform: StartPlatform | undefined = PLATFORMS[format],
  runtime?: string,
): StartTime[] {
  return startTimes(trace, {
    ...(starts && { observed: starts }),
    ...(platform && { platform }),
    ...(runtime !== undefined && { runtime }),
  });
}

/** What the options say of starts must go together. Errors: `BAD_ARGUMENT`. */
export function checkStartOptions(options: { coldStartMs?: number; platform?: StartPlatform; runtime?: string }): void {
  const { coldStartMs, platform, runtime } = options;
  if (coldStartMs !== undefined && (platform ?? runtime) !== undefined) {
    throw new IsothermError(
      'BAD_ARGUMENT',
      '--cold-start-ms is for all functions; expected it without --platform and --runtime',
    );
  }
  if (runtime === undefined) return;
  if (platform === undefined) throw new IsothermError('BAD_ARGUMENT', '--runtime goes with --platform');
  const known = START_TIME_TABLE.filter((row) => row.platform === platform).map((row) => row.runtime);
  if (known.includes(runtime)) return;
  throw new IsothermError(
    'BAD_ARGUMENT',
    `${platform} has no start time of '${runtime}'; there are ${known.join(', ')}`,
  );
}

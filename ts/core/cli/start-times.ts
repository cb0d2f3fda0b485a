/** Start times for a command: of the data, else of the table, else assumed. */
import type { AdviceTarget } from '../decide/index.js';
import { TARGET_PLATFORMS } from '../evaluate/advise/platforms.js';
import { IsothermError } from '../kernels/index.js';
import {
  type ObservedStarts,
  START_TIME_TABLE,
  type StartPlatform,
  type StartTime,
  startTimes,
  type Trace,
} from '../trace/index.js';
import { FORMAT_PLATFORMS } from '../trace/start-time-table.js';

export const START_PLATFORMS: readonly StartPlatform[] = [...new Set(START_TIME_TABLE.map(({ platform }) => platform))];

export interface StartTimeSource {
  trace: Trace;
  format: string;
  starts?: readonly ObservedStarts[];
}

/** `platform` is what the user says; without it the format may tell. */
export function startTimesOf(
  { trace, format, starts }: StartTimeSource,
  platform: StartPlatform | undefined = FORMAT_PLATFORMS[format],
  runtime?: string,
): StartTime[] {
  return tabled(trace, starts, platform, runtime);
}

/** On the platform that is advised for. */
export function startTimesOn(target: AdviceTarget, { trace, starts }: StartTimeSource): StartTime[] {
  return tabled(trace, starts, TARGET_PLATFORMS[target]);
}

function tabled(
  trace: Trace,
  observed: readonly ObservedStarts[] | undefined,
  platform: StartPlatform | undefined,
  runtime?: string,
): StartTime[] {
  return startTimes(trace, {
    ...(observed && { observed }),
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

/** The HTML report of a replay as a file. */
import {
  functionTimeline,
  type ReplayOptions,
  type ReplayResult,
  type ReportExtras,
  renderReport,
  timelineFunctions,
} from '../evaluate/index.js';
import type { Trace } from '../trace/index.js';
import { commandLine } from './command-line.js';
import { writeWhole } from './output.js';
import { loadPageAssets } from './page-assets.js';
import { startProgress } from './progress.js';

/** How many functions have a timeline; none with more calls: stepping through it would take longer than all the rest. */
const TIMELINE_CALLS = 200_000;
const TIMELINES = 20;

/** Writes the report, with the timelines of the functions that say most. Errors: `CANNOT_WRITE`. */
export async function writeReport(
  trace: Trace,
  result: ReplayResult,
  asked: ReplayOptions,
  file: string,
  extras: ReportExtras,
): Promise<void> {
  const shown = timelineFunctions(result, TIMELINES, TIMELINE_CALLS);
  const progress = startProgress('Drawing', shown.length, 'timelines');
  const timelines = shown.map((f, i) => {
    progress.update(i);
    return functionTimeline(trace, f, asked);
  });
  progress.stop();
  await writeWhole(file, renderReport(result, timelines, await loadPageAssets(), commandLine(), extras));
}

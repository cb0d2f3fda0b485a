/** The two public sets of series that forecasts are scored on; their data lie beside the project and not in it. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openSources } from '../ts/core/cli/sources.js';
import { callsPerMinute, type ForecastSeries, type ForecastTrial } from '../ts/core/forecast/index.js';
import { readTrace } from '../ts/core/trace/index.js';

export const DATA = fileURLToPath(new URL('../../shared/data/', import.meta.url));
export const isThere = existsSync(`${DATA}forecast-reference.json`);

export interface ForecastSet {
  series: ForecastSeries[];
  trial: ForecastTrial;
}

const LONG = [99, 101, 126, 235, 242, 243];
const LONG_MINUTES = 14_400;
const DAY_MINUTES = 1440;
const LEAST_CALLS = 1000;
const LEAST_BUSY_MINUTES = 200;

/** Rows of `minute,calls,…` after a header. */
function minuteSeries(name: string, file: string, startsAtRow: boolean): ForecastSeries {
  const rows = readFileSync(`${DATA}${file}`, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(',').map(Number));
  const counts = new Float64Array(LONG_MINUTES);
  for (const [minute, calls] of rows) counts[minute!] = calls!;
  return { name, start: startsAtRow ? rows[0]![0]! : 0, counts };
}

export function publicLong(): ForecastSet {
  const functions = LONG.map((id) => minuteSeries(`f${id}`, `azure2021-minutes/function-${id}.csv`, true));
  const series = [...functions, minuteSeries('platform', 'azure2019-platform-total.csv', false)];
  return { series, trial: { calibrationFrom: 8640, testFrom: 10_080, testTo: LONG_MINUTES } };
}

export async function publicShort(): Promise<ForecastSet> {
  const { trace } = await readTrace(await openSources(`${DATA}azure2019-day1`));
  const series = trace.functions.keys.map((key, f): ForecastSeries => {
    const name = `d1-${key.slice(key.lastIndexOf('/') + 1).slice(0, 8)}`;
    return { name, start: 0, counts: callsPerMinute(trace, f) };
  });
  const isBusy = ({ counts }: ForecastSeries): boolean =>
    counts.reduce((sum, calls) => sum + calls, 0) >= LEAST_CALLS &&
    counts.filter((calls) => calls > 0).length > LEAST_BUSY_MINUTES;
  return {
    series: series.filter(isBusy),
    trial: { calibrationFrom: 480, testFrom: 960, testTo: DAY_MINUTES, origins: 8 },
  };
}

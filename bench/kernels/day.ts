/** The day that replays are timed on: the real one where it lies beside the project, else a synthetic one of its size. */
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openSources } from '../../ts/core/dist/cli/sources.js';
import { type CountsTrace, eachCell, generateTrace, readTrace } from '../../ts/core/dist/trace/index.js';

const REAL_DAY = fileURLToPath(new URL('../../../shared/data/azure2019-day1', import.meta.url));
const SYNTHETIC = { pattern: 'calibrated', functions: 400, days: 1, seed: 1, calls: 18_452_673 } as const;

export interface Day {
  title: string;
  /** As the command line takes it. */
  arguments: string[];
  trace: CountsTrace;
}

export async function loadDay(): Promise<Day> {
  const real = existsSync(REAL_DAY);
  const trace = real ? (await readTrace(await openSources(REAL_DAY))).trace : generateTrace(SYNTHETIC);
  if (trace.kind !== 'counts') throw new Error('the day has calls, expected counts per minute');
  if (real) return { title: 'day 1 of Azure 2019', arguments: [REAL_DAY], trace };
  const { pattern, functions, days, seed, calls } = SYNTHETIC;
  const numbers = Object.entries({ functions, days, seed, calls }).flatMap(([name, n]) => [`--${name}`, String(n)]);
  return { title: 'a synthetic day', arguments: ['--synthetic', pattern, ...numbers], trace };
}

/** Writes arrivals, spread evenly, as the peer reads them: see `bench/peers/replay.cpp`. */
export function writeArrivals(trace: CountsTrace, path: string): void {
  const { durationMs } = trace.functions;
  const functions = durationMs.length;
  const words = new Int32Array(2 + 2 * functions + trace.calls);
  words.set([functions, trace.minutes]);
  let at = 2;
  for (let f = 0; f < functions; f++) {
    const head = at;
    at += 2;
    eachCell(trace.cells, trace.offsets[f], trace.offsets[f + 1], (minute, count) => {
      for (let i = 0; i < count; i++) words[at++] = 60_000 * minute + Math.floor(((2 * i + 1) * 30_000) / count);
    });
    words[head] = at - head - 2;
    words[head + 1] = durationMs[f];
  }
  writeFileSync(path, words);
}

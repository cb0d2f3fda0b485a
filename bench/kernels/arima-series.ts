/** Series whose orders two programs are to find: a hundred drawn from models, and a hundred counts of calls where the traces lie beside the project. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { coefficientsAt } from '../../ts/core/dist/kernels/pure/arima/order.js';
import { SplitMix64 } from '../../ts/core/dist/kernels/pure/numeric.js';
import { eachCell } from '../../ts/core/dist/trace/index.js';
import { loadDay } from './day.js';

export interface NamedSeries {
  name: string;
  /** 0 for none. */
  season: number;
  y: number[];
}

const SHARED = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const HOUR = 60;
const WARM = 300;

function draws(seed: number) {
  const random = new SplitMix64(0, seed);
  const unit = () => random.unit();
  const below = (most: number) => Math.floor(unit() * most);
  /** The sum of twelve uniform numbers. */
  const normal = () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += unit();
    return sum;
  };
  return { unit, below, normal };
}

/** Coefficients of a stationary polynomial whose partial autocorrelations are uniform within 0.9. */
function polynomial(size: number, unit: () => number): Float64Array {
  const partials = Array.from({ length: size }, () => 1.8 * unit() - 0.9);
  const x = Float64Array.from(partials, (partial) => partial / Math.sqrt(1 - partial * partial));
  const out = new Float64Array(size);
  coefficientsAt([{ start: 0, size, sign: 1 }], x, out);
  return out;
}

/** `w[t] = ar w + sar w[s..] + e + ma e + sma e[s..]`, each polynomial by itself, then summed up as often as it is differenced. */
function generated(i: number): NamedSeries {
  const { unit, below, normal } = draws(1000 + i);
  const seasonal = i % 2 === 1;
  const season = seasonal ? [4, 7, 12, 24][below(4)]! : 0;
  const n = seasonal ? 120 + 24 * below(5) : [80, 120, 200, 400][below(4)]!;
  const [ar, ma] = [polynomial(below(4), unit), polynomial(below(4), unit)];
  const [sar, sma] = seasonal
    ? [polynomial(below(2), unit), polynomial(below(2), unit)]
    : [ar.slice(0, 0), ar.slice(0, 0)];
  const [d, D] = [Number(unit() < 0.4), Number(seasonal && unit() < 0.5)];
  const e = Float64Array.from({ length: n + WARM }, normal);
  const moved = (u: Float64Array, of: Float64Array, lag: number, own: boolean) => {
    const out = u.slice();
    for (let t = 0; t < u.length; t++) {
      for (let k = 0; k < of.length; k++) {
        const at = t - (k + 1) * lag;
        if (at >= 0) out[t] += own ? of[k] * out[at] : -of[k] * u[at];
      }
    }
    return out;
  };
  let w = moved(moved(moved(moved(e, ma, 1, false), sma, season, false), ar, 1, true), sar, season, true);
  w = w.slice(WARM);
  for (const [lag, times] of [
    [season, D],
    [1, d],
  ] as const) {
    for (let time = 0; time < times; time++) for (let t = lag; t < n; t++) w[t] += w[t - lag];
  }
  const order = `(${ar.length},${d},${ma.length})(${sar.length},${D},${sma.length})${season}`;
  return { name: `generated ${i}: ${order}`, season, y: [...w] };
}

/** Sums over so many minutes; a minute that is missing had no call. */
function summed(perMinute: ReadonlyMap<number, number>, from: number, to: number, minutes: number): number[] {
  const sums = new Array<number>(Math.floor((to - from) / minutes)).fill(0);
  for (const [minute, count] of perMinute) {
    const at = Math.floor((minute - from) / minutes);
    if (minute >= from && at < sums.length) sums[at] += count;
  }
  return sums;
}

function readMinutes(path: string): Map<number, number> {
  const lines = readFileSync(SHARED + path, 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  return new Map(lines.map((line) => line.split(',').map(Number) as [number, number]));
}

const BUSIEST = 80;
const FUNCTIONS_2021 = [99, 101, 126, 235, 242, 243];

/** Ten-minute sums of the busiest functions of a day; hours and half hours of six functions over days; hours of the platform. */
async function real(): Promise<NamedSeries[]> {
  const { trace } = await loadDay();
  const days = Array.from({ length: trace.offsets.length - 1 }, (_, f) => {
    const perMinute = new Map<number, number>();
    eachCell(trace.cells, trace.offsets[f], trace.offsets[f + 1], (minute, count) => void perMinute.set(minute, count));
    return { name: `2019 function ${f}, 10 minutes`, perMinute };
  });
  const busiest = days.toSorted((a, b) => b.perMinute.size - a.perMinute.size).slice(0, BUSIEST);
  const series = busiest.map(({ name, perMinute }) => ({ name, season: 0, y: summed(perMinute, 0, 1440, 10) }));
  for (const id of FUNCTIONS_2021) {
    const perMinute = readMinutes(`azure2021-minutes/function-${id}.csv`);
    const minutes = [...perMinute.keys()];
    const [from, to] = [Math.ceil(Math.min(...minutes) / HOUR) * HOUR, Math.max(...minutes)];
    series.push({ name: `2021 function ${id}, hours`, season: 24, y: summed(perMinute, from, to, HOUR) });
    series.push({ name: `2021 function ${id}, half hours`, season: 0, y: summed(perMinute, from, to, HOUR / 2) });
  }
  const platform = readMinutes('azure2019-platform-total.csv');
  for (let i = 0; i < 8; i++) {
    const from = i * 12 * HOUR;
    series.push({
      name: `2019 platform, hours from ${from / HOUR}`,
      season: 24,
      y: summed(platform, from, from + 144 * HOUR, HOUR),
    });
  }
  return series;
}

/** Two hundred, or one hundred where the traces are not there. */
export async function seriesToSearch(): Promise<NamedSeries[]> {
  const made = Array.from({ length: 100 }, (_, i) => generated(i));
  return existsSync(SHARED) ? [...made, ...(await real())] : made;
}

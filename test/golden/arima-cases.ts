/** The ARIMA cases of R, statsmodels and a referee; the file with them lies beside the project and is not part of it. */
import { existsSync, readFileSync } from 'node:fs';

export interface ArimaCase {
  id: string;
  series: string;
  order: [number, number, number];
  seasonal: [number, number, number, number];
  mean: boolean;
  grade: 'regular' | 'flat' | 'multimodal' | 'illcond' | 'diffuse';
  n_used: number;
  /** The best optimum known, and what a fit must reach. */
  ll: number;
  accept: number;
  sigma2: number;
  ar: number[];
  ma: number[];
  sar: number[];
  sma: number[];
  mu: number | null;
  /** Ten values ahead, with their standard errors. */
  fc: number[];
  se: number[];
  /** Mean, root mean square, autocorrelation at lag 1, first, last, largest; not where the definition is diffuse. */
  resid?: number[];
}

interface Golden {
  series: Record<string, (number | null)[]>;
  cases: ArimaCase[];
}

const path = new URL('../../../shared/data/golden/arima.json', import.meta.url);
export const missing = !existsSync(path);
const golden: Golden = missing ? { series: {}, cases: [] } : JSON.parse(readFileSync(path, 'utf8'));

export const cases = golden.cases;

export function seriesOf({ series }: ArimaCase): Float64Array {
  return Float64Array.from(golden.series[series]!, (value) => value ?? Number.NaN);
}

export const optionsOf = ({ order, seasonal, mean }: ArimaCase) => ({ order, seasonal, mean });

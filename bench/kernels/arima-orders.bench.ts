/**
 * Models found for two hundred series, beside those that statsforecast finds: AICc where both difference alike, errors of ten values
 * that neither has seen.
 */
import assert from 'node:assert/strict';
import { ArimaModel, autoArimaBatch, fitArima } from '../../ts/core/dist/kernels/index.js';
import { type Bench, quantile } from '../harness.js';
import { pythonHas } from '../peers/python.js';
import { arimaPython } from './arima-peers.js';
import { type NamedSeries, seriesToSearch } from './arima-series.js';

const HORIZON = 10;
/** AICc within which one model is as good as another. */
const ALIKE = 2;

/** What `arima.py` found of one series. */
interface Found {
  order: [number, number, number];
  seasonal: [number, number, number, number];
  mean: boolean;
  aicc: number;
  forecast: number[];
  seconds: number;
  error?: string;
}

interface Compared {
  name: string;
  agree: boolean;
  /** Ours less theirs: as each reports it, and theirs by the exact likelihood of their model. */
  aicc: number;
  exactAicc: number;
  /** Mean absolute errors over that of the naive forecast in the sample. */
  ours: number;
  theirs: number;
}

function scaledError(
  forecast: ArrayLike<number>,
  training: readonly number[],
  future: readonly number[],
  season: number,
): number {
  const lag = Math.max(1, season);
  let naive = 0;
  for (let t = lag; t < training.length; t++) naive += Math.abs(training[t] - training[t - lag]);
  naive /= training.length - lag;
  const error = future.reduce((sum, value, h) => sum + Math.abs(value - forecast[h]), 0) / future.length;
  return naive > 0 ? error / naive : 0;
}

/** AICc of their model at its maximum likelihood, exactly; infinite where there is none. */
function exactAicc(y: readonly number[], { order, seasonal, mean }: Found): number {
  try {
    const model = fitArima(y, { order, ...(seasonal[3] > 1 && { seasonal }), mean });
    model.close();
    return model.aicc;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function compared(one: NamedSeries, ours: ArimaModel, theirs: Found): Compared {
  const [training, future] = [one.y.slice(0, -HORIZON), one.y.slice(-HORIZON)];
  const error = (forecast: ArrayLike<number>) => scaledError(forecast, training, future, one.season);
  const [, d] = ours.order;
  const [, D] = ours.seasonal;
  return {
    name: one.name,
    agree: d === theirs.order[1] && D === theirs.seasonal[1],
    aicc: ours.aicc - theirs.aicc,
    exactAicc: ours.aicc - exactAicc(training, theirs),
    ours: error(ours.forecast(HORIZON).mean),
    theirs: error(theirs.forecast),
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

export default async function arimaOrdersSuite(bench: Bench): Promise<void> {
  if (!pythonHas(bench, 'statsforecast')) return;
  const all = await seriesToSearch();
  const training = all.map(({ y }) => y.slice(0, -HORIZON));
  const begin = performance.now();
  const models = autoArimaBatch(
    training,
    all.map(({ season }) => (season > 0 ? { season } : {})),
  );
  bench.fact('ours, all series on all threads', (performance.now() - begin) / 1000, 's');
  const python = arimaPython();
  let found: Found[];
  try {
    const many = all.map(({ season }, i) => ({ y: training[i], season, horizon: HORIZON }));
    found = await python.ask({ many });
  } finally {
    python.close();
  }
  bench.fact(
    'statsforecast, all series on one thread',
    found.reduce((sum, { seconds = 0 }) => sum + seconds, 0),
    's',
  );
  const pairs: Compared[] = [];
  for (const [i, one] of all.entries()) {
    const [ours, theirs] = [models[i]!, found[i]!];
    if (!(ours instanceof ArimaModel) || theirs.error !== undefined) {
      bench.note(
        `${one.name}: ${ours instanceof ArimaModel ? `statsforecast: ${theirs.error}` : `ours: ${ours.message}`}`,
      );
      continue;
    }
    pairs.push(compared(one, ours, theirs));
    ours.close();
  }
  assert.ok(pairs.length > 0.9 * all.length, 'nine of ten have a model of both');
  const alike = pairs.filter(({ agree }) => agree);
  const apart = pairs.filter(({ agree }) => !agree);
  bench.fact('series with a model of both', pairs.length, 'series');
  bench.fact('differenced alike', alike.length, 'series');
  const share = (of: (pair: Compared) => number) =>
    (100 * alike.filter((pair) => of(pair) <= ALIKE).length) / alike.length;
  bench.fact(
    'of these, AICc within 2 or better, as each reports it',
    share(({ aicc }) => aicc),
    '%',
  );
  bench.fact(
    'of these, AICc within 2 or better, both exact',
    share((pair) => pair.exactAicc),
    '%',
  );
  bench.fact(
    'median of ours less theirs, exact',
    quantile(
      alike.map((pair) => pair.exactAicc),
      0.5,
    ),
    'AICc',
  );
  for (const [title, of] of [
    ['differenced otherwise', apart],
    ['differenced alike', alike],
    ['all', pairs],
  ] as const) {
    if (of.length === 0) continue;
    bench.fact(`error of ten values over the naive one's, ${title}: ours`, mean(of.map(({ ours }) => ours)), 'x');
    bench.fact(`error of ten values over the naive one's, ${title}: theirs`, mean(of.map(({ theirs }) => theirs)), 'x');
  }
  for (const { name, aicc, exactAicc: exact } of alike.filter((pair) => pair.exactAicc > ALIKE)) {
    bench.note(
      `${name}: AICc ${aicc.toFixed(1)} above theirs as reported, ${exact.toFixed(1)} by the exact likelihood`,
    );
  }
}

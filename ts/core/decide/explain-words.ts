/** Times, sums, prices and priors in words. */
import type { PriorName, Receipt } from './receipt.js';

/** A number with so many significant digits, in groups of three from 10,000 on. */
export const grouped = (value: number, digits = 15): string =>
  String(Number(value.toPrecision(digits))).replace(/^-?\d{5,}/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));

export const usd = (value: number): string => `${value.toPrecision(3)} USD`;

/** A time in its largest unit of which it has one at least. */
export function time(ms: number): string {
  const [unitMs, unit] = ms >= 3_600_000 ? [3_600_000, 'h'] : ms >= 60_000 ? [60_000, 'min'] : [1000, 's'];
  return `${Number((ms / unitMs).toPrecision(4))} ${unit}`;
}

export function interval(prewarmMs: number, keepAliveMs: number | null): string {
  const length = keepAliveMs === null ? 'for ever' : `for ${time(keepAliveMs)}`;
  return prewarmMs === 0 ? `warm at once, ${length}` : `gone, warm again after ${time(prewarmMs)}, ${length}`;
}

/** What an adaptive policy began with. */
export function priorWords({ spec }: Pick<Receipt, 'spec'>): string[] {
  if (!('prior' in spec)) return [];
  const { from, fittedOn, sha256, fold }: PriorName = spec.prior;
  const origin = from === 'default' ? 'the one that comes with Isotherm, fitted on' : 'fitted on';
  const folds = fold === undefined ? '' : `, without the functions of fold ${fold} of 5, of which this is one`;
  return [`Began with a prior: ${origin} ${fittedOn}${folds}${sha256 === undefined ? '' : `; sha256 ${sha256}`}.`];
}

function factor({ coldStartUsdPerS, coldStartFactor }: Receipt['prices']): string {
  if (coldStartFactor === 1) return '';
  const product = Number((coldStartUsdPerS * coldStartFactor).toPrecision(3));
  return ` times ${Number(coldStartFactor.toPrecision(4))} to meet the target, ${product} USD per s in the costs above`;
}

export function clock(atMs: number): string {
  const day = Math.floor(atMs / 86_400_000);
  const time = new Date(atMs - day * 86_400_000).toISOString().slice(11, 23);
  return `day ${day + 1}, ${time}`;
}

/** A clock that begins before this has days and no dates: a trace's. */
const FIRST_DATE_MS = 315_576_000_000;

/** A time of a receipt; `epochMs` is where its clock begins, where that is known. */
export function when(atMs: number, epochMs: number | undefined): string {
  if (epochMs === undefined) return `${clock(atMs)} since the start of its clock (${grouped(atMs)} ms)`;
  if (epochMs < FIRST_DATE_MS) return `${clock(epochMs + atMs)} of the trace`;
  return new Date(epochMs + atMs).toISOString();
}

export function priceWords(prices: Receipt['prices']): string {
  return `Prices: idle ${prices.idleUsdPerGbS} USD per GB-s at ${Number(prices.memoryMiB.toPrecision(4))} MiB; cold start ${prices.coldStartUsdPerS} USD per s of ${grouped(prices.coldStartMs)} ms${factor(prices)}; pre-warm ${prices.preWarmShare} of ${prices.coldStartFactor === 1 ? 'it' : 'it before that'}.`;
}

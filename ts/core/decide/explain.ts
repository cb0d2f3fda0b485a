/** A receipt in words. */
import { type Alternative, type CostTerms, NO_START, type PriorName, type Receipt } from './receipt.js';
import { planInWords, seenInWords } from './seen-words.js';

const usd = (value: number): string => `${value.toPrecision(3)} USD`;

/** A time in its largest unit of which it has one at least. */
function time(ms: number): string {
  const [unitMs, unit] = ms >= 3_600_000 ? [3_600_000, 'h'] : ms >= 60_000 ? [60_000, 'min'] : [1000, 's'];
  return `${Number((ms / unitMs).toPrecision(4))} ${unit}`;
}

function interval(prewarmMs: number, keepAliveMs: number | null): string {
  const length = keepAliveMs === null ? 'for ever' : `for ${time(keepAliveMs)}`;
  return prewarmMs === 0 ? `warm at once, ${length}` : `gone, warm again after ${time(prewarmMs)}, ${length}`;
}

function terms({ idleUsd, coldStartUsd, preWarmUsd, objectiveUsd }: CostTerms): string {
  return `${usd(objectiveUsd)} = idle ${usd(idleUsd)} + cold starts ${usd(coldStartUsd)} + pre-warms ${usd(preWarmUsd)}`;
}

function alternative({ name, prewarmMs, keepAliveMs, terms: cost }: Alternative): string {
  const when = name === NO_START ? '' : `${interval(prewarmMs, keepAliveMs)}: `;
  return `  ${name}: ${when}${terms(cost)}`;
}

/** What the choice costs, and what that is a mean over. */
function costs({ chosen, idleTimesKnown, decision }: Receipt): string {
  if (decision.kind === 'keep-alive') {
    if (chosen === null) return 'No idle time was known yet, so no costs could be compared.';
    const over = idleTimesKnown === 1 ? 'one idle time' : `${idleTimesKnown} idle times`;
    return `Mean cost per release over the ${over} known by then: ${terms(chosen)}`;
  }
  if (chosen === null) return 'No call was known yet that lacked an instance, so no costs could be compared.';
  const over = idleTimesKnown === 1 ? 'one time' : `${idleTimesKnown} times`;
  return `Mean cost per instance over the ${over} known by then from a tick to the call that lacked one: ${terms(chosen)}`;
}

/** What an adaptive policy began with. */
function prior({ spec }: Receipt): string[] {
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

function clock(atMs: number): string {
  const day = Math.floor(atMs / 86_400_000);
  const time = new Date(atMs - day * 86_400_000).toISOString().slice(11, 23);
  return `day ${day + 1}, ${time}`;
}

/**
 * Says in words what a receipt proves.
 *
 * @example
 * explainReceipt(receipt).split('\n')[0]; // 'Receipt 1f0c…-hybrid-histogram-0'
 */
export function explainReceipt(receipt: Receipt): string {
  const { decision, saw, rejected, prices } = receipt;
  const started = decision.count === 1 ? '1 instance started then' : `${decision.count} instances started then`;
  const who = decision.kind === 'keep-alive' ? 'the instance released then' : started;
  const seen = Object.entries(saw).map(([name, value]) => `  ${seenInWords(name, value)}`);
  const lines = [
    `Receipt ${receipt.id}`,
    `Function ${decision.functionKey}, ${clock(decision.atMs)} of the trace (${decision.atMs} ms)`,
    `Decided by ${receipt.policy}: ${who} ${decision.count === 1 ? 'is' : 'are'} ${interval(decision.prewarmMs, decision.keepAliveMs)}.`,
    ...(decision.kind === 'keep-alive' ? [planInWords(saw) ?? []].flat() : []),
    ...(seen.length === 0 ? ['Saw nothing that it uses, and no forecast.'] : ['Saw, and no forecast:', ...seen]),
    ...prior(receipt),
    costs(receipt),
    ...(rejected.length === 0 ? [] : ['Not chosen, cheapest first:', ...rejected.map(alternative)]),
    `Limits that bound it: ${receipt.limits.length === 0 ? 'none' : receipt.limits.join(', ')}.`,
    `Prices: idle ${prices.idleUsdPerGbS} USD per GB-s at ${Number(prices.memoryMiB.toPrecision(4))} MiB; cold start ${prices.coldStartUsdPerS} USD per s of ${prices.coldStartMs} ms${factor(prices)}; pre-warm ${prices.preWarmShare} of ${prices.coldStartFactor === 1 ? 'it' : 'it before that'}.`,
    `Inputs sha256 ${receipt.inputsDigest}, seed ${receipt.seed}, backend ${receipt.backend}, isotherm ${receipt.version}.`,
  ];
  return lines.join('\n');
}

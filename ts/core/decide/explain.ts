/** A receipt in words. */
import type { Limits } from './limits.js';
import { type Alternative, type CostTerms, NO_START, type Receipt, type TickReceipt } from './receipt.js';

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

function seenWords(saw: Record<string, number>): string {
  const seen = Object.entries(saw).map(([name, value]) => seenValue(name, value));
  return seen.length === 0 ? 'nothing that it uses' : seen.join(', ');
}

function priceWords({
  idleUsdPerGbS,
  memoryMiB,
  coldStartUsdPerS,
  coldStartMs,
  preWarmShare,
}: Receipt['prices']): string {
  const memory = Number(memoryMiB.toPrecision(4));
  return `Prices: idle ${idleUsdPerGbS} USD per GB-s at ${memory} MiB; cold start ${coldStartUsdPerS} USD per s of ${coldStartMs} ms; pre-warm ${preWarmShare} of it.`;
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
export function explainReceipt(receipt: Receipt | TickReceipt): string {
  if ('kind' in receipt) return explainTick(receipt);
  const { decision, saw, rejected, prices } = receipt;
  const who =
    decision.kind === 'keep-alive' ? 'the instance released then' : `${decision.count} instances started then`;
  const lines = [
    `Receipt ${receipt.id}`,
    `Function ${decision.functionKey}, ${clock(decision.atMs)} of the trace (${decision.atMs} ms)`,
    `Decided by ${receipt.policy}: ${who} ${decision.count === 1 ? 'is' : 'are'} ${interval(decision.prewarmMs, decision.keepAliveMs)}.`,
    `Saw: ${seenWords(saw)}; no forecast.`,
    costs(receipt),
    ...(rejected.length === 0 ? [] : ['Not chosen, cheapest first:', ...rejected.map(alternative)]),
    `Limits that bound it: ${receipt.limits.length === 0 ? 'none' : receipt.limits.join(', ')}.`,
    priceWords(prices),
    `Inputs sha256 ${receipt.inputsDigest}, seed ${receipt.seed}, backend ${receipt.backend}, isotherm ${receipt.version}.`,
  ];
  return lines.join('\n');
}

const instances = (count: number): string => (count === 1 ? '1 instance' : `${count} instances`);

function forecastWords({ forecast }: TickReceipt): string {
  if (forecast === null) return 'Forecast: none yet, as no minute is known.';
  const { model, version, demotedFrom, nextTick, calls, lower, upper } = forecast;
  const wanted =
    demotedFrom === null || demotedFrom === 'auto'
      ? ''
      : ` in place of ${demotedFrom}, which is not trusted at present`;
  const figures = [calls, lower, upper].map((value) => Number(value.toPrecision(4)));
  return `Forecast by ${model} ${version}${wanted}: ${Number(nextTick.toPrecision(4))} calls until the next tick, ${figures[0]} in ten minutes (90 % interval ${figures[1]} to ${figures[2]}).`;
}

function limitWords({ minInstances, maxInstances, maxStep, maxRatePerMin, coolDownMs, paused }: Limits): string {
  const set = [
    ...(minInstances > 0 ? [`at least ${minInstances}`] : []),
    ...(maxInstances === null ? [] : [`at most ${maxInstances}`]),
    ...(maxStep === null ? [] : [`steps of ${maxStep}`]),
    ...(maxRatePerMin === null ? [] : [`${maxRatePerMin} changes a minute`]),
    ...(coolDownMs === 0 ? [] : [`not lowered for ${time(coolDownMs)}`]),
    ...(paused ? ['paused'] : []),
  ];
  return set.length === 0 ? 'none' : set.join(', ');
}

function poolWords({ alternatives, decision }: TickReceipt): string[] {
  if (alternatives.length === 0) return [];
  const lines = alternatives.map(({ name, instances: size, callsServed, idleUsd, coldStartUsd, objectiveUsd }) => {
    const worth = objectiveUsd <= 0 && coldStartUsd > 0 ? 'earns its place' : 'does not pay';
    const chosen = size === decision.poolInstances ? ' (chosen)' : '';
    return `  ${name}${chosen}: the last of them would serve ${Number(callsServed.toPrecision(3))} calls a tick, idle ${usd(idleUsd)}, spared cold starts ${usd(coldStartUsd)}: it ${worth}`;
  });
  return ['Sizes of the pool that the forecast was asked about:', ...lines];
}

function explainTick(receipt: TickReceipt): string {
  const { decision, previous, saw, limits } = receipt;
  const { prewarmMs, keepAliveMs, desiredInstances, starts } = decision;
  const before = previous === null ? 'the first decision' : `${previous.desiredInstances} before`;
  const lines = [
    `Receipt ${receipt.id}`,
    `Function ${receipt.functionKey}, tick ${receipt.tick}: ${clock(decision.atMs)} since the start of its clock (${decision.atMs} ms)`,
    `Decided: ${instances(desiredInstances)} (${before})${starts > 0 ? `, ${starts} of them started now` : ''}. Why: ${decision.reason}.`,
    prewarmMs === null
      ? 'No instance was released yet.'
      : `An instance that is released is ${interval(prewarmMs, keepAliveMs)}, as the last one.`,
    `Decided by ${receipt.policy}. Saw: ${seenWords(saw)}.`,
    forecastWords(receipt),
    ...poolWords(receipt),
    `Limits: ${limitWords(limits)}. Those that bound it: ${decision.bound.length === 0 ? 'none' : decision.bound.join(', ')}.`,
    priceWords(receipt.prices),
    `Inputs sha256 ${receipt.inputsDigest}, seed ${receipt.seed}, backend ${receipt.backend}, isotherm ${receipt.version}.`,
  ];
  return lines.join('\n');
}

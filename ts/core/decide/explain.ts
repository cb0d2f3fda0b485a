/** A receipt in words. */
import { type Alternative, type CostTerms, NO_START, type Receipt } from './receipt.js';

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

/** What `spes` calls its categories, in the numbers of its receipts. */
const CATEGORIES = ['unknown', 'always warm', 'regular', 'appro-regular', 'dense', 'successive', 'possible', 'pulsed'];

/** What was seen; a bin, or a minute, of -1 is none. */
function seenValue(name: string, value: number): string {
  if (name === 'category') return `category ${CATEGORIES[value] ?? value}`;
  if (name.endsWith('Minute') && value < 0) return `no ${name}`;
  return name.endsWith('Bin') && value < 0 ? `no ${name}` : `${name} ${Number(value.toPrecision(6))}`;
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
  const who =
    decision.kind === 'keep-alive' ? 'the instance released then' : `${decision.count} instances started then`;
  const seen = Object.entries(saw).map(([name, value]) => seenValue(name, value));
  const lines = [
    `Receipt ${receipt.id}`,
    `Function ${decision.functionKey}, ${clock(decision.atMs)} of the trace (${decision.atMs} ms)`,
    `Decided by ${receipt.policy}: ${who} ${decision.count === 1 ? 'is' : 'are'} ${interval(decision.prewarmMs, decision.keepAliveMs)}.`,
    `Saw: ${seen.length === 0 ? 'nothing that it uses' : seen.join(', ')}; no forecast.`,
    costs(receipt),
    ...(rejected.length === 0 ? [] : ['Not chosen, cheapest first:', ...rejected.map(alternative)]),
    `Limits that bound it: ${receipt.limits.length === 0 ? 'none' : receipt.limits.join(', ')}.`,
    `Prices: idle ${prices.idleUsdPerGbS} USD per GB-s at ${Number(prices.memoryMiB.toPrecision(4))} MiB; cold start ${prices.coldStartUsdPerS} USD per s of ${prices.coldStartMs} ms; pre-warm ${prices.preWarmShare} of it.`,
    `Inputs sha256 ${receipt.inputsDigest}, seed ${receipt.seed}, backend ${receipt.backend}, isotherm ${receipt.version}.`,
  ];
  return lines.join('\n');
}

/** A receipt in words. */
import { explainPlacement } from './explain-placement.js';
import { explainTick } from './explain-tick.js';
import { clock, grouped, interval, priceWords, priorWords, usd } from './explain-words.js';
import type { PlacementReceipt } from './placement/rolling/receipt.js';
import { type Alternative, type CostTerms, NO_START, type Receipt, type TickReceipt } from './receipt.js';
import { planInWords, seenInWords } from './seen-words.js';

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
    const over = idleTimesKnown === 1 ? 'one idle time' : `${grouped(idleTimesKnown)} idle times`;
    return `Mean cost per release over the ${over} known by then: ${terms(chosen)}`;
  }
  if (chosen === null) return 'No call was known yet that lacked an instance, so no costs could be compared.';
  const over = idleTimesKnown === 1 ? 'one time' : `${grouped(idleTimesKnown)} times`;
  return `Mean cost per instance over the ${over} known by then from a tick to the call that lacked one: ${terms(chosen)}`;
}

/**
 * Says in words what a receipt proves. `epochMs` is where the clock of a control plane begins, epoch ms, so that the time of its receipts gets a date.
 *
 * @example
 * explainReceipt(receipt).split('\n')[0]; // 'Receipt 1f0c…-hybrid-histogram-0'
 */
export function explainReceipt(receipt: Receipt | TickReceipt | PlacementReceipt, epochMs?: number): string {
  if ('kind' in receipt)
    return receipt.kind === 'placement' ? explainPlacement(receipt, epochMs) : explainTick(receipt, epochMs);
  const { decision, saw, rejected, prices } = receipt;
  const started =
    decision.count === 1 ? '1 instance started then' : `${grouped(decision.count)} instances started then`;
  const who = decision.kind === 'keep-alive' ? 'the instance released then' : started;
  const seen = Object.entries(saw).map(([name, value]) => `  ${seenInWords(name, value)}`);
  const lines = [
    `Receipt ${receipt.id}`,
    `Function ${decision.functionKey}, ${clock(decision.atMs)} of the trace (${grouped(decision.atMs)} ms)`,
    `Decided by ${receipt.policy}: ${who} ${decision.count === 1 ? 'is' : 'are'} ${interval(decision.prewarmMs, decision.keepAliveMs)}.`,
    ...(decision.kind === 'keep-alive' ? [planInWords(saw) ?? []].flat() : []),
    ...(seen.length === 0 ? ['Saw nothing that it uses, and no forecast.'] : ['Saw, and no forecast:', ...seen]),
    ...priorWords(receipt),
    costs(receipt),
    ...(rejected.length === 0 ? [] : ['Not chosen, cheapest first:', ...rejected.map(alternative)]),
    `Limits that bound it: ${receipt.limits.length === 0 ? 'none' : receipt.limits.join(', ')}.`,
    priceWords(prices),
    `Inputs sha256 ${receipt.inputsDigest}, seed ${receipt.seed}, backend ${receipt.backend}, isotherm ${receipt.version}.`,
  ];
  return lines.join('\n');
}

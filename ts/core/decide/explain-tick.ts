/** The receipt of a tick in words. */
import { grouped, interval, priceWords, priorWords, time, usd, when } from './explain-words.js';
import type { Limits } from './limits.js';
import { poolRefusal } from './pool-words.js';
import type { TickReceipt } from './receipt.js';
import { seenInWords } from './seen-words.js';

const instances = (count: number): string => (count === 1 ? '1 instance' : `${grouped(count)} instances`);

function forecastWords({ forecast }: TickReceipt): string {
  if (forecast === null) return 'Forecast: none yet, as no minute is known.';
  const { model, version, demotedFrom, nextTick, calls, lower, upper } = forecast;
  const wanted =
    demotedFrom === null || demotedFrom === 'auto'
      ? ''
      : ` in place of ${demotedFrom}, which is not trusted at present`;
  const figures = [calls, lower, upper].map((value) => grouped(value, 4));
  const range = lower < upper ? `90 % interval ${figures[1]} to ${figures[2]}` : 'its errors so far give no interval';
  return `Forecast by ${model} ${version}${wanted}: ${grouped(nextTick, 4)} calls until the next tick, ${figures[0]} in ten minutes (${range}).`;
}

function limitWords({ minInstances, maxInstances, maxStep, maxRatePerMin, coolDownMs, paused }: Limits): string {
  const set = [
    ...(minInstances > 0 ? [`at least ${grouped(minInstances)}`] : []),
    ...(maxInstances === null ? [] : [`at most ${grouped(maxInstances)}`]),
    ...(maxStep === null ? [] : [`steps of ${grouped(maxStep)}`]),
    ...(maxRatePerMin === null ? [] : [`${maxRatePerMin} changes a minute`]),
    ...(coolDownMs === 0 ? [] : [`not lowered for ${time(coolDownMs)}`]),
    ...(paused ? ['paused'] : []),
  ];
  return set.length === 0 ? 'none' : set.join(', ');
}

function poolWords({ alternatives, decision, saw }: TickReceipt): string[] {
  if (alternatives.length === 0) return [];
  const lines = alternatives.map(({ name, instances: size, callsServed, idleUsd, coldStartUsd, objectiveUsd }) => {
    const worth = objectiveUsd <= 0 && coldStartUsd > 0 ? 'earns its place' : 'does not pay';
    const chosen = size === decision.poolInstances ? ' (chosen)' : '';
    return `  ${name}${chosen}: the last of them would serve ${grouped(callsServed, 3)} calls a tick, idle ${usd(idleUsd)}, spared cold starts ${usd(coldStartUsd)}: it ${worth}`;
  });
  const refusal = poolRefusal(alternatives, decision.poolInstances, saw.poolScoreUsd ?? 0);
  return ['Sizes of the pool that the forecast was asked about:', ...lines, ...(refusal === '' ? [] : [refusal])];
}

function startWords({ startTime: { ms, from, measurements } }: TickReceipt): string {
  if (from === 'configured') return `A start takes ${grouped(ms)} ms, as configured.`;
  if (from === 'table')
    return `A start takes ${grouped(ms)} ms: a table's, as too few were measured or about as many took so long.`;
  return `A start takes ${grouped(ms)} ms: the median of ${grouped(measurements)} that ${measurements === 1 ? 'was' : 'were'} measured.`;
}

/** `epochMs`: where the receipt's clock begins, where that is known. */
export function explainTick(receipt: TickReceipt, epochMs?: number): string {
  const { decision, previous, saw, limits } = receipt;
  const { prewarmMs, keepAliveMs, desiredInstances, starts } = decision;
  const before = previous === null ? 'the first decision' : `${grouped(previous.desiredInstances)} before`;
  const lines = [
    `Receipt ${receipt.id}`,
    `Function ${receipt.functionKey}, tick ${receipt.tick}: ${when(decision.atMs, epochMs)}`,
    `Decided: ${instances(desiredInstances)} (${before})${starts > 0 ? `, ${grouped(starts)} of them started now` : ''}. Why: ${decision.reason}.`,
    prewarmMs === null
      ? 'No instance was released yet.'
      : `An instance that is released is ${interval(prewarmMs, keepAliveMs)}, as the last one.`,
    `Decided by ${receipt.policy}. Saw:`,
    ...Object.entries(saw).map(([name, value]) => `  ${seenInWords(name, value)}`),
    ...priorWords(receipt),
    forecastWords(receipt),
    ...poolWords(receipt),
    `Limits: ${limitWords(limits)}. Those that bound it: ${decision.bound.length === 0 ? 'none' : decision.bound.join(', ')}.`,
    priceWords(receipt.prices),
    startWords(receipt),
    `Inputs sha256 ${receipt.inputsDigest}, seed ${receipt.seed}, backend ${receipt.backend}, isotherm ${receipt.version}.`,
  ];
  return lines.join('\n');
}

/** The receipt of a tick in words. */
import { interval, priceWords, priorWords, time, usd, when } from './explain-words.js';
import type { Limits } from './limits.js';
import type { TickReceipt } from './receipt.js';
import { seenInWords } from './seen-words.js';

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

function startWords({ startTime: { ms, from, measurements } }: TickReceipt): string {
  if (from === 'configured') return `A start takes ${ms} ms, as configured.`;
  if (from === 'table')
    return `A start takes ${ms} ms: a table's, as too few were measured or about as many took so long.`;
  return `A start takes ${ms} ms: the median of ${measurements} that ${measurements === 1 ? 'was' : 'were'} measured.`;
}

/** `epochMs`: where the receipt's clock begins, where that is known. */
export function explainTick(receipt: TickReceipt, epochMs?: number): string {
  const { decision, previous, saw, limits } = receipt;
  const { prewarmMs, keepAliveMs, desiredInstances, starts } = decision;
  const before = previous === null ? 'the first decision' : `${previous.desiredInstances} before`;
  const lines = [
    `Receipt ${receipt.id}`,
    `Function ${receipt.functionKey}, tick ${receipt.tick}: ${when(decision.atMs, epochMs)}`,
    `Decided: ${instances(desiredInstances)} (${before})${starts > 0 ? `, ${starts} of them started now` : ''}. Why: ${decision.reason}.`,
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

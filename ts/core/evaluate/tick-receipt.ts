/** The receipt of a tick. */
import type { GovernedPolicy } from '../decide/governed-policy.js';
import { poolAlternatives } from '../decide/pool.js';
import type { ForecastSeen, StartTime, TickReceipt } from '../decide/receipt.js';
import type { FunctionForecast } from '../forecast/index.js';
import { ADAPTIVE_PRIOR, backendInfo, type PolicySpec, VERSION } from '../kernels/index.js';
import type { ControlSetting } from './control-model.js';

function seen(forecast: FunctionForecast): ForecastSeen {
  const { model, version, demotedFrom, blocksFromMs: fromMs } = forecast;
  const at = (values: Float64Array): number => values[0] ?? 0;
  return {
    model,
    version,
    nextTick: at(forecast.calls),
    fromMs,
    calls: at(forecast.blockCalls),
    lower: at(forecast.lower),
    upper: at(forecast.upper),
    demotedFrom,
  };
}

/** Of the last tick of `governed`, with the digest of everything that was fed and the start time that was in force. */
export function tickReceipt(
  setting: ControlSetting,
  spec: PolicySpec,
  tick: number,
  inputsDigest: string,
  startTime: StartTime,
  governed: GovernedPolicy,
): TickReceipt {
  const { counts, forecast, pool, previous } = governed.lastTick!;
  const { memoryMiB, prices } = setting;
  const learnt = governed.policy.seen();
  const named = 'prior' in spec ? { ...spec, prior: PRIOR_NAME } : spec;
  return {
    kind: 'tick',
    id: `${inputsDigest.slice(0, 16)}-${tick}`,
    functionKey: setting.functionKey,
    tick,
    decision: governed.decision!,
    previous:
      previous === null
        ? null
        : {
            atMs: previous.atMs,
            poolInstances: previous.poolInstances,
            desiredInstances: previous.desiredInstances,
            keepAliveMs: previous.keepAliveMs,
            prewarmMs: previous.prewarmMs,
          },
    policy: setting.policy,
    spec: named,
    inputsDigest,
    saw: {
      ...learnt,
      ...counts,
      meanBusyMs: governed.meanBusyMs,
      poolScoreUsd: governed.poolAccount.scoreUsd,
    },
    forecast: governed.forecast.history === undefined ? null : seen(forecast),
    alternatives: poolAlternatives(forecast.calls, governed.poolTerms, setting.pool, pool.instances),
    limits: governed.limits,
    prices: { ...prices, coldStartFactor: learnt.pricePressure ?? 1, coldStartMs: startTime.ms, memoryMiB },
    startTime,
    seed: setting.seed,
    backend: backendInfo().backend,
    version: VERSION,
  };
}

const PRIOR_NAME = {
  from: 'default',
  fittedOn: ADAPTIVE_PRIOR.card.data.title,
  sha256: ADAPTIVE_PRIOR.card.sha256,
} as const;

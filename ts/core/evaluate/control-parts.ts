/** What a control's setting makes of its parts. */
import type { GovernedPolicyOptions } from '../decide/governed-policy.js';
import { type NamedPolicy, policyByName } from '../decide/index.js';
import { ADAPTIVE_PRIOR, IsothermError, type PolicySpec } from '../kernels/index.js';
import { specOfFunction } from '../kernels/policy.js';
import { functionPrices } from '../kernels/pure/replay/bounds.js';
import type { ControlSetting } from './control-model.js';
import { takesPrior, withPrior } from './priors.js';

/** One for all functions. */
const PRIOR = Float64Array.from(ADAPTIVE_PRIOR.hazards);

/** The policy of a name as this function has it. Errors: `UNKNOWN_POLICY`, `BAD_ARGUMENT` for one that does not decide for one function. */
export function specFor(setting: ControlSetting, name: string): PolicySpec {
  const { coldStartMs, memoryMiB, prices, seed, stream } = setting;
  const { kind, spec }: NamedPolicy = policyByName(name, coldStartMs);
  if (kind !== 'fixed' && kind !== 'adaptive') {
    throw new IsothermError(
      'BAD_ARGUMENT',
      `policy ${name} cannot be run: it sees the future, or has one memory for all`,
    );
  }
  const begun = takesPrior(spec) ? withPrior(spec, PRIOR) : spec;
  return specOfFunction(begun as PolicySpec, {
    ...functionPrices({ ...prices, coldStartMs }, memoryMiB),
    seed,
    stream,
  });
}

/** Everything that two equal controls have in common, in one order of names. */
export function settingText(setting: ControlSetting): string {
  const { prices, pool } = setting;
  return JSON.stringify([
    setting.functionKey,
    setting.memoryMiB,
    [setting.coldStartMs, setting.coldStartFrom, setting.coldStartMeasurements],
    setting.tickMs,
    setting.firstTick,
    setting.policy,
    setting.compared,
    [prices.idleUsdPerGbS, prices.coldStartUsdPerS, prices.preWarmShare],
    setting.model,
    setting.horizonMs,
    [pool.minInstances, pool.maxInstances, pool.buffer],
    [setting.seed, setting.stream],
    ADAPTIVE_PRIOR.card.sha256,
  ]);
}

/** How its calls are replayed. */
export function replayOptions({ coldStartMs, tickMs, firstTick }: ControlSetting) {
  return { coldStartMs, tickMs, firstTickMs: firstTick * tickMs };
}

/** What its policy is governed by. */
export function governedOptions(setting: ControlSetting): GovernedPolicyOptions {
  const { tickMs, firstTick, horizonMs, pool, prices, coldStartMs, memoryMiB } = setting;
  const priced = functionPrices({ ...prices, coldStartMs }, memoryMiB);
  return { tickMs, firstTickMs: firstTick * tickMs, horizonMs, prices: priced, pool };
}

/** From what was tried to what is advised: the price, each function's setting, and the sums. */
import { SETTING_KINDS, type SettingKind } from '../../decide/advise/setting.js';
import { type BillModel, MONTH_MS } from '../../decide/index.js';
import { likewise } from './candidates.js';
import { type AdviceGoal, cheapest, kneeOf, type Tried } from './choice.js';
import type { FrontierPoint, SettingTotals } from './model.js';
import { billed, type Figures } from './runs.js';
import type { Trial } from './trial.js';

/** What a function came to under one choice, made on one part and judged on another. */
export interface Chosen {
  choose: Tried;
  judge: Tried;
}

/** Of some kinds the cheapest on the part that chooses, and the same setting on the part that judges. */
function chosenAt(trial: Trial, price: number, prices: readonly number[], kinds: readonly SettingKind[]): Chosen {
  const choose = cheapest(trial.choose[price]!, prices[price]!, kinds);
  const judged = trial.judge[price]!;
  const candidate = likewise(
    judged.map((one) => one.candidate),
    choose.candidate,
  );
  return { choose, judge: judged.find((one) => one.candidate === candidate)! };
}

const isWithin = ({ calls, latencyP99Ms }: Figures, ms: number): boolean => calls === 0 || latencyP99Ms <= ms;

/** The lowest price at which a function's P99 is within the target; the lowest of all where none is: nothing helps there. */
function priceForP99(trial: Trial, prices: readonly number[], ms: number): number {
  const found = prices.findIndex((_, price) =>
    isWithin(chosenAt(trial, price, prices, SETTING_KINDS).choose.figures, ms),
  );
  return Math.max(0, found);
}

/** How a part is billed. */
export interface Account {
  model: BillModel;
  periodMs: number;
}

/** Sums over functions of one account. */
export function totalsOf(all: readonly Tried[], { model, periodMs }: Account): SettingTotals {
  let calls = 0;
  let coldStarts = 0;
  let spillCalls = 0;
  let preWarms = 0;
  let waitMs = 0;
  let p99 = 0;
  let functionsReady = 0;
  let functionsColdP99 = 0;
  for (const { candidate, figures: own } of all) {
    calls += own.calls;
    coldStarts += own.coldStarts;
    spillCalls += own.spillCalls;
    preWarms += own.preWarms;
    waitMs += own.waitMs;
    if (own.calls > 0) p99 += own.calls * own.latencyP99Ms;
    if (candidate.setting.kind !== 'on-demand') functionsReady++;
    if (own.coldStarts > 0.01 * own.calls) functionsColdP99++;
  }
  const quantities = all.map((one) => one.quantities);
  const usd = billed(quantities, model, periodMs).reduce((sum, line) => sum + line.usd, 0);
  return {
    usd,
    usdPerMonth: (usd * MONTH_MS) / periodMs,
    calls,
    coldStarts,
    spillCalls,
    preWarms,
    meanWaitMs: calls > 0 ? waitMs / calls : 0,
    p99Ms: calls > 0 ? p99 / calls : 0,
    functionsReady,
    functionsColdP99,
  };
}

/** Each function's price, by number in `prices`; null at `fleet` where they differ. */
export interface PriceChoice {
  fleet: number | null;
  ofFunction: (f: number) => number;
}

export function choosePrice(
  trials: readonly Trial[],
  prices: readonly number[],
  goal: AdviceGoal,
  account: Account,
): PriceChoice {
  const same = (fleet: number): PriceChoice => ({ fleet, ofFunction: () => fleet });
  if (goal.kind === 'price') return same(prices.indexOf(goal.coldStartUsdPerS));
  if (goal.kind === 'p99') {
    const own = trials.map((trial) => priceForP99(trial, prices, goal.ms));
    return { fleet: null, ofFunction: (f) => own[f]! };
  }
  const sums = prices.map((_, price) =>
    totalsOf(
      trials.map((trial) => chosenAt(trial, price, prices, SETTING_KINDS).choose),
      account,
    ),
  );
  if (goal.kind === 'cold-rate') {
    const found = sums.findIndex(({ coldStarts, calls }) => coldStarts <= goal.most * calls);
    return same(found < 0 ? prices.length - 1 : found);
  }
  return same(
    kneeOf(
      sums.map(({ usd }) => usd),
      sums.map(({ meanWaitMs }) => meanWaitMs),
    ),
  );
}

/** Every function's choice among some kinds. */
export const chosenOf = (
  trials: readonly Trial[],
  prices: readonly number[],
  choice: PriceChoice,
  kinds: readonly SettingKind[] = SETTING_KINDS,
): Chosen[] => trials.map((trial, f) => chosenAt(trial, choice.ofFunction(f), prices, kinds));

/** The judged points at every price. */
export function frontierOf(
  trials: readonly Trial[],
  prices: readonly number[],
  choice: PriceChoice,
  account: Account,
): FrontierPoint[] {
  return prices.map((coldStartUsdPerS, price) => {
    const judged = trials.map((trial) => chosenAt(trial, price, prices, SETTING_KINDS).judge);
    const { usd, coldStarts, meanWaitMs } = totalsOf(judged, account);
    return { coldStartUsdPerS, usd, coldStarts, meanWaitMs, isAdvised: choice.fleet === price };
  });
}

/** Whether the goal is reached by these figures; null where it has no target. */
export function isReached(goal: AdviceGoal, figures: readonly Figures[]): boolean | null {
  if (goal.kind === 'p99') return figures.every((own) => isWithin(own, goal.ms));
  if (goal.kind !== 'cold-rate') return null;
  const calls = figures.reduce((sum, own) => sum + own.calls, 0);
  return figures.reduce((sum, own) => sum + own.coldStarts, 0) <= goal.most * calls;
}

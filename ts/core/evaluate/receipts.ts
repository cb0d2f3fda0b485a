/** Receipts of a replay: one for each decision about one function. */
import { type FunctionPrices, IdleCosts } from '../decide/idle-costs.js';
import {
  type Alternative,
  type CostTerms,
  type Decision,
  type NamedPolicy,
  policyByName,
  type Receipt,
} from '../decide/index.js';
import { NO_START } from '../decide/receipt.js';
import { Shortfalls } from '../decide/shortfalls.js';
import {
  backendInfo,
  type Counts,
  IsothermError,
  keepAliveWindow,
  type PolicySpec,
  PolicyStepper,
  type Start,
  VERSION,
  type WarmInterval,
} from '../kernels/index.js';
import type { Trace } from '../trace/index.js';
import { functionNumber, type Watcher, walkFunction } from './function-replay.js';
import { functionSpec, planOf, priorName, type ReplayOptions, type ReplayPlan, replayPlan } from './replay.js';

/** Windows that every decision is compared with. */
const COMPARED = ['fixed-0min', 'fixed-1min', 'fixed-10min', 'fixed-60min', 'infinite'];

/** The best window over the idle times known so far is found anew when their number has grown by this share. */
const REFRESH_SHARE = 0.1;

/** So is it when the price of a cold start that it is cheapest at has moved by this share. */
const REPRICE_SHARE = 0.1;

/** For how long an instance that a tick starts could have been kept instead. */
const STARTED_MIN = [1, 10, 60];

const byCost = (all: Alternative[]): Alternative[] => all.sort((a, b) => a.terms.objectiveUsd - b.terms.objectiveUsd);

const forEver = (keepAliveMs: number): number | null => (keepAliveMs === Number.POSITIVE_INFINITY ? null : keepAliveMs);

/** Collects the receipts of one policy on one function, as its decisions are made. */
class ReceiptBook implements Watcher {
  /** Those not taken yet. */
  readonly made: Receipt[] = [];
  #trace: Trace;
  #f: number;
  #policy: NamedPolicy;
  #stepper: PolicyStepper;
  #plan: ReplayPlan;
  #prices: FunctionPrices;
  /** Over idle times: what a release's interval is measured by. */
  #costs = new IdleCosts();
  /** Over times from a tick to the call that lacked an instance: what a start's interval is measured by. */
  #startCosts = new IdleCosts();
  #shortfalls = new Shortfalls();
  #compared: { name: string; keepAliveMs: number }[];
  #lastReleaseMs = Number.NaN;
  #written = 0;
  #best = { idleTimes: 0, coldStartUsd: 0, keepAliveMs: 0 };

  constructor(trace: Trace, f: number, policy: NamedPolicy, stepper: PolicyStepper, plan: ReplayPlan) {
    this.#trace = trace;
    this.#f = f;
    this.#policy = policy;
    this.#stepper = stepper;
    this.#plan = plan;
    const { coldStartMs, idleUsdPerGbS, coldStartUsdPerS, preWarmShare } = plan.settings;
    const coldStartUsd = (coldStartUsdPerS * coldStartMs) / 1000;
    const idleUsdPerMs = (trace.functions.memoryMiB[f]! / 1024 / 1000) * idleUsdPerGbS;
    this.#prices = { idleUsdPerMs, coldStartUsd, preWarmUsd: coldStartUsd * preWarmShare };
    this.#compared = COMPARED.map((name) => {
      const { spec } = policyByName(name, coldStartMs);
      return { name, keepAliveMs: spec.kind === 'window' ? spec.keepAliveMs : 0 };
    });
  }

  /** What the policy multiplies the price of a cold start by now, to meet its target. */
  get #coldStartFactor(): number {
    return this.#stepper.seen().pricePressure ?? 1;
  }

  /** What the policy decides at. */
  get #pricesNow(): FunctionPrices {
    return { ...this.#prices, coldStartUsd: this.#prices.coldStartUsd * this.#coldStartFactor };
  }

  arrived(atMs: number, _untilMs: number, busy: number): void {
    if (!Number.isNaN(this.#lastReleaseMs)) this.#costs.add(atMs - this.#lastReleaseMs);
    this.#shortfalls.arrived(atMs, busy, (ms) => this.#startCosts.add(ms));
  }

  released(atMs: number, { prewarmMs, keepAliveMs }: WarmInterval): void {
    this.#lastReleaseMs = atMs;
    const decision = { kind: 'keep-alive' as const, count: 1, prewarmMs, keepAliveMs: forEver(keepAliveMs) };
    const prices = this.#pricesNow;
    const chosen = this.#costs.terms(prewarmMs, keepAliveMs, prices);
    this.#record(atMs, decision, {}, this.#costs, chosen, this.#rejected(prewarmMs, keepAliveMs, prices));
  }

  ticked(nowMs: number, counts: Counts, starts: readonly Start[]): void {
    const prices = this.#pricesNow;
    for (const { count, prewarmMs, keepAliveMs } of starts) {
      const decision = { kind: 'start' as const, count, prewarmMs, keepAliveMs: forEver(keepAliveMs) };
      const chosen = this.#startCosts.terms(prewarmMs, keepAliveMs, prices);
      const rejected = this.#notStarted(prewarmMs, keepAliveMs, prices);
      this.#record(nowMs, decision, { ...counts }, this.#startCosts, chosen, rejected);
    }
    this.#shortfalls.ticked(nowMs, counts.busy + counts.warmIdle + counts.pending);
  }

  /** The same instance for other times, and none. */
  #notStarted(prewarmMs: number, keepAliveMs: number, prices: FunctionPrices): Receipt['rejected'] {
    if (this.#startCosts.gapsMs.length === 0) return [];
    const { coldStartUsd } = prices;
    const terms = { idleUsd: 0, coldStartUsd, preWarmUsd: 0, objectiveUsd: coldStartUsd };
    const others = STARTED_MIN.filter((minutes) => minutes * 60_000 !== keepAliveMs).map((minutes) => {
      const keptMs = minutes * 60_000;
      return {
        name: `kept ${minutes} min`,
        prewarmMs,
        keepAliveMs: keptMs,
        terms: this.#startCosts.terms(prewarmMs, keptMs, prices)!,
      };
    });
    return byCost([{ name: NO_START, prewarmMs: 0, keepAliveMs: 0, terms }, ...others]);
  }

  #rejected(prewarmMs: number, keepAliveMs: number, prices: FunctionPrices): Receipt['rejected'] {
    const candidates = [...this.#compared, ...this.#cheapestSoFar(prices)];
    const others = candidates
      .filter((one) => prewarmMs !== 0 || one.keepAliveMs !== keepAliveMs)
      .flatMap(({ name, keepAliveMs: other }) => {
        const terms = this.#costs.terms(0, other, prices);
        return terms === null ? [] : [{ name, prewarmMs: 0, keepAliveMs: forEver(other), terms }];
      });
    return byCost(others);
  }

  #cheapestSoFar({ idleUsdPerMs, coldStartUsd }: FunctionPrices): { name: string; keepAliveMs: number }[] {
    const { gapsMs } = this.#costs;
    if (gapsMs.length === 0) return [];
    const known = this.#best;
    const isStale =
      gapsMs.length > known.idleTimes * (1 + REFRESH_SHARE) ||
      Math.abs(coldStartUsd - known.coldStartUsd) > known.coldStartUsd * REPRICE_SHARE;
    if (isStale) {
      const { keepAliveMs } = keepAliveWindow(gapsMs, { idleUsdPerMs, coldStartUsd });
      this.#best = { idleTimes: gapsMs.length, coldStartUsd, keepAliveMs };
    }
    const { idleTimes, keepAliveMs } = this.#best;
    return [{ name: `cheapest window over the first ${idleTimes} idle times`, keepAliveMs }];
  }

  #spec(): Receipt['spec'] {
    const { spec } = this.#stepper;
    return 'prior' in spec ? { ...spec, prior: priorName(this.#trace, this.#f, this.#plan) } : spec;
  }

  #record(
    atMs: number,
    decision: Omit<Decision, 'functionKey' | 'atMs'>,
    told: Record<string, number>,
    costs: IdleCosts,
    chosen: CostTerms | null,
    rejected: Receipt['rejected'],
  ): void {
    const { settings, prices, about } = this.#plan;
    const { keys, memoryMiB } = this.#trace.functions;
    this.made.push({
      id: `${about.digest.slice(0, 8)}-${this.#f}-${this.#policy.name}-${this.#written++}`,
      decision: { functionKey: keys[this.#f]!, atMs, ...decision },
      policy: this.#policy.name,
      spec: this.#spec(),
      inputsDigest: about.digest,
      saw: { ...this.#stepper.seen(), ...told },
      forecast: null,
      idleTimesKnown: costs.gapsMs.length,
      chosen,
      rejected,
      limits: [],
      prices: {
        ...prices,
        coldStartFactor: this.#coldStartFactor,
        coldStartMs: settings.coldStartMs,
        memoryMiB: memoryMiB[this.#f]!,
      },
      seed: settings.seed,
      backend: backendInfo().backend,
      version: VERSION,
    });
  }
}

/**
 * Replays one function and gives a receipt for each decision: every release, and every tick that starts instances; in their
 * order, policy after policy.
 *
 * The policies are stepped by handle on the backend in use. References that see the future decide nothing and have no receipts.
 *
 * Errors: `UNKNOWN_FUNCTION`, `UNKNOWN_POLICY`, `BAD_ARGUMENT` when none of the policies decides anything.
 * Complexity: O(decisions x intervals seen); memory O(idle times of the function).
 *
 * @example
 * for (const receipt of receipts(trace, 'app/function', { policies: ['hybrid-histogram'] })) console.log(receipt.id);
 */
export function receipts(trace: Trace, functionKey: string, options: ReplayOptions = {}): Generator<Receipt, void> {
  const f = functionNumber(trace, functionKey);
  const plan = planOf(replayPlan(options), trace, f);
  const deciding = plan.policies.filter(({ kind }) => kind === 'fixed' || kind === 'adaptive');
  if (deciding.length === 0) {
    throw new IsothermError(
      'BAD_ARGUMENT',
      'none of the policies decides anything for one function: they see the future, or have one memory for all',
    );
  }
  return receiptsOf(trace, f, deciding, plan);
}

function* receiptsOf(trace: Trace, f: number, deciding: NamedPolicy[], plan: ReplayPlan): Generator<Receipt, void> {
  for (const policy of deciding) {
    using stepper = PolicyStepper.create(functionSpec(trace, f, plan, policy.spec as PolicySpec));
    const book = new ReceiptBook(trace, f, policy, stepper, plan);
    for (const _ of walkFunction(trace, f, stepper, plan, book)) yield* book.made.splice(0);
    yield* book.made.splice(0);
  }
}

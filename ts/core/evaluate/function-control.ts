/** One function under control: ours and what it is compared with, stepped tick by tick. */
import type { FootprintPlace } from '../decide/bill/energy/footprint.js';
import { areSamePrices, GovernedPolicy } from '../decide/governed-policy.js';
import { checkLimits } from '../decide/limits.js';
import type { LiveDecision } from '../decide/live-decision.js';
import type { StartTime, TickReceipt } from '../decide/receipt.js';
import {
  type FunctionForecast,
  forecastModel,
  TrustedForecast,
  type TrustedForecastOptions,
} from '../forecast/index.js';
import { type Counts, IsothermError, type PolicySpec, PolicyStepper } from '../kernels/index.js';
import { checkSettings } from '../kernels/pure/replay/settings.js';
import { readState, type StateReader, StateWriter } from '../kernels/pure/state.js';
import type { ControlSetting, ControlTotals, ReportedCalls, Savings, TickInput, TickResult } from './control-model.js';
import { governedOptions, replayOptions, settingText, specFor } from './control-parts.js';
import { InputChain } from './input-chain.js';
import { LiveReplay } from './live-replay.js';
import { type CarbonRates, savingsOf } from './savings.js';
import { StartEstimate } from './start-estimate.js';
import { checkInput, onTime } from './tick-input.js';
import { tickReceipt } from './tick-receipt.js';

const VERSION = 2;
const DIGEST = 32;
const SETTING_DIGEST = 16;
/** So many ticks are beyond any clock. */
const MOST_TICK = 2 ** 40;

const NO_CALLS: TickInput = { startMs: new Float64Array(0), durationMs: new Uint32Array(0) };

/** Of a setting, what holds for ever: time, names and draws go on. */
const FIXED = ['functionKey', 'tickMs', 'firstTick', 'compared', 'seed', 'stream'] as const;

/** Errors: `OUT_OF_RANGE`, `NOT_FINITE`. */
function checkPrices({ prices, coldStartMs, tickMs, seed }: ControlSetting): void {
  checkSettings({ ...prices, coldStartMs, tickMs, seed });
}

const firstStart = ({ coldStartMs, coldStartFrom, coldStartMeasurements }: ControlSetting): StartTime => ({
  ms: coldStartMs,
  from: coldStartFrom,
  measurements: coldStartMeasurements,
});

const sameStart = (a: StartTime, b: StartTime): boolean =>
  a.ms === b.ms && a.from === b.from && a.measurements === b.measurements;

/** Ours and what it is compared with. */
interface Parts {
  ours: LiveReplay<GovernedPolicy>;
  compared: LiveReplay<PolicyStepper>;
}

/**
 * The state of the control loop for one function: `GovernedPolicy` replayed live, and beside it the policy that it is compared with. Fed the calls of
 * each tick it decides, gives a receipt where the decision is another one, and keeps account.
 *
 * What comes out follows from the setting and what was fed alone, to the last bit, on every backend; `recompute` proves it. Errors: `TIME_ORDER` (a tick
 * that is not the next one, calls out of order), `OUT_OF_RANGE`, `BAD_LENGTH`, `UNKNOWN_POLICY`, `MODEL_UNAVAILABLE`, `BAD_ARGUMENT`, `BAD_STATE` (load). A
 * refused tick changes nothing. O(calls) a tick, and what forecast and pool take.
 *
 * @example
 * const control = new FunctionControl({ ...CONTROL_DEFAULTS, functionKey: 'shop/cart', memoryMiB: 256 });
 * control.tick(0);
 * const { decision } = control.tick(1, { startMs: Float64Array.of(12_000), durationMs: Uint32Array.of(800) });
 * decision?.desiredInstances; // 1
 */
export class FunctionControl {
  #setting: ControlSetting;
  #start: StartEstimate;
  #spec: PolicySpec;
  #ours: LiveReplay<GovernedPolicy>;
  #compared: LiveReplay<PolicyStepper>;
  #settingDigest: Uint8Array;
  #chain: InputChain;
  #nextTick: number;
  #firstMissing: number | null = null;
  #missingTicks = 0;
  #reported: ReportedCalls = { calls: 0, coldStarts: 0, waitMs: 0 };
  #reportedStartMs = 0;

  /** A fresh one; `load` makes one of a `state`. */
  constructor(setting: ControlSetting, state: Uint8Array | null = null) {
    const { firstTick } = setting;
    checkPrices(setting);
    if (!Number.isSafeInteger(firstTick) || firstTick < 0 || firstTick > MOST_TICK) {
      throw new IsothermError('OUT_OF_RANGE', `firstTick is ${firstTick}, expected a whole number in 0..=${MOST_TICK}`);
    }
    this.#setting = setting;
    this.#start = new StartEstimate(firstStart(setting));
    this.#spec = specFor(setting, setting.policy);
    this.#chain = InputChain.of(settingText(setting));
    this.#settingDigest = this.#chain.bytes.subarray(0, SETTING_DIGEST);
    this.#nextTick = firstTick;
    const parts = state === null ? this.#begin() : readState('control', state, (from) => this.#restore(from));
    this.#ours = parts.ours;
    this.#compared = parts.compared;
  }

  /** What it is made of: what it began with, or was given since. */
  get setting(): ControlSetting {
    return this.#setting;
  }

  /** What its policy is made of, at the start time in force. */
  get spec(): PolicySpec {
    return this.#spec;
  }

  /** How long starts take from now on. */
  get startTime(): StartTime {
    return this.#start.inForce;
  }

  /** Number of the tick that comes next. */
  get nextTick(): number {
    return this.#nextTick;
  }

  /** What holds; null before the first tick that was seen. */
  get decision(): LiveDecision | null {
    return this.#ours.policy.decision;
  }

  /** Instances as they would be. */
  get counts(): Counts {
    return this.#ours.counts();
  }

  /** What is expected from now on, in ticks up to the horizon. */
  get forecast(): FunctionForecast {
    const { horizonMs, tickMs } = this.setting;
    return this.trusted.forecast(this.#ours.nowMs, Math.ceil(horizonMs / tickMs), tickMs);
  }

  /** Calls that were expected, when the last tick was made, until the next one; NaN where no tick was seen since it was made or loaded. */
  get expectedCalls(): number {
    return this.#ours.policy.lastTick?.forecast.calls[0] ?? Number.NaN;
  }

  /** The forecaster: to be looked at, not to be fed. */
  get trusted(): TrustedForecast {
    return this.#ours.policy.forecast;
  }

  /** The next tick: its number, and what was seen of the time since the one before. Without `input` nothing was called. */
  tick(tick: number, input: TickInput = NO_CALLS): TickResult {
    this.#isNext(tick);
    const { tickMs } = this.setting;
    const fromMs = (tick - 1) * tickMs;
    const untilMs = tick * tickMs;
    checkInput(tick, fromMs, untilMs, input);
    if (input.limits !== undefined) checkLimits(input.limits);
    if (input.setting !== undefined) this.#settle(tick, input.setting);
    const governed = this.#ours.policy;
    if (input.limits !== undefined) governed.limits = input.limits;
    if (input.isMissing !== true) this.#endGap(tick);
    this.#chain.fed(tick, input);
    this.#report(input.reported);
    // Calls of a tick that is not all known say nothing of the time before them.
    if (input.isMissing === true && input.startMs.length > 0) this.#stand(fromMs);
    const { startMs, late } = onTime(input.startMs, fromMs);
    this.#ours.feed(startMs, input.durationMs);
    this.#compared.feed(startMs, input.durationMs);
    if (input.isMissing === true) {
      this.#miss(tick);
      return { ...this.#held('missing data'), late, startChange: this.#measure(input) };
    }
    governed.mayChange = input.mayChange ?? true;
    this.#ours.advance(untilMs);
    this.#compared.advance(untilMs);
    this.#nextTick = tick + 1;
    const { isNew, isChanged, bound } = governed.lastTick!;
    const isRefused = bound.includes('maxRatePerMin');
    if (isRefused) this.#chain.refused(tick);
    const receipt = isNew ? this.#receipt(tick) : null;
    return {
      decision: governed.decision,
      receipt,
      isChanged,
      isRefused,
      hold: governed.limits.paused ? 'paused' : null,
      late,
      events: governed.takeEvents(),
      startChange: this.#measure(input),
    };
  }

  /** All ticks up to `lastTick` were missed: the same as one by one, in one step as soon as no call runs. */
  miss(lastTick: number): TickResult {
    if (!Number.isSafeInteger(lastTick) || lastTick < this.#nextTick || lastTick > MOST_TICK) {
      throw new IsothermError('TIME_ORDER', `tick ${lastTick} is missed, expected ${this.#nextTick} or later`);
    }
    while (this.#nextTick < lastTick && this.#isBusy()) this.#miss(this.#nextTick);
    this.#miss(lastTick);
    return this.#held('missing data');
  }

  totals(): ControlTotals {
    const { tickMs, firstTick } = this.setting;
    return {
      ours: this.#ours.totals(),
      compared: this.#compared.totals(),
      reported: this.#reported,
      reportedStartMs: this.#reportedStartMs,
      busyMs: this.#ours.busyMs,
      missingTicks: this.#missingTicks,
      observedMs: (this.#nextTick - firstTick - this.#missingTicks) * tickMs,
    };
  }

  /** Ours beside the comparison, up to now, valued at its setting or at another one; grams of CO2e where it is told a place, or its rates by who asks often. */
  savings(carbon?: FootprintPlace | CarbonRates, setting: ControlSetting = this.setting): Savings {
    return savingsOf(setting, this.totals(), carbon);
  }

  /** Everything as bytes: equal for equal pasts, however often saved and loaded, on every backend. */
  save(): Uint8Array {
    const out = new StateWriter();
    out.u8(VERSION);
    out.raw(this.#settingDigest);
    out.raw(this.#chain.bytes);
    out.whole(this.#nextTick);
    out.whole(this.#firstMissing === null ? 0 : this.#firstMissing + 1);
    out.whole(this.#missingTicks);
    out.whole(this.#reported.calls);
    out.whole(this.#reported.coldStarts);
    out.f64(this.#reported.waitMs);
    out.whole(this.#reportedStartMs);
    this.#start.save(out);
    out.part(this.#ours.save());
    out.part(this.#compared.save());
    return out.finish();
  }

  /** What was saved as `state` under the same setting. Errors: `BAD_STATE`, also under another setting. */
  static load(setting: ControlSetting, state: Uint8Array): FunctionControl {
    return new FunctionControl(setting, state);
  }

  close(): void {
    this.#ours.policy.close();
    this.#compared.policy.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #begin(): Parts {
    const { setting } = this;
    const options = replayOptions(setting);
    const compared = specFor(setting, setting.compared);
    const model = setting.model as TrustedForecastOptions['model'];
    const forecast = new TrustedForecast({ model, phase: setting.stream });
    return together(
      PolicyStepper.create(this.#spec),
      (policy) => new LiveReplay(new GovernedPolicy(policy, forecast, governedOptions(setting)), options),
      () => new LiveReplay(PolicyStepper.create(compared), options),
    );
  }

  /** Errors: `BAD_STATE`. */
  #restore(from: StateReader): Parts {
    const { setting } = this;
    const bad = (sentence: string): IsothermError => new IsothermError('BAD_STATE', `control state ${sentence}`);
    const version = from.u8();
    if (version !== VERSION) throw bad(`is of version ${version}, expected ${VERSION}`);
    const digest = from.raw(SETTING_DIGEST);
    if (this.#settingDigest.some((byte, i) => byte !== digest[i])) throw bad('was saved under another setting');
    this.#chain = InputChain.at(from.raw(DIGEST));
    this.#nextTick = from.whole(MOST_TICK + 1);
    const firstMissing = from.whole(MOST_TICK);
    this.#firstMissing = firstMissing === 0 ? null : firstMissing - 1;
    this.#missingTicks = from.whole(MOST_TICK);
    this.#reported = { calls: from.whole(), coldStarts: from.whole(), waitMs: from.amount() };
    this.#reportedStartMs = from.whole();
    this.#start = StartEstimate.load(from);
    const inForce = this.#inForce();
    this.#spec = specFor(inForce, setting.policy);
    const nowMs = (this.#nextTick - 1) * setting.tickMs;
    if (this.#nextTick < setting.firstTick) throw bad('is from before its first tick');
    const options = replayOptions(inForce);
    const theirs = specFor(inForce, setting.compared);
    const parts = [from.part(), from.part()] as const;
    const ours = LiveReplay.load(
      parts[0],
      (bytes) => GovernedPolicy.load(this.#spec, bytes, governedOptions(inForce)),
      options,
    );
    return together(
      ours.policy,
      () => ours,
      () => {
        const compared = LiveReplay.load(parts[1], (bytes) => PolicyStepper.load(theirs, bytes), options);
        const isTold = ours.policy.decision !== null || this.#missingTicks > 0;
        if (ours.nowMs === nowMs && compared.nowMs === nowMs && (!isTold || ours.policy.nowMs === nowMs))
          return compared;
        compared.policy.close();
        throw bad('has parts of different times');
      },
    );
  }

  #isNext(tick: number): void {
    if (tick === this.#nextTick) return;
    throw new IsothermError(
      'TIME_ORDER',
      `tick ${tick} came, expected ${this.#nextTick}: none is left out or comes again`,
    );
  }

  #report(reported: ReportedCalls | undefined): void {
    if (reported === undefined) return;
    const { calls, coldStarts, waitMs } = this.#reported;
    this.#reported = {
      calls: calls + reported.calls,
      coldStarts: coldStarts + reported.coldStarts,
      waitMs: waitMs + reported.waitMs,
    };
    this.#reportedStartMs += reported.coldStarts * this.#start.inForce.ms;
  }

  /** The setting, at the start time in force. */
  #inForce(): ControlSetting {
    return { ...this.setting, coldStartMs: this.#start.inForce.ms };
  }

  /** Starts that were measured; the time that is in force from now on, where it is another. */
  #measure({ measuredStartsMs }: TickInput): TickResult['startChange'] {
    const before = this.#start.inForce;
    if (measuredStartsMs === undefined || !this.#start.observe(measuredStartsMs)) return null;
    const inForce = this.#inForce();
    this.#spec = specFor(inForce, inForce.policy);
    this.#ours.policy.reprice(this.#spec, governedOptions(inForce).prices);
    this.#compared.policy.reprice(specFor(inForce, inForce.compared));
    this.#ours.coldStartMs = inForce.coldStartMs;
    this.#compared.coldStartMs = inForce.coldStartMs;
    return { before, now: this.#start.inForce };
  }

  /** Errors: `BAD_ARGUMENT` for what cannot change, and those of the parts; nothing has changed then. */
  #settle(tick: number, setting: ControlSetting): void {
    const before = this.#setting;
    for (const name of FIXED) {
      if (setting[name] === before[name]) continue;
      throw new IsothermError('BAD_ARGUMENT', `${name} becomes ${setting[name]}, expected it to stay ${before[name]}`);
    }
    checkPrices(setting);
    const first = firstStart(setting);
    const isFirst = sameStart(first, firstStart(before));
    const start = isFirst ? this.#start : new StartEstimate(first);
    const inForce = { ...setting, coldStartMs: start.inForce.ms };
    const spec = specFor(inForce, setting.policy);
    const ours = this.#ours.policy;
    const model = setting.model as TrustedForecastOptions['model'];
    if (model !== 'auto') forecastModel(model);
    const options = governedOptions(inForce);
    const isRepriced = !areSamePrices(options.prices, governedOptions(this.#inForce()).prices);
    ours.settle(spec, options, setting.policy !== before.policy);
    ours.forecast.want(model);
    // Its plans would be made anew.
    if (isRepriced) this.#compared.policy.reprice(specFor(inForce, setting.compared));
    if (!isFirst) {
      this.#ours.coldStartMs = inForce.coldStartMs;
      this.#compared.coldStartMs = inForce.coldStartMs;
    }
    this.#start = start;
    this.#spec = spec;
    this.#setting = setting;
    const text = settingText(setting);
    this.#settingDigest = InputChain.of(text).bytes.subarray(0, SETTING_DIGEST);
    this.#chain.settled(tick, text);
  }

  #miss(lastTick: number): void {
    const { tickMs } = this.setting;
    const untilMs = lastTick * tickMs;
    this.#firstMissing ??= this.#nextTick;
    this.#missingTicks += lastTick + 1 - this.#nextTick;
    this.#stand(untilMs);
    this.#nextTick = lastTick + 1;
  }

  #stand(untilMs: number): void {
    this.#ours.stand(untilMs);
    this.#compared.stand(untilMs);
  }

  #isBusy(): boolean {
    return this.#ours.counts().busy > 0 || this.#compared.counts().busy > 0;
  }

  #endGap(tick: number): void {
    if (this.#firstMissing === null) return;
    this.#chain.missed(this.#firstMissing, tick - 1);
    this.#firstMissing = null;
  }

  #held(hold: TickResult['hold']): TickResult {
    const { decision } = this;
    const events = this.#ours.policy.takeEvents();
    return { decision, receipt: null, isChanged: false, isRefused: false, hold, late: 0, events, startChange: null };
  }

  #receipt(tick: number): TickReceipt {
    return tickReceipt(this.setting, this.#spec, tick, this.#chain.hex, this.startTime, this.#ours.policy);
  }
}

/** Both sides; what was made first is closed when the second cannot be. */
function together<T extends { close(): void }>(
  first: T,
  ours: (first: T) => Parts['ours'],
  compared: () => Parts['compared'],
): Parts {
  try {
    return { ours: ours(first), compared: compared() };
  } catch (thrown) {
    first.close();
    throw thrown;
  }
}

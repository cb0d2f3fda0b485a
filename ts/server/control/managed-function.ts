/** One function as the loop keeps it: its control, and what people want to see of it. */
import { type FootprintPlace, type Limits, type LiveDecision, NO_LIMITS } from 'isotherm/decide';
import {
  type CarbonRates,
  type ControlSetting,
  carbonRates,
  type FunctionControl,
  type TickResult,
} from 'isotherm/evaluate';
import type { ModelTrust } from 'isotherm/forecast';
import type { Totals } from '../api/schemas/figures.js';
import type { Gap } from '../api/schemas/functions.js';
import type { StoredSample } from '../store/index.js';
import { feedOf } from './feed.js';
import { addTotals, type Compared, comparedOf, takeTotals } from './figures.js';
import type { FunctionSettings } from './function-settings.js';
import { EMPTY_TICK, RecentSteps, type RecentTick, type SavedSteps } from './recent.js';
import type { TickTime } from './tick-time.js';

/** Gaps that are shown. */
const GAPS_SHOWN = 20;

/** What a tick is fed beside samples. */
export interface TickConditions {
  isMissing: boolean;
  /** Why, where it is. */
  reason: string;
  limits: Limits;
  mayChange: boolean;
  /** What is configured otherwise than it holds for the function; null where nothing is. */
  change: ConfiguredChange | null;
}

/** What a function is made of and counted by, as far as a configuration says it anew. */
export interface ConfiguredChange {
  setting?: Partial<ControlSetting>;
  place?: FootprintPlace;
}

/** The part of the conditions that no sample or gap tells: kept in the store, so that the tick can be computed again. */
export interface RecordedConditions extends ConfiguredChange {
  limits?: Limits;
  mayChange?: false;
}

/** A function as it was before its first step: from there on it can be computed again. */
export interface Birth {
  /** The last tick before that step. */
  tick: number;
  state: Uint8Array;
  /** Whether there was a state before, which nobody can load any more. */
  isAnew: boolean;
}

/** What is known of a function beside its control: a state can be loaded whatever is configured by then. */
export type About = Pick<
  ManagedFunction,
  | 'place'
  | 'firstSeenMs'
  | 'lastCallMs'
  | 'lateSamples'
  | 'receiptId'
  | 'decidedTick'
  | 'heldTicks'
  | 'limits'
  | 'gaps'
  | 'nextCalls'
  | 'recentSteps'
  | 'carried'
  | 'inherited'
  | 'anothersUntil'
>;

/** What came before beside what its control makes of the past: where it began anew the control knows nothing of it, where its setting changed it would value it anew. */
export interface Carried {
  /** Both sides until then. */
  ours: Totals;
  compared: Totals;
}

export interface Stepped {
  result: TickResult;
  recorded: RecordedConditions | null;
  /** Samples that came so late that nothing was decided upon them. */
  tooOld: number;
}

export const sameLimits = (a: Limits, b: Limits): boolean =>
  (Object.keys(a) as (keyof Limits)[]).every((name) => a[name] === b[name]);

export class ManagedFunction {
  readonly control: FunctionControl;
  recent = new RecentSteps();
  firstSeenMs: number;
  lastCallMs: number | null = null;
  lateSamples = 0;
  /** Ticks for which the decision has stood. */
  heldTicks = 0;
  receiptId: string | null = null;
  decidedTick = 0;
  /** How it began, until that is stored. */
  birth: Birth | null = null;
  /** Where it began anew, or its setting has changed: what its control does not know. */
  carried: Carried | null = null;
  /** Where it began anew: the decision that stands until there is another one. */
  inherited: { value: number; asOfMs: number } | null = null;
  /** Where it began anew: up to this tick another version may have decided. */
  anothersUntil: number | null = null;
  /** Newest first. */
  readonly gaps: Gap[] = [];
  /** Both sides so far; of the last tick. */
  compared: Compared;
  /** What the last tick came to. */
  last: RecentTick = { ...EMPTY_TICK, predicted: Number.NaN };
  /** How the model in use has done; looked up now and then. */
  trust: ModelTrust | null = null;
  /** Calls that are expected in the next tick; null where nothing is known to expect anything of. */
  nextCalls: number | null = null;
  /** Whether a gap began or ended with the last tick. */
  gapChange: 'opened' | 'closed' | null = null;
  #limits: Limits = NO_LIMITS;
  /** Where its carbon is counted. */
  place: FootprintPlace;
  /** Looked at last for what is configured otherwise; null where it was not since it was loaded. */
  heldTo: FunctionSettings | null = null;
  #carbon: CarbonRates;
  #spilled: StoredSample[] = [];

  /** `about`: what was saved of it beside its control. */
  constructor(control: FunctionControl, place: FootprintPlace, firstSeenMs: number, about: Partial<About> = {}) {
    this.control = control;
    this.place = place;
    this.#carbon = carbonRates(control.setting.memoryMiB, place);
    this.firstSeenMs = firstSeenMs;
    Object.assign(this, about);
    this.compared = this.#sum();
  }

  get setting(): ControlSetting {
    return this.control.setting;
  }

  get key(): string {
    return this.setting.functionKey;
  }

  /** In force at its last tick. */
  get limits(): Limits {
    return this.#limits;
  }

  set limits(limits: Limits) {
    this.#limits = limits;
  }

  /**
   * The decision from before it began anew, until it has decided for itself: knowing nothing of calls is no reason to want nothing. Having looked as far back as it
   * looks ahead, and seen none, is one.
   */
  get standing(): { value: number; asOfMs: number } | null {
    if (this.inherited === null || this.decidedTick > this.setting.firstTick) return null;
    return this.control.totals().observedMs < this.setting.horizonMs ? this.inherited : null;
  }

  /** Its own. */
  get decision(): LiveDecision | null {
    return this.standing === null ? this.control.decision : null;
  }

  get desiredInstances(): number {
    return this.standing?.value ?? this.control.decision?.desiredInstances ?? 0;
  }

  /** Whether the model that is wanted is not trusted at present. */
  get isDemoted(): boolean {
    const { model, used } = this.control.trusted;
    return model !== 'auto' && model !== used;
  }

  get isMissing(): boolean {
    return this.gaps[0]?.toMs === null;
  }

  /** What is saved of the live charts; states of before they were have none. */
  get recentSteps(): SavedSteps | null {
    return this.recent.save();
  }

  set recentSteps(saved: SavedSteps | null) {
    this.recent = RecentSteps.load(saved);
  }

  lookUpTrust(): void {
    this.trust = this.control.trusted.trust().find(({ isUsed }) => isUsed) ?? null;
  }

  /** Counts of which a part falls to the next tick. */
  get spilled(): readonly StoredSample[] {
    return this.#spilled;
  }

  /** Takes back, of a sample that it has been fed with, what goes on into its next tick. */
  spill(sample: StoredSample, time: TickTime): void {
    const goesOn = sample.kind === 'count' && sample.toMs > time.beginOf(this.control.nextTick);
    if (goesOn) this.#spilled.push(sample);
  }

  /** `samples`: those of this tick, in feed order. */
  step(tick: number, samples: readonly StoredSample[], time: TickTime, conditions: TickConditions): Stepped {
    const all = this.#spilled.length === 0 ? samples : [...this.#spilled, ...samples];
    const fed = feedOf(all, time, tick, this.control.startTime.ms);
    this.#spilled = fed.spilled;
    const endMs = time.endOf(tick);
    const { isMissing, change } = conditions;
    const setting = change === null ? undefined : this.#settle(change);
    const newLimits = !sameLimits(conditions.limits, this.#limits);
    const expected = this.nextCalls ?? Number.NaN;
    const result = this.control.tick(tick, {
      ...fed.input,
      ...(isMissing ? { isMissing } : {}),
      ...(newLimits ? { limits: conditions.limits } : {}),
      ...(setting === undefined ? {} : { setting }),
      mayChange: conditions.mayChange,
    });
    this.nextCalls = this.control.trusted.history === undefined ? null : this.control.expectedCalls;
    this.#limits = conditions.limits;
    const before = this.compared;
    this.compared = this.#sum();
    this.lateSamples += samples.filter(({ late }) => late).length;
    const calls = fed.input.startMs.length;
    if (calls > 0) this.lastCallMs = Math.max(this.lastCallMs ?? 0, time.epochMs + fed.input.startMs[calls - 1]!);
    if (result.receipt === null) this.heldTicks++;
    else {
      this.heldTicks = 0;
      this.receiptId = result.receipt.id;
      this.decidedTick = tick;
    }
    const { busy, warmIdle, pending } = this.control.counts;
    this.last = {
      calls,
      predicted: expected,
      coldStarts: this.compared.ours.coldStarts - before.ours.coldStarts,
      // What the provider reports may be revised.
      comparedColdStarts: Math.max(0, this.compared.compared.coldStarts - before.compared.coldStarts),
      warm: busy + warmIdle + pending,
      busy,
      desired: this.desiredInstances,
      isMissing,
    };
    this.recent.add(endMs, this.last);
    this.#note(conditions, time.beginOf(tick));
    const recorded: RecordedConditions = {
      ...change,
      ...(newLimits ? { limits: conditions.limits } : {}),
      ...(result.isRefused ? { mayChange: false } : {}),
    };
    return { result, recorded: newLimits || result.isRefused || change !== null ? recorded : null, tooOld: fed.tooOld };
  }

  /** What came until now stays as it was valued; what its control is given with the tick. */
  #settle({ setting: patch, place }: ConfiguredChange): ControlSetting | undefined {
    const setting = { ...this.setting, ...patch };
    if (place !== undefined) this.place = place;
    this.#carbon = carbonRates(setting.memoryMiB, this.place);
    const { ours, compared } = comparedOf(this.control, this.#carbon, setting);
    this.carried = { ours: { ...this.compared.ours }, compared: { ...this.compared.compared } };
    takeTotals(this.carried.ours, ours);
    takeTotals(this.carried.compared, compared);
    return patch && setting;
  }

  #sum(): Compared {
    const sum = comparedOf(this.control, this.#carbon);
    if (this.carried === null) return sum;
    addTotals(sum.ours, this.carried.ours);
    addTotals(sum.compared, this.carried.compared);
    return sum;
  }

  #note({ isMissing, reason }: TickConditions, beginMs: number): void {
    const [newest] = this.gaps;
    const isOpen = newest?.toMs === null;
    this.gapChange = isMissing === isOpen ? null : isMissing ? 'opened' : 'closed';
    if (this.gapChange === 'opened') {
      this.gaps.unshift({ fromMs: beginMs, toMs: null, reason });
      this.gaps.length = Math.min(this.gaps.length, GAPS_SHOWN);
    } else if (this.gapChange === 'closed') newest!.toMs = beginMs;
  }
}

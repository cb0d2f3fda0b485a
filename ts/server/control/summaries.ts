/** The fleet in sum: computed once a tick, shown at any time. */
import { ERRORS_OF_AN_INTERVAL } from 'isotherm/forecast';
import type { Against, Totals } from '../api/schemas/figures.js';
import type { Summary, SummaryDay } from '../api/schemas/overview.js';
import type { DayTotals, Totals as StoredTotals } from '../store/index.js';
import { DAY_MS } from '../time.js';
import { Turns } from '../turns.js';
import { addTotals, againstOf, NOTHING, savingsOf } from './figures.js';
import type { Fleet } from './fleet.js';
import type { ManagedFunction } from './managed-function.js';
import { EMPTY_TICK, RecentSteps, type RecentTick } from './recent.js';

const HOUR_MS = 3_600_000;

/** Sums over blocks of ten minutes. */
interface Scored {
  functions: number;
  /** Those with too few errors for an interval to hold what it promises. */
  learning: number;
  blocks: number;
  error: number;
  covered: number;
  coverable: number;
}

const UNSCORED: Readonly<Scored> = { functions: 0, learning: 0, blocks: 0, error: 0, covered: 0, coverable: 0 };

/** Functions, and those that have not come back since nobody could read their state. */
type Summed = Pick<Fleet, 'functions' | 'left'>;

interface Forecasts {
  all: Scored;
  demoted: number;
  models: Map<string, Scored>;
}

export class Summaries {
  #recent = new RecentSteps();
  #ours: Totals = { ...NOTHING };
  #compared: Totals = { ...NOTHING };
  #against: Against = 'fixed-10min replayed';
  #instances: Summary['instances'] = { desired: 0, pool: 0, busy: 0 };
  #forecasts: Forecasts = { all: { ...UNSCORED }, demoted: 0, models: new Map() };
  #functions = 0;
  #fromMs: number | null = null;
  #toMs: number | null = null;
  /** As the store has them, oldest first. */
  #days: readonly DayTotals[] = [];

  /** After a tick, before the next one begins: O(functions). */
  async add(fleet: Summed, endMs: number, beginMs: number): Promise<void> {
    this.#recent.add(endMs, await this.#sum(fleet, endMs, beginMs));
  }

  /** After a restart, when functions have done no tick together: O(functions). */
  async restore(fleet: Summed, endMs: number): Promise<void> {
    await this.#sum(fleet, endMs, endMs);
    this.#recent = RecentSteps.sumOf([...fleet.functions.values()].map(({ recent }) => recent));
  }

  /** Sums all up; answers with the last tick of all. */
  async #sum({ functions, left }: Summed, endMs: number, beginMs: number): Promise<RecentTick> {
    const ours = { ...NOTHING };
    const compared = { ...NOTHING };
    const against = new Set<Against>();
    const instances = { desired: 0, pool: 0, busy: 0 };
    const tick = { ...EMPTY_TICK };
    const forecasts: Forecasts = { all: { ...UNSCORED }, demoted: 0, models: new Map() };
    let count = 0;
    let missing = 0;
    let foretold = 0;
    const turns = new Turns();
    for (const managed of functions.values()) {
      if (turns.isOver) await turns.give();
      count++;
      addTotals(ours, managed.compared.ours);
      addTotals(compared, managed.compared.compared);
      against.add(managed.compared.against);
      const { decision } = managed.control;
      instances.desired += decision?.desiredInstances ?? 0;
      instances.pool += decision?.poolInstances ?? 0;
      const { last } = managed;
      instances.busy += last.busy;
      tick.calls += last.calls;
      if (!Number.isNaN(last.predicted)) {
        tick.predicted += last.predicted;
        foretold++;
      }
      tick.coldStarts += last.coldStarts;
      tick.comparedColdStarts += last.comparedColdStarts;
      tick.warm += last.warm;
      tick.busy += last.busy;
      tick.desired += last.desired;
      if (last.isMissing) missing++;
      addForecast(forecasts, managed);
    }
    // What they have come to stands in the days that were stored, too.
    const known = { ours: { ...ours }, compared: { ...compared } };
    for (const { totals } of left.values()) {
      addTotals(ours, withMemory(totals.ours, known.ours));
      addTotals(compared, withMemory(totals.compared, known.compared));
    }
    tick.isMissing = count > 0 && missing === count;
    if (foretold === 0) tick.predicted = Number.NaN;
    this.#ours = ours;
    this.#compared = compared;
    this.#against = againstOf(against);
    this.#instances = instances;
    this.#forecasts = forecasts;
    this.#functions = count;
    this.#fromMs ??= beginMs;
    this.#toMs = endMs;
    return tick;
  }

  /** Since when there are decisions, over restarts. */
  since(fromMs: number): void {
    this.#fromMs = fromMs;
  }

  /** What the store has by day; only days that are over are taken from it. */
  setDays(days: readonly DayTotals[]): void {
    this.#days = days;
  }

  /** The store is behind the last tick by as long as a function waits to be saved: the newest day is what all came to less the days before. */
  #daysView(): SummaryDay[] {
    if (this.#toMs === null) return [];
    const today = Math.floor(this.#toMs / DAY_MS);
    const restOurs = { ...this.#ours };
    const restCompared = { ...this.#compared };
    const before = this.#days
      .filter(({ day }) => day < today)
      .map((stored) => {
        const ours = withMemory(stored.ours, this.#ours);
        const compared = withMemory(stored.compared, this.#compared);
        takeAway(restOurs, ours);
        takeAway(restCompared, compared);
        return this.#dayView(stored.day, ours, compared);
      });
    return [...before, this.#dayView(today, restOurs, restCompared)];
  }

  #dayView(day: number, ours: Totals, compared: Totals): SummaryDay {
    return { fromMs: day * DAY_MS, ours, compared, saved: savingsOf(ours, compared, this.#against) };
  }

  totals(): { ours: Totals; compared: Totals } {
    return { ours: this.#ours, compared: this.#compared };
  }

  view(nowMs: number): Summary {
    const { all, demoted, models } = this.#forecasts;
    return {
      fromMs: this.#fromMs,
      toMs: this.#toMs,
      functions: this.#functions,
      ours: this.#ours,
      compared: this.#compared,
      saved: savingsOf(this.#ours, this.#compared, this.#against),
      forecasts: {
        ...scoreOf(all),
        demoted,
        models: [...models]
          .map(([model, scored]) => ({ model, functions: scored.functions, ...scoreOf(scored) }))
          .sort((a, b) => b.functions - a.functions),
      },
      instances: this.#instances,
      recent: this.#recent.view(nowMs),
      days: this.#daysView(),
    };
  }
}

function scoreOf({ learning, blocks, error, covered, coverable }: Scored) {
  return {
    learning,
    blocks,
    meanAbsoluteError: blocks === 0 ? null : error / blocks,
    coverage: coverable === 0 ? null : covered / coverable,
  };
}

function addForecast(into: Forecasts, managed: ManagedFunction): void {
  const { trust } = managed;
  if (trust === null) return;
  const ofModel = into.models.get(trust.model) ?? { ...UNSCORED };
  into.models.set(trust.model, ofModel);
  for (const sums of [into.all, ofModel]) {
    sums.functions++;
    if (trust.blocks < ERRORS_OF_AN_INTERVAL) sums.learning++;
    sums.blocks += trust.blocks;
    if (trust.blocks > 0) sums.error += trust.meanError * trust.blocks;
    if (Number.isNaN(trust.coverage)) continue;
    sums.covered += trust.coverage * trust.blocks;
    sums.coverable += trust.blocks;
  }
  if (managed.isDemoted) into.demoted++;
}

/** No sum that only grows falls below 0, but for the last bit of a difference. */
function takeAway(from: Totals, less: Totals): void {
  for (const name of Object.keys(from) as (keyof Totals)[]) from[name] = Math.max(0, from[name] - less[name]);
}

/** Days are stored without idle memory: it is that of the fleet's mean instance, as good as the sum is by function. */
function withMemory(day: StoredTotals, all: Totals): Totals {
  const gbPerInstance = all.idleMs === 0 ? 0 : all.idleGbHours / (all.idleMs / HOUR_MS);
  return { ...day, idleGbHours: (day.idleMs / HOUR_MS) * gbPerInstance };
}

/** The stored past under another configuration, by the same code: what would have been decided, and what it would have cost. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Limits } from 'isotherm/decide';
import { type ControlSetting, FunctionControl } from 'isotherm/evaluate';
import { IsothermError } from 'isotherm/kernels';
import type { Against, LimitsPatch, WhatIfRequest, WhatIfResult } from '../api/schemas.js';
import type { Store, StoredSample } from '../store/index.js';
import { addTotals, againstOf, NOTHING, savingsOf } from './figures.js';
import type { Fleet } from './fleet.js';
import type { LimitsBook } from './limits-book.js';
import { ManagedFunction } from './managed-function.js';

/** Functions that are replayed where none is named: those with the most calls. */
const MOST_FUNCTIONS = 50;
const MOST_ROWS = 100;
const DAY_MS = 86_400_000;
const SLICE_MS = 5;

/** What the request changes of a setting. Errors: `BAD_ARGUMENT` for a price that there is not. */
function settingUnder(setting: ControlSetting, request: WhatIfRequest): ControlSetting {
  const { policy, modelType, minWarmPool, maxWarmPool, prewarmBuffer, prices = {} } = request;
  for (const name of Object.keys(prices)) {
    if (name in setting.prices) continue;
    const expected = Object.keys(setting.prices).join(', ');
    throw new IsothermError('BAD_ARGUMENT', `there is no price '${name}'; expected ${expected}`);
  }
  const { pool } = setting;
  return {
    ...setting,
    policy: policy ?? setting.policy,
    model: modelType ?? setting.model,
    prices: { ...setting.prices, ...prices },
    pool: {
      minInstances: minWarmPool ?? pool.minInstances,
      maxInstances: maxWarmPool ?? pool.maxInstances,
      buffer: prewarmBuffer ?? pool.buffer,
    },
  };
}

/** The setting at the start time that is in force by now. */
function settingNow({ setting, control: { startTime } }: ManagedFunction): ControlSetting {
  const { ms, from, measurements } = startTime;
  return { ...setting, coldStartMs: ms, coldStartFrom: from, coldStartMeasurements: measurements };
}

function freshControl(setting: ControlSetting, fromTick: number): FunctionControl {
  const control = new FunctionControl({ ...setting, firstTick: fromTick - 1 });
  control.tick(fromTick - 1);
  return control;
}

/**
 * Replays the functions asked for, or the fifty with the most calls, from fresh states under the configuration and under the request; `fixed-10min` is not compared. Both see
 * the same calls and gaps, under the limits of now; rates of change, which functions share, bind neither. Others on the event loop get their turn every few ms.
 *
 * Errors: `BAD_ARGUMENT`, `UNKNOWN_FUNCTION`, `UNKNOWN_POLICY`, `MODEL_UNAVAILABLE`; as of the store; `ABORTED`.
 */
export async function whatIf(
  store: Store,
  fleet: Fleet,
  limits: LimitsBook,
  lastTick: number,
  request: WhatIfRequest,
  signal: AbortSignal,
): Promise<WhatIfResult> {
  const { time } = fleet;
  const toTick = Math.min(lastTick, request.toMs === undefined ? lastTick : time.tickOf(request.toMs - 1));
  const fromMs = request.fromMs ?? time.endOf(toTick) - DAY_MS;
  const fromTick = Math.max(1, Math.min(time.tickOf(fromMs), toTick));
  const total = { configured: { ...NOTHING }, whatIf: { ...NOTHING } };
  const rows: WhatIfResult['rows'] = [];
  const against = new Set<Against>();
  const chosen = chosenFunctions(fleet, request.functionKeys);
  let since = performance.now();
  for (const managed of chosen) {
    const own = limits.of(managed.key);
    using configuredControl = freshControl(settingNow(managed), fromTick);
    using changedControl = freshControl(settingUnder(settingNow(managed), request), fromTick);
    const sides = [
      { control: configuredControl, bounds: own },
      { control: changedControl, bounds: withPatch(own, request.limits ?? {}) },
    ].map(({ control, bounds }) => ({ side: new ManagedFunction(control, fleet.place, managed.firstSeenMs), bounds }));
    const missing = new Map<number, string>();
    for (const { tick, detail } of await store.gaps(fromTick, toTick, managed.key)) missing.set(tick, detail);
    const samples = new TickGroups(store.samples(fromTick, toTick, managed.key));
    for (let tick = fromTick; tick <= toTick; tick++) {
      const fed = await samples.of(tick);
      const reason = missing.get(tick);
      for (const { side, bounds } of sides) {
        const conditions = { isMissing: reason !== undefined, reason: reason ?? '', limits: bounds, mayChange: true };
        side.step(tick, fed, time, conditions);
      }
      if (performance.now() - since <= SLICE_MS) continue;
      await turn();
      signal.throwIfAborted();
      since = performance.now();
    }
    const [configured, changed] = sides.map(({ side }) => side.compared) as [
      ManagedFunction['compared'],
      ManagedFunction['compared'],
    ];
    addTotals(total.configured, configured.ours);
    addTotals(total.whatIf, changed.ours);
    against.add(configured.against);
    rows.push({
      functionKey: managed.key,
      configuredUsd: configured.ours.objectiveUsd,
      whatIfUsd: changed.ours.objectiveUsd,
    });
  }
  const difference = ({ configuredUsd, whatIfUsd }: (typeof rows)[number]): number =>
    Math.abs(configuredUsd - whatIfUsd);
  return {
    fromMs: time.beginOf(fromTick),
    toMs: time.endOf(toTick),
    functions: chosen.length,
    ...total,
    saved: savingsOf(total.whatIf, total.configured, againstOf(against)),
    rows: rows.sort((a, b) => difference(b) - difference(a)).slice(0, MOST_ROWS),
  };
}

function chosenFunctions(fleet: Fleet, keys: readonly string[] | undefined): ManagedFunction[] {
  if (keys === undefined) {
    const callsOf = ({ compared }: ManagedFunction): number => compared.ours.calls;
    return [...fleet.functions.values()].sort((a, b) => callsOf(b) - callsOf(a)).slice(0, MOST_FUNCTIONS);
  }
  return [...new Set(keys)].map((key) => {
    const managed = fleet.functions.get(key);
    if (managed === undefined) throw new IsothermError('UNKNOWN_FUNCTION', `no calls of a function '${key}' have come`);
    return managed;
  });
}

/** Samples in order of tick, a tick at a time: a busy function's past does not fit in memory. */
class TickGroups {
  readonly #samples: AsyncIterator<StoredSample>;
  #next: IteratorResult<StoredSample> | undefined;

  constructor(samples: AsyncIterable<StoredSample>) {
    this.#samples = samples[Symbol.asyncIterator]();
  }

  /** Asked for in order. */
  async of(tick: number): Promise<StoredSample[]> {
    const group: StoredSample[] = [];
    this.#next ??= await this.#samples.next();
    while (this.#next.done !== true && this.#next.value.tick <= tick) {
      group.push(this.#next.value);
      this.#next = await this.#samples.next();
    }
    return group;
  }
}

/** Null takes a bound away. Where the floor comes above the ceiling, the ceiling holds, as in the loop. */
function withPatch(own: Limits, patch: LimitsPatch): Limits {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const bounds = { ...own, ...given } as { [Name in keyof Limits]: Limits[Name] | null };
  const minInstances = Math.min(bounds.minInstances ?? 0, bounds.maxInstances ?? Number.POSITIVE_INFINITY);
  return { ...own, ...given, minInstances, coolDownMs: bounds.coolDownMs ?? 0 };
}

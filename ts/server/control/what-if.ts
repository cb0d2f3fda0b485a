/** The stored past under another configuration, by the same code: what would have been decided, and what it would have cost. */
import { type Limits, limitsOf } from 'isotherm/decide';
import { type ControlSetting, FunctionControl } from 'isotherm/evaluate';
import { IsothermError } from 'isotherm/kernels';
import type { Against } from '../api/schemas/figures.js';
import type { LimitsPatch } from '../api/schemas/limits.js';
import type { WhatIfProgress, WhatIfRequest, WhatIfResult } from '../api/schemas/what-if.js';
import { USUALLY_ASKED } from '../api/schemas/what-if-bounds.js';
import type { Store } from '../store/index.js';
import { DAY_MS } from '../time.js';
import { Turns } from '../turns.js';
import { addTotals, againstOf, NOTHING, savingsOf } from './figures.js';
import type { Fleet } from './fleet.js';
import type { LimitsBook } from './limits-book.js';
import { ManagedFunction } from './managed-function.js';
import { pastTicks } from './past.js';
import type { WhatIfOptions } from './plane.js';
import { type Bounds, stepFunctions } from './step-functions.js';

const MOST_ROWS = 100;

/** What the request changes of a setting. Errors: `BAD_ARGUMENT` for a price that there is not. */
function settingUnder(setting: ControlSetting, request: WhatIfRequest): ControlSetting {
  const { policy, modelType, minWarmPool, maxWarmPool, prewarmBuffer, prices = {} } = request;
  for (const name of Object.keys(prices)) {
    if (Object.hasOwn(setting.prices, name)) continue;
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
 * Replays the functions asked for, or those with the most calls, from fresh states under the configuration and under the request; `fixed-10min` is not compared. Both see
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
  { signal, onProgress }: WhatIfOptions,
): Promise<WhatIfResult> {
  const { time } = fleet;
  const toTick = Math.min(lastTick, request.toMs === undefined ? lastTick : time.tickOf(request.toMs - 1));
  const fromMs = request.fromMs ?? time.endOf(toTick) - DAY_MS;
  const fromTick = Math.max(1, Math.min(time.tickOf(fromMs), toTick));
  const total = { configured: { ...NOTHING }, whatIf: { ...NOTHING } };
  const rows: WhatIfResult['rows'] = [];
  const against = new Set<Against>();
  const chosen = chosenFunctions(fleet, request);
  const turns = new Turns();
  const progress = onProgress && new Progress(chosen, { fromTick, toTick }, onProgress);
  for (const managed of chosen) {
    const own = limits.of(managed.key);
    using configuredControl = freshControl(settingNow(managed), fromTick);
    using changedControl = freshControl(settingUnder(settingNow(managed), request), fromTick);
    const [configured, changed] = [configuredControl, changedControl].map(
      (control) => new ManagedFunction(control, fleet.place, managed.firstSeenMs),
    ) as [ManagedFunction, ManagedFunction];
    const patched = withPatch(own, request.limits ?? {});
    const bounds: Bounds = { limits: (side) => (side === changed ? patched : own), mayChange: () => true };
    for await (const past of pastTicks(store, fromTick, toTick, signal, managed.key)) {
      const steps = stepFunctions([configured, changed], past, time, bounds, turns);
      while (!(await steps.next()).done);
      progress?.tick(past.tick);
    }
    progress?.next();
    addTotals(total.configured, configured.compared.ours);
    addTotals(total.whatIf, changed.compared.ours);
    against.add(configured.compared.against);
    rows.push({
      functionKey: managed.key,
      configuredUsd: configured.compared.ours.objectiveUsd,
      whatIfUsd: changed.compared.ours.objectiveUsd,
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

/** How far a replay is: a function takes as long as it has calls. */
class Progress {
  readonly #functions: readonly ManagedFunction[];
  readonly #fromTick: number;
  readonly #ticks: number;
  readonly #all: number;
  readonly #told: (progress: WhatIfProgress) => void;
  #done = 0;
  #before = 0;

  constructor(
    functions: readonly ManagedFunction[],
    { fromTick, toTick }: { fromTick: number; toTick: number },
    told: (progress: WhatIfProgress) => void,
  ) {
    this.#functions = functions;
    this.#fromTick = fromTick;
    this.#ticks = toTick - fromTick + 1;
    this.#all = functions.reduce((sum, one) => sum + weightOf(one), 0);
    this.#told = told;
  }

  /** A tick of the function whose turn it is was replayed. */
  tick(tick: number): void {
    const part = (tick - this.#fromTick + 1) / this.#ticks;
    const share = (this.#before + part * weightOf(this.#functions[this.#done]!)) / this.#all;
    this.#told({ functions: this.#done, of: this.#functions.length, share: Math.min(1, share) });
  }

  next(): void {
    this.#before += weightOf(this.#functions[this.#done++]!);
  }
}

/** Ticks without calls take their time, too. */
const weightOf = ({ compared }: ManagedFunction): number => compared.ours.calls + QUIET_CALLS;

/** A day of them takes about as long as so many calls. */
const QUIET_CALLS = 5000;

function chosenFunctions(
  fleet: Fleet,
  { functionKeys: keys, mostFunctions = USUALLY_ASKED }: WhatIfRequest,
): ManagedFunction[] {
  if (keys === undefined) {
    const callsOf = ({ compared }: ManagedFunction): number => compared.ours.calls;
    return [...fleet.functions.values()].sort((a, b) => callsOf(b) - callsOf(a)).slice(0, mostFunctions);
  }
  return [...new Set(keys)].map((key) => {
    const managed = fleet.functions.get(key);
    if (managed === undefined) throw new IsothermError('UNKNOWN_FUNCTION', `no calls of a function '${key}' have come`);
    return managed;
  });
}

/** Null takes a bound away. */
function withPatch(own: Limits, { minInstances, coolDownMs, ...bounds }: LimitsPatch): Limits {
  const patch: Partial<Limits> = {
    ...bounds,
    ...(minInstances !== undefined && { minInstances: minInstances ?? 0 }),
    ...(coolDownMs !== undefined && { coolDownMs: coolDownMs ?? 0 }),
  };
  return limitsOf({ default: own, groups: [{ name: 'what if', match: '*', limits: patch }] }, '').limits;
}

/** What advice says: the model behind the table, the JSON, the page and the configuration. */
import type { Setting, SettingKind } from '../../decide/advise/setting.js';
import type { AdviceTarget } from '../../decide/advise/target.js';
import type { BillLine, PriceSource } from '../../decide/index.js';
import type { Backend } from '../../kernels/index.js';
import type { StartPlatform } from '../../trace/index.js';
import type { TraceSummary } from '../report-model.js';
import type { AdviceGoal } from './choice.js';
import type { KeepAlive } from './keep-alive.js';
import type { MemoryAdvice } from './memory.js';
import type { Figures } from './runs.js';
import type { Split } from './split.js';

/** Sums over functions on the judged part. */
export interface SettingTotals {
  /** The bill, USD, for the part, and for a month like it. */
  usd: number;
  usdPerMonth: number;
  calls: number;
  coldStarts: number;
  spillCalls: number;
  /** Instances made ready after the beginning; NaN on Knative, whose autoscaler starts all of them. */
  preWarms: number;
  /** Mean over all calls of their wait, ms. */
  meanWaitMs: number;
  /** Mean over all calls of their function's P99 latency, ms. */
  p99Ms: number;
  /** Functions for which something is set. */
  functionsReady: number;
  /** Functions of whose calls more than one in a hundred waits for a start. */
  functionsColdP99: number;
}

/** Cold starts as the data tell them; figures that they do not tell are NaN. */
export interface RecordedStarts {
  /** `calls`: the calls of the judged part say themselves. `metrics`: the source counted them beside all of its calls. */
  from: 'calls' | 'metrics';
  /** Where the calls ran, as far as the format tells. */
  platform: StartPlatform | null;
  /** What the figures are over. */
  minutes: number;
  /** What the recorded calls and inits come to on demand at the target's prices, USD. */
  usd: number;
  /** Calls of which it is known, and cold ones. */
  calls: number;
  coldStarts: number;
  meanWaitMs: number;
  /** Mean over those calls of their function's P99 latency, ms. */
  p99Ms: number;
}

/** Why a function is left alone. */
export type LeftAlone = 'no-calls' | 'few-calls' | 'too-large' | 'already-warm' | 'saves-nothing';

export interface FunctionAdvice {
  key: string;
  trigger: string;
  memoryMiB: number;
  coldStartMs: number;
  /** Calls before the judged part, and on it. */
  callsSeen: number;
  /** Fitted on the whole trace by the way that was judged. */
  setting: Setting;
  /** Present where nothing is kept ready. */
  leftAlone?: LeftAlone;
  /** On the judged part: with nothing ready, and under what was advised for it. */
  onDemand: Figures;
  advised: Figures;
  /** The setting that was judged. */
  judged: Setting;
}

/** A point of bill against cold starts, at a price for the wait. */
export interface FrontierPoint {
  coldStartUsdPerS: number;
  usd: number;
  coldStarts: number;
  meanWaitMs: number;
  /** Whether the advice is this point. */
  isAdvised: boolean;
}

export interface Advice {
  target: AdviceTarget;
  about: string;
  trace: TraceSummary;
  /** Epoch ms of minute 0, NaN where unknown. */
  originMs: number;
  spread: 'even' | 'poisson' | 'trigger' | 'recorded';
  seed: number;
  split: Split;
  goal: AdviceGoal;
  /** Whether the goal was reached on the judged part; null where it has no target. */
  isReached: boolean | null;
  /** The price that the advice is made at; null where functions have prices of their own, to reach a P99. */
  coldStartUsdPerS: number | null;
  prices: PriceSource;
  /** What happened, as the data tell; null where they do not: then the past is simulated, as `on-demand`. */
  recorded: RecordedStarts | null;
  /** On the judged part: `advised`, and each kind alone wherever it was better than nothing ready. */
  settings: { advised: SettingTotals } & Partial<Record<SettingKind, SettingTotals>>;
  /** Bills of the judged part. */
  bill: { onDemand: BillLine[]; advised: BillLine[] };
  /** On the judged part, by rising price. */
  frontier: FrontierPoint[];
  /** In the order of the trace. */
  functions: FunctionAdvice[];
  /** Memory sizes that the trace shows to cost less, where it shows any. */
  memory: MemoryAdvice[];
  /** What cannot be set, cannot be known, or was not tried, a sentence each. */
  notes: string[];
  /** What the figures rest on, a sentence each. */
  assumptions: string[];
  /** Where start times are from: functions by source. */
  startTimes: { source: string; functions: number }[];
  /** How long idle instances stay that are not kept ready. */
  keepAlive: KeepAlive;
  backend: Backend;
  version: string;
}

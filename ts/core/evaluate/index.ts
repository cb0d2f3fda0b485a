/** Evaluation: what policies cost on a trace, and reports of it. */

export { type AdviceJson, adviceConfiguration, adviceJson } from './advise/advice-json.js';
export { advise, adviseAsync } from './advise/advise.js';
export type { AdviceGoal } from './advise/choice.js';
export { type AdviceHeadline, adviceHeadline } from './advise/headline.js';
export type { MemoryAdvice, MemorySize } from './advise/memory.js';
export type {
  Advice,
  FrontierPoint,
  FunctionAdvice,
  LeftAlone,
  RecordedStarts,
  SettingTotals,
} from './advise/model.js';
export type { AdviseOptions } from './advise/plan.js';
export type { Figures } from './advise/runs.js';
export { type Split, splitOf } from './advise/split.js';
export { billReplay, replayUsage } from './bill.js';
export {
  CONTROL_DEFAULTS,
  type ControlSetting,
  type ControlTotals,
  type LiveCosts,
  type LiveTotals,
  type ReportedCalls,
  type Savings,
  type SavingsSum,
  type TickInput,
  type TickResult,
} from './control-model.js';
export { type FleetTrial, type FleetTrialOptions, fleetTrial, type JudgedWindows } from './fleet-trial.js';
export { FunctionControl } from './function-control.js';
export { type FunctionOutcome, replayPolicy } from './function-replay.js';
export { type Headline, headline } from './headline.js';
export { LiveReplay, type LiveReplayOptions, type SavedPolicy } from './live-replay.js';
export { timelineFunctions } from './page-data.js';
export { placementJson } from './placement/json.js';
export { type PlacementReportOptions, renderPlacement } from './placement/report.js';
export { type PlacementHeadline, placementHeadline } from './placement/words.js';
export {
  type PlatformOptions,
  type PlatformReplay,
  type PlatformSum,
  replayPlatform,
  replayPlatformAsync,
  replayPlatformRuns,
  replayPlatformRunsAsync,
} from './platform.js';
export { PRICE_FACTORS, type PriceCurve, type PricePoint, priceSweep, priceSweepAsync } from './price-sweep.js';
export type { PriorChoice, PriorUsed } from './priors.js';
export { type ReceiptDifference, receiptDifferences, sameReceipt } from './receipt-differences.js';
export { receipts } from './receipts.js';
export { type RecordedPast, recompute } from './recompute.js';
export { DEFAULT_PRICES, type ReplayOptions, replay, replayAsync, SPREADS, type Spread } from './replay.js';
export { type PageAssets, type ReportExtras, renderReport } from './report.js';
export { type ReplayJson, replayJson } from './report-json.js';
export type {
  FunctionTimeline,
  PolicyColumns,
  PolicyTotals,
  ReplayPrices,
  ReplayResult,
  TraceSummary,
} from './report-model.js';
export { type CarbonRates, carbonRates, sumSavings } from './savings.js';
export { cheapestRunnable, describePolicy, type Standing, standings } from './standings.js';
export type { StartTimeOrigin } from './start-times.js';
export type { TargetOutcome } from './target-outcome.js';
export { functionTimeline } from './timeline.js';
export { FLEET_WINDOWS_MS, type WindowChoicesOptions, windowChoices, windowChoicesAsync } from './window-choices.js';

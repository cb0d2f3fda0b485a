/** Evaluation: what policies cost on a trace, and reports of it. */

export { billReplay, replayUsage } from './bill.js';
export { type FunctionOutcome, replayPolicy } from './function-replay.js';
export { type Headline, headline } from './headline.js';
export { timelineFunctions } from './page-data.js';
export type { PriorChoice, PriorUsed } from './priors.js';
export { receipts } from './receipts.js';
export { DEFAULT_PRICES, type ReplayOptions, replay, replayAsync, SPREADS, type Spread } from './replay.js';
export { type PageAssets, renderReport } from './report.js';
export { type ReplayJson, replayJson } from './report-json.js';
export type {
  FunctionTimeline,
  PolicyColumns,
  PolicyTotals,
  ReplayPrices,
  ReplayResult,
  TraceSummary,
} from './report-model.js';
export { cheapestRunnable, describePolicy, type Standing, standings } from './standings.js';
export type { StartTimeOrigin } from './start-times.js';
export { functionTimeline } from './timeline.js';

/** Decisions: policies by name, the receipts of what they decide, and what platforms bill for it. */
export { type ConfigurationFile, type ConfiguredFunction, configuration } from './advise/configuration/index.js';
export { type ReadyTerms, readyTerms } from './advise/ready-terms.js';
export { describeSetting, type Setting, type SettingKind } from './advise/setting.js';
export { ADVICE_TARGETS, type AdviceTarget } from './advise/target.js';
export {
  type Bill,
  type BillLine,
  type BillModel,
  billFleet,
  billUsage,
  type FleetBill,
  type IdleTerms,
  type PriceSource,
} from './bill/bill.js';
export {
  alwaysReadyBreakEven,
  breakEvenUtilisation,
  cloudRunInstancesBreakEven,
  provisionedConcurrencyBreakEven,
  type ReadyRates,
} from './bill/break-even.js';
export { type Footprint, type FootprintLine, type FootprintPlace, footprint } from './bill/energy/footprint.js';
export { gridIntensity } from './bill/energy/grid.js';
export { type CloudProvider, POWER_COEFFICIENTS, type PowerCoefficients } from './bill/energy/power.js';
export type { Tier } from './bill/lines.js';
export { type AzureOptions, azureConsumption, azureFlex } from './bill/models/azure-functions.js';
export { type CloudRunOptions, cloudRun, cloudRunInstances } from './bill/models/cloud-run.js';
export { type LambdaOptions, lambdaOnDemand, lambdaProvisioned } from './bill/models/lambda.js';
export {
  type AzurePremiumOptions,
  azurePremium,
  type KubernetesOptions,
  kubernetes,
} from './bill/models/whole-instances.js';
export { AZURE_FUNCTIONS_PRICES, type AzureFunctionsPrices } from './bill/prices/azure-functions.js';
export { type CloudRunPrices, cloudRunPrices } from './bill/prices/cloud-run.js';
export {
  LAMBDA_REGIONS,
  type LambdaArchitecture,
  type LambdaPrices,
  type LambdaRates,
  lambdaPrices,
} from './bill/prices/lambda.js';
export { MONTH_MS } from './bill/rounding.js';
export type { CallGroup, ReadySpan, Usage } from './bill/usage.js';
export { ChangeRates } from './change-rates.js';
export { explainReceipt } from './explain.js';
export {
  type FleetGoal,
  type FleetOptions,
  fleetProblem,
  type PerFunction,
  type WindowChoices,
} from './fleet-problem.js';
export {
  type FleetFigures,
  type FleetWindows,
  fleetFigures,
  fleetWindows,
} from './fleet-windows.js';
export {
  GovernedPolicy,
  type GovernedPolicyOptions,
  type GovernedTick,
} from './governed-policy.js';
export {
  type FunctionLimits,
  fitsKey,
  type LimitRules,
  limitsOf,
  type ScopedRate,
} from './limit-rules.js';
export {
  applyLimits,
  type LastWanted,
  type Limited,
  type LimitName,
  type Limits,
  MOST_INSTANCES,
  NO_LIMITS,
} from './limits.js';
export type { Hold, LiveDecision } from './live-decision.js';

export { type BaselineName, PLACEMENT_BASELINES } from './placement/baselines.js';
export { LINK_GBPS, MOST_WEIGHT, type PlacementOptions, type Relaxable } from './placement/build.js';
export type { Conflict, Conflicts, Relaxation } from './placement/conflicts/conflict.js';
export { conflictWords } from './placement/conflicts/words.js';
export { WrongField } from './placement/fields.js';
export {
  type FunctionCalls,
  type FunctionData,
  type NodeTier,
  PLACEMENT_TERM_MEANINGS,
  PLACEMENT_TERMS,
  PLACEMENT_WEIGHTS,
  type PlacementFunction,
  type PlacementInput,
  type PlacementLimits,
  type PlacementNode,
  type Term,
  type TermTotals,
  type TermWeights,
} from './placement/input.js';
export {
  decideMigrations,
  HELD_REASONS,
  type HeldMove,
  type HeldReason,
  MIGRATION_REASONS,
  MIGRATION_RULES,
  type MigrationDecision,
  type MigrationMemory,
  type MigrationOptions,
  type MigrationReason,
  type MigrationRules,
  type MigrationStep,
} from './placement/migration.js';
export {
  type NetworkFigures,
  type PlacementNetwork,
  placementNetwork,
  type RegionPair,
} from './placement/network/network.js';
export { type FiguresFile, type FiguresFiles, figuresOf } from './placement/network/own-figures.js';
export { parseRegionPairs } from './placement/network/pairs-csv.js';
export { parsePlacement } from './placement/parse.js';
export {
  type BaselineOutcome,
  type NodeUse,
  type NotPlaced,
  type Placed,
  type PlacedFunction,
  type PlaceOptions,
  placeFunctions,
  placeFunctionsAsync,
} from './placement/place.js';
export { checkRegions } from './placement/regions-check.js';
export { checkGiven, type GivenPlacement, readSeen, type SeenFunction } from './placement/rolling/given.js';
export {
  type ExplainedStep,
  type OtherMoves,
  PLACEMENT_BOUNDS,
  type PlacementAlternative,
  type PlacementBound,
  type PlacementReceipt,
  type PlacementSetting,
} from './placement/rolling/receipt.js';
export { type PlacementStanding, type Rolled, type RollingInput, rollPlacement } from './placement/rolling/roll.js';
export { signedReceipt } from './placement/rolling/sign.js';
export { isRollingState, NO_PLACEMENT, type RollingState } from './placement/rolling/state.js';
export {
  DEFAULT_POLICIES,
  type NamedPolicy,
  POLICY_NAMES,
  type PolicyKind,
  policyByName,
  underMemoryCaps,
} from './policies.js';
export { type Pool, type PoolOptions, type PoolTerms, poolOf } from './pool.js';
export { PROVIDER_DEFAULTS, type ProviderDefault } from './provider-defaults.js';
export type {
  Alternative,
  CostTerms,
  Decision,
  ForecastSeen,
  PoolAlternative,
  PriorName,
  Receipt,
  TickReceipt,
} from './receipt.js';

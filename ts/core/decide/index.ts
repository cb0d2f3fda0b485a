/** Decisions: policies by name, and the receipts of what they decide. */
export { explainReceipt } from './explain.js';
export {
  DEFAULT_POLICIES,
  type NamedPolicy,
  POLICY_NAMES,
  type PolicyKind,
  policyByName,
} from './policies.js';
export { PROVIDER_DEFAULTS, type ProviderDefault } from './provider-defaults.js';
export type { Alternative, CostTerms, Decision, Receipt } from './receipt.js';
